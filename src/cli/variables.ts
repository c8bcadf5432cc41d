import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { VariableDefinition } from '../definition/document.ts'
import type { ValueNode } from '../definition/tree.ts'
import { valueAt } from '../definition/tree.ts'
import { parseYaml } from '../definition/yaml.ts'
import { DefinitionError, UsageError } from '../errors/errors.ts'
import type { SourceText } from '../source/source-text.ts'
import type { Environment } from './environment.ts'

const PAIR = /^([A-Za-z_][A-Za-z0-9_.-]*)=(.*)$/s

/**
 * The variables of `--vars`: a pair each, or a file of them. Later ones win.
 * A file is a YAML or JSON mapping, a VariableSet of Tracetest, or lines of `NAME=value`.
 */
export async function readVariables(
  texts: readonly string[],
  environment: Pick<Environment, 'cwd' | 'variables'>
): Promise<readonly VariableDefinition[]> {
  const byName = new Map<string, VariableDefinition>()
  for (const text of texts) {
    const pair = parsePair(text)
    for (const variable of pair ? [pair] : await readVariableFile(text, environment))
      byName.set(variable.name, variable)
  }
  return [...byName.values()]
}

function parsePair(text: string): VariableDefinition | undefined {
  const match = PAIR.exec(text)
  return match ? { name: match[1]!, value: match[2]!, isSecret: false } : undefined
}

async function readVariableFile(
  path: string,
  environment: Pick<Environment, 'cwd' | 'variables'>
): Promise<readonly VariableDefinition[]> {
  const text = await readFile(resolve(environment.cwd, path), 'utf8').catch((cause: unknown) => {
    throw new UsageError(`--vars ${path}: there is no such file`, {
      hint: 'a single variable is written NAME=value',
      cause
    })
  })
  const lines = parseLines(text)
  if (lines) return lines
  const source: SourceText = { name: path, text }
  return parseYaml(source, environment.variables).flatMap(({ root, problems }) => {
    const errors = problems.filter(problem => problem.severity === 'error')
    if (errors.length > 0) throw new DefinitionError(errors)
    return root ? variablesOf(root, source) : []
  })
}

/** Undefined where a line is no pair: the file is something else then. */
function parseLines(text: string): readonly VariableDefinition[] | undefined {
  const variables: VariableDefinition[] = []
  for (const line of text.split(/\r?\n/)) {
    if (/^\s*(#|$)/.test(line)) continue
    const pair = parsePair(line.replace(/^\s*(export\s+)?/, ''))
    if (!pair) return undefined
    variables.push({ ...pair, value: withoutQuotes(pair.value.trim()) })
  }
  return variables
}

function withoutQuotes(value: string): string {
  return /^(["']).*\1$/s.test(value) ? value.slice(1, -1) : value
}

function variablesOf(root: ValueNode, source: SourceText): readonly VariableDefinition[] {
  const values = valueAt(valueAt(root, 'spec'), 'values') ?? valueAt(root, 'values')
  if (values?.kind === 'list') return values.items.map(item => variableOf(item, source))
  if (root.kind !== 'map') throw misshapen(root, source)
  return root.entries.map(({ key, value }) => ({
    name: key,
    value: textOf(value, source),
    isSecret: false,
    location: value.location
  }))
}

/** An entry of a VariableSet. */
function variableOf(item: ValueNode, source: SourceText): VariableDefinition {
  const key = valueAt(item, 'key')
  const value = valueAt(item, 'value')
  if (key?.kind !== 'scalar') throw misshapen(item, source)
  const type = valueAt(item, 'type')
  return {
    name: key.text.text,
    value: value ? textOf(value, source) : '',
    isSecret: type?.kind === 'scalar' && type.value === 'secret',
    location: key.location
  }
}

function textOf(value: ValueNode, source: SourceText): string {
  if (value.kind !== 'scalar') throw misshapen(value, source)
  return value.value === null ? '' : value.text.text
}

function misshapen(node: ValueNode, source: SourceText): DefinitionError {
  return new DefinitionError([
    {
      code: 'SCHEMA_VIOLATION',
      severity: 'error',
      message: `${source.name} holds no variables here`,
      location: node.location,
      hint: 'write a mapping of names to values (NAME: value), or lines of NAME=value'
    }
  ])
}

import { resolve } from 'node:path'
import type { Diagnostic } from '../errors/diagnostic.ts'
import type { SourceText } from '../source/source-text.ts'
import { buildVariables, repeatedVariables } from './build-variables.ts'
import type { VariableDefinition } from './document.ts'
import { isEnvText, parseEnvLines } from './env-lines.ts'
import { textAt } from './fields.ts'
import { checkValue } from './locate.ts'
import { displayName, readText } from './read.ts'
import { entryOf, type ValueNode, valueAt } from './tree.ts'
import { validators, withValidators } from './validators.ts'
import { parseYaml, type YamlContext } from './yaml.ts'

/** Variables of a file, and what is wrong with it. */
export interface VariableFile {
  readonly variables: readonly VariableDefinition[]
  readonly problems: readonly Diagnostic[]
}

/**
 * Reads a file of variables: a VariableSet, a YAML or JSON mapping of names to values, or lines of `NAME=value`.
 * Rejects with `UsageError` where it cannot be read.
 */
export async function readVariableFile(
  path: string,
  environment: YamlContext & { readonly cwd: string }
): Promise<VariableFile> {
  const { cwd, variables, hide } = environment
  const whole = resolve(cwd, path)
  const source = await readText(whole, displayName(whole, cwd))
  return await withValidators(() => parseVariableFile(source, { variables, hide }))
}

/** The variables that the text of a file says. */
function parseVariableFile(
  source: SourceText,
  { variables: processVariables, hide }: YamlContext
): VariableFile {
  if (isEnvText(source)) {
    const { variables, problems } = parseEnvLines(source)
    return { variables, problems: [...problems, ...repeatedVariables(variables)] }
  }
  const files = parseYaml(source, processVariables, hide).map(({ root, problems }) => {
    if (root === undefined) return { variables: [], problems }
    const read = variablesOf(root)
    return { variables: read.variables, problems: [...problems, ...read.problems] }
  })
  const variables = files.flatMap(file => file.variables)
  return { variables, problems: [...files.flatMap(file => file.problems), ...repeatedVariables(variables)] }
}

/** Without a type, a mapping with `spec` is one too. */
const SET_KINDS: readonly (string | undefined)[] = ['VariableSet', 'Environment', undefined]

function variablesOf(root: ValueNode): VariableFile {
  const type = textAt(root, 'type')
  const isDocument = entryOf(root, 'spec') !== undefined
  if (isDocument && !SET_KINDS.includes(type)) return refuse(root)
  const spec = (isDocument ? valueAt(root, 'spec') : undefined) ?? root
  const isSet = isDocument || valueAt(spec, 'values')?.kind === 'list'
  const values = isSet ? valueAt(spec, 'values') : spec
  if (values === undefined) return { variables: [], problems: [] }
  if (spec.kind !== 'map') return refuse(root)
  const problems = checkValue(
    isSet ? spec : { ...spec, entries: [{ key: 'values', keyLocation: spec.location, value: spec }] },
    validators.variableSet,
    root.location
  )
  return { variables: buildVariables(values), problems }
}

function refuse({ location }: ValueNode): VariableFile {
  const problem: Diagnostic = {
    code: 'SCHEMA_VIOLATION',
    severity: 'error',
    message: 'there are no variables here',
    location,
    hint: 'write a mapping of names to values (NAME: value), a VariableSet, or lines of NAME=value'
  }
  return { variables: [], problems: [problem] }
}

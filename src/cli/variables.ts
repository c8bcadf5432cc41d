import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { VariableDefinition, VariableSetReference } from '../definition/document.ts'
import type { LoadEnvironment } from '../definition/load.ts'
import type { VariableSource } from '../definition/settings.ts'
import { readVariableFile } from '../definition/variable-file.ts'
import { DefinitionError } from '../errors/errors.ts'

const PAIR = /^([A-Za-z_][A-Za-z0-9_.-]*)=(.*)$/s

/**
 * What `--vars` gives, in the order of its texts: a pair each, what a file says, or the id or name of a set that
 * one of the definitions may have. Mistakes in a file are a `DefinitionError`; what stood in it was told before.
 */
export async function readVariables(
  texts: readonly string[],
  environment: Pick<LoadEnvironment, 'cwd' | 'variables' | 'hide'>,
  onRead: (sources: readonly VariableSource[]) => void = () => undefined
): Promise<readonly VariableSource[]> {
  const sources: VariableSource[] = []
  for (const text of texts)
    if (PAIR.test(text)) sources.push(parsePair(text))
    else if (await isFile(resolve(environment.cwd, text))) {
      const { variables, problems } = await readVariableFile(text, environment)
      onRead(variables)
      if (problems.some(problem => problem.severity === 'error')) throw new DefinitionError(problems)
      sources.push(...variables)
    } else sources.push(namedSet(text))
  onRead(sources)
  return sources
}

function parsePair(text: string): VariableDefinition {
  const at = text.indexOf('=')
  return { name: text.slice(0, at), value: text.slice(at + 1), isSecret: false }
}

function namedSet(value: string): VariableSetReference {
  return { value }
}

async function isFile(path: string): Promise<boolean> {
  return await stat(path).then(
    found => !found.isDirectory(),
    () => false
  )
}

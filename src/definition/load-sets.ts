import { resolve } from 'node:path'
import type { Diagnostic } from '../errors/diagnostic.ts'
import { UsageError } from '../errors/errors.ts'
import type { VariableSetReference, VariablesDefinition } from './document.ts'
import { readVariableFile } from './variable-file.ts'
import type { YamlContext } from './yaml.ts'

/** A text that names a file and no document: it starts with `./`, `../` or `/`. */
export const PATH: RegExp = /^(?:\.{1,2}[\\/]|\/)[^\n]*$/

/** The same variables, the sets that a path names read from their files. */
export async function withSets<T extends VariablesDefinition>(
  definition: T,
  folder: string,
  environment: YamlContext & { readonly cwd: string }
): Promise<{ readonly value: T; readonly problems: readonly Diagnostic[] }> {
  const problems: Diagnostic[] = []
  const variableSets: VariableSetReference[] = []
  for (const reference of definition.variableSets) {
    if (!PATH.test(reference.value)) {
      variableSets.push(reference)
      continue
    }
    try {
      const file = await readVariableFile(resolve(folder, reference.value), environment)
      problems.push(...file.problems)
      variableSets.push({ ...reference, variables: file.variables })
    } catch (error) {
      if (!(error instanceof UsageError)) throw error
      const { location } = reference
      const place = location ? { location } : {}
      problems.push({ code: 'SCHEMA_VIOLATION', severity: 'error', message: error.message, ...place })
      variableSets.push({ ...reference, variables: [] })
    }
  }
  return { value: { ...definition, variableSets }, problems }
}

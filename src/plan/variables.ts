import type { TestDefinition, VariableDefinition } from '../definition/document.ts'
import type { Settings } from '../definition/settings.ts'
import type { Diagnostic } from '../errors/diagnostic.ts'
import { SHORTEST_SECRET } from '../model/mask.ts'
import type { VariableValue } from './plan.ts'

/** The variables of a test: those of the project, over them its own, over them those of the command line. */
export function collectVariables(
  test: TestDefinition,
  settings: Settings
): ReadonlyMap<string, VariableValue> {
  const given = settings.variables ?? []
  const ordered = [
    ...given.filter(variable => variable.isDefault === true),
    ...test.variables,
    ...given.filter(variable => variable.isDefault !== true)
  ]
  const collected = new Map<string, VariableValue>()
  for (const { name, value, isSecret } of ordered)
    collected.set(name, { value, isSecret: isSecret || collected.get(name)?.isSecret === true })
  return collected
}

/** Secrets that are too short to be hidden. Said once each, wherever they are given. */
export function shortSecrets(tests: readonly TestDefinition[], settings: Settings): readonly Diagnostic[] {
  const all: readonly VariableDefinition[] = [
    ...(settings.variables ?? []),
    ...tests.flatMap(test => test.variables)
  ]
  return all
    .filter(({ isSecret, isUnset, value }) => isSecret && isUnset !== true && value.length < SHORTEST_SECRET)
    .map(({ name, location }) => ({
      code: 'SCHEMA_VIOLATION',
      severity: 'error',
      message: `the secret \`${name}\` has fewer than ${SHORTEST_SECRET} characters, too few to be searched for`,
      ...(location ? { location } : {}),
      hint: 'use a longer one, or `type: raw` if it is none'
    }))
}

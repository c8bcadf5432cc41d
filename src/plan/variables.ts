import type {
  Definition,
  VariableDefinition,
  VariableSetReference,
  VariablesDefinition
} from '../definition/document.ts'
import type { Settings, VariableSource } from '../definition/settings.ts'
import type { Diagnostic } from '../errors/diagnostic.ts'
import { suggest } from '../errors/suggest.ts'
import { SHORTEST_SECRET } from '../model/mask.ts'
import type { VariableValue } from './plan.ts'

/** Sets of variables by their ids and names. */
export type VariableSets = ReadonlyMap<string, readonly VariableDefinition[]>

/** The sets among the definitions. */
export function variableSetsOf(definitions: readonly Definition[]): VariableSets {
  const sets = new Map<string, readonly VariableDefinition[]>()
  for (const definition of definitions)
    if (definition.kind === 'variable-set')
      for (const key of [definition.name, definition.id])
        if (key !== undefined) sets.set(key, definition.variables)
  return sets
}

export interface VariableScope {
  readonly settings: Settings
  readonly sets: VariableSets
  readonly problems: Diagnostic[]
}

/**
 * The variables of a test: those of the project, over them its own, over them those of the suites that it is a step
 * of, from the inside, over them those of the command line. Everywhere sets come first.
 */
export function collectVariables(
  definitions: readonly VariablesDefinition[],
  { settings, sets, problems }: VariableScope
): ReadonlyMap<string, VariableValue> {
  const layers = [...(settings.defaults ? [settings.defaults] : []), ...definitions]
  const sources: readonly VariableSource[] = [
    ...layers.flatMap(layer => [...layer.variableSets, ...layer.variables]),
    ...(settings.variables ?? [])
  ]
  const collected = new Map<string, VariableValue>()
  for (const source of sources)
    for (const { name, value, isSecret } of expand(source, sets, problems))
      collected.set(name, { value, isSecret: isSecret || collected.get(name)?.isSecret === true })
  return collected
}

function expand(
  source: VariableSource,
  sets: VariableSets,
  problems: Diagnostic[]
): readonly VariableDefinition[] {
  if ('name' in source) return [source]
  const found = source.variables ?? sets.get(source.value)
  if (found === undefined) problems.push(missingSet(source, sets))
  return found ?? []
}

function missingSet({ value, location }: VariableSetReference, sets: VariableSets): Diagnostic {
  const near = suggest(value, [...sets.keys()])
  const among = 'a set is a document of type `VariableSet` in one of the files that are run'
  const isFile = /\.(?:env|ya?ml|json)$/.test(value)
  if (location === undefined)
    return {
      code: 'UNDEFINED_VARIABLE',
      severity: 'error',
      message: `--vars ${value}: there is no such file, and no variable set of that name`,
      hint: near ? `did you mean \`${near}\`?` : `a single variable is written NAME=value; ${among}`
    }
  return {
    code: 'UNDEFINED_VARIABLE',
    severity: 'error',
    message: `there is no variable set \`${value}\``,
    location,
    hint: near ? `did you mean \`${near}\`?` : isFile ? `a path starts with \`./\`: \`./${value}\`` : among
  }
}

/** Secrets that are too short to be hidden. Said once each, wherever they are given. */
export function shortSecrets(definitions: readonly Definition[], settings: Settings): readonly Diagnostic[] {
  return givenVariables(definitions, settings)
    .filter(({ isSecret, isUnset, value }) => isSecret && isUnset !== true && value.length < SHORTEST_SECRET)
    .map(({ name, location }) => ({
      code: 'SCHEMA_VIOLATION',
      severity: 'error',
      message: `the secret \`${name}\` has fewer than ${SHORTEST_SECRET} characters, too few to be searched for`,
      ...(location ? { location } : {}),
      hint: 'use a longer one, or `type: raw` if it is none'
    }))
}

/** Every variable that files and settings give, whether a test reads it or not. */
export function givenVariables(
  definitions: readonly Definition[],
  settings: Pick<Settings, 'defaults' | 'variables'>
): readonly VariableDefinition[] {
  const layers = definitions.filter(one => one.kind === 'test' || one.kind === 'suite')
  const sets = definitions.filter(one => one.kind === 'variable-set').flatMap(one => one.variables)
  const sources: readonly VariableSource[] = [
    ...[...(settings.defaults ? [settings.defaults] : []), ...layers].flatMap(layer => [
      ...layer.variableSets,
      ...layer.variables
    ]),
    ...(settings.variables ?? [])
  ]
  return [...sets, ...sources.flatMap(source => ('name' in source ? [source] : (source.variables ?? [])))]
}

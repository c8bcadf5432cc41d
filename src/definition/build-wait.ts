import type { Location } from '../source/source-text.ts'
import type { PollingProfileDefinition, VariableDefinition, WaitDefinition } from './document.ts'
import { durationAt, mapAt, scalarAt, textAt, textsAt } from './fields.ts'
import { type MapNode, type ValueNode, valueAt } from './tree.ts'

/** The keys about waiting, of a test or of the project file. */
export function buildWait(node: MapNode): WaitDefinition {
  const orphans = scalarAt(node, 'orphans')
  return withoutUndefined<WaitDefinition>({
    timeoutMs: durationAt(node, 'timeout'),
    flushDelayMs: durationAt(node, 'flushDelay'),
    lagMs: durationAt(node, 'lag'),
    tailSamplingMs: durationAt(mapAt(node, 'pipeline'), 'tailSampling'),
    absenceWindowMs: durationAt(node, 'absenceWindow'),
    asyncMs: durationAt(node, 'async'),
    allowOrphans: orphans && { value: orphans.text.text === 'allow', location: orphans.location },
    externalHosts: valueAt(node, 'external') && textsAt(node, 'external')
  })
}

/** Leaves out what was not said, so that defaults show through. */
export function withoutUndefined<T extends object>(value: { readonly [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined)) as T
}

export function buildPollingProfile(node: MapNode): PollingProfileDefinition {
  const periodic = mapAt(node, 'periodic')
  return withoutUndefined<PollingProfileDefinition>({
    timeoutMs: durationAt(periodic, 'timeout'),
    retryDelayMs: durationAt(periodic, 'retryDelay')
  })
}

/** Both forms: a mapping of names to values, and a list of key, value and type. */
export function buildVariables(node: ValueNode | undefined): readonly VariableDefinition[] {
  if (node?.kind === 'map')
    return node.entries
      .filter(entry => !entry.key.startsWith('x-'))
      .flatMap(({ key, keyLocation, value }) => buildVariable(key, keyLocation, value, false))
  if (node?.kind !== 'list') return []
  return node.items.flatMap(item => {
    const name = scalarAt(item, 'key')
    const isSecret = textAt(item, 'type') === 'secret'
    return name ? buildVariable(name.text.text, name.location, valueAt(item, 'value'), isSecret) : []
  })
}

function buildVariable(
  name: string,
  location: Location,
  value: ValueNode | undefined,
  isSecret: boolean
): readonly VariableDefinition[] {
  if (value?.kind !== 'scalar') return []
  const unset = value.isBroken ? { isUnset: true } : {}
  return [{ name, value: value.text.text, isSecret, location, ...unset }]
}

import type { PollingProfileDefinition, WaitDefinition } from './document.ts'
import { durationAt, mapAt, scalarAt, textsAt } from './fields.ts'
import { type MapNode, valueAt } from './tree.ts'

/** The keys about waiting, of a test or of the project file. */
export function buildWait(node: MapNode): WaitDefinition {
  const orphans = scalarAt(node, 'orphans')
  const links = scalarAt(node, 'links')
  return withoutUndefined<WaitDefinition>({
    timeoutMs: durationAt(node, 'timeout'),
    flushDelayMs: durationAt(node, 'flushDelay'),
    lagMs: durationAt(node, 'lag'),
    tailSamplingMs: durationAt(mapAt(node, 'pipeline'), 'tailSampling'),
    absenceWindowMs: durationAt(node, 'absenceWindow'),
    asyncMs: durationAt(node, 'async'),
    allowOrphans: orphans && { value: orphans.text.text === 'allow', location: orphans.location },
    followsLinks: links && { value: links.text.text === 'follow', location: links.location },
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

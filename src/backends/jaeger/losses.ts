import type { Loss } from '../../model/run-event.ts'

/** What has no place in Jaeger's own model; arrays and maps are JSON text in it, and a link to the parent is none. */
export const JAEGER_MODEL_LOSSES: readonly Loss[] = [
  'links',
  'scope-attributes',
  'nested-types',
  'flags',
  'dropped-counts'
]

/** What its JSON loses, which is the v1 API and the files of its web page: microseconds are all it has. */
export const JAEGER_JSON_LOSSES: readonly Loss[] = [...JAEGER_MODEL_LOSSES, 'precision']

import type { Loss } from '../../model/run-event.ts'

/** What Zipkin has no place for, or what not every SDK and Collector sends it. */
export const ZIPKIN_LOSSES: readonly Loss[] = [
  'links',
  'event-attributes',
  'scope',
  'resource',
  'precision',
  'case',
  'types',
  'kind',
  'flags',
  'dropped-counts'
]

import type { TraceId } from '../model/ids.ts'

/** Where the id of a trace goes in `traceUrl`. */
const PLACE = /\{traceId\}/g

/** The link to a trace, from the template of the settings. */
export function expandTraceUrl(template: string, traceId: TraceId): string {
  return template.replace(PLACE, traceId)
}

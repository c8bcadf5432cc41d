import type { TraceId } from './ids.ts'
import { parseTraceId } from './ids.ts'

/** What a trace id may look like, for messages. */
export const TRACE_ID_FORMS: string =
  'a trace id is 32 hexadecimal digits (16 where a store keeps 64 bits), base64 as some stores print it, ' +
  '1-5759e988-bd862e3fe1be46a994272793 as X-Ray does, a UUID, or a whole traceparent'

const HEX = /^(?:0x)?([0-9a-f]{12,32})$/i
const UUID = /^([0-9a-f]{8})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{12})$/i
const X_RAY = /^(?:root=)?1-([0-9a-f]{8})-([0-9a-f]{24})(?:;.*)?$/i
const TRACE_PARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/i
const BASE64 = /^(?:[A-Za-z0-9+/_-]{22}(?:==)?|[A-Za-z0-9+/_-]{11}=)$/

/** The trace id that a person copied from anywhere: a log, a header, the UI of a store. */
export function readTraceId(text: string): TraceId | undefined {
  const written = text.trim()
  for (const form of [HEX, UUID, X_RAY, TRACE_PARENT]) {
    const [, ...groups] = form.exec(written) ?? []
    if (groups.length > 0) return parseTraceId(groups.join(''))
  }
  if (!BASE64.test(written)) return undefined
  const bytes = atob(written.replaceAll('-', '+').replaceAll('_', '/'))
  return parseTraceId(Array.from(bytes, byte => byte.charCodeAt(0).toString(16).padStart(2, '0')).join(''))
}

import { parseTraceId, type TraceId } from '../model/ids.ts'
import type { Header } from '../model/response.ts'

/** A trace that a header of an answer names. */
export interface AnsweredId {
  /** In lower case. */
  readonly header: string
  /** All that it says. */
  readonly text: string
  readonly traceId: TraceId
  /** Undefined where the header does not say it. */
  readonly isSampled?: boolean
}

/** Headers by which systems tell the trace of an answer. */
const ID_HEADERS = ['traceresponse', 'server-timing', 'x-trace-id', 'trace-id', 'x-b3-traceid', 'traceparent']

/** Every trace that an answer names, by the headers that are known for it. */
export function findAnsweredIds(headers: readonly Header[]): readonly AnsweredId[] {
  return ID_HEADERS.flatMap(name => {
    const text = headerOf(headers, name)
    const found = text === undefined ? undefined : traceIdIn(text, name === 'x-b3-traceid' ? 16 : 32)
    return text === undefined || found === undefined ? [] : [{ header: name, text, ...found }]
  })
}

/** The trace that a header names of which the user says so: an id alone, of any length, or within a longer text. */
export function readTraceId(headers: readonly Header[], name: string): TraceId | undefined {
  const text = headerOf(headers, name)
  return text === undefined ? undefined : (traceIdIn(text, 32)?.traceId ?? parseTraceId(text))
}

function headerOf(headers: readonly Header[], name: string): string | undefined {
  const wanted = name.toLowerCase()
  return headers.find(header => header.key.toLowerCase() === wanted)?.value.trim()
}

function traceIdIn(
  text: string,
  shortest: 16 | 32
): { readonly traceId: TraceId; readonly isSampled?: boolean } | undefined {
  const w3c = /\b[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-([0-9a-f]{2})\b/i.exec(text)
  const digits = w3c?.[1] ?? /(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])/i.exec(text)?.[0]
  const isShort = digits === undefined && shortest === 16 && /^[0-9a-f]{16}$/i.test(text)
  const traceId = parseTraceId(isShort ? text : (digits ?? ''))
  if (traceId === undefined) return undefined
  const flags = w3c?.[2]
  return flags === undefined ? { traceId } : { traceId, isSampled: (Number.parseInt(flags, 16) & 1) === 1 }
}

import { DecodeError } from '../../errors/decode-error.ts'
import type { Span } from '../../model/span.ts'
import { decodeOtlpJson, decodeOtlpProtobuf } from '../../otlp/decode.ts'
import { parseOtlpJsonText } from '../../otlp/json-text.ts'
import { WireReader } from '../../otlp/wire.ts'

/** The two interfaces of Tempo that give a trace by its id. */
export type ApiVersion = 'v2' | 'v1'

/** The spans of one answer, and Tempo's words where it says that it left spans out. */
export interface TempoTrace {
  readonly spans: readonly Span[]
  readonly cut?: string
}

/** What an answer is written in, by its bytes first: gateways and proxies get the content type wrong. */
export type BodyForm = 'protobuf' | 'json' | 'html' | 'text'

const UNEXPLAINED = 'Tempo calls the trace partial, and does not say why'

/** Keys of which an answer of each version has one, unless it is empty. */
const KEYS: Record<ApiVersion, readonly string[]> = {
  v2: ['trace', 'metrics', 'batches', 'resourceSpans'],
  v1: ['batches', 'resourceSpans']
}

/** First bytes that a protobuf answer may have: the tags of the fields of both versions. */
const TAGS = new Set([0x0a, 0x12, 0x18, 0x22])

/** Says what a body is written in. */
export function bodyFormOf(contentType: string, body: Uint8Array): BodyForm {
  const [first] = body
  const isJsonType = /\bjson\b/i.test(contentType)
  // An empty message of protobuf has no bytes at all.
  if (first === undefined) return isJsonType ? 'text' : 'protobuf'
  // A line break before JSON is the same byte as the tag of a trace.
  if (TAGS.has(first) && !isJsonType) return 'protobuf'
  const head = Buffer.from(body.subarray(0, 512))
    .toString('utf8')
    .replace(/^\ufeff/, '')
    .trimStart()
  if (head.startsWith('{')) return 'json'
  if (head.startsWith('<')) return 'html'
  return TAGS.has(first) ? 'protobuf' : 'text'
}

/** Reads an answer that has a trace, or none. Throws `DecodeError`. */
export function decodeTempoTrace(
  version: ApiVersion,
  form: 'protobuf' | 'json',
  body: Uint8Array
): TempoTrace {
  if (form === 'json') return decodeJson(version, body)
  return version === 'v1' ? { spans: decodeOtlpProtobuf(body) } : decodeResponse(body)
}

function decodeJson(version: ApiVersion, body: Uint8Array): TempoTrace {
  const value = parseOtlpJsonText(Buffer.from(body).toString('utf8'))
  const answer = typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  const keys = Object.keys(answer)
  if (keys.length > 0 && !KEYS[version].some(key => key in answer))
    throw new DecodeError(
      `the keys ${keys.slice(0, 5).join(', ')} where \`${KEYS[version][0]}\` must be`,
      '$'
    )
  const spans = decodeOtlpJson(value)
  const { status, message } = answer
  if (version === 'v1' || isComplete(status)) return { spans }
  return { spans, cut: typeof message === 'string' && message !== '' ? message : UNEXPLAINED }
}

function isComplete(status: unknown): boolean {
  return status === undefined || status === null || status === 0 || status === 'COMPLETE'
}

/** `TraceByIDResponse`: trace = 1, metrics = 2, status = 3, message = 4. */
function decodeResponse(body: Uint8Array): TempoTrace {
  const reader = new WireReader(body)
  const traces: Uint8Array[] = []
  let status = 0
  let message = ''
  while (reader.hasMore()) {
    const tag = reader.tag()
    if (tag === 0x0a) traces.push(reader.bytes())
    else if (tag === 0x18) status = reader.uint32()
    else if (tag === 0x22) message = reader.string()
    else reader.skip(tag)
  }
  // Parts of one message that come apart are one message: protobuf joins them by joining their bytes.
  const spans = decodeOtlpProtobuf(traces.length === 1 ? traces[0]! : Buffer.concat(traces))
  return status === 0 ? { spans } : { spans, cut: message === '' ? UNEXPLAINED : message }
}

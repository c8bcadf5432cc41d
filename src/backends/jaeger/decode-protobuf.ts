import type { Attributes, AttributeValue } from '../../model/attributes.ts'
import { NO_ATTRIBUTES } from '../../model/attributes.ts'
import type { SpanId, TraceId } from '../../model/ids.ts'
import { parseSpanId, parseTraceId } from '../../model/ids.ts'
import type { Span } from '../../model/span.ts'
import { WireReader } from '../../otlp/wire.ts'
import type { JaegerLog, JaegerReference } from './span-from-jaeger.ts'
import { resourceFromJaeger, spanFromJaeger } from './span-from-jaeger.ts'

type Tags = Map<string, AttributeValue>

/** Decodes the `SpansResponseChunk` of the API v2. Throws `DecodeError`. */
export function decodeJaegerChunk(bytes: Uint8Array): readonly Span[] {
  const reader = new WireReader(bytes)
  const spans: Span[] = []
  each(reader, tag => {
    if (tag !== 0x0a) return false
    spans.push(readSpan(reader))
    return true
  })
  return spans
}

/** Reads the fields of the innermost message, by their tags: `number << 3 | wire type`. Those not taken are skipped. */
function each(reader: WireReader, take: (tag: number) => boolean): void {
  while (reader.hasMore()) {
    const tag = reader.tag()
    if (!take(tag)) reader.skip(tag)
  }
}

function message(reader: WireReader, take: (tag: number) => boolean): void {
  const outer = reader.enter()
  each(reader, take)
  reader.leave(outer)
}

function readSpan(reader: WireReader): Span {
  let traceId: TraceId | undefined
  let spanId: SpanId | undefined
  let operationName = ''
  let startUnixNano = 0n
  let durationNanos = 0n
  let resource: Attributes = NO_ATTRIBUTES
  const references: JaegerReference[] = []
  const logs: JaegerLog[] = []
  const tags: Tags = new Map()
  message(reader, tag => {
    if (tag === 0x0a) traceId = parseTraceId(reader.hex())
    else if (tag === 0x12) spanId = parseSpanId(reader.hex())
    else if (tag === 0x1a) operationName = reader.string()
    else if (tag === 0x22) references.push(readReference(reader))
    else if (tag === 0x32) startUnixNano = readNanos(reader)
    else if (tag === 0x3a) durationNanos = readNanos(reader)
    else if (tag === 0x42) readTag(reader, tags)
    else if (tag === 0x4a) logs.push(readLog(reader))
    else if (tag === 0x52) resource = readProcess(reader)
    else return false
    return true
  })
  if (traceId === undefined || spanId === undefined)
    throw reader.error(`span "${operationName}" has no valid ${traceId === undefined ? 'trace' : 'span'} id`)
  return spanFromJaeger({
    traceId,
    spanId,
    operationName,
    references,
    startUnixNano,
    durationNanos,
    tags,
    logs,
    resource
  })
}

function readReference(reader: WireReader): JaegerReference {
  let traceId: TraceId | undefined
  let spanId: SpanId | undefined
  let type = 0
  message(reader, tag => {
    if (tag === 0x0a) traceId = parseTraceId(reader.hex())
    else if (tag === 0x12) spanId = parseSpanId(reader.hex())
    else if (tag === 0x18) type = reader.uint32()
    else return false
    return true
  })
  if (traceId === undefined || spanId === undefined)
    throw reader.error(`a reference without a valid ${traceId === undefined ? 'trace' : 'span'} id`)
  return { isChildOf: type === 0, traceId, spanId }
}

function readLog(reader: WireReader): JaegerLog {
  let timeUnixNano = 0n
  const fields: Tags = new Map()
  message(reader, tag => {
    if (tag === 0x0a) timeUnixNano = readNanos(reader)
    else if (tag === 0x12) readTag(reader, fields)
    else return false
    return true
  })
  return { timeUnixNano, fields }
}

function readProcess(reader: WireReader): Attributes {
  let serviceName = ''
  const tags: Tags = new Map()
  message(reader, tag => {
    if (tag === 0x0a) serviceName = reader.string()
    else if (tag === 0x12) readTag(reader, tags)
    else return false
    return true
  })
  return resourceFromJaeger(serviceName, tags)
}

/** Reads a `KeyValue`: of its values, which stand side by side, the one that its type names counts. */
function readTag(reader: WireReader, tags: Tags): void {
  let key = ''
  let type = 0
  // By type: what is left out on the wire is the zero of its type.
  const values: AttributeValue[] = ['', false, 0n, 0, new Uint8Array()]
  message(reader, tag => {
    if (tag === 0x0a) key = reader.string()
    else if (tag === 0x10) type = reader.uint32()
    else if (tag === 0x1a) values[0] = reader.string()
    else if (tag === 0x20) values[1] = reader.bool()
    else if (tag === 0x28) values[2] = reader.int64()
    else if (tag === 0x31) values[3] = reader.double()
    else if (tag === 0x3a) values[4] = reader.bytes()
    else return false
    return true
  })
  const value = values[type]
  if (value === undefined) throw reader.error(`the tag "${key}" has a type that is not known: ${type}`)
  tags.set(key, value)
}

/** `google.protobuf.Timestamp` and `Duration` alike: seconds and nanoseconds. */
function readNanos(reader: WireReader): bigint {
  let seconds = 0n
  let nanos = 0n
  message(reader, tag => {
    if (tag === 0x08) seconds = reader.int64()
    else if (tag === 0x10) nanos = reader.int64()
    else return false
    return true
  })
  return seconds * 1_000_000_000n + nanos
}

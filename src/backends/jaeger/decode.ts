import type { Attributes, AttributeValue } from '../../model/attributes.ts'
import { NO_ATTRIBUTES } from '../../model/attributes.ts'
import type { SpanId, TraceId } from '../../model/ids.ts'
import { parseSpanId, parseTraceId } from '../../model/ids.ts'
import type { Span } from '../../model/span.ts'
import type { JsonObject } from '../../otlp/json-cursor.ts'
import { isPresent, JsonCursor } from '../../otlp/json-cursor.ts'
import { decodeBase64 } from '../../otlp/json-id.ts'
import { separateSharedIds } from '../../otlp/shared-ids.ts'
import type { JaegerLog, JaegerReference } from './span-from-jaeger.ts'
import { resourceFromJaeger, spanFromJaeger } from './span-from-jaeger.ts'

/**
 * Decodes Jaeger's own JSON: the answer of its v1 API, or the file that its web page saves. Throws `DecodeError`.
 * Scope attributes, dropped counts and link attributes are not in it; arrays and maps come as JSON text.
 */
export function decodeJaegerJson(value: unknown): readonly Span[] {
  return separateSharedIds(decodeJaegerSpans(value))
}

/** The same, with ids as they came: Jaeger takes spans of Zipkin too. */
export function decodeJaegerSpans(value: unknown): readonly Span[] {
  const cursor = new JsonCursor()
  const spans: Span[] = []
  const readTrace = (trace: JsonObject): void => {
    const processes = readProcesses(cursor, trace)
    cursor.list(trace, 'spans', item => spans.push(readSpan(cursor, item, processes)))
  }
  if (Array.isArray(value)) cursor.each(value, trace => readTrace(cursor.object(trace)))
  else {
    const document = cursor.object(value)
    if (Array.isArray(document['spans'])) readTrace(document)
    else cursor.list(document, 'data', readTrace)
  }
  return spans
}

function readProcesses(cursor: JsonCursor, trace: JsonObject): ReadonlyMap<string, Attributes> {
  const resources = new Map<string, Attributes>()
  cursor.child(trace, 'processes', processes => {
    for (const id of Object.keys(processes))
      cursor.child(processes, id, process => resources.set(id, readProcess(cursor, process)))
  })
  return resources
}

function readProcess(cursor: JsonCursor, process: JsonObject): Attributes {
  return resourceFromJaeger(cursor.text(process, 'serviceName'), readTags(cursor, process, 'tags'))
}

function readSpan(cursor: JsonCursor, item: JsonObject, processes: ReadonlyMap<string, Attributes>): Span {
  return spanFromJaeger({
    traceId: readTraceId(cursor, item),
    spanId: readSpanId(cursor, item),
    parentSpanId: parseSpanId(cursor.text(item, 'parentSpanID')),
    operationName: cursor.text(item, 'operationName'),
    references: readReferences(cursor, item),
    startUnixNano: micros(cursor, item, 'startTime'),
    durationNanos: micros(cursor, item, 'duration'),
    tags: readTags(cursor, item, 'tags'),
    logs: readLogs(cursor, item),
    resource:
      processes.get(cursor.text(item, 'processID')) ??
      cursor.child(item, 'process', process => readProcess(cursor, process)) ??
      NO_ATTRIBUTES
  })
}

function readReferences(cursor: JsonCursor, item: JsonObject): readonly JaegerReference[] {
  const references: JaegerReference[] = []
  cursor.list(item, 'references', reference =>
    references.push({
      isChildOf: cursor.text(reference, 'refType') === 'CHILD_OF',
      traceId: readTraceId(cursor, reference),
      spanId: readSpanId(cursor, reference)
    })
  )
  return references
}

function readLogs(cursor: JsonCursor, item: JsonObject): readonly JaegerLog[] {
  const logs: JaegerLog[] = []
  cursor.list(item, 'logs', log =>
    logs.push({ timeUnixNano: micros(cursor, log, 'timestamp'), fields: readTags(cursor, log, 'fields') })
  )
  return logs
}

function readTags(cursor: JsonCursor, owner: JsonObject, name: string): Map<string, AttributeValue> {
  const tags = new Map<string, AttributeValue>()
  cursor.list(owner, name, tag => tags.set(cursor.text(tag, 'key'), readTagValue(cursor, tag)))
  return tags
}

function readTagValue(cursor: JsonCursor, tag: JsonObject): AttributeValue {
  const value = tag['value']
  if (!isPresent(value)) return null
  switch (cursor.text(tag, 'type').toLowerCase()) {
    case 'bool':
      return cursor.boolean(value, 'value')
    case 'int64':
      return cursor.integer(tag, 'value')
    case 'float64':
      return cursor.double(value, 'value')
    case 'binary': {
      const bytes = decodeBase64(cursor.text(tag, 'value'))
      if (bytes === undefined) throw cursor.error('a binary tag that is not base64', 'value')
      return bytes
    }
    default:
      return untypedValue(value)
  }
}

function untypedValue(value: unknown): AttributeValue {
  if (typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : value
  return JSON.stringify(value)
}

function micros(cursor: JsonCursor, owner: JsonObject, name: string): bigint {
  return cursor.integer(owner, name) * 1_000n
}

function readTraceId(cursor: JsonCursor, owner: JsonObject): TraceId {
  const traceId = parseTraceId(cursor.text(owner, 'traceID'))
  if (traceId === undefined) throw cursor.error('not a trace id', 'traceID')
  return traceId
}

function readSpanId(cursor: JsonCursor, owner: JsonObject): SpanId {
  const spanId = parseSpanId(cursor.text(owner, 'spanID'))
  if (spanId === undefined) throw cursor.error('not a span id', 'spanID')
  return spanId
}

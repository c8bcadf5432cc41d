import type { Attributes, AttributeValue } from '../../model/attributes.ts'
import { NO_ATTRIBUTES } from '../../model/attributes.ts'
import type { SpanId, TraceId } from '../../model/ids.ts'
import { parseSpanId, parseTraceId } from '../../model/ids.ts'
import type { Scope, Span, SpanEvent, SpanKind, SpanLink, SpanStatus } from '../../model/span.ts'
import type { JsonObject } from '../../otlp/json-cursor.ts'
import { isPresent, JsonCursor } from '../../otlp/json-cursor.ts'
import { decodeBase64 } from '../../otlp/json-id.ts'
import { separateSharedIds } from '../../otlp/shared-ids.ts'

/** What the server adds to spans for its own purposes. */
const OWN_TAGS = ['internal.span.format', '@jaeger@warnings', '@jaeger@format']
const KINDS: readonly SpanKind[] = ['internal', 'server', 'client', 'producer', 'consumer']

/**
 * Decodes Jaeger's own JSON: the answer of its v1 API, or the file that its web page saves. Throws `DecodeError`.
 * Scope attributes, dropped counts and link attributes are not in it; arrays and maps come as JSON text.
 */
export function decodeJaegerJson(value: unknown): readonly Span[] {
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
  return separateSharedIds(spans)
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
  const resource = readTags(cursor, process, 'tags')
  const name = cursor.text(process, 'serviceName')
  if (name !== '') resource.set('service.name', name)
  return resource
}

function readSpan(cursor: JsonCursor, item: JsonObject, processes: ReadonlyMap<string, Attributes>): Span {
  const traceId = readTraceId(cursor, item)
  const tags = readTags(cursor, item, 'tags')
  for (const key of OWN_TAGS) tags.delete(key)
  const { parent, links } = readReferences(cursor, item, traceId)
  const startUnixNano = micros(cursor, item, 'startTime')
  const span: { -readonly [Key in keyof Span]: Span[Key] } = {
    traceId,
    spanId: readSpanId(cursor, item),
    name: cursor.text(item, 'operationName'),
    kind: takeKind(tags),
    startUnixNano,
    endUnixNano: startUnixNano + micros(cursor, item, 'duration'),
    status: takeStatus(tags),
    scope: takeScope(tags),
    resource:
      processes.get(cursor.text(item, 'processID')) ??
      cursor.child(item, 'process', process => readProcess(cursor, process)) ??
      NO_ATTRIBUTES,
    events: readLogs(cursor, item),
    links,
    attributes: tags
  }
  if (parent !== undefined) span.parentSpanId = parent
  const traceState = takeText(tags, 'w3c.tracestate')
  if (traceState !== undefined) span.traceState = traceState
  return span
}

/** The parent is the first reference into the same trace, `CHILD_OF` before `FOLLOWS_FROM`; every other one is a link. */
function readReferences(
  cursor: JsonCursor,
  item: JsonObject,
  traceId: TraceId
): { readonly parent: SpanId | undefined; readonly links: readonly SpanLink[] } {
  const references: { readonly isChildOf: boolean; readonly traceId: TraceId; readonly spanId: SpanId }[] = []
  cursor.list(item, 'references', reference =>
    references.push({
      isChildOf: cursor.text(reference, 'refType') === 'CHILD_OF',
      traceId: readTraceId(cursor, reference),
      spanId: readSpanId(cursor, reference)
    })
  )
  const own = references.filter(reference => reference.traceId === traceId)
  const parent = own.find(reference => reference.isChildOf) ?? own[0]
  const links = references
    .filter(reference => reference !== parent)
    .map(reference => ({ traceId: reference.traceId, spanId: reference.spanId, attributes: NO_ATTRIBUTES }))
  return { parent: parent?.spanId ?? parseSpanId(cursor.text(item, 'parentSpanID')), links }
}

function readLogs(cursor: JsonCursor, item: JsonObject): readonly SpanEvent[] {
  const events: SpanEvent[] = []
  cursor.list(item, 'logs', log => {
    const fields = readTags(cursor, log, 'fields')
    // Very old exporters had no field `event`.
    const name = takeText(fields, 'event') ?? takeText(fields, 'message') ?? ''
    events.push({ name, timeUnixNano: micros(cursor, log, 'timestamp'), attributes: fields })
  })
  return events
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

function takeKind(tags: Map<string, AttributeValue>): SpanKind {
  const name = takeText(tags, 'span.kind')?.toLowerCase()
  return KINDS.find(kind => kind === name) ?? 'unspecified'
}

function takeStatus(tags: Map<string, AttributeValue>): SpanStatus {
  const code = takeText(tags, 'otel.status_code')?.toUpperCase()
  const message = takeText(tags, 'otel.status_description')
  const error = tags.get('error')
  const isError = error === true || error === 'true'
  if (isError) tags.delete('error')
  const status = { code: isError || code === 'ERROR' ? 'error' : code === 'OK' ? 'ok' : 'unset' } as const
  return message === undefined ? status : { ...status, message }
}

function takeScope(tags: Map<string, AttributeValue>): Scope {
  const name = takeText(tags, 'otel.scope.name') ?? takeText(tags, 'otel.library.name') ?? ''
  const version = takeText(tags, 'otel.scope.version') ?? takeText(tags, 'otel.library.version')
  return version === undefined
    ? { name, attributes: NO_ATTRIBUTES }
    : { name, version, attributes: NO_ATTRIBUTES }
}

/** Removes a tag that stands for something else than an attribute, and gives its text. */
function takeText(tags: Map<string, AttributeValue>, key: string): string | undefined {
  const value = tags.get(key)
  if (typeof value !== 'string') return undefined
  tags.delete(key)
  return value
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

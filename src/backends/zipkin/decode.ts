import type { Attributes, AttributeValue } from '../../model/attributes.ts'
import { NO_ATTRIBUTES } from '../../model/attributes.ts'
import type { SpanId, TraceId } from '../../model/ids.ts'
import { parseSpanId, parseTraceId } from '../../model/ids.ts'
import type {
  DroppedCounts,
  Scope,
  Span,
  SpanEvent,
  SpanKind,
  SpanLink,
  SpanStatus
} from '../../model/span.ts'
import type { JsonObject } from '../../otlp/json-cursor.ts'
import { JsonCursor } from '../../otlp/json-cursor.ts'
import { keyOfEnd, separateSharedIds } from '../../otlp/shared-ids.ts'
import type { SharedIds } from '../../plugin/trace-backend.ts'
import { mergeReports } from './merge-reports.ts'

/** Zipkin mixes what OpenTelemetry keeps of a process with the tags of the span; these keys are of the process. */
const RESOURCE_KEY = /^(?:telemetry|host|k8s|container|process|cloud|deployment|service)\./
const KINDS: readonly SpanKind[] = ['server', 'client', 'producer', 'consumer']

const markedShared = new WeakSet<Span>()

/** The two ends of a call share an id, unless their tracer is told not to. */
export const ZIPKIN_SHARED_IDS: SharedIds = {
  keyOf: keyOfEnd,
  separate: spans => separateSharedIds(spans, span => markedShared.has(span)),
  areUsual: true
}

/**
 * Decodes Zipkin v2 JSON: a list of spans, or a list of such lists. Throws `DecodeError`.
 * Every value is text. Reports of one span are merged, ids that the two ends of a call share are separated.
 */
export function decodeZipkinJson(value: unknown): readonly Span[] {
  return ZIPKIN_SHARED_IDS.separate(decodeZipkinSpans(value))
}

/** The same, with the ids as they came. */
export function decodeZipkinSpans(value: unknown): readonly Span[] {
  const cursor = new JsonCursor()
  const reports: JsonObject[] = []
  const collect = (item: unknown): void => {
    if (Array.isArray(item)) cursor.each(item, collect)
    else reports.push(cursor.object(item))
  }
  if (!Array.isArray(value)) throw cursor.error('no list where a list of spans must be')
  cursor.each(value, collect)
  const spans: Span[] = []
  cursor.each(mergeReports(reports), item => {
    const report = cursor.object(item)
    const span = readSpan(cursor, report)
    spans.push(span)
    if (report['shared'] === true) markedShared.add(span)
  })
  return spans
}

function readSpan(cursor: JsonCursor, report: JsonObject): Span {
  const { attributes, resource } = readTags(cursor, report)
  const events = readAnnotations(cursor, report)
  const startUnixNano = micros(cursor, report, 'timestamp') ?? events[0]?.timeUnixNano ?? 0n
  const span: { -readonly [Key in keyof Span]: Span[Key] } = {
    traceId: readTraceId(cursor, report),
    spanId: readSpanId(cursor, report, 'id'),
    name: cursor.text(report, 'name'),
    kind: takeKind(cursor, report, attributes),
    startUnixNano,
    status: takeStatus(attributes),
    scope: takeScope(attributes),
    resource,
    events,
    links: takeLinks(attributes),
    attributes
  }
  if (cursor.text(report, 'parentId') !== '') span.parentSpanId = readSpanId(cursor, report, 'parentId')
  const duration = micros(cursor, report, 'duration')
  if (duration !== undefined) span.endUnixNano = startUnixNano + duration
  const dropped = takeDropped(attributes)
  if (dropped) span.dropped = dropped
  const traceState = take(attributes, 'w3c.tracestate')
  if (traceState !== undefined) span.traceState = traceState
  return span
}

function readTags(
  cursor: JsonCursor,
  report: JsonObject
): { readonly attributes: Map<string, AttributeValue>; readonly resource: Attributes } {
  const attributes = new Map<string, AttributeValue>()
  const resource = new Map<string, AttributeValue>()
  cursor.child(report, 'tags', tags => {
    for (const key of Object.keys(tags)) {
      const target = RESOURCE_KEY.test(key) ? resource : attributes
      target.set(key, cursor.text(tags, key))
    }
  })
  const setMissing = (key: string, value: AttributeValue): void => {
    if (value !== '' && value !== 0n && !attributes.has(key)) attributes.set(key, value)
  }
  cursor.child(report, 'localEndpoint', endpoint => {
    const name = cursor.text(endpoint, 'serviceName')
    if (name !== '') resource.set('service.name', name)
    setMissing('network.local.address', cursor.text(endpoint, 'ipv4', 'ipv6'))
    setMissing('network.local.port', cursor.integer(endpoint, 'port'))
  })
  cursor.child(report, 'remoteEndpoint', endpoint => {
    setMissing('peer.service', cursor.text(endpoint, 'serviceName'))
    setMissing('network.peer.address', cursor.text(endpoint, 'ipv4', 'ipv6'))
    setMissing('network.peer.port', cursor.integer(endpoint, 'port'))
  })
  return { attributes, resource }
}

function readAnnotations(cursor: JsonCursor, report: JsonObject): readonly SpanEvent[] {
  const events: SpanEvent[] = []
  cursor.list(report, 'annotations', annotation => {
    const value = cursor.text(annotation, 'value')
    // OpenTelemetry writes an event as `name|{attributes}|dropped`, or as its name alone.
    const [, name, json] = /^(.*?)\|(\{.*\})\|\d+$/s.exec(value) ?? []
    const attributes = json === undefined ? undefined : parseAttributes(json)
    const timeUnixNano = micros(cursor, annotation, 'timestamp') ?? 0n
    if (name === undefined || attributes === undefined)
      events.push({ name: value, timeUnixNano, attributes: NO_ATTRIBUTES })
    else events.push({ name, timeUnixNano, attributes })
  })
  return events
}

/** Links are tags `otlp.link.0 = traceId|spanId|tracestate|{attributes}|dropped`. */
function takeLinks(attributes: Map<string, AttributeValue>): readonly SpanLink[] {
  const links: SpanLink[] = []
  for (const [key, value] of [...attributes]) {
    if (!/^otlp\.link\.\d+$/.test(key) || typeof value !== 'string') continue
    const [, trace = '', span = '', traceState = '', json = ''] =
      /^([0-9a-f]*)\|([0-9a-f]*)\|([^|]*)\|(.*)\|\d+$/is.exec(value) ?? []
    const traceId = parseTraceId(trace)
    const spanId = parseSpanId(span)
    if (traceId === undefined || spanId === undefined) continue
    attributes.delete(key)
    const link = { traceId, spanId, attributes: parseAttributes(json) ?? NO_ATTRIBUTES }
    links.push(traceState === '' ? link : { ...link, traceState })
  }
  return links
}

function parseAttributes(json: string): Attributes | undefined {
  try {
    const value: unknown = JSON.parse(json)
    if (typeof value !== 'object' || value === null) return undefined
    return new Map(Object.entries(value).map(([key, item]) => [key, attributeValue(item)]))
  } catch {
    return undefined
  }
}

function attributeValue(value: unknown): AttributeValue {
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : value
  return typeof value === 'string' || typeof value === 'boolean' ? value : JSON.stringify(value)
}

function takeKind(cursor: JsonCursor, report: JsonObject, attributes: Map<string, AttributeValue>): SpanKind {
  const tagged = take(attributes, 'span.kind')
  const name = (cursor.text(report, 'kind') || (tagged ?? '')).toLowerCase()
  return KINDS.find(kind => kind === name) ?? 'internal'
}

/** The tag `error` alone means an error, with its value as the message; OpenTelemetry writes it beside its own tags. */
function takeStatus(attributes: Map<string, AttributeValue>): SpanStatus {
  // Some versions of the Collector write `STATUS_CODE_OK`.
  const code = take(attributes, 'otel.status_code')
    ?.toUpperCase()
    .replace(/^STATUS_CODE_/, '')
  const description = take(attributes, 'otel.status_description')
  const error = attributes.get('error')
  if (code !== undefined) attributes.delete('error')
  if (code === 'OK') return { code: 'ok' }
  if (code !== 'ERROR' && (error === undefined || error === 'false')) return { code: 'unset' }
  const message = description ?? error
  return typeof message !== 'string' || message === '' || message === 'true'
    ? { code: 'error' }
    : { code: 'error', message }
}

/** SDKs say it, the Collector does not. */
function takeDropped(attributes: Map<string, AttributeValue>): DroppedCounts | undefined {
  const [ofAttributes, events, links] = ['attributes', 'events', 'links'].map(
    part => Number(take(attributes, `otel.dropped_${part}_count`) ?? 0) || 0
  )
  const dropped = { attributes: ofAttributes!, events: events!, links: links! }
  return Object.values(dropped).some(count => count > 0) ? dropped : undefined
}

function takeScope(attributes: Map<string, AttributeValue>): Scope {
  const scopeName = take(attributes, 'otel.scope.name')
  const scopeVersion = take(attributes, 'otel.scope.version')
  const libraryName = take(attributes, 'otel.library.name')
  const libraryVersion = take(attributes, 'otel.library.version')
  const name = scopeName ?? libraryName ?? ''
  const version = scopeVersion ?? libraryVersion
  return version === undefined
    ? { name, attributes: NO_ATTRIBUTES }
    : { name, version, attributes: NO_ATTRIBUTES }
}

/** Removes a tag that stands for something else than an attribute, and gives its text. */
function take(attributes: Map<string, AttributeValue>, key: string): string | undefined {
  const value = attributes.get(key)
  if (typeof value !== 'string') return undefined
  attributes.delete(key)
  return value
}

function micros(cursor: JsonCursor, owner: JsonObject, name: string): bigint | undefined {
  const value = cursor.integer(owner, name)
  return value === 0n ? undefined : value * 1_000n
}

function readTraceId(cursor: JsonCursor, report: JsonObject): TraceId {
  const traceId = parseTraceId(cursor.text(report, 'traceId'))
  if (traceId === undefined) throw cursor.error('not a trace id', 'traceId')
  return traceId
}

function readSpanId(cursor: JsonCursor, report: JsonObject, name: string): SpanId {
  const spanId = parseSpanId(cursor.text(report, name))
  if (spanId === undefined) throw cursor.error('not a span id', name)
  return spanId
}

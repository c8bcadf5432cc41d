import type { Attributes, AttributeValue } from '../model/attributes.ts'
import type { Scope, Span, SpanEvent, SpanLink } from '../model/span.ts'
import { KINDS, STATUS_CODES } from './span-draft.ts'

type Json = { [key: string]: unknown }

interface OtlpScopeSpans {
  readonly scope: unknown
  readonly spans: unknown[]
}

/** OTLP's `TracesData` as plain JSON. */
export interface OtlpJson {
  readonly resourceSpans: readonly {
    readonly resource: unknown
    readonly scopeSpans: readonly OtlpScopeSpans[]
  }[]
}

/** Encodes spans as OTLP JSON, grouped by resource and scope in order of appearance; `decodeOtlpJson` gives the same spans back. */
export function encodeOtlpJson(spans: Iterable<Span>): OtlpJson {
  const resources = new Map<string, { resource: unknown; scopes: Map<string, OtlpScopeSpans> }>()
  const resourceKeys = new Map<Attributes, string>()
  const scopeKeys = new Map<Scope, string>()
  for (const span of spans) {
    const resourceKey = keyOf(span.resource, resourceKeys, resource => ({
      attributes: encodeAttributes(resource)
    }))
    let group = resources.get(resourceKey)
    if (group === undefined) {
      group = { resource: JSON.parse(resourceKey), scopes: new Map() }
      resources.set(resourceKey, group)
    }
    const scopeKey = keyOf(span.scope, scopeKeys, encodeScope)
    let scope = group.scopes.get(scopeKey)
    if (scope === undefined) {
      scope = { scope: JSON.parse(scopeKey), spans: [] }
      group.scopes.set(scopeKey, scope)
    }
    scope.spans.push(encodeSpan(span))
  }
  return {
    resourceSpans: [...resources.values()].map(({ resource, scopes }) => ({
      resource,
      scopeSpans: [...scopes.values()]
    }))
  }
}

/** Spans that were decoded together share their resource: its text is made once. */
function keyOf<Part>(part: Part, known: Map<Part, string>, encode: (part: Part) => unknown): string {
  let key = known.get(part)
  if (key === undefined) {
    key = JSON.stringify(encode(part))
    known.set(part, key)
  }
  return key
}

function encodeScope(scope: Scope): Json {
  const json: Json = {}
  if (scope.name !== '') json['name'] = scope.name
  if (scope.version !== undefined) json['version'] = scope.version
  addAttributes(json, scope.attributes)
  return json
}

function encodeSpan(span: Span): Json {
  const json: Json = { traceId: span.traceId, spanId: span.spanId }
  if (span.parentSpanId !== undefined) json['parentSpanId'] = span.parentSpanId
  if (span.traceState !== undefined) json['traceState'] = span.traceState
  if (span.flags !== undefined) json['flags'] = span.flags
  json['name'] = span.name
  json['kind'] = KINDS.indexOf(span.kind)
  json['startTimeUnixNano'] = String(span.startUnixNano)
  if (span.endUnixNano !== undefined) json['endTimeUnixNano'] = String(span.endUnixNano)
  addAttributes(json, span.attributes)
  if (span.events.length > 0) json['events'] = span.events.map(encodeEvent)
  if (span.links.length > 0) json['links'] = span.links.map(encodeLink)
  if (span.dropped !== undefined) {
    const { attributes, events, links } = span.dropped
    if (attributes > 0) json['droppedAttributesCount'] = attributes
    if (events > 0) json['droppedEventsCount'] = events
    if (links > 0) json['droppedLinksCount'] = links
  }
  const status: Json = {}
  if (span.status.message !== undefined) status['message'] = span.status.message
  if (span.status.code !== 'unset') status['code'] = STATUS_CODES.indexOf(span.status.code)
  json['status'] = status
  return json
}

function encodeEvent(event: SpanEvent): Json {
  const json: Json = { timeUnixNano: String(event.timeUnixNano), name: event.name }
  addAttributes(json, event.attributes)
  return json
}

function encodeLink(link: SpanLink): Json {
  const json: Json = { traceId: link.traceId, spanId: link.spanId }
  if (link.traceState !== undefined) json['traceState'] = link.traceState
  addAttributes(json, link.attributes)
  return json
}

function addAttributes(json: Json, attributes: Attributes): void {
  if (attributes.size > 0) json['attributes'] = encodeAttributes(attributes)
}

function encodeAttributes(attributes: Attributes): Json[] {
  return Array.from(attributes, ([key, value]) => ({ key, value: encodeValue(value) }))
}

/** OTLP's `AnyValue` as JSON: bytes as base64, integers as strings, doubles that JSON does not know by their names. */
function encodeValue(value: AttributeValue): Json {
  if (value === null) return {}
  if (typeof value === 'string') return { stringValue: value }
  if (typeof value === 'boolean') return { boolValue: value }
  if (typeof value === 'bigint') return { intValue: String(value) }
  if (typeof value === 'number') return { doubleValue: encodeDouble(value) }
  if (value instanceof Uint8Array) return { bytesValue: Buffer.from(value).toString('base64') }
  if (isList(value)) return { arrayValue: { values: value.map(encodeValue) } }
  const values = Object.entries(value).map(([key, item]) => ({ key, value: encodeValue(item) }))
  return { kvlistValue: { values } }
}

/** `JSON.stringify` knows neither NaN nor the infinities, and forgets the sign of zero. */
function encodeDouble(value: number): number | string {
  if (Object.is(value, -0)) return '-0'
  return Number.isFinite(value) ? value : String(value)
}

/** `Array.isArray` does not narrow a readonly array. */
function isList(
  value: readonly AttributeValue[] | { readonly [key: string]: AttributeValue }
): value is readonly AttributeValue[] {
  return Array.isArray(value)
}

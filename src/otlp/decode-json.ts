import type { Attributes, AttributeValue } from '../model/attributes.ts'
import { NO_ATTRIBUTES } from '../model/attributes.ts'
import type { SpanId, TraceId } from '../model/ids.ts'
import type { Scope, Span, SpanEvent, SpanLink, SpanStatus } from '../model/span.ts'
import { OtlpDecodeError, OtlpTooLargeError } from './decode-error.ts'
import type { JsonObject } from './json-cursor.ts'
import { describeJson, isPresent, JsonCursor } from './json-cursor.ts'
import { decodeBase64, decodeSpanId, decodeTraceId } from './json-id.ts'
import type { OnReject, SpanDraft } from './span-draft.ts'
import {
  DEEPEST_VALUE,
  finishSpan,
  KINDS,
  MOST_ITEMS,
  NO_SCOPE,
  STATUS_CODES,
  STATUS_UNSET,
  setEntry
} from './span-draft.ts'

/** The names under which senders and stores wrap what is OTLP's `resourceSpans`. */
const LISTS = ['resourceSpans', 'resource_spans', 'batches'] as const
const WRAPPERS = ['result', 'trace'] as const
const DEEPEST_WRAPPER = 4

/** Decodes OTLP JSON in every dialect we know of, from a parsed value. Throws `OtlpDecodeError` or `OtlpTooLargeError`. */
export function decodeTracesJson(value: unknown, onReject: OnReject): Span[] {
  return new JsonDecoder(onReject).traces(value)
}

class JsonDecoder {
  readonly #onReject: OnReject
  readonly #spans: Span[] = []
  readonly #json = new JsonCursor((problem, at) => new OtlpDecodeError(problem, at))
  #items = 0

  constructor(onReject: OnReject) {
    this.#onReject = onReject
  }

  traces(value: unknown): Span[] {
    this.#document(value, 0)
    return this.#spans
  }

  /** An object with resource spans, a wrapper round one, or a list of either. */
  #document(value: unknown, depth: number): void {
    if (depth > DEEPEST_WRAPPER) throw this.#json.error('wrapped too often')
    if (Array.isArray(value)) {
      this.#json.each(value, item => this.#document(item, depth + 1))
      return
    }
    const document = this.#json.object(value)
    for (const name of LISTS) this.#json.list(document, name, item => this.#resourceSpans(item))
    for (const name of WRAPPERS)
      if (isPresent(document[name])) this.#json.within(name, () => this.#document(document[name], depth + 1))
  }

  #resourceSpans(value: JsonObject): void {
    const resource = this.#json.child(value, 'resource', item => this.#attributes(item)) ?? NO_ATTRIBUTES
    for (const name of ['scopeSpans', 'scope_spans', 'instrumentationLibrarySpans'])
      this.#json.list(value, name, item => this.#scopeSpans(item, resource))
  }

  #scopeSpans(value: JsonObject, resource: Attributes): void {
    const scope =
      this.#json.child(value, 'scope', item => this.#scope(item)) ??
      this.#json.child(value, 'instrumentationLibrary', item => this.#scope(item)) ??
      NO_SCOPE
    this.#json.list(value, 'spans', item => {
      const span = finishSpan(this.#span(item), resource, scope, this.#onReject)
      if (span !== undefined) this.#spans.push(span)
    })
  }

  #scope(value: JsonObject): Scope {
    const version = this.#json.text(value, 'version')
    const scope = { name: this.#json.text(value, 'name'), attributes: this.#attributes(value) }
    return version === '' ? scope : { ...scope, version }
  }

  #span(value: JsonObject): SpanDraft {
    this.#count()
    const events: SpanEvent[] = []
    this.#json.list(value, 'events', item => events.push(this.#event(item)))
    const links: SpanLink[] = []
    let unusableLinks = 0
    this.#json.list(value, 'links', item => {
      const link = this.#link(item)
      // A link to nowhere says nothing, but that there was one is not forgotten.
      if (link === undefined) unusableLinks++
      else links.push(link)
    })
    const parent = this.#json.text(value, 'parentSpanId', 'parent_span_id')
    const parentSpanId = decodeSpanId(parent)
    return {
      traceId: this.#traceId(value),
      spanId: this.#spanId(value),
      parentSpanId,
      badParent: parentSpanId === undefined && !/^(?:0*|A*=*)$/.test(parent),
      name: this.#json.text(value, 'name'),
      kind: this.#enumeration(value, 'kind', 'SPAN_KIND_', KINDS),
      startUnixNano: this.#json.integer(value, 'startTimeUnixNano', 'start_time_unix_nano'),
      endUnixNano: this.#json.integer(value, 'endTimeUnixNano', 'end_time_unix_nano'),
      status: this.#json.child(value, 'status', item => this.#status(item)) ?? STATUS_UNSET,
      attributes: this.#attributes(value),
      events,
      links,
      traceState: this.#json.text(value, 'traceState', 'trace_state'),
      flags: Number(this.#json.integer(value, 'flags')),
      droppedAttributes: Number(
        this.#json.integer(value, 'droppedAttributesCount', 'dropped_attributes_count')
      ),
      droppedEvents: Number(this.#json.integer(value, 'droppedEventsCount', 'dropped_events_count')),
      droppedLinks:
        Number(this.#json.integer(value, 'droppedLinksCount', 'dropped_links_count')) + unusableLinks
    }
  }

  #event(value: JsonObject): SpanEvent {
    this.#count()
    return {
      name: this.#json.text(value, 'name'),
      timeUnixNano: this.#json.integer(value, 'timeUnixNano', 'time_unix_nano'),
      attributes: this.#attributes(value)
    }
  }

  #link(value: JsonObject): SpanLink | undefined {
    this.#count()
    const traceId = this.#traceId(value)
    const spanId = this.#spanId(value)
    if (traceId === undefined || spanId === undefined) return undefined
    const traceState = this.#json.text(value, 'traceState', 'trace_state')
    const link = { traceId, spanId, attributes: this.#attributes(value) }
    return traceState === '' ? link : { ...link, traceState }
  }

  #status(value: JsonObject): SpanStatus {
    const code = this.#enumeration(value, 'code', 'STATUS_CODE_', STATUS_CODES)
    const message = this.#json.text(value, 'message')
    if (message !== '') return { code, message }
    return code === 'unset' ? STATUS_UNSET : { code }
  }

  #attributes(value: JsonObject): Attributes {
    const attributes = new Map<string, AttributeValue>()
    this.#json.list(value, 'attributes', item => {
      this.#count()
      attributes.set(this.#json.text(item, 'key'), this.#keyValue(item, 1))
    })
    return attributes.size === 0 ? NO_ATTRIBUTES : attributes
  }

  #keyValue(item: JsonObject, depth: number): AttributeValue {
    return this.#json.child(item, 'value', value => this.#anyValue(value, depth)) ?? null
  }

  #anyValue(value: JsonObject, depth: number): AttributeValue {
    if (depth > DEEPEST_VALUE) throw this.#json.error(`a value nested deeper than ${DEEPEST_VALUE} levels`)
    for (const name in value) {
      const content = value[name]
      if (!isPresent(content)) continue
      switch (name) {
        case 'stringValue':
        case 'string_value':
          return this.#json.text(value, name)
        case 'boolValue':
        case 'bool_value':
          return this.#json.boolean(content, name)
        case 'intValue':
        case 'int_value':
          return this.#json.integer(value, name)
        case 'doubleValue':
        case 'double_value':
          return this.#json.double(content, name)
        case 'bytesValue':
        case 'bytes_value':
          return this.#bytes(content, name)
        case 'arrayValue':
        case 'array_value':
          return this.#json.child(value, name, item => this.#arrayValue(item, depth)) ?? []
        case 'kvlistValue':
        case 'kvlist_value':
          return this.#json.child(value, name, item => this.#kvlistValue(item, depth)) ?? {}
      }
    }
    return null
  }

  #arrayValue(value: JsonObject, depth: number): AttributeValue {
    const values: AttributeValue[] = []
    this.#json.list(value, 'values', item => {
      this.#count()
      values.push(this.#anyValue(item, depth + 1))
    })
    return values
  }

  #kvlistValue(value: JsonObject, depth: number): AttributeValue {
    const entries: { [key: string]: AttributeValue } = {}
    this.#json.list(value, 'values', item => {
      this.#count()
      setEntry(entries, this.#json.text(item, 'key'), this.#keyValue(item, depth + 1))
    })
    return entries
  }

  #traceId(value: JsonObject): TraceId | undefined {
    return decodeTraceId(this.#json.text(value, 'traceId', 'trace_id'))
  }

  #spanId(value: JsonObject): SpanId | undefined {
    return decodeSpanId(this.#json.text(value, 'spanId', 'span_id'))
  }

  #bytes(content: unknown, name: string): Uint8Array {
    const bytes = typeof content === 'string' ? decodeBase64(content) : undefined
    if (bytes === undefined) throw this.#json.error(`${describeJson(content)} where base64 must be`, name)
    return bytes
  }

  /** By number, by the name protobuf has for it, or by that name without its prefix. An unknown one is the first. */
  #enumeration<Name extends string>(
    value: JsonObject,
    name: string,
    prefix: string,
    names: readonly [Name, ...Name[]]
  ): Name {
    const content = value[name]
    if (typeof content === 'number') return names[content] ?? names[0]
    if (typeof content === 'string') {
      if (/^\d+$/.test(content)) return names[Number(content)] ?? names[0]
      const upper = content.toUpperCase()
      const wanted = (upper.startsWith(prefix) ? upper.slice(prefix.length) : upper).toLowerCase()
      return names.find(known => known === wanted) ?? names[0]
    }
    if (!isPresent(content)) return names[0]
    throw this.#json.error(`${describeJson(content)} where a name or number must be`, name)
  }

  #count(): void {
    if (++this.#items > MOST_ITEMS)
      throw new OtlpTooLargeError(
        `more than ${MOST_ITEMS} spans, events, links and values in one document`,
        this.#json.at()
      )
  }
}

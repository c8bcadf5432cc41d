import type { Attributes, AttributeValue } from '../model/attributes.ts'
import { NO_ATTRIBUTES } from '../model/attributes.ts'
import type { SpanId, TraceId } from '../model/ids.ts'
import type { Scope, Span, SpanEvent, SpanLink, SpanStatus } from '../model/span.ts'
import { OtlpDecodeError, OtlpTooLargeError } from './decode-error.ts'
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

type JsonObject = { readonly [key: string]: unknown }

/** The names under which senders and stores wrap what is OTLP's `resourceSpans`. */
const LISTS = ['resourceSpans', 'resource_spans', 'batches'] as const
const WRAPPERS = ['result', 'trace'] as const
const DEEPEST_WRAPPER = 4

/** Decodes OTLP JSON in every dialect we know of, from a parsed value. Throws `OtlpDecodeError` or `OtlpTooLargeError`. */
export function decodeTracesJson(value: unknown, onReject: OnReject): Span[] {
  return new JsonDecoder(onReject).traces(value)
}

/** Walks a parsed value; `#path` is where it is, for errors. */
class JsonDecoder {
  readonly #onReject: OnReject
  readonly #spans: Span[] = []
  readonly #path: (string | number)[] = []
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
    if (depth > DEEPEST_WRAPPER) throw this.#error('wrapped too often')
    if (Array.isArray(value)) {
      this.#each(value, item => this.#document(item, depth + 1))
      return
    }
    const document = this.#object(value)
    for (const name of LISTS) this.#list(document, name, item => this.#resourceSpans(item))
    for (const name of WRAPPERS)
      if (isPresent(document[name])) this.#within(name, () => this.#document(document[name], depth + 1))
  }

  #resourceSpans(value: JsonObject): void {
    const resource = this.#child(value, 'resource', item => this.#attributes(item)) ?? NO_ATTRIBUTES
    for (const name of ['scopeSpans', 'scope_spans', 'instrumentationLibrarySpans'])
      this.#list(value, name, item => this.#scopeSpans(item, resource))
  }

  #scopeSpans(value: JsonObject, resource: Attributes): void {
    const scope =
      this.#child(value, 'scope', item => this.#scope(item)) ??
      this.#child(value, 'instrumentationLibrary', item => this.#scope(item)) ??
      NO_SCOPE
    this.#list(value, 'spans', item => {
      const span = finishSpan(this.#span(item), resource, scope, this.#onReject)
      if (span !== undefined) this.#spans.push(span)
    })
  }

  #scope(value: JsonObject): Scope {
    const version = this.#text(value, 'version')
    const scope = { name: this.#text(value, 'name'), attributes: this.#attributes(value) }
    return version === '' ? scope : { ...scope, version }
  }

  #span(value: JsonObject): SpanDraft {
    this.#count()
    const events: SpanEvent[] = []
    this.#list(value, 'events', item => events.push(this.#event(item)))
    const links: SpanLink[] = []
    let unusableLinks = 0
    this.#list(value, 'links', item => {
      const link = this.#link(item)
      // A link to nowhere says nothing, but that there was one is not forgotten.
      if (link === undefined) unusableLinks++
      else links.push(link)
    })
    const parent = this.#text(value, 'parentSpanId', 'parent_span_id')
    const parentSpanId = decodeSpanId(parent)
    return {
      traceId: this.#traceId(value),
      spanId: this.#spanId(value),
      parentSpanId,
      badParent: parentSpanId === undefined && !/^(?:0*|A*=*)$/.test(parent),
      name: this.#text(value, 'name'),
      kind: this.#enumeration(value, 'kind', 'SPAN_KIND_', KINDS),
      startUnixNano: this.#integer(value, 'startTimeUnixNano', 'start_time_unix_nano'),
      endUnixNano: this.#integer(value, 'endTimeUnixNano', 'end_time_unix_nano'),
      status: this.#child(value, 'status', item => this.#status(item)) ?? STATUS_UNSET,
      attributes: this.#attributes(value),
      events,
      links,
      traceState: this.#text(value, 'traceState', 'trace_state'),
      flags: Number(this.#integer(value, 'flags')),
      droppedAttributes: Number(this.#integer(value, 'droppedAttributesCount', 'dropped_attributes_count')),
      droppedEvents: Number(this.#integer(value, 'droppedEventsCount', 'dropped_events_count')),
      droppedLinks: Number(this.#integer(value, 'droppedLinksCount', 'dropped_links_count')) + unusableLinks
    }
  }

  #event(value: JsonObject): SpanEvent {
    this.#count()
    return {
      name: this.#text(value, 'name'),
      timeUnixNano: this.#integer(value, 'timeUnixNano', 'time_unix_nano'),
      attributes: this.#attributes(value)
    }
  }

  #link(value: JsonObject): SpanLink | undefined {
    this.#count()
    const traceId = this.#traceId(value)
    const spanId = this.#spanId(value)
    if (traceId === undefined || spanId === undefined) return undefined
    const traceState = this.#text(value, 'traceState', 'trace_state')
    const link = { traceId, spanId, attributes: this.#attributes(value) }
    return traceState === '' ? link : { ...link, traceState }
  }

  #status(value: JsonObject): SpanStatus {
    const code = this.#enumeration(value, 'code', 'STATUS_CODE_', STATUS_CODES)
    const message = this.#text(value, 'message')
    if (message !== '') return { code, message }
    return code === 'unset' ? STATUS_UNSET : { code }
  }

  #attributes(value: JsonObject): Attributes {
    const attributes = new Map<string, AttributeValue>()
    this.#list(value, 'attributes', item => {
      this.#count()
      attributes.set(this.#text(item, 'key'), this.#keyValue(item, 1))
    })
    return attributes.size === 0 ? NO_ATTRIBUTES : attributes
  }

  #keyValue(item: JsonObject, depth: number): AttributeValue {
    return this.#child(item, 'value', value => this.#anyValue(value, depth)) ?? null
  }

  #anyValue(value: JsonObject, depth: number): AttributeValue {
    if (depth > DEEPEST_VALUE) throw this.#error(`a value nested deeper than ${DEEPEST_VALUE} levels`)
    for (const name in value) {
      const content = value[name]
      if (!isPresent(content)) continue
      switch (name) {
        case 'stringValue':
        case 'string_value':
          return this.#text(value, name)
        case 'boolValue':
        case 'bool_value':
          return this.#boolean(content, name)
        case 'intValue':
        case 'int_value':
          return this.#integer(value, name)
        case 'doubleValue':
        case 'double_value':
          return this.#double(content, name)
        case 'bytesValue':
        case 'bytes_value':
          return this.#bytes(content, name)
        case 'arrayValue':
        case 'array_value':
          return this.#child(value, name, item => this.#arrayValue(item, depth)) ?? []
        case 'kvlistValue':
        case 'kvlist_value':
          return this.#child(value, name, item => this.#kvlistValue(item, depth)) ?? {}
      }
    }
    return null
  }

  #arrayValue(value: JsonObject, depth: number): AttributeValue {
    const values: AttributeValue[] = []
    this.#list(value, 'values', item => {
      this.#count()
      values.push(this.#anyValue(item, depth + 1))
    })
    return values
  }

  #kvlistValue(value: JsonObject, depth: number): AttributeValue {
    const entries: { [key: string]: AttributeValue } = {}
    this.#list(value, 'values', item => {
      this.#count()
      setEntry(entries, this.#text(item, 'key'), this.#keyValue(item, depth + 1))
    })
    return entries
  }

  #traceId(value: JsonObject): TraceId | undefined {
    return decodeTraceId(this.#text(value, 'traceId', 'trace_id'))
  }

  #spanId(value: JsonObject): SpanId | undefined {
    return decodeSpanId(this.#text(value, 'spanId', 'span_id'))
  }

  #text(value: JsonObject, name: string, alias = name): string {
    const content = value[name] ?? value[alias]
    if (typeof content === 'string') return content
    if (!isPresent(content)) return ''
    throw this.#error(`${describe(content)} where a string must be`, name)
  }

  /** A number of at most 64 bits, as a number or as text. */
  #integer(value: JsonObject, name: string, alias = name): bigint {
    const content = value[name] ?? value[alias]
    if (!isPresent(content) || content === '') return 0n
    if (typeof content === 'bigint') return content
    if (typeof content === 'number' && Number.isInteger(content)) return BigInt(content)
    if (typeof content === 'string' && /^-?\d{1,20}$/.test(content)) return BigInt(content)
    throw this.#error(`${describe(content)} where an integer must be`, name)
  }

  #double(content: unknown, name: string): number {
    if (typeof content === 'number') return content
    if (typeof content === 'bigint') return Number(content)
    if (typeof content === 'string') {
      if (content === 'NaN') return Number.NaN
      const number = content.trim() === '' ? Number.NaN : Number(content)
      if (!Number.isNaN(number)) return number
    }
    throw this.#error(`${describe(content)} where a number must be`, name)
  }

  #boolean(content: unknown, name: string): boolean {
    if (typeof content === 'boolean') return content
    if (content === 'true' || content === 'false') return content === 'true'
    throw this.#error(`${describe(content)} where true or false must be`, name)
  }

  #bytes(content: unknown, name: string): Uint8Array {
    const bytes = typeof content === 'string' ? decodeBase64(content) : undefined
    if (bytes === undefined) throw this.#error(`${describe(content)} where base64 must be`, name)
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
    throw this.#error(`${describe(content)} where a name or number must be`, name)
  }

  #child<Result>(value: JsonObject, name: string, decode: (child: JsonObject) => Result): Result | undefined {
    const content = value[name]
    if (!isPresent(content)) return undefined
    this.#path.push(name)
    const result = decode(this.#object(content))
    this.#path.pop()
    return result
  }

  #list(value: JsonObject, name: string, decode: (item: JsonObject) => void): void {
    const content = value[name]
    if (!isPresent(content)) return
    if (!Array.isArray(content)) throw this.#error(`${describe(content)} where a list must be`, name)
    this.#path.push(name)
    this.#each(content, item => decode(this.#object(item)))
    this.#path.pop()
  }

  #each(items: readonly unknown[], decode: (item: unknown) => void): void {
    const last = this.#path.length
    this.#path.push(0)
    for (let index = 0; index < items.length; index++) {
      this.#path[last] = index
      decode(items[index])
    }
    this.#path.pop()
  }

  #within(name: string, decode: () => void): void {
    this.#path.push(name)
    decode()
    this.#path.pop()
  }

  #object(value: unknown): JsonObject {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject
    throw this.#error(`${describe(value)} where an object must be`)
  }

  #count(): void {
    if (++this.#items > MOST_ITEMS)
      throw new OtlpTooLargeError(
        `more than ${MOST_ITEMS} spans, events, links and values in one document`,
        this.#at()
      )
  }

  #error(problem: string, name?: string): OtlpDecodeError {
    return new OtlpDecodeError(problem, name === undefined ? this.#at() : `${this.#at()}.${name}`)
  }

  #at(): string {
    return this.#path.reduce<string>(
      (path, step) => path + (typeof step === 'number' ? `[${step}]` : `.${step}`),
      '$'
    )
  }
}

function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null
}

function describe(value: unknown): string {
  if (value === null || value === undefined) return 'nothing'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'an object'
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value)
  return text.length > 40 ? `${text.slice(0, 40)}…` : text
}

import type { Attributes, AttributeValue } from '../model/attributes.ts'
import { NO_ATTRIBUTES } from '../model/attributes.ts'
import type { SpanId, TraceId } from '../model/ids.ts'
import { parseSpanId, parseTraceId } from '../model/ids.ts'
import type { Span, SpanEvent, SpanLink, SpanStatus } from '../model/span.ts'
import { ProtobufValues } from './decode-protobuf-value.ts'
import type { OnReject, SpanDraft } from './span-draft.ts'
import { finishSpan, KINDS, NO_SCOPE, STATUS_CODES, STATUS_UNSET } from './span-draft.ts'
import { WireReader } from './wire.ts'

type MutableAttributes = Map<string, AttributeValue>
interface ScopeDraft {
  name: string
  version?: string
  attributes: MutableAttributes
}

/** Decodes `TracesData` or, its twin on the wire, `ExportTraceServiceRequest`. Throws `OtlpDecodeError` or `OtlpTooLargeError`. */
export function decodeTracesData(bytes: Uint8Array, onReject: OnReject): Span[] {
  const decoder = new ProtobufDecoder(bytes, onReject)
  return decoder.traces()
}

// The tags of the fields that are read: `number << 3 | wire type`. A known field of another wire type is skipped like an unknown one.
class ProtobufDecoder {
  readonly #reader: WireReader
  readonly #values: ProtobufValues
  readonly #onReject: OnReject
  readonly #spans: Span[] = []
  #lastTraceHex = ''
  #lastTraceId: TraceId | undefined

  constructor(bytes: Uint8Array, onReject: OnReject) {
    this.#reader = new WireReader(bytes)
    this.#values = new ProtobufValues(this.#reader)
    this.#onReject = onReject
  }

  traces(): Span[] {
    const reader = this.#reader
    while (reader.hasMore()) {
      const tag = reader.tag()
      if (tag === 0x0a) this.#resourceSpans()
      else reader.skip(tag)
    }
    return this.#spans
  }

  #resourceSpans(): void {
    const reader = this.#reader
    const outer = reader.enter()
    // The spans hold this map before it is filled: the resource may come after them.
    const resource: MutableAttributes = new Map()
    while (reader.hasMore()) {
      const tag = reader.tag()
      if (tag === 0x0a) this.#resource(resource)
      else if (tag === 0x12) this.#scopeSpans(resource)
      else reader.skip(tag)
    }
    reader.leave(outer)
  }

  #resource(attributes: MutableAttributes): void {
    const reader = this.#reader
    const outer = reader.enter()
    while (reader.hasMore()) {
      const tag = reader.tag()
      if (tag === 0x0a) this.#values.keyValue(attributes)
      else reader.skip(tag)
    }
    reader.leave(outer)
  }

  #scopeSpans(resource: Attributes): void {
    const reader = this.#reader
    const outer = reader.enter()
    const scope: ScopeDraft = { name: NO_SCOPE.name, attributes: new Map() }
    while (reader.hasMore()) {
      const tag = reader.tag()
      if (tag === 0x0a) this.#scope(scope)
      else if (tag === 0x12) {
        const span = finishSpan(this.#span(), resource, scope, this.#onReject)
        if (span !== undefined) this.#spans.push(span)
      } else reader.skip(tag)
    }
    reader.leave(outer)
  }

  #scope(scope: ScopeDraft): void {
    const reader = this.#reader
    const outer = reader.enter()
    while (reader.hasMore()) {
      const tag = reader.tag()
      if (tag === 0x0a) scope.name = reader.string()
      else if (tag === 0x12) {
        const version = reader.string()
        if (version !== '') scope.version = version
      } else if (tag === 0x1a) this.#values.keyValue(scope.attributes)
      else reader.skip(tag)
    }
    reader.leave(outer)
  }

  #span(): SpanDraft {
    this.#values.count()
    const reader = this.#reader
    const outer = reader.enter()
    const events: SpanEvent[] = []
    const links: SpanLink[] = []
    const attributes: MutableAttributes = new Map()
    let unusableLinks = 0
    const draft: SpanDraft = {
      traceId: undefined,
      spanId: undefined,
      parentSpanId: undefined,
      badParent: false,
      name: '',
      kind: 'unspecified',
      startUnixNano: 0n,
      endUnixNano: 0n,
      status: STATUS_UNSET,
      attributes,
      events,
      links,
      traceState: '',
      flags: 0,
      droppedAttributes: 0,
      droppedEvents: 0,
      droppedLinks: 0
    }
    while (reader.hasMore()) {
      const tag = reader.tag()
      switch (tag) {
        case 0x0a:
          draft.traceId = this.#traceId()
          break
        case 0x12:
          draft.spanId = this.#spanId(reader.hex())
          break
        case 0x1a:
          draft.traceState = reader.string()
          break
        case 0x22: {
          const hex = reader.hex()
          draft.parentSpanId = this.#spanId(hex)
          draft.badParent = draft.parentSpanId === undefined && !/^0*$/.test(hex)
          break
        }
        case 0x2a:
          draft.name = reader.string()
          break
        case 0x30:
          draft.kind = KINDS[reader.uint32()] ?? 'unspecified'
          break
        case 0x39:
          draft.startUnixNano = reader.fixed64()
          break
        case 0x41:
          draft.endUnixNano = reader.fixed64()
          break
        case 0x4a:
          this.#values.keyValue(attributes)
          break
        case 0x50:
          draft.droppedAttributes = reader.uint32()
          break
        case 0x5a:
          events.push(this.#event())
          break
        case 0x60:
          draft.droppedEvents = reader.uint32()
          break
        case 0x6a: {
          const link = this.#link()
          // A link to nowhere says nothing, but that there was one is not forgotten.
          if (link === undefined) unusableLinks++
          else links.push(link)
          break
        }
        case 0x70:
          draft.droppedLinks = reader.uint32()
          break
        case 0x7a:
          draft.status = this.#status()
          break
        case 0x85:
          draft.flags = reader.fixed32()
          break
        default:
          reader.skip(tag)
      }
    }
    reader.leave(outer)
    draft.droppedLinks += unusableLinks
    return draft
  }

  #event(): SpanEvent {
    this.#values.count()
    const reader = this.#reader
    const outer = reader.enter()
    let timeUnixNano = 0n
    let name = ''
    let attributes: MutableAttributes | undefined
    while (reader.hasMore()) {
      const tag = reader.tag()
      if (tag === 0x09) timeUnixNano = reader.fixed64()
      else if (tag === 0x12) name = reader.string()
      else if (tag === 0x1a) {
        attributes ??= new Map()
        this.#values.keyValue(attributes)
      } else reader.skip(tag)
    }
    reader.leave(outer)
    return { name, timeUnixNano, attributes: attributes ?? NO_ATTRIBUTES }
  }

  #link(): SpanLink | undefined {
    this.#values.count()
    const reader = this.#reader
    const outer = reader.enter()
    let traceId: TraceId | undefined
    let spanId: SpanId | undefined
    let traceState = ''
    let attributes: MutableAttributes | undefined
    while (reader.hasMore()) {
      const tag = reader.tag()
      if (tag === 0x0a) traceId = this.#traceId()
      else if (tag === 0x12) spanId = this.#spanId(reader.hex())
      else if (tag === 0x1a) traceState = reader.string()
      else if (tag === 0x22) {
        attributes ??= new Map()
        this.#values.keyValue(attributes)
      } else reader.skip(tag)
    }
    reader.leave(outer)
    if (traceId === undefined || spanId === undefined) return undefined
    const link = { traceId, spanId, attributes: attributes ?? NO_ATTRIBUTES }
    return traceState === '' ? link : { ...link, traceState }
  }

  #status(): SpanStatus {
    const reader = this.#reader
    const outer = reader.enter()
    let code: SpanStatus['code'] = 'unset'
    let message = ''
    while (reader.hasMore()) {
      const tag = reader.tag()
      if (tag === 0x12) message = reader.string()
      else if (tag === 0x18) code = STATUS_CODES[reader.uint32()] ?? 'unset'
      else reader.skip(tag)
    }
    reader.leave(outer)
    if (message !== '') return { code, message }
    return code === 'unset' ? STATUS_UNSET : { code }
  }

  #traceId(): TraceId | undefined {
    const hex = this.#reader.hex()
    if (hex !== this.#lastTraceHex) {
      this.#lastTraceHex = hex
      this.#lastTraceId = hex.length === 32 ? parseTraceId(hex) : undefined
    }
    return this.#lastTraceId
  }

  #spanId(hex: string): SpanId | undefined {
    return hex.length === 16 ? parseSpanId(hex) : undefined
  }
}

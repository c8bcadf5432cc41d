import type { Attributes, AttributeValue } from '../model/attributes.ts'
import { NO_ATTRIBUTES } from '../model/attributes.ts'
import type { SpanId, TraceId } from '../model/ids.ts'
import type { DroppedCounts, Scope, Span, SpanKind, SpanStatus } from '../model/span.ts'

/** AnyValue nested deeper than this is refused. */
export const DEEPEST_VALUE = 64

/** Spans, events, links and attribute values of one request; more is an attempt on our memory, not telemetry. */
export const MOST_ITEMS = 1_000_000

/** Span kinds by their number in OTLP. */
export const KINDS: readonly [SpanKind, ...SpanKind[]] = [
  'unspecified',
  'internal',
  'server',
  'client',
  'producer',
  'consumer'
]
/** Status codes by their number in OTLP. */
export const STATUS_CODES: readonly [SpanStatus['code'], ...SpanStatus['code'][]] = ['unset', 'ok', 'error']

export const STATUS_UNSET: SpanStatus = { code: 'unset' }
export const NO_SCOPE: Scope = { name: '', attributes: NO_ATTRIBUTES }

/** A span that cannot be taken: which trace it would have belonged to, if that much can be read, and why. */
export interface Rejection {
  readonly traceId?: TraceId
  /** The traces that it links to. */
  readonly linked?: readonly TraceId[]
  readonly reason: string
}

/** Told of each span that is left out. */
export type OnReject = (rejection: Rejection) => void

/** A span while it is being decoded; `finishSpan` makes sure that it is one. */
export interface SpanDraft {
  traceId: TraceId | undefined
  spanId: SpanId | undefined
  parentSpanId: SpanId | undefined
  badParent: boolean
  name: string
  kind: SpanKind
  startUnixNano: bigint
  endUnixNano: bigint
  status: SpanStatus
  attributes: Attributes
  events: Span['events']
  links: Span['links']
  traceState: string
  flags: number
  droppedAttributes: number
  droppedEvents: number
  droppedLinks: number
}

/** Makes a span of a draft; rejects one without usable ids. Protobuf's zeros become what they stand for: nothing. */
export function finishSpan(
  draft: SpanDraft,
  resource: Attributes,
  scope: Scope,
  onReject: OnReject
): Span | undefined {
  const { traceId, spanId } = draft
  if (traceId === undefined) {
    onReject({ reason: `span "${draft.name}" has no valid trace id` })
    return undefined
  }
  if (spanId === undefined || draft.badParent) {
    onReject({
      traceId,
      ...(draft.links.length === 0 ? {} : { linked: draft.links.map(link => link.traceId) }),
      reason: `span "${draft.name}" has no valid ${spanId === undefined ? '' : 'parent '}span id`
    })
    return undefined
  }
  const span: { -readonly [Key in keyof Span]: Span[Key] } = {
    traceId,
    spanId,
    name: draft.name,
    kind: draft.kind,
    startUnixNano: draft.startUnixNano,
    status: draft.status,
    attributes: draft.attributes,
    resource,
    scope,
    events: draft.events,
    links: draft.links
  }
  if (draft.parentSpanId !== undefined) span.parentSpanId = draft.parentSpanId
  if (draft.endUnixNano !== 0n) span.endUnixNano = draft.endUnixNano
  if (draft.traceState !== '') span.traceState = draft.traceState
  if (draft.flags !== 0) span.flags = draft.flags
  const dropped = droppedCounts(draft)
  if (dropped !== undefined) span.dropped = dropped
  return span
}

function droppedCounts(draft: SpanDraft): DroppedCounts | undefined {
  const { droppedAttributes: attributes, droppedEvents: events, droppedLinks: links } = draft
  return attributes === 0 && events === 0 && links === 0 ? undefined : { attributes, events, links }
}

/** Sets an entry of a decoded kvlist; `__proto__` is a key like any other. */
export function setEntry(
  target: { [key: string]: AttributeValue },
  key: string,
  value: AttributeValue
): void {
  if (key === '__proto__')
    Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true })
  else target[key] = value
}

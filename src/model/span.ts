import type { Attributes } from './attributes.ts'
import type { SpanId, TraceId } from './ids.ts'

export type SpanKind = 'unspecified' | 'internal' | 'server' | 'client' | 'producer' | 'consumer'

export interface SpanStatus {
  readonly code: 'unset' | 'ok' | 'error'
  readonly message?: string
}

export interface SpanEvent {
  readonly name: string
  readonly timeUnixNano: bigint
  readonly attributes: Attributes
}

export interface SpanLink {
  readonly traceId: TraceId
  readonly spanId: SpanId
  readonly traceState?: string
  readonly attributes: Attributes
}

export interface Scope {
  readonly name: string
  readonly version?: string
  readonly attributes: Attributes
}

export interface DroppedCounts {
  readonly attributes: number
  readonly events: number
  readonly links: number
}

/** One span, the same whatever store brought it. */
export interface Span {
  readonly traceId: TraceId
  readonly spanId: SpanId
  /** Absent for a root; never an empty or all-zero id. */
  readonly parentSpanId?: SpanId
  readonly name: string
  readonly kind: SpanKind
  readonly startUnixNano: bigint
  /** Absent while the span is still in progress. */
  readonly endUnixNano?: bigint
  readonly status: SpanStatus
  readonly attributes: Attributes
  readonly resource: Attributes
  readonly scope: Scope
  readonly events: readonly SpanEvent[]
  readonly links: readonly SpanLink[]
  readonly traceState?: string
  /** OTLP `flags`: bit 8 says that bit 9, "the parent is remote", is meaningful. */
  readonly flags?: number
  readonly dropped?: DroppedCounts
}

/** The `service.name` of the process that made a span; empty where it names none. */
export function serviceName(span: Span): string {
  const name = span.resource.get('service.name')
  return typeof name === 'string' ? name : ''
}

const processKeys = new WeakMap<Attributes, string>()

/** Name and instance of the process that made a span: two spans differ here if two processes made them. */
export function processKey(span: Span): string {
  const { resource } = span
  const known = processKeys.get(resource)
  if (known !== undefined) return known
  const instance = resource.get('service.instance.id')
  const key = typeof instance === 'string' ? `${serviceName(span)}\0${instance}` : serviceName(span)
  processKeys.set(resource, key)
  return key
}

const HAS_IS_REMOTE = 0x100
const IS_REMOTE = 0x200

/** Whether the parent of a span is in another process, as its exporter said; undefined where it did not say. */
export function hasRemoteParent(span: Span): boolean | undefined {
  if (span.flags === undefined || (span.flags & HAS_IS_REMOTE) === 0) return undefined
  return (span.flags & IS_REMOTE) !== 0
}

import type { Attributes, AttributeValue } from '../../model/attributes.ts'
import { NO_ATTRIBUTES } from '../../model/attributes.ts'
import type { SpanId, TraceId } from '../../model/ids.ts'
import type { Scope, Span, SpanEvent, SpanKind, SpanLink, SpanStatus } from '../../model/span.ts'
import { keyOfEnd, separateSharedIds } from '../../otlp/shared-ids.ts'
import type { SharedIds } from '../../plugin/trace-backend.ts'

/** A reference from one span to another; Jaeger has no other way to name a parent. */
export interface JaegerReference {
  readonly isChildOf: boolean
  readonly traceId: TraceId
  readonly spanId: SpanId
}

export interface JaegerLog {
  readonly timeUnixNano: bigint
  /** Changed when it becomes an event. */
  readonly fields: Map<string, AttributeValue>
}

/** A span as Jaeger's own model has it, whether it came as JSON or as protobuf. */
export interface JaegerSpan {
  readonly traceId: TraceId
  readonly spanId: SpanId
  /** Only of JSON of long ago. */
  readonly parentSpanId?: SpanId | undefined
  readonly operationName: string
  readonly references: readonly JaegerReference[]
  readonly startUnixNano: bigint
  readonly durationNanos: bigint
  /** Changed when it becomes a span: some tags stand for something else than an attribute. */
  readonly tags: Map<string, AttributeValue>
  readonly logs: readonly JaegerLog[]
  readonly resource: Attributes
}

/** Jaeger takes spans of Zipkin as they are, the two ends of a call under one id. */
export const JAEGER_SHARED_IDS: SharedIds = {
  keyOf: keyOfEnd,
  separate: spans => separateSharedIds(spans),
  areUsual: false
}

/** What the server adds to spans for its own purposes. */
const OWN_TAGS = ['internal.span.format', '@jaeger@warnings', '@jaeger@format']
const KINDS: readonly SpanKind[] = ['internal', 'server', 'client', 'producer', 'consumer']

/** The span that a span of Jaeger's own model was before Jaeger took it. */
export function spanFromJaeger(jaeger: JaegerSpan): Span {
  const { tags } = jaeger
  for (const key of OWN_TAGS) tags.delete(key)
  const { parent, links } = splitReferences(jaeger)
  const span: { -readonly [Key in keyof Span]: Span[Key] } = {
    traceId: jaeger.traceId,
    spanId: jaeger.spanId,
    name: jaeger.operationName,
    kind: takeKind(tags),
    startUnixNano: jaeger.startUnixNano,
    endUnixNano: jaeger.startUnixNano + jaeger.durationNanos,
    status: takeStatus(tags),
    scope: takeScope(tags),
    resource: jaeger.resource,
    events: jaeger.logs.map(eventOf),
    links,
    attributes: tags
  }
  if (parent !== undefined) span.parentSpanId = parent
  const traceState = takeText(tags, 'w3c.tracestate')
  if (traceState !== undefined) span.traceState = traceState
  return span
}

/** A span of Jaeger's OTLP without what the server added to it. */
export function withoutOwnTags(span: Span): Span {
  if (!OWN_TAGS.some(key => span.attributes.has(key))) return span
  const attributes = new Map(span.attributes)
  for (const key of OWN_TAGS) attributes.delete(key)
  return { ...span, attributes }
}

/** The resource of a process: its name is an attribute like its tags. */
export function resourceFromJaeger(serviceName: string, tags: Map<string, AttributeValue>): Attributes {
  if (serviceName !== '') tags.set('service.name', serviceName)
  return tags
}

/** The parent is the first reference into the same trace, `CHILD_OF` before `FOLLOWS_FROM`; every other one is a link. */
function splitReferences({ traceId, references, parentSpanId }: JaegerSpan): {
  readonly parent: SpanId | undefined
  readonly links: readonly SpanLink[]
} {
  const own = references.filter(reference => reference.traceId === traceId)
  const parent = own.find(reference => reference.isChildOf) ?? own[0]
  const links = references
    .filter(reference => reference !== parent)
    .map(reference => ({ traceId: reference.traceId, spanId: reference.spanId, attributes: NO_ATTRIBUTES }))
  return { parent: parent?.spanId ?? parentSpanId, links }
}

function eventOf({ timeUnixNano, fields }: JaegerLog): SpanEvent {
  // Very old exporters had no field `event`.
  const name = takeText(fields, 'event') ?? takeText(fields, 'message') ?? ''
  return { name, timeUnixNano, attributes: fields }
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

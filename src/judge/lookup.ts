import type { Namespace } from '../language/ast.ts'
import { INTRINSICS } from '../language/intrinsics.ts'
import { durationOf, jsonText, type Value } from '../language/values.ts'
import type { Attributes } from '../model/attributes.ts'
import { type Span, serviceName } from '../model/span.ts'
import type { TraceIndex } from './trace-index.ts'

/** Who asks: in a selector a bare `name` or `kind` is the intrinsic first, under `attr:` an attribute of that name is. */
export type KeyStyle = 'bare' | 'attribute'

/** The value of one key on the span at a position; undefined where it is missing. */
export type KeyReader = (at: number) => Value | undefined

const readers = new WeakMap<TraceIndex, Map<string, KeyReader>>()

/**
 * Reads a key off the spans of a trace. What was read once is remembered, since the checks of a test read the same few
 * keys. Namespaces with several values are not for this.
 */
export function keyReader(
  index: TraceIndex,
  namespace: Exclude<Namespace, 'event' | 'link'> | undefined,
  name: string,
  style: KeyStyle
): KeyReader {
  const isIntrinsicFirst =
    style === 'bare' &&
    (name === 'name' || name === 'kind') &&
    (namespace === undefined || namespace === 'parent')
  const slot = `${isIntrinsicFirst ? '' : (namespace ?? 'attr')} ${namespace === 'parent' ? 'parent' : ''} ${name}`
  let known = readers.get(index)
  if (!known) {
    known = new Map()
    readers.set(index, known)
  }
  const before = known.get(slot)
  if (before) return before
  const reader = createReader(index, namespace, name, style)
  known.set(slot, reader)
  return reader
}

function createReader(
  index: TraceIndex,
  namespace: Exclude<Namespace, 'event' | 'link'> | undefined,
  name: string,
  style: KeyStyle
): KeyReader {
  const { spans, parents } = index.trace
  switch (namespace) {
    case 'resource':
      return at => spans[at]!.resource.get(name)
    case 'scope':
      return at => spans[at]!.scope.attributes.get(name) ?? readScope(spans[at]!, name)
    case 'parent': {
      const read = keyReader(index, undefined, name, style)
      return at => (parents[at]! < 0 ? undefined : read(parents[at]!))
    }
    case 'attr':
    case undefined: {
      if (namespace === undefined && style === 'bare' && (name === 'name' || name === 'kind'))
        return at => spans[at]![name]
      const values: (Value | undefined)[] = new Array(index.size)
      const isRead = new Uint8Array(index.size)
      return at => {
        if (isRead[at]) return values[at]
        isRead[at] = 1
        const value = readOwnKey(index, at, spans[at]!, name)
        values[at] = value
        return value
      }
    }
  }
}

/** The value of a key on one span, for a single look. */
export function readKey(
  index: TraceIndex,
  at: number,
  namespace: Exclude<Namespace, 'event' | 'link'> | undefined,
  name: string,
  style: KeyStyle
): Value | undefined {
  return keyReader(index, namespace, name, style)(at)
}

/** The position of the span that a key is read from: the parent for `parent:`; negative where that is not here. */
export function holderOf({ trace }: TraceIndex, at: number, namespace: Namespace | undefined): number {
  return namespace === 'parent' ? trace.parents[at]! : at
}

/** Whether a span carries an attribute of that name, be it in place of an intrinsic. */
export function hasAttribute({ attributes, resource, scope }: Span, name: string): boolean {
  return attributes.has(name) || resource.has(name) || scope.attributes.has(name)
}

function readOwnKey(index: TraceIndex, at: number, span: Span, name: string): Value | undefined {
  let value: Value | undefined = span.attributes.get(name)
  if (value === undefined) value = span.resource.get(name)
  if (value === undefined) value = span.scope.attributes.get(name)
  return value === undefined && INTRINSICS.has(name) ? readIntrinsic(index, at, span, name) : value
}

function readScope(span: Span, name: string): Value | undefined {
  if (name === 'name') return span.scope.name
  return name === 'version' ? span.scope.version : undefined
}

function readIntrinsic(index: TraceIndex, at: number, span: Span, name: string): Value | undefined {
  switch (name) {
    case 'name':
    case 'tracetest.span.name':
      return span.name
    case 'kind':
    case 'tracetest.span.kind':
      return span.kind
    case 'status':
      return span.status.code
    case 'tracetest.span.status_code':
      return `STATUS_CODE_${span.status.code.toUpperCase()}`
    case 'status_description':
    case 'tracetest.span.status_description':
      return span.status.message
    case 'duration':
    case 'tracetest.span.duration': {
      const nanos = durationNanos(span)
      return nanos !== undefined && name === 'duration' ? durationOf(nanos) : nanos
    }
    case 'start':
    case 'tracetest.span.start_time':
      return span.startUnixNano
    case 'end':
    case 'tracetest.span.end_time':
      return span.endUnixNano
    case 'service':
      return serviceName(span) || undefined
    case 'trace_id':
      return span.traceId
    case 'span_id':
      return span.spanId
    case 'parent_id':
    case 'tracetest.span.parent_id':
      return span.parentSpanId
    case 'events.count':
      return BigInt(span.events.length + (span.dropped?.events ?? 0))
    case 'links.count':
      return BigInt(span.links.length + (span.dropped?.links ?? 0))
    case 'offset': {
      const trigger = index.trace.spans[index.trace.trigger]
      return trigger && durationOf(span.startUnixNano - trigger.startUnixNano)
    }
    case 'self_time': {
      const nanos = selfTimeNanos(index, at)
      return nanos === undefined ? undefined : durationOf(nanos)
    }
    case 'depth': {
      const depth = index.depths[at]!
      return depth < 0 ? undefined : BigInt(depth)
    }
    case 'tracetest.span.type':
      return spanType(span)
    case 'span.events':
      return jsonText(
        span.events.map(event => ({
          name: event.name,
          timestamp: event.timeUnixNano,
          attributes: Object.fromEntries(event.attributes)
        }))
      )
    default:
      return undefined
  }
}

/** From start to end, never negative; undefined while the span is in progress. */
function durationNanos(span: Span): bigint | undefined {
  if (span.endUnixNano === undefined) return undefined
  return span.endUnixNano > span.startUnixNano ? span.endUnixNano - span.startUnixNano : 0n
}

/** The part of a span that none of its children covers. */
function selfTimeNanos(index: TraceIndex, at: number): bigint | undefined {
  const { spans, subtreeEnds } = index.trace
  const { startUnixNano: start, endUnixNano: end } = spans[at]!
  const duration = durationNanos(spans[at]!)
  if (duration === undefined || end === undefined) return undefined
  let covered = 0n
  let from = start
  // Children come by start, so that what was covered before a child ends at `from`.
  for (let child = at + 1; child < subtreeEnds[at]!; child = subtreeEnds[child]!) {
    const childStart = spans[child]!.startUnixNano
    if (childStart >= end) break
    if (childStart > from) from = childStart
    let childEnd = spans[child]!.endUnixNano ?? childStart
    if (childEnd > end) childEnd = end
    if (childEnd <= from) continue
    covered += childEnd - from
    from = childEnd
  }
  return duration - covered
}

const TYPES_BY_PREFIX = [
  ['http', 'http.'],
  ['database', 'db.'],
  ['rpc', 'rpc.'],
  ['messaging', 'messaging.'],
  ['faas', 'faas.'],
  ['exception', 'exception.']
] as const

const types = new WeakMap<Span, string>()

/** Tracetest's type of a span, by the first family of keys that it or its resource has. */
function spanType(span: Span): string {
  const known = types.get(span)
  if (known !== undefined) return known
  const type = typeOf(span)
  types.set(span, type)
  return type
}

function typeOf(span: Span): string {
  const eventType = span.attributes.get('event_type')
  if ((eventType !== undefined && eventType !== '') || span.name === 'documentLoad') return 'general'
  const hasPrefix = (attributes: Attributes, prefix: string): boolean => {
    for (const key of attributes.keys()) if (key.startsWith(prefix)) return true
    return false
  }
  const found = TYPES_BY_PREFIX.find(
    ([, prefix]) => hasPrefix(span.attributes, prefix) || hasPrefix(span.resource, prefix)
  )
  return found?.[0] ?? 'general'
}

/** The values of a key of events or links, one for each that has it. */
export function readAll(span: Span, namespace: 'event' | 'link', name: string): readonly Value[] {
  const values: Value[] = []
  const { length } = namespace === 'event' ? span.events : span.links
  for (let place = 0; place < length; place++) {
    const value = readOne(span, namespace, name, place)
    if (value !== undefined) values.push(value)
  }
  return values
}

/** The value of a key of one event or link of a span. */
export function readOne(
  span: Span,
  namespace: 'event' | 'link',
  name: string,
  place: number
): Value | undefined {
  if (namespace === 'event') {
    const event = span.events[place]
    return event?.attributes.get(name) ?? (name === 'name' ? event?.name : undefined)
  }
  const link = span.links[place]
  return (
    link?.attributes.get(name) ??
    (name === 'trace_id' ? link?.traceId : name === 'span_id' ? link?.spanId : undefined)
  )
}

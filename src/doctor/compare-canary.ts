import type { Attributes, AttributeValue } from '../model/attributes.ts'
import type { Loss } from '../model/run-event.ts'
import type { Span, SpanEvent, SpanLink } from '../model/span.ts'

/** Something of a span that came back otherwise than it was sent. */
export interface Difference {
  /** The loss that explains it, where it is one that a store may declare. */
  readonly loss: Loss | undefined
  /** What was sent, and what came. */
  readonly text: string
}

/** What became of a canary on its way; empty where it came back as it was sent. What was added on the way is no difference. */
export function compareCanary(sent: readonly Span[], came: readonly Span[]): readonly Difference[] {
  const byId = new Map(came.map(span => [span.spanId, span]))
  return sent.flatMap(span => {
    const found = byId.get(span.spanId)
    if (found === undefined) return [{ loss: undefined, text: `the span "${span.name}" did not come` }]
    return compareSpan(span, found).map(({ loss, text }) => ({ loss, text: `"${span.name}": ${text}` }))
  })
}

function compareSpan(sent: Span, came: Span): readonly Difference[] {
  const carried = new Map([...came.attributes, ...came.resource, ...came.scope.attributes])
  return [
    ...compareText('name', sent.name, came.name),
    ...differs('parent', sent.parentSpanId ?? 'none', came.parentSpanId ?? 'none', undefined),
    ...differs('kind', sent.kind, came.kind, sent.kind === 'unspecified' ? 'kind' : undefined),
    ...differs('status', sent.status.code, came.status.code, undefined),
    ...differs('status message', sent.status.message ?? '', came.status.message ?? '', undefined),
    ...compareTime('start', sent.startUnixNano, came.startUnixNano),
    ...compareTime('end', sent.endUnixNano ?? 0n, came.endUnixNano ?? 0n),
    ...differs('flags', hex(sent.flags), hex(came.flags), 'flags'),
    ...compareAttributes('', sent.attributes, came.attributes, carried),
    ...compareAttributes('resource ', sent.resource, came.resource, carried),
    ...compareScope(sent, came, carried),
    ...compareEvents(sent.events, came.events),
    ...compareLinks(sent.links, came.links)
  ]
}

function differs(what: string, sent: string, came: string, loss: Loss | undefined): readonly Difference[] {
  return sent === came ? [] : [{ loss, text: `${what}: sent ${quoted(sent)}, came ${quoted(came)}` }]
}

function compareText(what: string, sent: string, came: string): readonly Difference[] {
  return differs(what, sent, came, isSameCase(sent, came) ? 'case' : undefined)
}

function isSameCase(sent: string, came: string): boolean {
  return sent !== came && sent.toLowerCase() === came.toLowerCase()
}

/** A store that keeps microseconds may cut what is below them, or round it. */
function compareTime(what: string, sent: bigint, came: bigint): readonly Difference[] {
  if (sent === came) return []
  const by = sent > came ? sent - came : came - sent
  const loss = by < 1000n ? 'precision' : undefined
  return [{ loss, text: `${what}: came ${by < 1_000_000n ? `${by} ns` : `${Number(by) / 1e6} ms`} off` }]
}

function compareAttributes(
  where: string,
  sent: Attributes,
  came: Attributes,
  carried: Attributes
): readonly Difference[] {
  return [...sent].flatMap(([key, value]): readonly Difference[] => {
    const what = `${where}attribute ${key}`
    const found = came.get(key)
    if (found !== undefined) return compareValue(what, value, found)
    if (came.has(key) && value === null) return []
    if (carried.has(key)) return [{ loss: 'resource', text: `${what}: came as an attribute of another part` }]
    return [{ loss: undefined, text: `${what}: did not come` }]
  })
}

function compareValue(what: string, sent: AttributeValue, came: AttributeValue): readonly Difference[] {
  const before = textOf(sent)
  const after = textOf(came)
  if (before === after && typeOf(sent) === typeOf(came)) return []
  const isNested = typeof sent === 'object'
  const text = `${what}: sent ${before} (${typeOf(sent)}), came ${after} (${typeOf(came)})`
  if (typeOf(sent) !== typeOf(came)) return [{ loss: isNested ? 'nested-types' : 'types', text }]
  return [{ loss: isSameCase(before, after) ? 'case' : undefined, text }]
}

function compareScope(sent: Span, came: Span, carried: Attributes): readonly Difference[] {
  const { scope } = came
  if (scope.name !== sent.scope.name || scope.version !== sent.scope.version)
    return [{ loss: 'scope', text: `scope: sent ${quoted(sent.scope.name)}, came ${quoted(scope.name)}` }]
  return compareAttributes('scope ', sent.scope.attributes, scope.attributes, carried).map(difference => ({
    ...difference,
    loss: difference.loss === 'resource' ? 'resource' : 'scope-attributes'
  }))
}

function compareEvents(sent: readonly SpanEvent[], came: readonly SpanEvent[]): readonly Difference[] {
  return sent.flatMap((event, at): readonly Difference[] => {
    const found = came.find(other => isNamed(event, other)) ?? came[at]
    if (found === undefined) return [{ loss: 'events', text: `event ${quoted(event.name)}: did not come` }]
    const within = compareAttributes('event ', event.attributes, found.attributes, new Map())
    return [
      ...compareText('event', event.name, found.name),
      ...compareTime('event', event.timeUnixNano, found.timeUnixNano),
      ...within.map(({ loss, text }) => ({ loss: loss ?? ('event-attributes' as const), text }))
    ]
  })
}

function isNamed(event: SpanEvent, other: SpanEvent): boolean {
  return event.name.toLowerCase() === other.name.toLowerCase()
}

function compareLinks(sent: readonly SpanLink[], came: readonly SpanLink[]): readonly Difference[] {
  return sent.flatMap((link): readonly Difference[] => {
    const found = came.find(other => other.spanId === link.spanId && other.traceId === link.traceId)
    if (found === undefined) return [{ loss: 'links', text: `link to ${link.spanId}: did not come` }]
    return compareAttributes('link ', link.attributes, found.attributes, new Map()).map(difference => ({
      ...difference,
      loss: difference.loss ?? 'links'
    }))
  })
}

function typeOf(value: AttributeValue): string {
  if (value === null) return 'empty'
  if (value instanceof Uint8Array) return 'bytes'
  if (Array.isArray(value)) return 'array'
  const types = { bigint: 'int', number: 'double', object: 'map', string: 'string', boolean: 'bool' } as const
  return types[typeof value as keyof typeof types]
}

function textOf(value: AttributeValue): string {
  if (typeof value === 'string') return quoted(value)
  return JSON.stringify(value, (_, part: unknown) => {
    if (part instanceof Uint8Array) return Array.from(part)
    return typeof part === 'bigint' ? String(part) : part
  })
}

function quoted(text: string): string {
  return JSON.stringify(text)
}

function hex(flags = 0): string {
  return `0x${(flags & 0x300).toString(16)}`
}

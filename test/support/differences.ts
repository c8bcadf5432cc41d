import { isDeepStrictEqual } from 'node:util'
import type { Attributes, AttributeValue } from '../../src/model/attributes.ts'
import type { Loss } from '../../src/model/run-event.ts'
import type { Span, SpanEvent } from '../../src/model/span.ts'

/** How what a store gave back differs from what was sent: which loss it is, and where. */
export interface Difference {
  /** `none` where no loss explains it. */
  readonly loss: Loss | 'none'
  readonly where: string
}

const MICROSECOND = 1_000n

/** Every difference between spans as they were sent and as a store gave them back. */
export function differencesOf(sent: readonly Span[], got: readonly Span[]): readonly Difference[] {
  const byId = new Map(got.map(span => [span.spanId, span]))
  const extra = got.filter(span => sent.every(({ spanId }) => spanId !== span.spanId))
  return [
    ...extra.map(span => ({ loss: 'none' as const, where: `span ${span.name}, which was not sent` })),
    ...sent.flatMap(span => {
      const other = byId.get(span.spanId)
      return other ? ofSpan(span, other) : [{ loss: 'none' as const, where: `span ${span.name} is missing` }]
    })
  ]
}

function ofSpan(sent: Span, got: Span): readonly Difference[] {
  const found: Difference[] = []
  const note = (loss: Loss | 'none', where: string): void => {
    found.push({ loss, where: `${sent.name}: ${where}` })
  }
  // No check reads the trace state: what a store makes of it is left aside.
  for (const part of ['traceId', 'parentSpanId', 'status'] as const)
    if (!isDeepStrictEqual(sent[part], got[part])) note('none', part)
  if (sent.name !== got.name) note(sent.name.toLowerCase() === got.name ? 'case' : 'none', 'name')
  if (sent.kind !== got.kind)
    note(sent.kind === 'unspecified' && got.kind === 'internal' ? 'kind' : 'none', 'kind')
  for (const part of ['startUnixNano', 'endUnixNano'] as const) noteTime(sent[part], got[part], part, note)
  if (!isDeepStrictEqual(sent.flags, got.flags)) note('flags', 'flags')
  if (!isDeepStrictEqual(sent.dropped, got.dropped)) note('dropped-counts', 'dropped')
  if (sent.scope.name !== got.scope.name || sent.scope.version !== got.scope.version) note('scope', 'scope')
  if (!isDeepStrictEqual(sent.scope.attributes, got.scope.attributes))
    note('scope-attributes', 'scope attributes')
  noteAttributes(sent, got, note)
  if (!isDeepStrictEqual(sent.links, got.links)) note('links', 'links')
  noteEvents(sent.events, got.events, note)
  return found
}

type Note = (loss: Loss | 'none', where: string) => void

function noteTime(sent: bigint | undefined, got: bigint | undefined, where: string, note: Note): void {
  if (sent === got) return
  const apart = sent === undefined || got === undefined ? undefined : sent - got
  note(apart !== undefined && apart < MICROSECOND && -apart <= MICROSECOND ? 'precision' : 'none', where)
}

function noteEvents(sent: readonly SpanEvent[], got: readonly SpanEvent[], note: Note): void {
  if (sent.length !== got.length) note('events', 'events')
  sent.forEach((event, place) => {
    const other = got[place]
    if (!other) return
    if (event.name !== other.name) note('events', `event ${event.name}`)
    noteTime(event.timeUnixNano, other.timeUnixNano, `time of event ${event.name}`, note)
    if (!isDeepStrictEqual(event.attributes, other.attributes))
      note('event-attributes', `event ${event.name}`)
  })
}

/** What a store mixes of the resource, the scope and the span may have moved; what it kept must say the same. */
function noteAttributes(sent: Span, got: Span, note: Note): void {
  for (const part of ['attributes', 'resource'] as const)
    for (const [key, value] of sent[part]) {
      const holder = [got[part], got.attributes, got.resource].find(attributes => attributes.has(key))
      const kept = holder?.get(key)
      if (kept === undefined) note('none', `${part} ${key} is missing`)
      else {
        if (holder !== got[part]) note('resource', key)
        if (!isDeepStrictEqual(value, kept)) note(lossOfValue(key, value, kept), key)
      }
    }
  const known = (attributes: Attributes, key: string): boolean => attributes.has(key)
  for (const part of ['attributes', 'resource'] as const)
    for (const key of got[part].keys())
      if (!known(sent[part], key))
        note(
          known(sent.attributes, key) || known(sent.resource, key) || key.startsWith('scope.')
            ? 'resource'
            : 'none',
          `${part} ${key}`
        )
}

function lossOfValue(key: string, sent: AttributeValue, got: AttributeValue): Loss | 'none' {
  if (typeof got !== 'string') return 'none'
  if (key === 'service.name') return String(sent).toLowerCase() === got ? 'case' : 'none'
  if (typeof sent === 'string') return 'none'
  return typeof sent === 'object' ? 'nested-types' : 'types'
}

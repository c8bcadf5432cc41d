import type { SpanId, TraceId } from './ids.ts'
import type { Span } from './span.ts'

/** What tells a span from all others: ids of spans are unique within their trace only. */
export interface SpanName {
  readonly traceId: TraceId
  readonly spanId: SpanId
}

/** How far to look for a trace. `linked`: with all traces of which a span links to it, and to those. */
export type Reach = 'alone' | 'linked'

/** Which spans of other traces belong to a trace because of their links, and where. */
export interface Joins {
  /** The key of the span that a span hangs below because it links to it; that may not be here. */
  readonly targets: ReadonlyMap<Span, string>
  /** The spans of other traces that belong. */
  readonly members: ReadonlySet<Span>
  /** Spans of traces that belong in part, of which nobody knows yet whether they do. */
  readonly strays: readonly Span[]
  /** A span that comes may hang others elsewhere. */
  readonly areLoose: boolean
}

const NO_JOINS: Joins = { targets: new Map(), members: new Set(), strays: [], areLoose: false }

/**
 * Follows links into a trace, and into what they join to it. A span that begins a trace brings all of it along, any other
 * what lies below it. A pure function of the set of spans: who joins is a least fixed point, found in rounds, and a span
 * hangs below what was there in an earlier round, so that links make no loops.
 */
export function findJoins(
  traceId: TraceId,
  spans: ReadonlyMap<string, Span>,
  keyOf: (name: SpanName) => string
): Joins {
  const others = [...spans.values()].filter(span => span.traceId !== traceId)
  if (others.length === 0) return NO_JOINS
  const families = groupBy(others, span => span.traceId)
  const children = groupBy(others, span => parentKeyOf(span, keyOf))
  const linkers = groupLinkers(others)
  /** In which round a trace joined as a whole, and a span. */
  const wholes = new Map<TraceId, number>([[traceId, 0]])
  const rounds = new Map<Span, number>()
  const roundOf = (name: SpanName): number | undefined => {
    const span = spans.get(keyOf(name))
    return (span && rounds.get(span)) ?? wholes.get(name.traceId)
  }

  let fresh: readonly TraceId[] = [traceId]
  for (let round = 1; fresh.length > 0; round++) {
    const linking = fresh
      .flatMap(id => linkers.get(id) ?? [])
      .filter(span => !rounds.has(span) && earliestLink(span, round, roundOf) !== undefined)
    const touched = new Set<TraceId>()
    const take = (span: Span): void => {
      if (rounds.has(span)) return
      rounds.set(span, round)
      touched.add(span.traceId)
    }
    for (const span of linking) {
      if (span.parentSpanId === undefined) {
        if (wholes.has(span.traceId)) continue
        wholes.set(span.traceId, round)
        for (const other of families.get(span.traceId)!) take(other)
      } else for (const other of subtreeOf(span, children, keyOf)) take(other)
    }
    fresh = [...touched]
  }

  const targets = new Map<Span, string>()
  let areLoose = false
  for (const [span, round] of rounds) {
    const { traceId: own, parentSpanId } = span
    const above = parentSpanId === undefined ? undefined : roundOf({ traceId: own, spanId: parentSpanId })
    // The parent may still have to come, where the whole of its trace belongs.
    const hangsBelowParent = above !== undefined && above <= round
    const link = hangsBelowParent ? undefined : earliestLink(span, round, roundOf)
    if (link !== undefined) targets.set(span, keyOf(link))
    if (round > 1 || (link !== undefined && span.parentSpanId !== undefined)) areLoose = true
  }
  const isInPart = (id: TraceId): boolean =>
    !wholes.has(id) && families.get(id)?.some(span => rounds.has(span)) === true
  const strays = others.filter(
    span =>
      !rounds.has(span) &&
      ((isInPart(span.traceId) && hangsInTheAir(span, spans, keyOf)) ||
        span.links.some(link => isInPart(link.traceId) && !spans.has(keyOf(link))))
  )
  return { targets, members: new Set(rounds.keys()), strays, areLoose }
}

/** Of the links that lead to what was there before, the first of those that lead to what was there first. */
function earliestLink(
  span: Span,
  round: number,
  roundOf: (name: SpanName) => number | undefined
): SpanName | undefined {
  let found: SpanName | undefined
  let before = round
  for (const link of span.links) {
    const linked = link.traceId === span.traceId ? undefined : roundOf(link)
    if (linked === undefined || linked >= before) continue
    found = link
    before = linked
  }
  return found
}

function parentKeyOf(span: Span, keyOf: (name: SpanName) => string): string | undefined {
  const { traceId, parentSpanId } = span
  return parentSpanId === undefined ? undefined : keyOf({ traceId, spanId: parentSpanId })
}

function subtreeOf(
  top: Span,
  children: ReadonlyMap<string | undefined, readonly Span[]>,
  keyOf: (name: SpanName) => string
): ReadonlySet<Span> {
  const found = new Set([top])
  for (const span of found) for (const child of children.get(keyOf(span)) ?? []) found.add(child)
  return found
}

/** Whether the first of the spans above, itself included, that has no parent here names one. */
function hangsInTheAir(
  span: Span,
  spans: ReadonlyMap<string, Span>,
  keyOf: (name: SpanName) => string
): boolean {
  const seen = new Set<Span>()
  for (let at = span; !seen.has(at); ) {
    seen.add(at)
    const parentKey = parentKeyOf(at, keyOf)
    if (parentKey === undefined) return false
    const parent = spans.get(parentKey)
    if (parent === undefined) return true
    at = parent
  }
  return false
}

/** The spans that link to any of a trace, by that trace. */
function groupLinkers(spans: readonly Span[]): ReadonlyMap<TraceId, readonly Span[]> {
  const groups = new Map<TraceId, Span[]>()
  for (const span of spans)
    for (const id of new Set(span.links.map(link => link.traceId))) {
      if (id === span.traceId) continue
      const group = groups.get(id)
      if (group) group.push(span)
      else groups.set(id, [span])
    }
  return groups
}

function groupBy<Key>(spans: readonly Span[], keyOf: (span: Span) => Key): ReadonlyMap<Key, readonly Span[]> {
  const groups = new Map<Key, Span[]>()
  for (const span of spans) {
    const key = keyOf(span)
    const group = groups.get(key)
    if (group) group.push(span)
    else groups.set(key, [span])
  }
  return groups
}

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
  /** The key of the span that a span hangs below because of a link; that may not be here. */
  readonly targets: ReadonlyMap<Span, string>
  /** The spans of other traces that belong. */
  readonly members: ReadonlySet<Span>
  /** Spans of traces that belong in part, of which nobody can say whether they do. */
  readonly strays: readonly Span[]
  /** The first spans of traces that belong, and link to others as well: they may have worked for those. */
  readonly shared: readonly Span[]
  /** A span that comes may hang others elsewhere. */
  readonly areLoose: boolean
  /** A span that comes may take others away. */
  readonly mayShrink: boolean
}

/** Where nothing is joined. */
export const NO_JOINS: Joins = {
  targets: new Map(),
  members: new Set(),
  strays: [],
  shared: [],
  areLoose: false,
  mayShrink: false
}

/**
 * Follows links into a trace, and into what they join to it. A span that begins a trace brings all of it along, and so does any
 * other whose trace links to nothing else. A trace that took messages of others in one batch belongs as far as it lies below the
 * links that lead here. A pure function of the set of spans: who joins is found in rounds, and a span hangs below what was there
 * in an earlier round, so that links make no loops.
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
  const batches = findBatches(traceId, families, linkers)
  /** In which round a trace joined as a whole, and a span. */
  const wholes = new Map<TraceId, number>([[traceId, 0]])
  const rounds = new Map<Span, number>()
  const roundOf = (name: SpanName): number | undefined => {
    const span = spans.get(keyOf(name))
    return (span && rounds.get(span)) ?? wholes.get(name.traceId)
  }
  const targets = new Map<Span, string>()
  const bringers = new Map<TraceId, Span>()

  let fresh: readonly TraceId[] = [traceId]
  for (let round = 1; fresh.length > 0; round++) {
    const linking = fresh
      .flatMap(id => linkers.get(id) ?? [])
      .filter(span => !rounds.has(span) && earliestLink(span, round, roundOf) !== undefined)
      .sort(compareStarts)
    const touched = new Set<TraceId>()
    const take = (span: Span): void => {
      if (rounds.has(span)) return
      rounds.set(span, round)
      touched.add(span.traceId)
    }
    for (const span of linking) {
      if (span.parentSpanId === undefined || !batches.has(span.traceId)) {
        if (wholes.has(span.traceId)) continue
        wholes.set(span.traceId, round)
        bringers.set(span.traceId, span)
        for (const other of families.get(span.traceId)!) take(other)
      } else for (const other of subtreeOf(span, children, keyOf)) take(other)
    }
    fresh = [...touched]
  }

  let areLoose = false
  for (const [span, round] of rounds) {
    if (round > 1) areLoose = true
    const { traceId: family, parentSpanId } = span
    const parent =
      parentSpanId === undefined ? undefined : spans.get(keyOf({ traceId: family, spanId: parentSpanId }))
    const above = parent && rounds.get(parent)
    if (above !== undefined && above <= round) continue
    const own = earliestLink(span, round, roundOf)
    // The root of a trace that another of its spans brought along hangs where that one leads.
    const brought = parentSpanId === undefined ? bringers.get(family) : undefined
    const link = own ?? (brought && earliestLink(brought, round, roundOf))
    if (link !== undefined) targets.set(span, keyOf(link))
    if (own === undefined || parentSpanId !== undefined) areLoose = true
  }
  const joinedBatches = [...batches].filter(id => families.get(id)?.some(span => rounds.has(span)))
  const inPart = new Set(joinedBatches.filter(id => !wholes.has(id)))
  const accounted = new Set<Span>()
  for (const span of others)
    if (inPart.has(span.traceId) && linksElsewhere(span)) {
      for (const below of subtreeOf(span, children, keyOf)) accounted.add(below)
      for (const above of spansAbove(span, spans, keyOf)) accounted.add(above)
    }
  const strays = others.filter(
    span =>
      !rounds.has(span) &&
      ((inPart.has(span.traceId) && !accounted.has(span)) ||
        span.links.some(link => inPart.has(link.traceId) && !spans.has(keyOf(link))))
  )
  return {
    targets,
    members: new Set(rounds.keys()),
    strays,
    shared: joinedBatches.flatMap(id => bringers.get(id) ?? []),
    areLoose,
    mayShrink: [...targets.keys(), ...bringers.values()].some(span => span.parentSpanId !== undefined)
  }
}

/** The traces that link to others than this one and those that lead to it, directly or by what they link to. */
function findBatches(
  traceId: TraceId,
  families: ReadonlyMap<TraceId, readonly Span[]>,
  linkers: ReadonlyMap<TraceId, readonly Span[]>
): ReadonlySet<TraceId> {
  const leading = new Set([traceId])
  for (const id of leading) for (const span of linkers.get(id) ?? []) leading.add(span.traceId)
  const batches = new Set<TraceId>()
  for (const [id, family] of families)
    if (family.some(span => span.links.some(link => link.traceId !== id && !leading.has(link.traceId))))
      batches.add(id)
  for (const id of batches) for (const span of linkers.get(id) ?? []) batches.add(span.traceId)
  return batches
}

function linksElsewhere({ traceId, links }: Span): boolean {
  return links.some(link => link.traceId !== traceId)
}

function compareStarts(a: Span, b: Span): number {
  if (a.startUnixNano !== b.startUnixNano) return a.startUnixNano < b.startUnixNano ? -1 : 1
  return a.spanId < b.spanId ? -1 : a.spanId > b.spanId ? 1 : a.traceId < b.traceId ? -1 : 1
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

/** The spans above one, as far as they are here. */
function spansAbove(
  span: Span,
  spans: ReadonlyMap<string, Span>,
  keyOf: (name: SpanName) => string
): ReadonlySet<Span> {
  const found = new Set<Span>()
  for (let at: Span | undefined = span; at !== undefined && !found.has(at); ) {
    found.add(at)
    const parentKey = parentKeyOf(at, keyOf)
    at = parentKey === undefined ? undefined : spans.get(parentKey)
  }
  return found
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

import type { AttributeValue } from './attributes.ts'
import type { TraceId } from './ids.ts'
import type { Joins, SpanName } from './joins.ts'
import { findJoins, NO_JOINS } from './joins.ts'
import type { Span } from './span.ts'

/**
 * The spans of one trace in trace order: depth first, siblings by start, end, span id. With links followed, spans of the
 * traces that are joined to it are among them, as they are: their tree is in `parents`, not in their ids.
 * Positions in `spans` are the currency of everything that walks the tree.
 */
export interface Trace {
  readonly traceId: TraceId
  readonly spans: readonly Span[]
  /** The position of the trigger span, our synthetic root; -1 where the trace has none. */
  readonly trigger: number
  /** Position → position of the parent; -1 for roots and orphans. */
  readonly parents: Int32Array
  /** Position → one past the last descendant: the subtree of `p` is `[p, subtreeEnds[p])`. */
  readonly subtreeEnds: Int32Array
  /** Position → 1 where a parent is named but is not here: late, lost, or outside. */
  readonly orphans: Uint8Array
  /** Position → 1 where a span is joined: it hangs below one that it links to, or would if that were here. */
  readonly joins: Uint8Array
  /** What is not certain of the traces that are joined; `strays` are not among `spans`. */
  readonly joining: Pick<Joins, 'strays' | 'shared' | 'areLoose' | 'mayShrink'>
  /** Keys of spans that came more than once with different content: an early verdict on them is not to be trusted. */
  readonly conflicting: ReadonlySet<string>
  /** What tells a span from all others of the trace: its id, with that of its own trace where it is joined. */
  keyOf(name: SpanName): string
  /** By id or by key; of spans of two traces with one id, that of the trace itself comes first. */
  positionOf(spanId: string): number | undefined
}

export interface TraceOptions {
  /** Our own span at the root. Roots and spans whose parent is its id become its children. */
  readonly trigger?: Span
  /** Spans of other traces are among the input, and belong if links lead from them to the trace. */
  readonly followsLinks?: boolean
}

/** How spans are told apart: by their ids alone where all are of one trace, however a store writes its id. */
export function spanKeyIn(traceId: TraceId, followsLinks: boolean): (name: SpanName) => string {
  if (!followsLinks) return name => name.spanId
  return name => (name.traceId === traceId ? name.spanId : `${name.traceId}:${name.spanId}`)
}

/**
 * Builds a trace from spans in any order, repeats included; the result depends on neither.
 * Spans whose parents form a loop are kept: the loop is opened at its earliest span, which counts as an orphan.
 */
export function buildTrace(traceId: TraceId, input: Iterable<Span>, options: TraceOptions = {}): Trace {
  const { trigger, followsLinks = false } = options
  const keyOf = spanKeyIn(traceId, followsLinks)
  const known = new Map<string, Span>()
  const conflicting = new Set<string>()
  mergeSpans(known, conflicting, input, keyOf)
  if (trigger) known.set(trigger.spanId, trigger)
  const joins = followsLinks ? findJoins(traceId, known, keyOf) : undefined
  const unique = joins === undefined ? known : withoutStrangers(known, traceId, joins)
  const ownParentKey = ({ traceId: own, parentSpanId }: Span): string | undefined =>
    parentSpanId === undefined ? undefined : keyOf({ traceId: own, spanId: parentSpanId })
  const parentKeyOf = (span: Span): string | undefined =>
    joins?.targets.get(span) ?? ownParentKey(span) ?? (joins?.members.has(span) ? undefined : trigger?.spanId)

  const children = new Map<string, Span[]>()
  const tops: Span[] = []
  for (const span of unique.values()) {
    if (span === trigger) continue
    const parentKey = parentKeyOf(span)
    if (parentKey === undefined || !unique.has(parentKey)) tops.push(span)
    else {
      const siblings = children.get(parentKey)
      if (siblings) siblings.push(span)
      else children.set(parentKey, [span])
    }
  }
  for (const siblings of children.values()) if (siblings.length > 1) siblings.sort(compareSiblings)
  tops.sort(compareSiblings)
  if (trigger) tops.unshift(trigger)

  const size = unique.size
  const spans: Span[] = []
  const positions = new Map<string, number>()
  const parents = new Int32Array(size).fill(-1)
  const subtreeEnds = new Int32Array(size)
  const orphans = new Uint8Array(size)
  const joined = new Uint8Array(size)

  const walk = (top: Span): void => {
    const stack: { key: string; parent: number; next: number }[] = []
    const enter = (span: Span, parent: number): void => {
      const position = spans.length
      const key = keyOf(span)
      spans.push(span)
      positions.set(key, position)
      parents[position] = parent
      if (joins?.targets.has(span)) joined[position] = 1
      if (parent < 0 && span !== trigger && parentKeyOf(span) !== undefined) orphans[position] = 1
      // Hung up by a link, and still what is above it in its own trace has to come.
      if (joined[position] === 1 && span.parentSpanId !== undefined && !known.has(ownParentKey(span)!))
        orphans[position] = 1
      stack.push({ key, parent: position, next: 0 })
    }
    enter(top, -1)
    while (stack.length > 0) {
      const frame = stack.at(-1)!
      const child = children.get(frame.key)?.[frame.next++]
      if (child === undefined) {
        subtreeEnds[frame.parent] = spans.length
        stack.pop()
      } else if (!positions.has(keyOf(child))) enter(child, frame.parent)
    }
  }
  for (const top of tops) walk(top)
  if (spans.length < size)
    for (const span of loopOpenings(unique, positions, { keyOf, parentKeyOf })) walk(span)
  // By ids as reports name spans. A span of the trace itself has its id for a key.
  const joinedIds = new Map<string, number>()
  if (joins !== undefined && joins.members.size > 0)
    spans.forEach(({ spanId }, at) => {
      if (!joinedIds.has(spanId)) joinedIds.set(spanId, at)
    })

  return {
    traceId,
    spans,
    trigger: trigger ? 0 : -1,
    parents,
    subtreeEnds,
    orphans,
    joins: joined,
    joining: joins ?? NO_JOINS,
    conflicting,
    keyOf,
    positionOf: spanId => positions.get(spanId) ?? joinedIds.get(spanId)
  }
}

/**
 * Whether a span hangs where it does because another of its trace links there, as the root of a batch: it may have begun long
 * before, and says nothing of clocks.
 */
export function isBroughtAlong({ spans, parents, joins, keyOf }: Trace, position: number): boolean {
  const parent = spans[parents[position]!]
  if (joins[position] === 0 || parent === undefined) return false
  return !spans[position]!.links.some(link => keyOf(link) === keyOf(parent))
}

/** The ids of the traces that are joined to a trace, in trace order. */
export function joinedTraceIds(trace: Pick<Trace, 'traceId' | 'spans' | 'keyOf'>): readonly TraceId[] {
  const ids = new Set<TraceId>()
  for (const span of trace.spans) if (trace.keyOf(span) !== span.spanId) ids.add(span.traceId)
  return [...ids]
}

function withoutStrangers(
  spans: ReadonlyMap<string, Span>,
  traceId: TraceId,
  { members }: Joins
): ReadonlyMap<string, Span> {
  return new Map([...spans].filter(([, span]) => span.traceId === traceId || members.has(span)))
}

interface Naming {
  keyOf(name: SpanName): string
  parentKeyOf(span: Span): string | undefined
}

/** One span of every loop of parents, its first in sibling order: what hangs on a loop is reached from there. */
function loopOpenings(
  unique: ReadonlyMap<string, Span>,
  placed: ReadonlyMap<string, number>,
  { keyOf, parentKeyOf }: Naming
): Span[] {
  const openings: Span[] = []
  const pathOf = new Map<Span, number>()
  const above = (span: Span): Span => unique.get(parentKeyOf(span)!)!
  let path = 0
  for (const start of unique.values()) {
    if (placed.has(keyOf(start)) || pathOf.has(start)) continue
    path++
    let span = start
    while (!pathOf.has(span)) {
      pathOf.set(span, path)
      span = above(span)
    }
    // The path ran into an earlier one: it hangs on a loop that is known already.
    if (pathOf.get(span) !== path) continue
    let first = span
    for (let at = above(span); at !== span; at = above(at)) if (compareSiblings(at, first) < 0) first = at
    openings.push(first)
  }
  return openings.sort(compareSiblings)
}

function compareSiblings(a: Span, b: Span): number {
  if (a.startUnixNano !== b.startUnixNano) return a.startUnixNano < b.startUnixNano ? -1 : 1
  const aEnd = a.endUnixNano
  const bEnd = b.endUnixNano
  if (aEnd !== bEnd) {
    if (aEnd === undefined) return 1
    if (bEnd === undefined) return -1
    return aEnd < bEnd ? -1 : 1
  }
  if (a.spanId !== b.spanId) return a.spanId < b.spanId ? -1 : 1
  return a.traceId < b.traceId ? -1 : a.traceId > b.traceId ? 1 : 0
}

/**
 * Adds spans to those that are known, each once; a better report of a span takes the place of a lesser one, whichever
 * came first. Tells whether anything changed.
 */
export function mergeSpans(
  known: Map<string, Span>,
  conflicting: Set<string>,
  input: Iterable<Span>,
  keyOf: (span: Span) => string,
  nameOf: (span: Span) => string = keyOf
): boolean {
  let hasChanged = false
  for (const span of input) {
    const key = keyOf(span)
    const before = known.get(key)
    if (before === span) continue
    const difference = before === undefined ? -1 : compareRepeats(before, span)
    if (before !== undefined && difference !== 0) conflicting.add(nameOf(span))
    if (difference < 0) {
      known.set(key, span)
      hasChanged = true
    }
  }
  return hasChanged
}

/** Below zero if `b` is the better report of the span; never decided by the time of arrival. */
function compareRepeats(a: Span, b: Span): number {
  const ended = Number(a.endUnixNano !== undefined) - Number(b.endUnixNano !== undefined)
  if (ended !== 0) return ended
  if (a.attributes.size !== b.attributes.size) return a.attributes.size - b.attributes.size
  if (a.events.length !== b.events.length) return a.events.length - b.events.length
  if (a.links.length !== b.links.length) return a.links.length - b.links.length
  // Stores that are asked show what they showed before, each time.
  if (areAlike(a, b)) return 0
  const aText = canonicalText(a)
  const bText = canonicalText(b)
  return aText === bText ? 0 : aText < bText ? -1 : 1
}

type Plain =
  | AttributeValue
  | ReadonlyMap<string, Plain>
  | readonly Plain[]
  | { readonly [key: string]: Plain }
  | undefined

/** Whether two values share their canonical text; seen at once where they do, and where not, only mostly. */
function areAlike(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (a instanceof Map)
    return (
      b instanceof Map &&
      a.size === b.size &&
      [...a].every(([key, value]) => b.has(key) && areAlike(value, b.get(key)))
    )
  if (Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false
  const keys = Object.keys(a) as never[]
  return (
    keys.length === Object.keys(b).length &&
    keys.every(key => Object.hasOwn(b, key) && areAlike(a[key], b[key]))
  )
}

/** A text that two values share exactly when they are equal, whatever the order of their keys. */
function canonicalText(value: unknown): string {
  return JSON.stringify(canonical(value as Plain))
}

function canonical(value: Plain): unknown {
  if (typeof value === 'bigint') return { int: String(value) }
  if (typeof value === 'number') return { double: Object.is(value, -0) ? '-0' : String(value) }
  if (value instanceof Uint8Array)
    return { bytes: Array.from(value, byte => byte.toString(16).padStart(2, '0')).join('') }
  if (value instanceof Map) return canonicalEntries([...value])
  if (Array.isArray(value)) return value.map(item => canonical(item as Plain))
  if (typeof value === 'object' && value !== null) return canonicalEntries(Object.entries(value))
  return value
}

function canonicalEntries(entries: readonly (readonly [string, Plain])[]): unknown {
  return entries
    .filter(([, value]) => value !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([key, value]) => [key, canonical(value)])
}

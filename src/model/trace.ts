import type { AttributeValue } from './attributes.ts'
import type { SpanId, TraceId } from './ids.ts'
import type { Span } from './span.ts'

/**
 * The spans of one trace in trace order: depth first, siblings by start, end, span id.
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
  /** Spans that came more than once with different content: an early verdict on them is not to be trusted. */
  readonly conflicting: ReadonlySet<SpanId>
  positionOf(spanId: SpanId): number | undefined
}

export interface TraceOptions {
  /** Our own span at the root. Roots and spans whose parent is its id become its children. */
  readonly trigger?: Span
}

/**
 * Builds a trace from spans in any order, repeats included; the result depends on neither.
 * Spans whose parents form a loop are kept: the loop is opened at its earliest span, which counts as an orphan.
 */
export function buildTrace(traceId: TraceId, input: Iterable<Span>, options: TraceOptions = {}): Trace {
  const { unique, conflicting } = mergeRepeats(input)
  const trigger = options.trigger
  if (trigger) unique.set(trigger.spanId, trigger)

  const children = new Map<SpanId, Span[]>()
  const tops: Span[] = []
  for (const span of unique.values()) {
    if (span === trigger) continue
    const parentId = parentIdOf(span, unique, trigger)
    if (parentId === undefined) tops.push(span)
    else {
      const siblings = children.get(parentId)
      if (siblings) siblings.push(span)
      else children.set(parentId, [span])
    }
  }
  for (const siblings of children.values()) if (siblings.length > 1) siblings.sort(compareSiblings)
  tops.sort(compareSiblings)
  if (trigger) tops.unshift(trigger)

  const size = unique.size
  const spans: Span[] = []
  const positions = new Map<SpanId, number>()
  const parents = new Int32Array(size).fill(-1)
  const subtreeEnds = new Int32Array(size)
  const orphans = new Uint8Array(size)

  const walk = (top: Span): void => {
    const stack: { span: Span; parent: number; next: number }[] = []
    const enter = (span: Span, parent: number): void => {
      const position = spans.length
      spans.push(span)
      positions.set(span.spanId, position)
      parents[position] = parent
      if (parent < 0 && span.parentSpanId !== undefined) orphans[position] = 1
      stack.push({ span, parent: position, next: 0 })
    }
    enter(top, -1)
    while (stack.length > 0) {
      const frame = stack.at(-1)!
      const child = children.get(frame.span.spanId)?.[frame.next++]
      if (child === undefined) {
        subtreeEnds[frame.parent] = spans.length
        stack.pop()
      } else if (!positions.has(child.spanId)) enter(child, frame.parent)
    }
  }
  for (const top of tops) walk(top)
  if (spans.length < size) for (const span of loopOpenings(unique, positions)) walk(span)

  return {
    traceId,
    spans,
    trigger: trigger ? 0 : -1,
    parents,
    subtreeEnds,
    orphans,
    conflicting,
    positionOf: spanId => positions.get(spanId)
  }
}

function parentIdOf(
  span: Span,
  known: ReadonlyMap<SpanId, Span>,
  trigger: Span | undefined
): SpanId | undefined {
  const id = span.parentSpanId
  if (id === undefined) return trigger?.spanId
  return known.has(id) ? id : undefined
}

/** One span of every loop of parents, its first in sibling order: what hangs on a loop is reached from there. */
function loopOpenings(unique: ReadonlyMap<SpanId, Span>, placed: ReadonlyMap<SpanId, number>): Span[] {
  const openings: Span[] = []
  const pathOf = new Map<Span, number>()
  let path = 0
  for (const start of unique.values()) {
    if (placed.has(start.spanId) || pathOf.has(start)) continue
    path++
    let span = start
    while (!pathOf.has(span)) {
      pathOf.set(span, path)
      span = unique.get(span.parentSpanId!)!
    }
    // The path ran into an earlier one: it hangs on a loop that is known already.
    if (pathOf.get(span) !== path) continue
    let first = span
    for (let at = unique.get(span.parentSpanId!)!; at !== span; at = unique.get(at.parentSpanId!)!)
      if (compareSiblings(at, first) < 0) first = at
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
  return a.spanId < b.spanId ? -1 : a.spanId > b.spanId ? 1 : 0
}

function mergeRepeats(input: Iterable<Span>): { unique: Map<SpanId, Span>; conflicting: Set<SpanId> } {
  const unique = new Map<SpanId, Span>()
  const conflicting = new Set<SpanId>()
  mergeSpans(unique, conflicting, input)
  return { unique, conflicting }
}

/**
 * Adds spans to those that are known, each once; a better report of a span takes the place of a lesser one, whichever
 * came first. Tells whether anything changed.
 */
export function mergeSpans(
  known: Map<string, Span>,
  conflicting: Set<SpanId>,
  input: Iterable<Span>,
  keyOf: (span: Span) => string = span => span.spanId
): boolean {
  let hasChanged = false
  for (const span of input) {
    const key = keyOf(span)
    const before = known.get(key)
    if (before === span) continue
    const difference = before === undefined ? -1 : compareRepeats(before, span)
    if (before !== undefined && difference !== 0) conflicting.add(span.spanId)
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

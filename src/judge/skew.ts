import type { Span } from '../model/span.ts'
import { isBroughtAlong } from '../model/trace.ts'
import { showDuration } from './text.ts'
import type { TraceIndex } from './trace-index.ts'

/** How far the clocks of the processes of a trace are shown to differ. */
export interface ClockSkew {
  /** No two processes are shown to differ. */
  readonly isNone: boolean
  /** By how many nanoseconds the clocks of two processes differ at least, given by their numbers in the index. */
  between(a: number, b: number): bigint
}

const NO_SKEW: ClockSkew = { isNone: true, between: () => 0n }
/** Beyond these many processes only their direct calls are compared with one another. */
const MOST_PROCESSES = 100

const skews = new WeakMap<TraceIndex, ClockSkew>()

/** What parents and children in different processes show: no child starts before its parent, no server outlives its client. */
export function skewOf(index: TraceIndex): ClockSkew {
  const known = skews.get(index)
  if (known) return known
  const skew = measureSkew(index)
  skews.set(index, skew)
  return skew
}

/** Between which values the clock of a process may lie, seen from another: `later - earlier` for a pair of numbers. */
interface Bounds {
  readonly a: number
  readonly b: number
  low: number
  high: number
}

function measureSkew(index: TraceIndex): ClockSkew {
  const pairs = directBounds(index)
  if (pairs.every(pair => leastDifference(pair.low, pair.high) === 0)) return NO_SKEW
  const processes = [...new Set(pairs.flatMap(({ a, b }) => [a, b]))]
  return (processes.length <= MOST_PROCESSES ? propagated(pairs, processes) : undefined) ?? coarse(pairs)
}

function directBounds({ trace, processes }: TraceIndex): readonly Bounds[] {
  const pairs = new Map<string, Bounds>()
  for (let at = 0; at < trace.spans.length; at++) {
    const parentAt = trace.parents[at]!
    if (parentAt < 0 || processes[parentAt] === processes[at] || isBroughtAlong(trace, at)) continue
    const [a, b] = [processes[parentAt]!, processes[at]!]
    const isForward = a < b
    const key = isForward ? `${a} ${b}` : `${b} ${a}`
    let pair = pairs.get(key)
    if (!pair) {
      pair = {
        a: Math.min(a, b),
        b: Math.max(a, b),
        low: Number.NEGATIVE_INFINITY,
        high: Number.POSITIVE_INFINITY
      }
      pairs.set(key, pair)
    }
    const { low, high } = boundsOf(trace.spans[parentAt]!, trace.spans[at]!)
    pair.low = Math.max(pair.low, isForward ? low : -high)
    pair.high = Math.min(pair.high, isForward ? high : -low)
  }
  return [...pairs.values()]
}

/** What one child says of its clock, seen from that of its parent. */
function boundsOf(parent: Span, child: Span): { low: number; high: number } {
  const high = Number(child.startUnixNano - parent.startUnixNano)
  const isCall = parent.kind === 'client' && child.kind === 'server'
  if (!isCall || parent.endUnixNano === undefined || child.endUnixNano === undefined)
    return { low: Number.NEGATIVE_INFINITY, high }
  const low = Number(child.endUnixNano - parent.endUnixNano)
  // A server span longer than its call has outlived it: no clock makes it fit.
  return { low: low <= high ? low : Number.NEGATIVE_INFINITY, high }
}

/** How far from 0 everything between two bounds lies; bounds that exclude each other show their own distance. */
function leastDifference(low: number, high: number): number {
  if (low > high) return Math.max(Math.abs(low), Math.abs(high))
  return Math.max(low, -high, 0)
}

/** Bounds carried over calls of calls (Floyd and Warshall); nothing where they contradict one another. */
function propagated(pairs: readonly Bounds[], processes: readonly number[]): ClockSkew | undefined {
  const size = processes.length
  const placeOf = new Map(processes.map((process, place) => [process, place]))
  // From row to column: the most by which the clock of the column is ahead.
  const most = new Float64Array(size * size).fill(Number.POSITIVE_INFINITY)
  for (let place = 0; place < size; place++) most[place * size + place] = 0
  for (const { a, b, low, high } of pairs) {
    most[placeOf.get(a)! * size + placeOf.get(b)!] = high
    most[placeOf.get(b)! * size + placeOf.get(a)!] = -low
  }
  for (let via = 0; via < size; via++)
    for (let from = 0; from < size; from++) {
      const first = most[from * size + via]!
      if (first === Number.POSITIVE_INFINITY) continue
      for (let to = 0; to < size; to++) {
        const whole = first + most[via * size + to]!
        if (whole < most[from * size + to]!) most[from * size + to] = whole
      }
    }
  for (let place = 0; place < size; place++) if (most[place * size + place]! < 0) return undefined
  return {
    isNone: false,
    between(a, b) {
      const [from, to] = [placeOf.get(a), placeOf.get(b)]
      if (a === b || from === undefined || to === undefined) return 0n
      return nanosOf(leastDifference(-most[to * size + from]!, most[from * size + to]!))
    }
  }
}

/** Every process that calls connect with a skewed one counts as skewed against all of those, by the most that is shown. */
function coarse(pairs: readonly Bounds[]): ClockSkew {
  const groupOf = new Map<number, { process: number; most: number }>()
  const find = (process: number): { process: number; most: number } => {
    let group = groupOf.get(process)
    if (!group) {
      group = { process, most: 0 }
      groupOf.set(process, group)
    }
    while (group.process !== process) {
      process = group.process
      group = groupOf.get(process)!
    }
    return group
  }
  for (const { a, b, low, high } of pairs) {
    const [left, right] = [find(a), find(b)]
    left.most = Math.max(left.most, right.most, leastDifference(low, high))
    right.process = left.process
  }
  return {
    isNone: false,
    between: (a, b) => {
      if (a === b || !groupOf.has(a) || !groupOf.has(b)) return 0n
      const [left, right] = [find(a), find(b)]
      return left === right ? nanosOf(left.most) : 0n
    }
  }
}

function nanosOf(difference: number): bigint {
  return Number.isFinite(difference) ? BigInt(Math.ceil(difference)) : 0n
}

/** Why times of two processes cannot be compared. */
export function skewText(index: TraceIndex, a: number, b: number): string {
  const nameOf = (process: number): string =>
    index.processNames[process]!.replace('\0', ' ') || 'a process without a name'
  return `clock skew of at least ${showDuration(skewOf(index).between(a, b))} between ${nameOf(a)} and ${nameOf(b)}`
}

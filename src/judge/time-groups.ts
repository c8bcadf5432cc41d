import type { Span } from '../model/span.ts'

/** Spans of one process, so arranged that a span is related to all of them in few steps. */
export interface TimeGroup {
  readonly process: number
  /** The earliest start, the latest start and the latest end of the spans, leaving one out. */
  earliestStart(except: number): Extreme | undefined
  latestStart(except: number): Extreme | undefined
  latestEnd(except: number): Extreme | undefined
  /** The latest end among spans that started no later than a moment, leaving one out. */
  latestEndOfStarted(by: bigint, except: number): Extreme | undefined
  /** A span that is still in progress, leaving one out. */
  readonly open: readonly number[]
}

export interface Extreme {
  readonly at: number
  readonly nanos: bigint
}

/** The best of several, and the best of the others: so one can be left out. */
interface BestTwo {
  readonly best: Extreme | undefined
  readonly second: Extreme | undefined
}

const NONE: BestTwo = { best: undefined, second: undefined }

function withOne(two: BestTwo, one: Extreme, isBetter: (a: bigint, b: bigint) => boolean): BestTwo {
  if (!two.best || isBetter(one.nanos, two.best.nanos)) return { best: one, second: two.best }
  if (!two.second || isBetter(one.nanos, two.second.nanos)) return { best: two.best, second: one }
  return two
}

function except(two: BestTwo, at: number): Extreme | undefined {
  return two.best?.at === at ? two.second : two.best
}

const isLess = (a: bigint, b: bigint): boolean => a < b
const isMore = (a: bigint, b: bigint): boolean => a > b

export function buildTimeGroup(
  process: number,
  positions: readonly number[],
  spans: readonly Span[]
): TimeGroup {
  let starts = NONE
  let lateStarts = NONE
  let ends = NONE
  const open: number[] = []
  for (const at of positions) {
    const { startUnixNano: start, endUnixNano: end } = spans[at]!
    starts = withOne(starts, { at, nanos: start }, isLess)
    lateStarts = withOne(lateStarts, { at, nanos: start }, isMore)
    if (end === undefined) open.push(at)
    else ends = withOne(ends, { at, nanos: end }, isMore)
  }
  let arranged: { starts: bigint[]; ends: BestTwo[] } | undefined
  return {
    process,
    open,
    earliestStart: at => except(starts, at),
    latestStart: at => except(lateStarts, at),
    latestEnd: at => except(ends, at),
    latestEndOfStarted(by, at) {
      arranged ??= arrangeByStart(positions, spans)
      let low = 0
      let high = arranged.starts.length
      while (low < high) {
        const middle = (low + high) >> 1
        if (arranged.starts[middle]! <= by) low = middle + 1
        else high = middle
      }
      return low === 0 ? undefined : except(arranged.ends[low - 1]!, at)
    }
  }
}

/** Starts in their order and, with each, the latest ends of all spans up to it. */
function arrangeByStart(
  positions: readonly number[],
  spans: readonly Span[]
): { starts: bigint[]; ends: BestTwo[] } {
  const ended = positions
    .filter(at => spans[at]!.endUnixNano !== undefined)
    .sort((a, b) => {
      const difference = spans[a]!.startUnixNano - spans[b]!.startUnixNano
      return difference < 0n ? -1 : difference > 0n ? 1 : 0
    })
  let latest = NONE
  const ends = ended.map(at => {
    latest = withOne(latest, { at, nanos: spans[at]!.endUnixNano! }, isMore)
    return latest
  })
  return { starts: ended.map(at => spans[at]!.startUnixNano), ends }
}

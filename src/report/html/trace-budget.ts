import type { Trace } from '../../model/trace.ts'
import { renderCount, renderNumber } from '../quantity.ts'

/** What a browser opens and draws without trouble. */
export interface TraceLimits {
  readonly spansOfTrace: number
  /** Characters of all traces together; those of tests that passed get half of them. */
  readonly total: number
}

export const TRACE_LIMITS: TraceLimits = { spansOfTrace: 20_000, total: 100_000_000 }

/** Says of each trace whether there is room for it in the page, and why not. */
export interface TraceBudget {
  /** Why the trace is left out before it is even encoded; undefined where it may be. */
  refuse(trace: Trace): string | undefined
  /** Takes the room for so many characters; says why there is none. */
  take(characters: number, hasPassed: boolean): string | undefined
}

export function createTraceBudget(limits: TraceLimits): TraceBudget {
  let used = 0
  return {
    refuse({ spans }: Trace): string | undefined {
      if (spans.length <= limits.spansOfTrace) return undefined
      return `it has ${renderCount(spans.length, 'span')}, and the report holds traces of up to ${renderNumber(limits.spansOfTrace)}`
    },
    take(characters: number, hasPassed: boolean): string | undefined {
      const room = hasPassed ? limits.total / 2 : limits.total
      if (used + characters > room) {
        const whose = hasPassed ? 'traces of tests that passed' : 'traces'
        return `the report holds ${Math.floor(room / 1e6)} MB of ${whose}, and they are full`
      }
      used += characters
      return undefined
    }
  }
}

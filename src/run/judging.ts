import type { Judgement } from '../judge/judge.ts'
import type { Loss } from '../model/run-event.ts'
import type { Span } from '../model/span.ts'
import type { Trace } from '../model/trace.ts'
import type { Hole } from '../model/verdict.ts'
import type { Collector } from './collector.ts'
import type { Decision, Evidence, StopGround } from './decide.ts'
import { decide } from './decide.ts'
import type { Reading, ReadingOptions } from './evidence.ts'
import { readEvidence } from './evidence.ts'
import { withoutLearned } from './wait-policy.ts'

/** How a trace is to be judged: what of a judge's context waiting decides on. */
export interface JudgeView {
  readonly isComplete: boolean
  readonly mayRevise: boolean
  readonly holes: readonly Hole[]
  /** What the forms of the store's answers lost of the trace. */
  readonly losses: Iterable<Loss>
}

export interface JudgingOptions extends ReadingOptions {
  /** The synthetic root of the trace. */
  readonly trigger: Span
  judge(trace: Trace, view: JudgeView): Judgement
}

/** Why waiting ended. `interrupted`: from outside. */
export type Stop =
  | Extract<Decision, { next: 'stop' }>
  | { readonly next: 'stop'; readonly ground: 'interrupted'; readonly completeAtMs?: number }

/** The trace at the end of waiting, and all that is known about it. */
export interface Closing {
  readonly trace: Trace
  readonly judgement: Judgement
  readonly reading: Reading
  readonly holes: readonly Hole[]
  /** A check that holds relies on nothing more coming. */
  readonly isWatched: boolean
  /** What came may still change. */
  readonly mayRevise: boolean
}

/** The trace that was collected and its judgement, made anew only when something came. */
export interface Judging {
  /** What the policy says as of a look that was begun then. */
  decide(atMs: number): Decision
  /** What the last decision was made on. */
  readonly evidence: Evidence | undefined
  close(stop: Stop, atMs: number): Closing
}

export function createJudging(collector: Collector, options: JudgingOptions): Judging {
  let version = -1
  let policy = options.policy
  let trace: Trace
  let isInProgress = false
  let mayRearrange = false
  let open: Judgement | undefined
  let whole: Judgement | undefined
  let evidence: Evidence | undefined
  let last: { readonly reading: Reading; readonly atMs: number } | undefined
  refresh()

  function refresh(): void {
    if (collector.version === version) return
    version = collector.version
    trace = collector.buildTrace(options.trigger)
    isInProgress = trace.spans.some((span, at) => at !== trace.trigger && span.endUnixNano === undefined)
    mayRearrange = collector.mayRearrange
    open = undefined
    whole = undefined
    last = undefined
  }
  function readAt(atMs: number): Reading {
    return readEvidence(trace, collector, { ...options, policy }, atMs)
  }
  /** Spans that came in two versions may come in a third, and those in progress in another. */
  function mayRevise(): boolean {
    return trace.conflicting.size > 0 || isInProgress || mayRearrange || collector.completeness === 'partial'
  }
  function judgeOpen(holes: readonly Hole[]): Judgement {
    if (holes.length === 0 && open !== undefined) return open
    return options.judge(trace, {
      isComplete: false,
      mayRevise: mayRevise(),
      holes,
      losses: collector.losses
    })
  }
  function judgeWhole(): Judgement {
    whole ??= options.judge(trace, {
      isComplete: true,
      mayRevise: mayRevise(),
      holes: [],
      losses: collector.losses
    })
    return whole
  }
  function isWatchedSoFar(): boolean {
    return open?.isWatched === true || whole?.isWatched === true
  }

  function decideBy(atMs: number): Decision {
    const reading = readAt(atMs)
    last = { reading, atMs }
    // Without a span of the system nothing is decided by checks.
    if (reading.evidence.spanCount > 0) open ??= judgeOpen([])
    const isFinal = open?.isFinal === true && !mayRevise()
    const ask = (): Decision => {
      evidence = { ...reading.evidence, isFinal, isWatched: isWatchedSoFar() }
      return decide(evidence, atMs, reading.policy)
    }
    const decision = ask()
    if (decision.next === 'look' || !isWhole(decision.ground)) return decision
    // Only of the whole trace is it known which checks hold, and so which are to be watched.
    judgeWhole()
    return ask()
  }

  return {
    decide(atMs) {
      refresh()
      policy = options.policy
      const decision = decideBy(atMs)
      if (decision.next === 'look' || decision.ground !== 'timeout') return decision
      // What was learned may prolong a wait, and take no ground away from it.
      if (policy.flushMs === policy.unlearnedFlushMs) return decision
      policy = withoutLearned(policy)
      return decideBy(atMs)
    },
    get evidence() {
      return evidence
    },
    close(stop, atMs) {
      refresh()
      // Waiting mostly ends by what was read and judged for it.
      const reading = last?.atMs === atMs ? last.reading : readAt(atMs)
      const holes = holesAt(stop, reading, collector.note)
      const judgement = isWhole(stop.ground) ? judgeWhole() : judgeOpen(holes)
      return { trace, judgement, reading, holes, isWatched: isWatchedSoFar(), mayRevise: mayRevise() }
    }
  }
}

/** Whether a trace counts as complete on this ground. */
export function isWhole(ground: StopGround | 'interrupted'): boolean {
  return ground === 'structural' || ground === 'quiet' || ground === 'stated'
}

function holesAt(stop: Stop, reading: Reading, note: string | undefined): readonly Hole[] {
  switch (stop.ground) {
    case 'structural':
    case 'quiet':
    case 'stated':
    case 'asserted':
    case 'nothing':
      return []
    case 'truncated':
      return [...reading.holes, { kind: 'dropped', text: note ?? 'the store cut the trace' }]
    case 'incomplete':
    case 'timeout':
    case 'interrupted':
      return [...reading.holes, ...reading.pending]
  }
}

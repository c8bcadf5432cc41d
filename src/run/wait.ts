import type { Judgement } from '../judge/judge.ts'
import type { Trace } from '../model/trace.ts'
import type { Ground, Hole, Reliance } from '../model/verdict.ts'
import type { Clock } from '../plugin/context.ts'
import type { Collector } from './collector.ts'
import type { Reading } from './evidence.ts'
import { buildGround } from './ground.ts'
import type { Judging, JudgingOptions, Stop } from './judging.ts'
import { createJudging, isWhole } from './judging.ts'
import { nameOfSpan } from './peers.ts'
import { warnOfDoubts } from './settle.ts'
import type { Look, TraceWatch } from './trace-watch.ts'
import { flushSourceOf } from './wait-policy.ts'
import { lookWords } from './wait-words.ts'

export interface WaitOptions extends JudgingOptions {
  readonly clock: Clock
  readonly signal: AbortSignal
  /** Nothing was sent: the times are those at which the trace was named. */
  readonly isUnanswered?: boolean
  /** How many tests wait at this moment. */
  waiting(): number
  /** Between -1 and 1: keeps the looks of many tests apart. */
  jitter(): number
  onProgress(phase: 'waiting' | 'watching', spans: number): void
  debug?(message: string): void
}

/** What waiting for a trace came to. */
export interface WaitResult {
  /** With the trigger span; that alone if nothing came. */
  readonly trace: Trace
  readonly judgement: Judgement
  readonly ground: Ground
  readonly holes: readonly Hole[]
  readonly warnings: readonly string[]
  /** A check that holds relies on nothing more coming. */
  readonly isWatched: boolean
  /** Why the store gave no answer when it was asked last. */
  readonly busyReason?: string
}

/** However long judging takes, what is pushed is looked at no later than this. */
const MAX_REST_MS = 2000
/** No longer for the sake of other tests: a verdict is said while one looks. */
const MAX_PATIENCE_MS = 40

/**
 * Looks and judges until `decide` says stop. Where spans are pushed it acts on each as it comes; where they are
 * fetched it looks in growing steps. Rejects only with what a look rejects with.
 */
export async function waitForTrace(watch: TraceWatch, options: WaitOptions): Promise<WaitResult> {
  const { policy, clock, signal, isUnanswered = false } = options
  const { collector } = watch
  const judging = createJudging(collector, options)
  const elapsedMs = (): number => Number(clock.now() - options.answeredUnixNano) / 1e6
  const sleep = (ms: number): Promise<void> => clock.sleep(Math.ceil(Math.max(0, ms)), signal)
  let stepMs = policy.stepMs.first
  let busyReason: string | undefined
  let shown: 'waiting' | 'watching' = 'waiting'

  options.onProgress(shown, collector.spanCount)
  try {
    if (!policy.isPushed) await sleep(Math.min(stepMs, policy.deadlineMs))
    for (;;) {
      const look = await watch.look(signal, Math.max(0, policy.deadlineMs - elapsedMs()))
      // A decision holds as of the moment at which its look was begun, however long the answer took.
      const begunMs = Number(look.begunUnixNano - options.answeredUnixNano) / 1e6
      busyReason = look.busy?.reason
      const decision = judging.decide(begunMs)
      options.debug?.(
        lookWords({
          look,
          decision,
          watch,
          evidence: judging.evidence,
          begunMs,
          tookMs: elapsedMs() - begunMs
        })
      )
      if (decision.next === 'stop')
        return conclude(judging, decision, begunMs, { watch, busyReason, isUnanswered })
      if (look.isNew || decision.phase !== shown) {
        shown = decision.phase
        options.onProgress(shown, collector.spanCount)
      }
      if (policy.isPushed) {
        const restMs = restAfter(elapsedMs() - begunMs, options.waiting())
        if (restMs >= 1) await sleep(restMs)
        await watch.waitForMore(Math.ceil(Math.max(0, decision.wakeAtMs - elapsedMs())), signal)
      } else {
        if (look.isNew) stepMs = policy.stepMs.first
        const nextMs = nextLookMs(
          look,
          stepMs * (1 + 0.1 * options.jitter()),
          decision.wakeAtMs - elapsedMs()
        )
        await sleep(Math.min(nextMs, policy.deadlineMs - elapsedMs()))
        stepMs = Math.min(stepMs * 1.5, policy.stepMs.longest)
      }
    }
  } catch (error) {
    if (!signal.aborted) throw error
    return conclude(judging, { next: 'stop', ground: 'interrupted' }, elapsedMs(), {
      watch,
      busyReason,
      isUnanswered
    })
  }
}

/**
 * How long a test lets spans come before it looks again. A burst is taken in at once, not span by span: no more than half
 * of the time goes into judging, of all tests that wait.
 */
function restAfter(costMs: number, waiting: number): number {
  return Math.min(Math.max(costMs, Math.min(costMs * waiting, MAX_PATIENCE_MS)), MAX_REST_MS)
}

/** A step on; sooner if time alone decides before, later if the store asks for it. */
function nextLookMs(look: Look, stepMs: number, untilWakeMs: number): number {
  return Math.max(Math.min(stepMs, untilWakeMs), look.busy?.retryAfterMs ?? 0)
}

interface Looked {
  readonly watch: Pick<TraceWatch, 'collector' | 'looks'>
  readonly busyReason: string | undefined
  readonly isUnanswered: boolean
}

function conclude(judging: Judging, stop: Stop, atMs: number, looked: Looked): WaitResult {
  const { busyReason } = looked
  const { collector, looks } = looked.watch
  const { trace, judgement, reading, holes, isWatched, mayRevise } = judging.close(stop, atMs)
  const { completeAtMs } = stop
  const windowMs = reading.policy.absenceWindowMs
  const hasWindow = isWatched && completeAtMs !== undefined && stop.ground !== 'stated'
  const note =
    stop.ground === 'timeout' ? unansweredNote(looked) : holes.find(hole => hole.kind === 'dropped')?.text
  const ground = buildGround({
    kind: stop.ground === 'nothing' ? 'timeout' : stop.ground,
    waitedMs: atMs,
    isUnanswered: looked.isUnanswered,
    holes: holes.length,
    reliedOn: relianceOf(reading, looks),
    absent: reading.doubts.length + trace.orphans.reduce((sum, isOrphan) => sum + isOrphan, 0),
    ...(note === undefined ? {} : { note }),
    mayRevise: mayRevise && !isWhole(stop.ground),
    ...(isWhole(stop.ground) ? { doubts: reading.doubts } : {}),
    ...(completeAtMs === undefined ? {} : { settledMs: completeAtMs - reading.evidence.lastEndMs }),
    ...(hasWindow ? { watchedMs: windowMs } : {})
  })
  return {
    trace,
    judgement: warnOfDoubts(judgement, ground),
    ground,
    holes,
    warnings: [
      ...reading.warnings,
      ...warningsOf(trace, hasWindow && windowMs === 0),
      ...warnOfShrinking(collector)
    ],
    isWatched,
    ...(busyReason === undefined ? {} : { busyReason })
  }
}

function relianceOf({ policy, lateSpans }: Reading, looks: number): Reliance {
  const { flushMs, lagMs, lag, marginMs, deadlineMs } = policy
  return { flushMs, flush: flushSourceOf(policy), lagMs, lag, marginMs, deadlineMs, looks, lateSpans }
}

/** Why a trace could not be known to be complete, although its time was over. */
function unansweredNote({ watch: { collector }, busyReason }: Looked): string | undefined {
  if (busyReason !== undefined) return `the backend gave no answer in the end: ${busyReason}`
  return collector.isShrunken ? 'the last answer lacked spans that had been shown before' : undefined
}

function warnOfShrinking({ shrunken }: Collector): readonly string[] {
  if (shrunken === 0) return []
  const answers = shrunken === 1 ? '1 answer' : `${shrunken} answers`
  return [
    `${answers} of the backend lacked spans that had been shown before: what it shows is not reliable, and such an answer ends no wait`
  ]
}

function warningsOf(trace: Trace, isUnwatched: boolean): readonly string[] {
  const warnings: string[] = []
  const [first] = trace.conflicting
  if (first !== undefined) {
    const position = trace.positionOf(first)
    const name = position === undefined ? first : nameOfSpan(trace.spans[position]!)
    const count = trace.conflicting.size
    warnings.push(
      `${count} ${count === 1 ? 'span' : 'spans'} came more than once with different content, ${name} for one: no verdict was given early`
    )
  }
  if (isUnwatched)
    warnings.push('absenceWindow is 0: calls that begin after the trace was complete are not seen')
  return warnings
}

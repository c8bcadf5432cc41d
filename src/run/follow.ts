import type { TraceId } from '../model/ids.ts'
import type { Header } from '../model/response.ts'
import type { AnsweredId } from '../plan/answered-id.ts'
import { findAnsweredIds } from '../plan/answered-id.ts'
import { settleMs } from '../plan/delays.ts'
import type { Clock } from '../plugin/context.ts'
import type { TriggerResult } from '../plugin/trigger.ts'
import { renderSeconds } from './ground.ts'
import type { TraceWatch } from './trace-watch.ts'
import type { WaitPolicy } from './wait-policy.ts'
import { withoutLearned } from './wait-policy.ts'

/** Spans of a named trace may begin so long before the request or after its answer: clocks differ. */
const SLACK_MS = 1000

/**
 * The trace of its own that a system names in its answer. None where any header names ours: it was continued then. One
 * that is said not to be sampled would be a trace in part.
 */
export function findNamedTrace(headers: readonly Header[], ours: TraceId): AnsweredId | undefined {
  const ids = findAnsweredIds(headers)
  if (ids.some(({ traceId }) => traceId === ours)) return undefined
  const isDropped = ({ traceId }: AnsweredId): boolean =>
    ids.some(other => other.traceId === traceId && other.isSampled === false)
  return ids.find(id => !isDropped(id))
}

export interface FollowOptions {
  readonly policy: WaitPolicy
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly times: Pick<TriggerResult, 'sentUnixNano' | 'answeredUnixNano'>
  jitter(): number
}

/**
 * Watches the trace that was sent and the one that the answer names, and tells which of them is that of the test. Ours,
 * unless none of its spans is there although each that had ended with the answer must be, and the other began with the
 * request. Rejects only with what a look rejects with.
 */
export async function chooseTrace(
  ours: TraceWatch,
  named: TraceWatch,
  options: FollowOptions
): Promise<'ours' | 'named'> {
  const { policy, clock, signal, times } = options
  const elapsedMs = (): number => Number(clock.now() - times.answeredUnixNano) / 1e6
  const patienceMs = (): number => Math.max(0, policy.deadlineMs - elapsedMs())
  // What was learned may put the choice off, but not past the deadline.
  const settledMs = Math.min(settleMs(policy), Math.max(settleMs(withoutLearned(policy)), policy.deadlineMs))
  let stepMs = policy.stepMs.first
  try {
    for (;;) {
      const { begunUnixNano } = await ours.look(signal, patienceMs())
      if (ours.collector.spanCount > 0) return 'ours'
      await named.look(signal, patienceMs())
      const { knownUnixNano } = ours.collector
      const knownMs =
        knownUnixNano === undefined
          ? Number.NEGATIVE_INFINITY
          : Number(knownUnixNano - times.answeredUnixNano) / 1e6
      const fits = named.collector.spanCount > 0 && misfitOf(named, times) === undefined
      if (fits && knownMs >= settledMs) return 'named'
      const begunMs = Number(begunUnixNano - times.answeredUnixNano) / 1e6
      if (begunMs >= policy.deadlineMs) return 'ours'
      const wakeMs = [settledMs, policy.deadlineMs].find(moment => moment > elapsedMs()) ?? 0
      const restMs = Math.max(0, Math.min(wakeMs, policy.deadlineMs) - elapsedMs())
      if (policy.isPushed) await waitForEither(ours, named, Math.ceil(restMs), signal)
      else {
        await clock.sleep(Math.ceil(Math.min(stepMs * (1 + 0.1 * options.jitter()), restMs)), signal)
        stepMs = Math.min(stepMs * 1.5, policy.stepMs.longest)
      }
    }
  } catch (error) {
    // Whoever waits for the trace says how far it came.
    if (signal.aborted) return 'ours'
    throw error
  }
}

async function waitForEither(
  one: TraceWatch,
  other: TraceWatch,
  ms: number,
  signal: AbortSignal
): Promise<void> {
  const done = new AbortController()
  const either = AbortSignal.any([signal, done.signal])
  const waits = [one, other].map(watch => watch.waitForMore(ms, either))
  try {
    await Promise.race(waits)
  } finally {
    done.abort(new Error('one of two traces has news'))
    await Promise.allSettled(waits)
  }
}

/** Why the spans of a named trace cannot be those of the request: an answer out of a cache names an old trace. */
export function misfitOf(
  named: Pick<TraceWatch, 'collector'>,
  { sentUnixNano, answeredUnixNano }: FollowOptions['times'],
  slackMs: number = SLACK_MS
): string | undefined {
  // What is joined to it may have begun at any time.
  const { spans: all, keyOf } = named.collector.buildTrace()
  const spans = all.filter(span => keyOf(span) === span.spanId)
  const [beganUnixNano] = spans.map(span => span.startUnixNano).sort((a, b) => (a < b ? -1 : 1))
  if (beganUnixNano === undefined) return undefined
  const beforeMs = Number(sentUnixNano - beganUnixNano) / 1e6
  const afterMs = Number(beganUnixNano - answeredUnixNano) / 1e6
  if (beforeMs > slackMs)
    return `it began ${renderSeconds(beforeMs)} before the request was sent: the answer may come out of a cache, or a clock is wrong`
  if (afterMs > slackMs)
    return `it began ${renderSeconds(afterMs)} after the answer: it is not that of this request, or a clock is wrong`
  return undefined
}

/** What the report says of a trace that was taken in the place of ours. */
export function warnOfFollowing({ header, traceId }: AnsweredId): string {
  return `no span of the trace that was sent came, so trace ${traceId} was judged, which the answer names (${header}): declare \`traceId: { header: ${header} }\` under \`trigger\` to save the wait`
}

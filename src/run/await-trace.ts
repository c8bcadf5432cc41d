import { InternalError, TraceError, TracerunError } from '../errors/errors.ts'
import type { Judgement } from '../judge/judge.ts'
import type { TraceId } from '../model/ids.ts'
import type { Trace } from '../model/trace.ts'
import type { TriggerTimes } from '../model/trigger-span.ts'
import type { Hole, Verdict } from '../model/verdict.ts'
import { isComplete } from '../model/verdict.ts'
import type { AnsweredId } from '../plan/answered-id.ts'
import type { TraceSession } from '../plugin/trace-backend.ts'
import type { Answered, Attempt, Outcome, RunScope } from './attempt.ts'
import { judgeAttempt, lossesOf, reachOf } from './attempt.ts'
import { noteDelays } from './delay-memory.ts'
import { diagnoseMissingTrace } from './diagnosis.ts'
import { chooseTrace, findNamedTrace, misfitOf, warnOfFollowing } from './follow.ts'
import { renderSeconds } from './ground.ts'
import { settleJudgement, settleWithError } from './settle.ts'
import type { TraceWatch } from './trace-watch.ts'
import type { WaitResult } from './wait.ts'
import { waitForTrace } from './wait.ts'
import type { WaitPolicy } from './wait-policy.ts'
import { buildWaitPolicy } from './wait-policy.ts'

/** The trace that an answer names and that no other test has; not where the user says which header names it. */
export function namedBy({ test, scope }: Attempt, { parent, result }: Answered): AnsweredId | undefined {
  if (test.trigger.traceIdHeader !== undefined) return undefined
  const named = findNamedTrace(result.response.headers, parent.traceId)
  if (named === undefined || scope.claimed.has(named.traceId)) return undefined
  scope.claimed.add(named.traceId)
  return named
}

/** No clock is so far off: a trace that began so long before its request, or after its answer, is another one. */
const LONGEST_SKEW_MS = 60_000

/** Takes the trace that the header of a test names for this test alone. Throws a `TraceError` where another has it. */
export function claimNamed({ test, scope }: Attempt, traceId: TraceId): void {
  if (scope.claimed.has(traceId))
    throw new TraceError({
      code: 'TRACE_UNAVAILABLE',
      message: `the answer names trace ${traceId} (${test.trigger.traceIdHeader ?? 'its id'}), which is that of another test of this run`,
      hint: 'Does the answer come out of a cache? Each request must cause a trace of its own.'
    })
  scope.claimed.add(traceId)
}

/** Within which a trace may have begun that we did not begin. */
const ANY_TIME: TriggerTimes = { sentUnixNano: 0n }

/** A trace that may be that of the test. */
export interface Candidate {
  readonly answered: Answered
  readonly watch: TraceWatch
}

interface Named extends Candidate {
  readonly id: AnsweredId
}

/** How waiting for the trace of a test ended. */
export interface Awaited extends Candidate {
  readonly outcome: Outcome
  /** The test passed on the ground that nothing more comes. */
  readonly isWatched: boolean
}

/** Waits for the trace of a test that was answered, and judges it. Never rejects: what goes wrong is in the outcome. */
export async function awaitTrace(
  attempt: Attempt,
  session: TraceSession,
  ours: Candidate,
  named: Named | undefined
): Promise<Awaited> {
  const { test, scope } = attempt
  // The words of a receiver change from run to run: where spans are pushed, there is one anyway.
  const { kind } = test.backend
  const backendName = session.subscribe === undefined ? `${kind}: ${session.describe}` : kind
  const policy = buildWaitPolicy(test.backend.caps, test.wait, scope.delays?.longestMs(backendName))
  let chosen = ours
  let waited: WaitResult
  try {
    if (named !== undefined && (await choose(attempt, ours, named, policy)) === 'named') chosen = named
    waited =
      chosen === ours
        ? await waitFor(attempt, ours, policy)
        : await waitUnlessOursComes(attempt, ours, chosen, policy)
    if (waited.trace.traceId !== chosen.answered.trigger.traceId) chosen = ours
  } catch (error) {
    const outcome = breakOff(attempt, chosen.answered, chosen.watch, asTracerunError(error))
    return { ...chosen, outcome, isWatched: false }
  }
  const { answered, watch } = chosen
  const { trace, judgement, ground, holes, warnings } = waited
  scope.context.debug(`waiting ended ${renderSeconds(ground.waitedMs)} after the answer: ${ground.text}`)
  // How long spans that began before us were under way, nobody knows.
  if (scope.delays && !answered.result.isUnanswered)
    noteDelays(scope.delays, backendName, trace, watch.collector, answered.result)
  const isLearnt = test.trigger.traceIdHeader !== undefined && trace.traceId !== answered.parent.traceId
  const misfit = isLearnt ? misfitOf(watch, answered.result) : undefined
  const error =
    errorOf(attempt, answered, session, waited, named) ?? (isLearnt ? oldTrace(watch, answered) : undefined)
  const verdict = error === undefined ? settleJudgement(judgement) : settleWithError(judgement, error)
  const following = named !== undefined && chosen === named ? [warnOfFollowing(named.id)] : []
  return {
    ...chosen,
    outcome: {
      verdict,
      answered,
      trace,
      ground,
      holes,
      losses: lossesOf(test, watch.collector.losses),
      warnings: [
        ...warnings,
        ...following,
        ...(misfit === undefined || error !== undefined
          ? []
          : [`the trace that the answer names: ${misfit}`]),
        ...unsaid(verdict, error)
      ]
    },
    isWatched: verdict.outcome === 'passed' && isComplete(ground) && waited.isWatched
  }
}

function choose(
  { scope }: Attempt,
  ours: Candidate,
  named: Named,
  policy: WaitPolicy
): Promise<'ours' | 'named'> {
  const { clock, signal } = scope.context
  const times = ours.answered.result
  return chooseTrace(ours.watch, named.watch, { policy, clock, signal, times, jitter: () => jitter(scope) })
}

/** Between -1 and 1. */
function jitter({ random }: RunScope): number {
  return random(1)[0]! / 127.5 - 1
}

async function waitFor(
  attempt: Attempt,
  { answered, watch }: Candidate,
  policy: WaitPolicy
): Promise<WaitResult> {
  const { test, scope } = attempt
  const { context, waiting } = scope
  waiting.add(attempt)
  const waited = waitForTrace(watch, {
    policy,
    clock: context.clock,
    signal: context.signal,
    trigger: answered.trigger,
    times: answered.result.isUnanswered ? ANY_TIME : answered.result,
    isUnanswered: answered.result.isUnanswered === true,
    hasSilentOrigin: test.trigger.hasSilentOrigin === true,
    answeredUnixNano: answered.result.answeredUnixNano,
    isOurs: answered.trigger.traceId === answered.parent.traceId,
    allowsOrphans: test.wait.allowOrphans,
    externalHosts: test.wait.externalHosts,
    isMessage: test.trigger.isMessage,
    missesLinks: test.wait.followsLinks && reachOf(test) === 'alone',
    provenPeers: scope.provenPeers,
    judge: (trace, view) => judgeAttempt(attempt, answered, trace, view),
    waiting: () => waiting.size,
    jitter: () => jitter(scope),
    onProgress: (phase, spans) => scope.onEvent({ type: 'test-progressed', id: test.id, phase, spans }),
    debug: message => context.debug(message)
  })
  try {
    return await waited
  } finally {
    waiting.delete(attempt)
  }
}

/** Waits for a trace that was taken in the place of ours; should a span of ours come all the same, ours it is. */
async function waitUnlessOursComes(
  attempt: Attempt,
  ours: Candidate,
  chosen: Candidate,
  policy: WaitPolicy
): Promise<WaitResult> {
  const { signal } = attempt.scope.context
  const waiting = new AbortController()
  const gathering = ours.watch.gather(waiting.signal)
  try {
    const waited = await waitFor(attempt, chosen, policy)
    if (waited.ground.kind === 'interrupted') return waited
    await ours.watch.look(signal, policy.deadlineMs).catch((error: unknown) => {
      if (!signal.aborted) throw error
    })
    const isItself = misfitOf(chosen.watch, chosen.answered.result) === undefined
    if (ours.watch.collector.spanCount === 0 && isItself) return waited
  } finally {
    waiting.abort(new Error('the other trace has ended'))
    await gathering
  }
  return waitFor(attempt, ours, policy)
}

/** Why the trace is no trace, if so. */
function errorOf(
  attempt: Attempt,
  answered: Answered,
  session: TraceSession,
  waited: WaitResult,
  named: Named | undefined
): TracerunError | undefined {
  const { ground, trace, busyReason } = waited
  const spans = trace.spans.length - 1
  if (ground.kind === 'interrupted')
    return new TraceError({
      code: 'TRACE_UNAVAILABLE',
      message: `interrupted while the trace was still awaited: ${spans} of its spans had come`
    })
  if (spans > 0) return undefined
  if (ground.kind === 'truncated')
    return new TraceError({ code: 'TRACE_UNAVAILABLE', message: `there is no trace: ${ground.text}` })
  const { test, scope } = attempt
  const traceUrl = test.backend.traceUrl?.(trace.traceId)
  return diagnoseMissingTrace({
    traceId: trace.traceId,
    waitedMs: ground.waitedMs,
    sentHeaders: answered.result.sentHeaders,
    propagation: test.trigger.propagation,
    response: answered.result.response,
    foreign: session.foreign?.() ?? [],
    backend: session.describe,
    isPushed: session.subscribe !== undefined,
    hasSeenSpans: scope.lastWord.hasSeenSpans(),
    isUnanswered: answered.result.isUnanswered === true,
    isReceived: session.endpoints !== undefined,
    ...(traceUrl === undefined ? {} : { traceUrl }),
    ...(busyReason === undefined ? {} : { busyReason }),
    ...(named === undefined
      ? {}
      : { named: misfitOf(named.watch, answered.result) ?? 'no span of that trace came either' })
  })
}

/** A named trace that cannot be of this request, whatever the clocks. */
function oldTrace(watch: TraceWatch, { result }: Answered): TraceError | undefined {
  const misfit = misfitOf(watch, result, LONGEST_SKEW_MS)
  if (misfit === undefined) return undefined
  return new TraceError({
    code: 'TRACE_UNAVAILABLE',
    message: `the trace that the answer names is not that of this request: ${misfit}`,
    hint: 'Let the answer bypass caches, or set the clock of the service right.'
  })
}

/** The backend failed while the trace was awaited: what had come until then is judged and reported. */
function breakOff(attempt: Attempt, answered: Answered, watch: TraceWatch, error: TracerunError): Outcome {
  const trace: Trace = watch.collector.buildTrace(answered.trigger)
  const holes: readonly Hole[] = [{ kind: 'dropped', text: error.message }]
  let judgement: Judgement | undefined
  if (!(error instanceof InternalError))
    judgement = judgeAttempt(attempt, answered, trace, {
      isComplete: false,
      mayRevise: watch.collector.completeness === 'partial',
      holes,
      losses: watch.collector.losses
    })
  const verdict = settleWithError(judgement, error)
  const losses = lossesOf(attempt.test, watch.collector.losses)
  return { verdict, answered, trace, holes, losses, warnings: unsaid(verdict, error) }
}

/** An error that a failed test would not show stands among its warnings, in one line. */
function unsaid(verdict: Verdict, error: TracerunError | undefined): readonly string[] {
  if (error === undefined || verdict.outcome === 'errored') return []
  const message = error.message.replaceAll(/\r?\n */g, '; ')
  return [error.hint === undefined ? message : `${message} → ${error.hint}`]
}

/** Whatever was thrown, as one of our errors. */
export function asTracerunError(error: unknown): TracerunError {
  return error instanceof TracerunError ? error : new InternalError(error)
}

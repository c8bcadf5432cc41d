import { InternalError, TraceError, TracerunError } from '../errors/errors.ts'
import type { Judgement } from '../judge/judge.ts'
import { readsSystemSpans } from '../judge/judge.ts'
import type { TestReport } from '../model/run-event.ts'
import type { Trace } from '../model/trace.ts'
import { buildTrace } from '../model/trace.ts'
import type { Hole, Verdict } from '../model/verdict.ts'
import { isComplete } from '../model/verdict.ts'
import type { PlannedTest } from '../plan/plan.ts'
import type { TraceSession } from '../plugin/trace-backend.ts'
import type { TraceParent, TriggerResult } from '../plugin/trigger.ts'
import type { Answered, Attempt, Outcome, RunScope } from './attempt.ts'
import { buildAnswered, buildReport, judgeAttempt, lossesOf } from './attempt.ts'
import { noteDelays } from './delay-memory.ts'
import { diagnoseMissingTrace } from './diagnosis.ts'
import { fireTrigger } from './fire.ts'
import { buildGround } from './ground.ts'
import { settleJudgement, settleWithError } from './settle.ts'
import { mintTraceParent } from './trace-parent.ts'
import type { TraceWatch } from './trace-watch.ts'
import { watchTrace } from './trace-watch.ts'
import type { WaitResult } from './wait.ts'
import { waitForTrace } from './wait.ts'
import { buildWaitPolicy } from './wait-policy.ts'

/** Runs one test and reports on it, whatever happens: a test that goes wrong stops no other. */
export async function runTest(test: PlannedTest, scope: RunScope): Promise<TestReport> {
  const releaseSlot = await scope.slots.take()
  const attempt: Attempt = {
    test,
    scope,
    calls: scope.createCalls(test.checks),
    variables: new Map([...test.variables].map(([name, { value }]) => [name, value])),
    startedUnixNano: scope.context.clock.now(),
    releaseSlot
  }
  try {
    const skipped = test.skip ?? scope.stopReason()
    if (skipped !== undefined) return finish(attempt, { verdict: { outcome: 'skipped', reason: skipped } })
    scope.onEvent({ type: 'test-started', id: test.id, name: test.name, attempt: 1 })
    return await runAttempt(attempt)
  } catch (error) {
    return finish(attempt, { verdict: settleWithError(undefined, asTracerunError(error)) })
  } finally {
    releaseSlot()
  }
}

function finish(attempt: Attempt, outcome: Outcome): TestReport {
  const report = buildReport(attempt, outcome)
  attempt.scope.onEvent({ type: 'test-finished', report })
  return report
}

async function runAttempt(attempt: Attempt): Promise<TestReport> {
  const { test, scope } = attempt
  const needsTrace = test.collectsTrace && readsSystemSpans(test.checks)
  const backend = needsTrace ? await scope.sessions.open(test.backend) : undefined
  const parent = mintTraceParent({
    sampling: test.trigger.sampling,
    testName: test.name,
    runId: scope.runId,
    random: scope.random
  })
  if (backend === undefined) {
    const result = await fire(attempt, parent)
    return finish(
      attempt,
      result === undefined ? INTERRUPTED : judgeAnswer(attempt, buildAnswered(parent, result))
    )
  }
  // From before the request on, so that each span is known by when it came.
  const early = watchTrace(backend, parent.traceId, scope.context.clock)
  const watches = [early]
  try {
    const result = await fire(attempt, parent, early)
    if (result === undefined) return finish(attempt, INTERRUPTED)
    const answered = buildAnswered(parent, result)
    const isOurs = answered.trigger.traceId === parent.traceId
    const watch = isOurs ? early : watchTrace(backend, answered.trigger.traceId, scope.context.clock)
    if (!isOurs) watches.push(watch)
    const { outcome, isWatched } = await awaitTrace(attempt, answered, backend.session, watch)
    const report = finish(attempt, outcome)
    scope.lastWord.observe({
      report,
      watch,
      trigger: answered.trigger,
      isPushed: backend.session.subscribe !== undefined,
      isWatched,
      endedUnixNano: scope.context.clock.now(),
      judge: trace =>
        judgeAttempt(attempt, answered, trace, {
          isComplete: true,
          mayRevise: false,
          holes: [],
          losses: watch.collector.losses
        })
    })
    watches.splice(watches.indexOf(watch), 1)
    return report
  } finally {
    for (const watch of watches) watch[Symbol.dispose]()
  }
}

const INTERRUPTED: Outcome = {
  verdict: { outcome: 'skipped', reason: 'interrupted before the answer came' }
}

/** Sends the request; nothing if the run was interrupted meanwhile. */
async function fire(
  attempt: Attempt,
  parent: TraceParent,
  watch?: TraceWatch
): Promise<TriggerResult | undefined> {
  const { test, scope } = attempt
  const answered = new AbortController()
  const gathering = watch?.gather(answered.signal)
  scope.onEvent({ type: 'test-progressed', id: test.id, phase: 'triggering', spans: 0 })
  try {
    const result = await fireTrigger(test, attempt.variables, attempt.calls, parent, scope.context)
    // Waiting takes no slot. Where there is nothing to wait for, the verdict comes first: the next test may depend on it.
    if (watch !== undefined) attempt.releaseSlot()
    return result
  } catch (error) {
    if (scope.context.signal.aborted) return undefined
    throw error
  } finally {
    answered.abort(new Error('the request was answered'))
    await gathering
  }
}

/** Where no span of the system is asked for, the answer is all there is to judge. */
function judgeAnswer(attempt: Attempt, answered: Answered): Outcome {
  const { trigger, result } = answered
  const trace = buildTrace(trigger.traceId, [], { trigger })
  const judgement = judgeAttempt(attempt, answered, trace, {
    isComplete: true,
    mayRevise: false,
    holes: [],
    losses: []
  })
  const waitedMs = Number(attempt.scope.context.clock.now() - result.answeredUnixNano) / 1e6
  const note = 'no trace is collected (skipTraceCollection)'
  return {
    verdict: settleJudgement(judgement),
    answered,
    trace,
    ground: buildGround({ kind: 'answer', waitedMs, ...(attempt.test.collectsTrace ? {} : { note }) })
  }
}

interface Awaited {
  readonly outcome: Outcome
  /** The test passed on the ground that nothing more comes. */
  readonly isWatched: boolean
}

async function awaitTrace(
  attempt: Attempt,
  answered: Answered,
  session: TraceSession,
  watch: TraceWatch
): Promise<Awaited> {
  const { test, scope } = attempt
  const { context } = scope
  // The words of a receiver change from run to run: where spans are pushed, there is one anyway.
  const backendName =
    session.subscribe === undefined ? `${test.backend.kind}: ${session.describe}` : test.backend.kind
  let waited: WaitResult
  try {
    waited = await waitForTrace(watch, {
      policy: buildWaitPolicy(test.backend.caps, test.wait, scope.delays?.longestMs(backendName)),
      clock: context.clock,
      signal: context.signal,
      trigger: answered.trigger,
      times: answered.result,
      answeredUnixNano: answered.result.answeredUnixNano,
      isOurs: answered.trigger.traceId === answered.parent.traceId,
      allowsOrphans: test.wait.allowOrphans,
      externalHosts: test.wait.externalHosts,
      provenPeers: scope.provenPeers,
      judge: (trace, view) => judgeAttempt(attempt, answered, trace, view),
      jitter: () => scope.random(1)[0]! / 127.5 - 1,
      onProgress: (phase, spans) => scope.onEvent({ type: 'test-progressed', id: test.id, phase, spans })
    })
  } catch (error) {
    return { outcome: breakOff(attempt, answered, watch, asTracerunError(error)), isWatched: false }
  }
  const { trace, judgement, ground, holes, warnings } = waited
  if (scope.delays) noteDelays(scope.delays, backendName, trace, watch.collector, answered.result)
  const error = errorOf(attempt, answered, session, waited)
  const verdict = error === undefined ? settleJudgement(judgement) : settleWithError(judgement, error)
  return {
    outcome: {
      verdict,
      answered,
      trace,
      ground,
      holes,
      losses: lossesOf(test, watch.collector.losses),
      warnings: [...warnings, ...unsaid(verdict, error)]
    },
    isWatched: verdict.outcome === 'passed' && isComplete(ground) && waited.watch !== 'none'
  }
}

/** Why the trace is no trace, if so. */
function errorOf(
  attempt: Attempt,
  answered: Answered,
  session: TraceSession,
  waited: WaitResult
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
    response: answered.result.response,
    foreign: session.foreign?.() ?? [],
    backend: session.describe,
    isPushed: session.subscribe !== undefined,
    hasSeenSpans: scope.lastWord.hasSeenSpans(),
    ...(traceUrl === undefined ? {} : { traceUrl }),
    ...(busyReason === undefined ? {} : { busyReason })
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

/** An error that a failed test would not show stands among its warnings. */
function unsaid(verdict: Verdict, error: TracerunError | undefined): readonly string[] {
  if (error === undefined || verdict.outcome === 'errored') return []
  return [error.hint === undefined ? error.message : `${error.message}\n${error.hint}`]
}

function asTracerunError(error: unknown): TracerunError {
  return error instanceof TracerunError ? error : new InternalError(error)
}

import { readsSystemSpans } from '../judge/judge.ts'
import type { TestReport } from '../model/run-event.ts'
import { buildTrace } from '../model/trace.ts'
import type { PlannedTest } from '../plan/plan.ts'
import type { TraceParent, TriggerResult } from '../plugin/trigger.ts'
import type { Answered, Attempt, Outcome, RunScope } from './attempt.ts'
import { buildAnswered, buildReport, judgeAttempt } from './attempt.ts'
import type { Candidate } from './await-trace.ts'
import { asTracerunError, awaitTrace, claimNamed, namedBy } from './await-trace.ts'
import { fireTrigger } from './fire.ts'
import { buildGround } from './ground.ts'
import { settleJudgement, settleWithError } from './settle.ts'
import { mintTraceParent } from './trace-parent.ts'
import type { TraceWatch } from './trace-watch.ts'
import { watchTrace } from './trace-watch.ts'

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
  scope.claimed.add(parent.traceId)
  // From before the request on, so that each span is known by when it came.
  const early = watchTrace(backend, parent.traceId, scope.context.clock)
  const watches = [early]
  try {
    const result = await fire(attempt, parent, early)
    if (result === undefined) return finish(attempt, INTERRUPTED)
    const follow = (other: Answered): Candidate => {
      const watch = watchTrace(backend, other.trigger.traceId, scope.context.clock)
      watches.push(watch)
      return { answered: other, watch }
    }
    const answered = buildAnswered(parent, result)
    const isOurs = answered.trigger.traceId === parent.traceId
    if (!isOurs) claimNamed(attempt, answered.trigger.traceId)
    const named = isOurs ? namedBy(attempt, answered) : undefined
    const awaited = await awaitTrace(
      attempt,
      backend.session,
      isOurs ? { answered, watch: early } : follow(answered),
      named && { id: named, ...follow(buildAnswered(parent, { ...result, traceId: named.traceId })) }
    )
    const report = finish(attempt, awaited.outcome)
    const { watch } = awaited
    scope.lastWord.observe({
      report,
      watch,
      trigger: awaited.answered.trigger,
      isPushed: backend.session.subscribe !== undefined,
      isWatched: awaited.isWatched,
      endedUnixNano: scope.context.clock.now(),
      judge: trace =>
        judgeAttempt(attempt, awaited.answered, trace, {
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

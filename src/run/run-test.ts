import { readsSystemSpans } from '../judge/judge.ts'
import type { TestReport } from '../model/run-event.ts'
import { isBad } from '../model/summary.ts'
import { buildTrace } from '../model/trace.ts'
import type { VariableText } from '../model/variable.ts'
import type { PlannedTest } from '../plan/plan.ts'
import type { TraceSession } from '../plugin/trace-backend.ts'
import type { TraceParent, TriggerResult } from '../plugin/trigger.ts'
import type { Answered, Attempt, Handed, Outcome, RunScope } from './attempt.ts'
import { buildAnswered, buildReport, judgeAttempt, reachOf, suiteStepOf } from './attempt.ts'
import type { Awaited, Candidate } from './await-trace.ts'
import { asTracerunError, awaitTrace, claimNamed, namedBy } from './await-trace.ts'
import { EndedTest } from './ended-test.ts'
import { fireTrigger } from './fire.ts'
import { buildGround } from './ground.ts'
import { watchFromOutside } from './outside-watch.ts'
import type { OpenBackend } from './sessions.ts'
import { settleJudgement, settleWithError } from './settle.ts'
import { mintTraceParent } from './trace-parent.ts'
import type { TraceWatch } from './trace-watch.ts'
import { watchTrace } from './trace-watch.ts'
import { answerWords, scopeOf } from './wait-words.ts'

/**
 * Runs one test and reports on it, whatever happens: a test that goes wrong stops no other. Where it does not pass, it is
 * run again, with a trace of its own, as often as it may be. `releaseSlot`: of the slot of its first request.
 */
export async function runTest(
  test: PlannedTest,
  runScope: RunScope,
  releaseSlot: () => void,
  handed: Handed = NOTHING_HANDED
): Promise<TestReport> {
  const scope = scopeOf(test, runScope)
  const tried: TestReport[] = []
  let release = releaseSlot
  for (;;) {
    const { report, isRetried } = await runOnce(test, { scope, handed, tried, releaseSlot: release })
    // Whoever wants the trace has had it with the event.
    if (!isRetried) return withoutTrace(report)
    const last = tried.pop()
    if (last) tried.push(withoutTrace(last))
    tried.push(report)
    release = await scope.slots.take()
  }
}

function withoutTrace(report: TestReport): TestReport {
  if (report.trace === undefined) return report
  const { trace: _, ...rest } = report
  return rest
}

interface Beginning {
  readonly scope: RunScope
  readonly handed: Handed
  /** The attempts before, the last of them with its trace. */
  readonly tried: readonly TestReport[]
  releaseSlot(): void
}

async function runOnce(test: PlannedTest, { scope, handed, tried, releaseSlot }: Beginning): Promise<Ended> {
  let isRetried = false
  const attempt: Attempt = {
    test,
    scope,
    earlier: tried.map(({ earlier: _, ...report }) => withoutTrace(report)),
    calls: scope.createCalls(test.checks),
    variables: variablesOf(test, handed),
    startedUnixNano: scope.context.clock.now(),
    end: report => {
      // What was measured stands where there is no time to measure it again.
      const told = report.verdict.outcome === 'skipped' ? (tried.at(-1) ?? report) : report
      isRetried =
        isBad(report) &&
        tried.length < (test.retries ?? 0) &&
        !('error' in handed) &&
        !scope.context.signal.aborted
      if (!isRetried) scope.archive.put(withoutTrace(told))
      scope.onEvent({ type: isRetried ? 'test-retried' : 'test-finished', report: told })
      return told
    },
    isOver: () => !isRetried,
    releaseSlot
  }
  const end = (outcome: Outcome): Ended => ({ report: finish(attempt, outcome), isRetried })
  try {
    const skipped = test.skip ?? scope.stopReason() ?? ('skipped' in handed ? handed.skipped : undefined)
    if (skipped !== undefined) return end({ verdict: { outcome: 'skipped', reason: skipped } })
    scope.onEvent({
      type: 'test-started',
      id: test.id,
      name: test.name,
      ...(test.step ? { suite: suiteStepOf(test.step) } : {}),
      ...(test.repetition ? { repetition: test.repetition } : {}),
      attempt: tried.length + 1
    })
    if ('error' in handed) throw handed.error
    const report = await runAttempt(attempt)
    return { report, isRetried }
  } catch (error) {
    return end({ verdict: settleWithError(undefined, asTracerunError(error)) })
  } finally {
    releaseSlot()
  }
}

interface Ended {
  readonly report: TestReport
  readonly isRetried: boolean
}

const NOTHING_HANDED: Handed = { variables: new Map() }

/** What a suite hands to a test stands over what the files say. */
function variablesOf(test: PlannedTest, handed: Handed): ReadonlyMap<string, VariableText> {
  const own = [...test.variables].map(([name, { value }]) => [name, value] as const)
  return new Map<string, VariableText>([...own, ...('variables' in handed ? handed.variables : [])])
}

function finish(attempt: Attempt, outcome: Outcome): TestReport {
  hideSecretOutputs(attempt, outcome)
  return attempt.end(buildReport(attempt, outcome))
}

/** What a later step sends as a credential is shown in no report, that of its origin included. */
function hideSecretOutputs({ test, scope }: Attempt, { verdict }: Outcome): void {
  for (const output of verdict.outcome === 'skipped' ? [] : verdict.outputs)
    if (output.outcome === 'held' && test.secretOutputs.has(output.name))
      for (const text of output.items ?? [output.text]) scope.hide(text)
}

async function runAttempt(attempt: Attempt): Promise<TestReport> {
  const { test, scope } = attempt
  const isFromOutside = test.trigger.sendsNothing === true
  const needsTrace = test.collectsTrace && (isFromOutside || readsSystemSpans(test.checks))
  const backend = needsTrace ? await scope.sessions.open(test.backend) : undefined
  const parent = mintTraceParent({
    sampling: test.trigger.sampling,
    propagation: test.trigger.propagation,
    testName: test.name,
    runId: scope.runId,
    random: scope.random,
    nowUnixNano: scope.context.clock.now()
  })
  if (backend === undefined) {
    const result = await fire(attempt, parent)
    return finish(
      attempt,
      result === undefined ? INTERRUPTED : judgeAnswer(attempt, buildAnswered(parent, result))
    )
  }
  if (isFromOutside) return await judgeFromOutside(attempt, parent, backend)
  scope.claimed.add(parent.traceId)
  // From before the request on, so that each span is known by when it came.
  const reach = reachOf(test)
  const early = watchTrace(backend, parent.traceId, scope.context.clock, reach)
  const watches = [early]
  try {
    const result = await fire(attempt, parent, { watch: early, session: backend.session })
    if (result === undefined) return finish(attempt, INTERRUPTED)
    const follow = (other: Answered): Candidate => {
      const watch = watchTrace(backend, other.trigger.traceId, scope.context.clock, reach)
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
    const report = conclude(attempt, awaited, backend.session)
    watches.splice(watches.indexOf(awaited.watch), 1)
    return report
  } finally {
    for (const watch of watches) watch[Symbol.dispose]()
  }
}

/** A trace that something else began: other tests may judge it as well. */
async function judgeFromOutside(
  attempt: Attempt,
  parent: TraceParent,
  backend: OpenBackend
): Promise<TestReport> {
  const { test, scope } = attempt
  const result = await fire(attempt, parent)
  attempt.releaseSlot()
  if (result === undefined) return finish(attempt, INTERRUPTED)
  const answered = buildAnswered(parent, result)
  const { traceId } = answered.trigger
  const watch = watchFromOutside(
    watchTrace(backend, traceId, scope.context.clock, reachOf(test)),
    test.checks
  )
  let isKept = false
  try {
    const awaited = await awaitTrace(attempt, backend.session, { answered, watch }, undefined)
    const report = conclude(attempt, awaited, backend.session)
    isKept = true
    return report
  } finally {
    if (!isKept) watch[Symbol.dispose]()
  }
}

/** The report of a test; its trace stays under observation until the run ends. */
function conclude(attempt: Attempt, awaited: Awaited, session: TraceSession): TestReport {
  const { scope } = attempt
  const { watch } = awaited
  const report = finish(attempt, awaited.outcome)
  if (!attempt.isOver()) {
    watch[Symbol.dispose]()
    return report
  }
  scope.lastWord.observe(
    new EndedTest({
      test: attempt.test,
      watch,
      answered: awaited.answered,
      isPushed: session.subscribe !== undefined,
      isWatched: awaited.isWatched,
      endedUnixNano: scope.context.clock.now(),
      createCalls: scope.createCalls
    })
  )
  return report
}

const INTERRUPTED: Outcome = {
  verdict: { outcome: 'skipped', reason: 'interrupted before the answer came' }
}

/** Sends the request; nothing if the run was interrupted meanwhile. */
async function fire(
  attempt: Attempt,
  parent: TraceParent,
  awaited?: { readonly watch: TraceWatch; readonly session: TraceSession }
): Promise<TriggerResult | undefined> {
  const { test, scope } = attempt
  const watch = awaited?.watch
  const { commands } = scope
  const context = {
    ...scope.context,
    shared: scope.shared,
    ...(commands ? { commands } : {}),
    otlpEndpoints: awaited?.session.endpoints ?? []
  }
  const answered = new AbortController()
  const gathering = watch?.gather(answered.signal)
  scope.onEvent({ type: 'test-progressed', id: test.id, phase: 'triggering', spans: 0 })
  try {
    const result = await fireTrigger(test, attempt.variables, attempt.calls, parent, context)
    context.debug(answerWords(result))
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

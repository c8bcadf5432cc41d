import type { TriggerError } from '../errors/errors.ts'
import type { CallMemo } from '../judge/calls.ts'
import { warnOfDropped } from '../judge/dropped.ts'
import type { Judgement } from '../judge/judge.ts'
import { judge } from '../judge/judge.ts'
import type { CompiledChecks } from '../language/check.ts'
import type { TraceId } from '../model/ids.ts'
import type { Reach } from '../model/joins.ts'
import type { Loss, RunEvent, SuiteStep, TestReport } from '../model/run-event.ts'
import type { Span } from '../model/span.ts'
import type { Trace } from '../model/trace.ts'
import { buildTriggerSpan } from '../model/trigger-span.ts'
import type { VariableText } from '../model/variable.ts'
import type { Verdict } from '../model/verdict.ts'
import type { PlannedStep, PlannedTest } from '../plan/plan.ts'
import type { PluginContext } from '../plugin/context.ts'
import type { CommandSurroundings, Shared, TraceParent, TriggerResult } from '../plugin/trigger.ts'
import type { DelayMemory } from './delay-memory.ts'
import type { JudgeView } from './judging.ts'
import type { LastWord } from './last-word.ts'
import type { ReportArchive } from './report-archive.ts'
import type { Sessions } from './sessions.ts'
import type { Slots } from './slots.ts'
import type { RandomBytes } from './trace-parent.ts'

/** What the tests of a run share. */
export interface RunScope {
  readonly context: PluginContext
  readonly random: RandomBytes
  readonly runId: string
  readonly sessions: Sessions
  readonly shared: Shared
  /** Requests in flight. */
  readonly slots: Slots
  /** Of the tests that have ended. */
  readonly archive: ReportArchive
  readonly lastWord: LastWord
  /** Peers that are known to send spans. Grows. */
  readonly provenPeers: Set<string>
  readonly delays: DelayMemory | undefined
  /** The tests that wait for their traces. */
  readonly waiting: Set<Attempt>
  /** Traces that belong to a test: no other may take one for its own. Grows. */
  readonly claimed: Set<TraceId>
  /** Only where tests may run commands. */
  readonly commands?: CommandSurroundings | undefined
  /** Calls whose values were `recorded` give them again. */
  createCalls(checks: CompiledChecks, recorded?: ReadonlyMap<string, string>): CallMemo
  /** Why no further test is to be started, if so. */
  stopReason(): string | undefined
  /** Lets no output show a text from now on. */
  hide(text: string): void
  onEvent(event: RunEvent): void
}

/** What a step is given beside the variables of its test, or why it is not run. */
export type Handed =
  | { readonly variables: ReadonlyMap<string, VariableText> }
  | { readonly skipped: string }
  | { readonly error: TriggerError }

/** One test, being run. */
export interface Attempt {
  readonly test: PlannedTest
  readonly scope: RunScope
  /** Those before it, none of which passed. */
  readonly earlier: readonly TestReport[]
  readonly calls: CallMemo
  /** The values of its variables, by name. */
  readonly variables: ReadonlyMap<string, VariableText>
  readonly startedUnixNano: bigint
  /** Tells how it ended; answers with what stands as its report. */
  end(report: TestReport): TestReport
  /** It has ended, and no other attempt follows. */
  isOver(): boolean
  /** Lets the next request go out. */
  releaseSlot(): void
}

/** Which step of which suite a test is, as reports say it. */
export function suiteStepOf({ suite: { id, name, steps }, number }: PlannedStep): SuiteStep {
  return { id, name, step: number, steps }
}

/** What is known once the request was answered. */
export interface Answered {
  readonly parent: TraceParent
  readonly result: TriggerResult
  /** The synthetic root of the trace. */
  readonly trigger: Span
}

export function buildAnswered(parent: TraceParent, result: TriggerResult): Answered {
  const traceId = result.traceId ?? parent.traceId
  const response = result.isUnanswered ? undefined : result.response
  return { parent, result, trigger: buildTriggerSpan(traceId, parent.spanId, result, response) }
}

/** Judges what has come of a trace by the checks of its test. */
export function judgeAttempt(
  { test, calls, variables }: Pick<Attempt, 'test' | 'calls' | 'variables'>,
  { result }: Answered,
  trace: Trace,
  view: JudgeView
): Judgement {
  return judge(test.checks, trace, {
    ...view,
    variables,
    ...answerOf(result),
    losses: lossesOf(test, view.losses),
    calls
  })
}

/** What the checks read of the answer, where there is one. */
function answerOf(result: TriggerResult): Pick<TestReport, 'response' | 'responseDurationNanos'> {
  if (result.isUnanswered) return {}
  return {
    response: result.response,
    responseDurationNanos: result.answeredUnixNano - result.sentUnixNano
  }
}

/** What the backend loses of every trace, and what the answers about this one lost. */
export function lossesOf(test: PlannedTest, ofAnswers: Iterable<Loss>): readonly Loss[] {
  return test.collectsTrace ? [...new Set([...test.backend.caps.losses, ...ofAnswers])] : []
}

/** How far the backend of a test is asked for its trace. */
export function reachOf({ wait, backend }: PlannedTest): Reach {
  return wait.followsLinks && backend.caps.findsLinks === true ? 'linked' : 'alone'
}

/** What a report says beyond its test. */
export interface Outcome {
  readonly verdict: Verdict
  readonly answered?: Answered
  readonly trace?: Trace
  readonly ground?: TestReport['ground']
  readonly holes?: TestReport['holes']
  readonly losses?: TestReport['losses']
  readonly warnings?: readonly string[]
}

/** The report of a test that has ended. */
export function buildReport(attempt: Attempt, outcome: Outcome): TestReport {
  const { test, scope, calls, startedUnixNano } = attempt
  const { verdict, answered, trace, ground } = outcome
  const traceId = answered?.trigger.traceId
  const traceUrl = traceId === undefined || !test.collectsTrace ? undefined : test.backend.traceUrl?.(traceId)
  const runWarnings = [...(answered?.result.warnings ?? []), ...(outcome.warnings ?? [])]
  return {
    id: test.id,
    name: test.name,
    location: test.location,
    tags: test.tags,
    ...(test.step ? { suite: suiteStepOf(test.step) } : {}),
    ...(test.repetition ? { repetition: test.repetition } : {}),
    attempt: attempt.earlier.length + 1,
    ...(attempt.earlier.length > 0 ? { earlier: attempt.earlier } : {}),
    verdict,
    warnings: [
      ...test.warnings,
      ...runWarnings,
      ...(trace === undefined ? [] : warnOfDropped(test.checks, trace))
    ],
    runWarnings,
    startedUnixNano,
    durationMs: Number(scope.context.clock.now() - startedUnixNano) / 1e6,
    variables: attempt.variables,
    generated: calls.generated,
    holes: outcome.holes ?? [],
    losses: outcome.losses ?? [],
    ...(traceId === undefined ? {} : { traceId }),
    ...(traceUrl === undefined ? {} : { traceUrl }),
    ...(trace === undefined ? {} : { trace }),
    ...(answered === undefined ? {} : answerOf(answered.result)),
    ...(ground === undefined ? {} : { ground })
  }
}

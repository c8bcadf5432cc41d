import { TraceError } from '../errors/errors.ts'
import { createCallMemo } from '../judge/calls.ts'
import { warnOfDropped } from '../judge/dropped.ts'
import { judge, readsSystemSpans } from '../judge/judge.ts'
import type { FunctionSources } from '../language/functions.ts'
import { MASKED } from '../model/mask.ts'
import type { TestReport } from '../model/run-event.ts'
import type { VariableText } from '../model/variable.ts'
import type { Ground, Verdict } from '../model/verdict.ts'
import { isComplete } from '../model/verdict.ts'
import type { PlannedTest } from '../plan/plan.ts'
import { suiteStepOf } from '../run/attempt.ts'
import { settleJudgement, settleWithError, warnOfDoubts } from '../run/settle.ts'
import type { StoredTrace } from './read-trace.ts'
import type { SavedRecord } from './saved-record.ts'

export interface JudgeStoredOptions {
  /** Where the trace was read from, for words. */
  readonly path: string
  /** For calls that no run recorded. */
  readonly sources: FunctionSources
}

/** The verdict of a test on a stored trace: what the run said, where the trace is of a saved run. */
export function judgeStored(
  test: PlannedTest,
  stored: StoredTrace,
  { path, sources }: JudgeStoredOptions
): TestReport {
  const { record, losses } = stored
  const trace = test.wait.followsLinks ? stored.linked() : stored.trace
  const ground = record ? record.ground : bareGround(stored, path)
  const variables = mergeVariables(test, record)
  const calls = createCallMemo(sources, test.checks, record?.generated)
  const response = record?.response
  const runWarnings = record?.warnings ?? []
  const duration = record?.responseDurationNanos
  const isTriggerAlone = trace.spans.every((_, position) => position === trace.trigger)
  const lacksTrace = isTriggerAlone && test.collectsTrace && readsSystemSpans(test.checks)
  const judged = judge(test.checks, trace, {
    variables,
    ...(response ? { response } : {}),
    ...(duration === undefined ? {} : { responseDurationNanos: duration }),
    isComplete: !lacksTrace && ground !== undefined && isComplete(ground),
    mayRevise: ground?.mayRevise ?? false,
    losses,
    holes: record?.holes ?? [],
    calls,
    ...(record?.isMasked ? { maskedText: MASKED } : {})
  })
  const judgement = warnOfDoubts(judged, ground ?? {})
  const verdict: Verdict = lacksTrace
    ? settleWithError(judgement, missingTrace(record, path))
    : settleJudgement(judgement)
  return {
    id: test.id,
    name: test.name,
    location: test.location,
    tags: test.tags,
    ...(test.step ? { suite: suiteStepOf(test.step) } : {}),
    attempt: record?.attempt ?? 1,
    verdict,
    warnings: [...test.warnings, ...runWarnings, ...warnOfDropped(test.checks, trace)],
    runWarnings,
    startedUnixNano: record?.startedUnixNano ?? trace.spans[0]?.startUnixNano ?? 0n,
    durationMs: record?.durationMs ?? 0,
    traceId: trace.traceId,
    trace,
    ...(response ? { response } : {}),
    ...(duration === undefined ? {} : { responseDurationNanos: duration }),
    variables,
    generated: calls.generated,
    ...(ground ? { ground: groundFor(verdict, ground) } : {}),
    holes: record?.holes ?? [],
    losses
  }
}

/** That every check was final was said of those of the run: others may need more of the trace than it waited for. */
function groundFor(verdict: Verdict, ground: Ground): Ground {
  if (ground.kind !== 'asserted' || verdict.outcome === 'skipped') return ground
  const isOpen = verdict.specs.some(({ checks }) =>
    checks.some(check => check.outcome === 'undetermined' && ['open', 'hole'].includes(check.reason.code))
  )
  if (!isOpen) return ground
  const text =
    'the run waited no longer than its own checks needed: run the test again for what is undetermined here'
  return { ...ground, text }
}

/** Nobody says how a bare file came about: that it is whole is the user's word. */
function bareGround({ format }: StoredTrace, path: string): Ground {
  return {
    kind: 'stated',
    waitedMs: 0,
    text: `taken as complete: ${path} is ${format} without a record of its run`
  }
}

/** As the run read them; a value that was hidden there may be known here. */
function mergeVariables(
  test: PlannedTest,
  record: SavedRecord | undefined
): ReadonlyMap<string, VariableText> {
  const variables = new Map<string, VariableText>(
    [...test.variables].map(([name, { value }]) => [name, value])
  )
  for (const [name, value] of record?.variables ?? [])
    if (!(record?.isMasked && isMasked(value) && variables.has(name))) variables.set(name, value)
  return variables
}

function isMasked(value: VariableText): boolean {
  return typeof value === 'string' ? value.includes(MASKED) : value.some(text => text.includes(MASKED))
}

function missingTrace(record: SavedRecord | undefined, path: string): TraceError {
  const { message, hint } = record?.error ?? {}
  return new TraceError({
    code: 'TRACE_NOT_FOUND',
    message: message ?? `${path} holds no span of the tested system`,
    hint
  })
}

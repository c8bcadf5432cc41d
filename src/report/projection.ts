import type { AttributeValue } from '../model/attributes.ts'
import type { RunEvent, RunReport, TestReport } from '../model/run-event.ts'
import { serviceName } from '../model/span.ts'
import { finalOutcomeOf } from '../model/summary.ts'
import type { Trace } from '../model/trace.ts'
import { joinedTraceIds } from '../model/trace.ts'
import type {
  CheckResult,
  NearestMisses,
  Observation,
  OutputResult,
  Reason,
  SpecResult
} from '../model/verdict.ts'
import { type Position, positionOf } from '../source/line-index.ts'
import type {
  JsonAssertion,
  JsonCandidate,
  JsonCompleteness,
  JsonError,
  JsonHole,
  JsonOutput,
  JsonReason,
  JsonReport,
  JsonResponse,
  JsonSpan,
  JsonSpec,
  JsonTest
} from './json-report.ts'
import { summarizeRepetitions } from './repetitions.ts'

/** Grows when a key of the JSON report changes its meaning; additions do not count. */
const REPORT_SCHEMA_VERSION = 1

/** Spans listed for one assertion or spec; a count beside them tells how many there were. */
const MAX_SPANS = 1000

/** A value that `JSON.stringify` takes as it is. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json }

/** The whole run as the JSON report shows it. */
export function projectRun(
  report: RunReport,
  tests: readonly JsonTest[] = report.tests.map(projectTest)
): JsonReport {
  const repeated = summarizeRepetitions(tests)
  return compact<JsonReport>({
    schemaVersion: REPORT_SCHEMA_VERSION,
    outcome: report.outcome,
    exitCode: report.exitCode,
    shard: report.shard,
    summary: { ...report.summary },
    warnings: report.warnings ?? [],
    tests,
    repeated: repeated.length > 0 ? repeated : undefined
  })
}

/** One event as the stream shows it; the tests of `run-finished` are left out, each has had its own event. */
export function projectEvent(event: RunEvent): object {
  switch (event.type) {
    case 'run-started':
    case 'test-started':
    case 'test-progressed':
      return { ...event }
    case 'test-retried':
    case 'test-finished':
    case 'trace-grown':
      return { type: event.type, report: projectTest(event.report) }
    case 'test-revised':
      return {
        type: event.type,
        before: event.before,
        lateMs: event.lateMs,
        report: projectTest(event.report)
      }
    case 'test-warned':
      return { type: event.type, warning: event.warning, report: projectTest(event.report) }
    case 'run-finished': {
      const { outcome, exitCode, summary, warnings = [] } = event.report
      return { type: event.type, report: { outcome, exitCode, summary: { ...summary }, warnings } }
    }
  }
}

const projections = new WeakMap<TestReport, JsonTest>()

/** One test as the JSON report and the event stream show it. The same object for the same report. */
export function projectTest(test: TestReport): JsonTest {
  const known = projections.get(test)
  if (known !== undefined) return known
  const projected = buildProjection(test)
  projections.set(test, projected)
  return projected
}

function buildProjection(test: TestReport): JsonTest {
  const { verdict, trace } = test
  const isSkipped = verdict.outcome === 'skipped'
  const joined = trace === undefined ? [] : joinedTraceIds(trace)
  return compact<JsonTest>({
    id: test.id,
    name: test.name,
    file: test.location.source.name,
    line: placeOf(test).line,
    tags: test.tags,
    suite: test.suite,
    repetition: test.repetition,
    outcome: finalOutcomeOf(test),
    reason: isSkipped ? verdict.reason : undefined,
    attempt: test.attempt,
    earlierAttempts: test.earlier && test.earlier.length > 0 ? test.earlier.map(projectTest) : undefined,
    startedAt: new Date(Number(test.startedUnixNano / 1_000_000n)).toISOString(),
    durationMs: test.durationMs,
    traceId: test.traceId,
    traceUrl: test.traceUrl,
    joinedTraceIds: joined.length > 0 ? joined : undefined,
    spanCount: trace?.spans.length,
    error: verdict.outcome === 'errored' ? projectError(verdict.error) : undefined,
    warnings: test.warnings,
    response: test.response && projectResponse(test),
    completeness: projectCompleteness(test),
    outputs: isSkipped ? [] : verdict.outputs.map(projectOutput),
    specs: isSkipped ? [] : verdict.specs.map(spec => projectSpec(spec, trace)),
    saved: undefined
  })
}

function projectError(error: { code: string; message: string; hint: string | undefined }): JsonError {
  return compact<JsonError>({ code: error.code, message: error.message, hint: error.hint })
}

function projectResponse({ response, responseDurationNanos }: TestReport): JsonResponse {
  const durationMs = responseDurationNanos === undefined ? undefined : Number(responseDurationNanos) / 1e6
  return compact<JsonResponse>({ status: response?.status, statusText: response?.statusText, durationMs })
}

function projectCompleteness({ ground, holes, losses }: TestReport): JsonCompleteness {
  return compact<JsonCompleteness>({
    ground: ground?.kind,
    text: ground?.text,
    waitedMs: ground?.waitedMs,
    settledMs: ground?.settledMs,
    watchedMs: ground?.watchedMs,
    reliedOn: ground?.reliedOn,
    holes: holes.map(hole => compact<JsonHole>({ kind: hole.kind, spanId: hole.spanId, text: hole.text })),
    losses
  })
}

function projectOutput(output: OutputResult): JsonOutput {
  const facts = { name: output.name, ...placeOf(output), outcome: output.outcome }
  switch (output.outcome) {
    case 'held':
      return compact<JsonOutput>({
        ...facts,
        value: projectValue(output.value),
        text: output.text,
        spanId: output.spanId
      })
    case 'undetermined':
      return compact<JsonOutput>({ ...facts, reason: projectReason(output.reason) })
    case 'unmatched':
      return compact<JsonOutput>({ ...facts, reason: unmatchedReason(output.nearest) })
  }
}

function projectSpec(spec: SpecResult, trace: Trace | undefined): JsonSpec {
  const outcome = outcomeOfSpec(spec)
  return compact<JsonSpec>({
    name: spec.name,
    selector: spec.selector,
    line: placeOf(spec).line,
    severity: spec.severity,
    outcome,
    reason: spec.skipped,
    selectedCount: spec.selected.length,
    selected: outcome === 'failed' ? spec.selected.slice(0, MAX_SPANS) : undefined,
    assertions: spec.checks.map(check => projectCheck(check, trace))
  })
}

/** A spec fails with its first check that did not hold, whatever its severity. */
function outcomeOfSpec(spec: SpecResult): 'passed' | 'failed' | 'skipped' {
  if (spec.skipped !== undefined) return 'skipped'
  return spec.checks.every(check => check.outcome === 'held' || check.outcome === 'skipped')
    ? 'passed'
    : 'failed'
}

function projectCheck(check: CheckResult, trace: Trace | undefined): JsonAssertion {
  const spans = spansOf(check)
  return compact<JsonAssertion>({
    text: check.text,
    ...placeOf(check),
    outcome: check.outcome,
    isFinal: check.isFinal,
    reason: reasonOf(check),
    anatomy:
      check.outcome === 'violated'
        ? check.anatomy.parts.map(({ text, value }) => ({ text, value }))
        : undefined,
    warnings: check.warnings,
    spanCount: spans.length,
    spans: spans.slice(0, MAX_SPANS).map(observation => projectObservation(observation, trace))
  })
}

function spansOf(check: CheckResult): readonly Observation[] {
  switch (check.outcome) {
    case 'held':
      return check.values ?? check.spans.map(spanId => ({ spanId, holds: true }))
    case 'violated':
    case 'undetermined':
      return check.observed
    case 'unmatched':
    case 'skipped':
      return []
  }
}

function reasonOf(check: CheckResult): JsonReason | undefined {
  switch (check.outcome) {
    case 'undetermined':
      return projectReason(check.reason)
    case 'unmatched':
      return unmatchedReason(check.nearest)
    case 'skipped':
      return { code: 'skipped', text: check.reason }
    case 'violated':
      return check.nearest && unmatchedReason(check.nearest)
    case 'held':
      return undefined
  }
}

function unmatchedReason(nearest: NearestMisses): JsonReason {
  const text = nearest.candidates[0]?.text ?? nearest.funnel.at(-1) ?? 'no span matches'
  return {
    code: 'unmatched',
    text,
    funnel: nearest.funnel,
    candidates: nearest.candidates.map(candidate =>
      compact<JsonCandidate>({ spanId: candidate.spanId, text: candidate.text })
    )
  }
}

function projectReason(reason: Reason): JsonReason {
  return compact<JsonReason>({
    code: reason.code,
    text: reason.text,
    spanId: reason.spanId,
    nearest: reason.nearest
  })
}

function projectObservation(observation: Observation, trace: Trace | undefined): JsonSpan {
  const position = observation.spanId === undefined ? undefined : trace?.positionOf(observation.spanId)
  const span = position === undefined ? undefined : trace?.spans[position]
  return compact<JsonSpan>({
    spanId: observation.spanId,
    traceId: span && trace && trace.keyOf(span) !== span.spanId ? span.traceId : undefined,
    service: span && serviceName(span),
    name: span?.name,
    holds: observation.holds,
    expected: observation.expected,
    actual: observation.actual,
    reason: observation.reason && projectReason(observation.reason)
  })
}

/** An attribute value in JSON: a whole number too large to be exact as a JSON number, NaN and infinities become text. */
export function projectValue(value: AttributeValue): Json {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value)
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value)
  if (value === null || typeof value !== 'object') return value
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  if (Array.isArray(value)) return value.map(projectValue)
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, projectValue(item)]))
}

function placeOf({ location }: Pick<TestReport, 'location'>): Position {
  return positionOf(location.source, location.range.start)
}

/** What an object is made from: a key that may be absent is undefined instead. */
type Draft<T> = {
  readonly [K in keyof T]: Record<never, never> extends Pick<T, K> ? T[K] | undefined : T[K]
}

function compact<T extends object>(draft: Draft<T>): T {
  return Object.fromEntries(Object.entries(draft).filter(entry => entry[1] !== undefined)) as T
}

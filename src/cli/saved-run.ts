import type { TestReport } from '../model/run-event.ts'
import type { Span } from '../model/span.ts'
import { joinedTraceIds } from '../model/trace.ts'
import { encodeOtlpJson } from '../otlp/encode.ts'
import { VERSION } from './version.ts'

/** Grows when a key of the record changes its meaning; additions do not count. */
export const SAVED_RUN_VERSION = 1

/** OTLP JSON that any tool reads, with our record beside the spans. */
export function renderSavedRun(report: TestReport, isMasked: boolean): string {
  const { trace, verdict } = report
  const trigger = trace && trace.trigger >= 0 ? trace.spans[trace.trigger] : undefined
  const outputs = verdict.outcome === 'skipped' ? [] : verdict.outputs
  const record = {
    schemaVersion: SAVED_RUN_VERSION,
    tracerunVersion: VERSION,
    test: { id: report.id, name: report.name, file: report.location.source.name },
    attempt: report.attempt,
    outcome: verdict.outcome,
    startedUnixNano: String(report.startedUnixNano),
    durationMs: report.durationMs,
    traceId: report.traceId,
    triggerSpanId: trigger?.spanId,
    joinedTraceIds: trace && joinedTraceIds(trace),
    response: report.response,
    responseDurationNanos: report.responseDurationNanos?.toString(),
    variables: Object.fromEntries(report.variables),
    generated: Object.fromEntries(report.generated ?? []),
    outputs: Object.fromEntries(
      outputs.flatMap(output => (output.outcome === 'held' ? [[output.name, output.text]] : []))
    ),
    ground: report.ground,
    holes: report.holes,
    losses: report.losses,
    warnings: report.runWarnings,
    error:
      verdict.outcome === 'errored'
        ? { code: verdict.error.code, message: verdict.error.message, hint: verdict.error.hint }
        : undefined,
    isMasked
  }
  const spans: readonly Span[] = trace?.spans ?? []
  return `${JSON.stringify({ ...encodeOtlpJson(spans), tracerun: record })}\n`
}

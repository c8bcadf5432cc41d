import { gravestExitCode } from '../errors/exit-code.ts'
import type { RunEvent, RunReport, TestReport } from '../model/run-event.ts'
import { EVENT_SCHEMA_VERSION } from '../model/run-event.ts'
import { exitCodeOf, outcomeOf, summarizeTests } from '../model/summary.ts'
import type { Environment } from './environment.ts'
import type { ReporterRequest } from './reporters.ts'
import { openReporters } from './reporters.ts'
import { applyStrictToEvent, applyStrictToRun } from './strict.ts'

/** Tests that were judged without being run. */
export interface Judged {
  readonly tests: readonly TestReport[]
  readonly durationMs: number
  readonly isStrict: boolean
  readonly requests: readonly ReporterRequest[]
  readonly environment: Environment
}

/** Reports tests that were judged on stored traces, as a run reports those that it ran. */
export async function reportJudged(judged: Judged): Promise<RunReport> {
  const { tests, isStrict, requests, environment } = judged
  const { mask } = environment
  const measured = buildRunReport(tests, judged.durationMs)
  const run = isStrict ? applyStrictToRun(measured) : measured
  const reporter = await openReporters(requests, environment)
  const tell = (event: RunEvent): void => {
    reporter.onEvent(mask.value(isStrict ? applyStrictToEvent(event) : event))
  }
  tell({ type: 'run-started', schemaVersion: EVENT_SCHEMA_VERSION, tests: tests.length })
  for (const report of tests) {
    const { id, name, attempt, suite } = report
    tell({ type: 'test-started', id, name, ...(suite ? { suite } : {}), attempt })
    tell({ type: 'test-finished', report })
  }
  tell({ type: 'run-finished', report: run })
  await reporter.close(mask.value(run))
  return run
}

function buildRunReport(tests: readonly TestReport[], durationMs: number): RunReport {
  const summary = summarizeTests(tests, durationMs)
  return {
    outcome: outcomeOf(summary),
    summary,
    tests,
    exitCode: gravestExitCode(tests.map(test => exitCodeOf(test)))
  }
}

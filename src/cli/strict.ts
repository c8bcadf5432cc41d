import { gravestExitCode } from '../errors/exit-code.ts'
import type { RunEvent, RunReport, TestReport } from '../model/run-event.ts'
import { summarizeTests } from '../model/summary.ts'

const STRICT_WARNING = 'failed by --strict: it has warnings'
const STRICT_RUN = 'failed by --strict: the run has warnings'

/** Under `--strict` a test that passed with a warning has failed, and so has a run with a warning of its own. */
export function applyStrictToEvent(event: RunEvent): RunEvent {
  switch (event.type) {
    case 'test-retried':
    case 'test-finished':
    case 'test-revised':
    case 'test-warned':
    case 'trace-grown':
      return { ...event, report: applyStrictToTest(event.report) }
    case 'run-finished':
      return { ...event, report: applyStrictToRun(event.report) }
    case 'run-started':
    case 'test-started':
    case 'test-progressed':
      return event
  }
}

/** As {@link applyStrictToEvent}, for the report of the whole run. */
export function applyStrictToRun(report: RunReport): RunReport {
  const tests = report.tests.map(applyStrictToTest)
  const hasTurned = tests.some((test, index) => test !== report.tests[index])
  const { summary, outcome, warnings = [] } = report
  if (!hasTurned && warnings.length === 0) return report
  return {
    ...report,
    outcome: outcome === 'interrupted' ? outcome : 'failed',
    exitCode: gravestExitCode([report.exitCode, 1]),
    ...(warnings.length > 0 ? { warnings: [...warnings, STRICT_RUN] } : {}),
    summary: summarizeTests(tests, summary.durationMs),
    tests
  }
}

function applyStrictToTest(report: TestReport): TestReport {
  const { verdict } = report
  if (verdict.outcome !== 'passed' || !hasWarnings(report)) return report
  return {
    ...report,
    verdict: { ...verdict, outcome: 'failed' },
    warnings: [...report.warnings, STRICT_WARNING]
  }
}

function hasWarnings({ warnings, verdict }: TestReport): boolean {
  if (warnings.length > 0) return true
  if (verdict.outcome === 'skipped') return false
  return verdict.specs
    .flatMap(spec => spec.checks)
    .some(check => check.warnings.length > 0 || (check.outcome !== 'held' && check.outcome !== 'skipped'))
}

import type { RunSummary, TestReport } from './run-event.ts'
import type { TestOutcome } from './verdict.ts'

/** How a test ended, all its attempts counted: one that did not pass at the first is flaky. */
export type FinalOutcome = TestOutcome | 'flaky'

export function finalOutcomeOf({ verdict, earlier = [] }: TestReport): FinalOutcome {
  return verdict.outcome === 'passed' && earlier.length > 0 ? 'flaky' : verdict.outcome
}

/** It failed, or could not be judged. */
export function isBad({ verdict }: TestReport): boolean {
  return verdict.outcome === 'failed' || verdict.outcome === 'errored'
}

/** It fails the run: one that is flaky does so only where that is asked for. */
export function failsRun(report: TestReport, failOnFlaky: boolean): boolean {
  return isBad(report) || (failOnFlaky && finalOutcomeOf(report) === 'flaky')
}

/** Counts tests by outcome. */
export function summarizeTests(tests: readonly TestReport[], durationMs: number): RunSummary {
  const counts: Record<FinalOutcome, number> = { passed: 0, flaky: 0, failed: 0, errored: 0, skipped: 0 }
  for (const test of tests) counts[finalOutcomeOf(test)]++
  return { ...counts, durationMs }
}

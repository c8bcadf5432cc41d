import type { ExitCode } from '../errors/exit-code.ts'
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

/** What a test means for the exit code. */
export function exitCodeOf(report: TestReport, failOnFlaky = false): ExitCode {
  const { verdict } = report
  if (verdict.outcome === 'errored') return verdict.error.exitCode
  return failsRun(report, failOnFlaky) ? 1 : 0
}

/** How a run ended that was not interrupted. */
export function outcomeOf(
  { failed, errored, flaky }: RunSummary,
  failOnFlaky = false
): 'passed' | 'failed' | 'errored' {
  if (failed > 0 || (failOnFlaky && flaky > 0)) return 'failed'
  return errored > 0 ? 'errored' : 'passed'
}

/** How many tests ended how. */
export type OutcomeCounts = Readonly<Record<FinalOutcome, number>>

export function countOutcomes(outcomes: Iterable<FinalOutcome>): OutcomeCounts {
  const counts = { passed: 0, flaky: 0, failed: 0, errored: 0, skipped: 0 }
  for (const outcome of outcomes) counts[outcome]++
  return counts
}

/** Counts tests by outcome. */
export function summarizeTests(tests: readonly TestReport[], durationMs: number): RunSummary {
  return { ...countOutcomes(tests.map(finalOutcomeOf)), durationMs }
}

import type { RunEvent, RunReport } from '../model/run-event.ts'
import type { Plan } from '../plan/plan.ts'
import type { Clock } from '../plugin/context.ts'

/** What a run needs of the world; handed in by the command line, replaced in tests. */
export interface RunDependencies {
  readonly clock: Clock
  readFile(path: string): Promise<Uint8Array>
  debug(message: string): void
  /** So many strong random bytes: trace ids, and the values of random functions. */
  random(size: number): Uint8Array
  /** Requests in flight at once; waiting for traces takes none of them. */
  readonly jobs: number
  /** Aborted on Ctrl-C: what was measured is still reported. */
  readonly signal: AbortSignal
  /** After the first test that does not pass, no further one is started: the rest is skipped. */
  readonly bail?: boolean
  /** Goes out with every request, as baggage. */
  readonly runId: string
}

/** Runs every test of a plan. Rejects only on a bug of ours: whatever goes wrong with a test is in its report. */
export async function runPlan(
  plan: Plan,
  dependencies: RunDependencies,
  onEvent: (event: RunEvent) => void
): Promise<RunReport> {
  void dependencies
  onEvent({ type: 'run-started', schemaVersion: 1, tests: plan.tests.length })
  throw new Error('not written yet')
}

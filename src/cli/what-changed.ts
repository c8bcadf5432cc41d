import type { TestReport } from '../model/run-event.ts'
import { isBad } from '../model/summary.ts'
import type { PlannedTest } from '../plan/plan.ts'
import { unitOf } from '../plan/suites.ts'
import type { TestState } from './test-state.ts'

/** A test as it was run last. */
export interface KnownTest {
  readonly state: TestState
  /** As it was run; what was judged since is in `report`. */
  readonly ran: TestReport
  readonly report: TestReport
  /** Where its trace is saved. */
  readonly path: string | undefined
}

/** A test as the files say it now. */
export interface CurrentTest {
  readonly test: PlannedTest
  readonly state: TestState
  /** A file that its trigger names was saved: whatever it holds, it is read when the test is run. */
  readonly hasNewFile: boolean
}

export interface Changes {
  /** Have to be run. */
  readonly toRun: readonly PlannedTest[]
  /** Say the same as when they were run, but for what is checked. */
  readonly toJudge: readonly CurrentTest[]
}

/** What is to be done about each test; suites are run as a whole. */
export function findChanges(
  tests: readonly CurrentTest[],
  knownOf: (id: string) => KnownTest | undefined
): Changes {
  const bad = new Set(tests.flatMap(({ test }) => (isKnownBad(knownOf(test.id)) ? [unitOf(test)] : [])))
  const effects = tests.map(current => {
    const known = knownOf(current.test.id)
    // What its own suite did not let happen waits for the suite to be mended.
    const isDue = isUnreached(current.test, known) && !bad.has(unitOf(current.test))
    return { current, effect: isDue ? 'run' : effectOn(current, known) }
  })
  const ran = new Set(
    effects.filter(({ effect }) => effect === 'run').map(({ current }) => unitOf(current.test))
  )
  return {
    toRun: tests.map(({ test }) => test).filter(test => ran.has(unitOf(test))),
    toJudge: effects
      .filter(({ current, effect }) => effect === 'judge' && !ran.has(unitOf(current.test)))
      .map(({ current }) => current)
  }
}

function isKnownBad(known: KnownTest | undefined): boolean {
  return known !== undefined && isBad(known.report)
}

/** Its round was stopped before it: nothing is known of it. */
export function isUnreached({ skip }: PlannedTest, known: KnownTest | undefined): boolean {
  return skip === undefined && known?.ran.verdict.outcome === 'skipped'
}

function effectOn(
  { test, state, hasNewFile }: CurrentTest,
  known: KnownTest | undefined
): 'run' | 'judge' | 'none' {
  if (known === undefined || hasNewFile || state.request !== known.state.request) return 'run'
  const hasNewOutputs = state.outputs !== known.state.outputs
  if (!hasNewOutputs && state.specs === known.state.specs) return 'none'
  // Later steps are sent what this one puts out.
  if (hasNewOutputs && test.step) return 'run'
  return canBeJudged(known) ? 'judge' : 'run'
}

/** Of a test that could not be judged, another request may tell more. */
function canBeJudged({ ran: { verdict }, path }: KnownTest): boolean {
  return path !== undefined && (verdict.outcome === 'passed' || verdict.outcome === 'failed')
}

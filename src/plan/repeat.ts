import type { PlannedSuite, PlannedTest } from './plan.ts'

/** Each test so often, in rounds: all of them, then all again. A suite is run again as a whole. */
export function repeatTests(tests: readonly PlannedTest[], times: number): readonly PlannedTest[] {
  if (times === 1) return tests
  const taken = new Set(tests.flatMap(({ id, step }) => (step ? [id, step.suite.id] : [id])))
  return Array.from({ length: times }, (_, index) =>
    roundOf(tests, { number: index + 1, of: times, taken })
  ).flat()
}

interface Round {
  readonly number: number
  readonly of: number
  /** The ids of all that are run. Grows. */
  readonly taken: Set<string>
}

function roundOf(tests: readonly PlannedTest[], { number, of, taken }: Round): readonly PlannedTest[] {
  const suites = new Map<PlannedSuite, PlannedSuite>()
  const idOf = (once: string): string => {
    // The first keeps its names, so that what is known of a test run once is found under them.
    if (number === 1) return once
    const wanted = `${once}-run-${number}`
    let id = wanted
    // A test may be called like a run of another: what is known of the one must not stand for the other.
    for (let more = 2; taken.has(id); more++) id = `${wanted}-${more}`
    taken.add(id)
    return id
  }
  const suiteOf = (suite: PlannedSuite): PlannedSuite => {
    const known = suites.get(suite)
    if (known) return known
    const again = { ...suite, id: idOf(suite.id) }
    suites.set(suite, again)
    return again
  }
  return tests.map(test => ({
    ...test,
    id: idOf(test.id),
    repetition: { test: test.id, number, of },
    ...(test.step ? { step: { ...test.step, suite: suiteOf(test.step.suite) } } : {})
  }))
}

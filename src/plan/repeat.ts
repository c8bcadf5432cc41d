import type { PlannedSuite, PlannedTest } from './plan.ts'

/** Each test so often, in rounds: all of them, then all again. A suite is run again as a whole. */
export function repeatTests(tests: readonly PlannedTest[], times: number): readonly PlannedTest[] {
  if (times === 1) return tests
  return Array.from({ length: times }, (_, index) => roundOf(tests, index + 1, times)).flat()
}

function roundOf(tests: readonly PlannedTest[], number: number, of: number): readonly PlannedTest[] {
  const suites = new Map<PlannedSuite, PlannedSuite>()
  // The first keeps its names, so that what is known of a test run once is found under them.
  const idOf = (id: string): string => (number === 1 ? id : `${id}-run-${number}`)
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

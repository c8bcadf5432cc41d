import type { JsonRepeated, JsonSpread, JsonTest } from './json-report.ts'

/** Figures of each test that was run several times, in the order of their first run. */
export function summarizeRepetitions(tests: readonly JsonTest[]): readonly JsonRepeated[] {
  const byTest = new Map<string, JsonTest[]>()
  for (const test of tests) {
    if (test.repetition === undefined) continue
    const runs = byTest.get(test.repetition.test)
    if (runs) runs.push(test)
    else byTest.set(test.repetition.test, [test])
  }
  return [...byTest].map(([id, runs]) => summarize(id, runs))
}

function summarize(id: string, runs: readonly JsonTest[]): JsonRepeated {
  const { name } = runs[0]!
  const count = (outcome: JsonTest['outcome']): number => runs.filter(run => run.outcome === outcome).length
  const measured = runs.filter(({ outcome }) => outcome !== 'skipped')
  const durationMs = spreadOf(measured.map(run => run.durationMs))
  const verdictMs = spreadOf(
    measured.flatMap(({ completeness: { waitedMs } }) => (waitedMs === undefined ? [] : [waitedMs]))
  )
  return {
    id,
    name,
    runs: runs.length,
    passed: count('passed'),
    flaky: count('flaky'),
    failed: count('failed'),
    errored: count('errored'),
    skipped: count('skipped'),
    ...(durationMs ? { durationMs } : {}),
    ...(verdictMs ? { verdictMs } : {})
  }
}

function spreadOf(values: readonly number[]): JsonSpread | undefined {
  if (values.length === 0) return undefined
  const sorted = values.toSorted((one, other) => one - other)
  const middle = sorted.length / 2
  const median = (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle) - 1]!) / 2
  return { min: sorted[0]!, median, max: sorted.at(-1)! }
}

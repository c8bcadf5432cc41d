import { expect, test } from 'vitest'
import { projectTest } from '../../../src/report/projection.ts'
import { summarizeRepetitions } from '../../../src/report/repetitions.ts'
import { buildTest, COMPLETE } from '../../support/report-builder.ts'

test('tests that are run once have no figures over runs', () => {
  expect(summarizeRepetitions([buildTest(), buildTest({ id: 'pay' })].map(projectTest))).toEqual([])
})

test('each test has the least, the middle and the greatest of its runs, and of its waits for a verdict', () => {
  const runs = [300, 100, 200, 500].map((durationMs, index) => ({
    ...buildTest({ id: `checkout-run-${index}`, ground: { ...COMPLETE, waitedMs: durationMs / 10 } }),
    durationMs,
    repetition: { test: 'checkout', number: index + 1, of: 5 }
  }))
  const failed = {
    ...buildTest({ outcome: 'failed' }),
    repetition: { test: 'checkout', number: 5, of: 5 },
    durationMs: 50
  }
  expect(summarizeRepetitions([...runs, failed].map(projectTest))).toEqual([
    {
      id: 'checkout',
      name: runs[0]!.name,
      runs: 5,
      passed: 4,
      flaky: 0,
      failed: 1,
      errored: 0,
      skipped: 0,
      durationMs: { min: 50, median: 200, max: 500 },
      verdictMs: { min: 10, median: 25, max: 50 }
    }
  ])
})

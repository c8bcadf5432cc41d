import { expect, test } from 'vitest'
import type { TestReport } from '../../../../src/model/run-event.ts'
import type { Ground, Reliance } from '../../../../src/model/verdict.ts'
import { buildTest, COMPLETE } from '../../../support/report-builder.ts'
import { showRun } from '../../../support/show.ts'

const UNDECLARED: Reliance = {
  flushMs: 5000,
  flush: 'default',
  lagMs: 0,
  lag: 'unknown',
  marginMs: 0,
  deadlineMs: 30_000,
  looks: 12,
  lateSpans: 0
}

function waited(ground: Partial<Ground> = {}, reliedOn: Partial<Reliance> = {}): TestReport {
  return buildTest({
    ground: {
      ...COMPLETE,
      kind: 'quiet',
      waitedMs: 8400,
      settledMs: 6300,
      ...ground,
      reliedOn: { ...UNDECLARED, ...reliedOn }
    }
  })
}

async function hintOf(...tests: readonly TestReport[]): Promise<string | undefined> {
  const lines = (await showRun(tests, { width: 160 })).trim().split('\n')
  return lines.find(line => line.startsWith('waited '))
}

test('a run that waited long for delays nobody declared says so once, and how to measure them', async () => {
  expect(await hintOf(waited(), waited({ waitedMs: 9000 }), waited({ waitedMs: 8600 }))).toBe(
    'waited 8.6 s a test because flushDelay and lag are not declared: `tracerun doctor -f checkout.yaml` measures them'
  )
})

test('where the backend says its lag, only the flush delay is asked for', async () => {
  expect(await hintOf(waited({ kind: 'structural' }, { lag: 'backend' }))).toBe(
    'waited 8.4 s a test because flushDelay is not declared: `tracerun doctor -f checkout.yaml` measures it'
  )
})

test('a file whose name is no plain word is left for the reader to fill in', async () => {
  const report = waited()
  const location = { ...report.location, source: { name: '<stdin>', text: 'type: Test' } }
  expect(await hintOf({ ...report, location })).toContain('`tracerun doctor -f …`')
})

test.each([
  ['most tests waited for less', [waited(), waited({ waitedMs: 4000 }), waited({ waitedMs: 4100 })]],
  ['the flush delay is declared', [waited({}, { flush: 'declared' })]],
  ['a longer one was learned: declaring would shorten nothing', [waited({}, { flush: 'learned' })]],
  ['a declared one turned out too short', [waited({}, { lateSpans: 1 })]],
  ['a collector held the trace for longer', [waited({}, { lagMs: 10_000, lag: 'declared' })]],
  ['a consumer was awaited that stayed away', [waited({ waitedMs: 24_000, settledMs: 22_000 })]],
  ['the trace was not whole', [waited({ kind: 'incomplete' })]],
  ['every check was final early', [waited({ kind: 'asserted' })]],
  ['no trace was waited for', [buildTest({ ground: COMPLETE }), buildTest()]]
] as const)('nothing is said where %s', async (_, tests) => {
  expect(await hintOf(...tests)).toBeUndefined()
})

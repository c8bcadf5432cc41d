import { expect, test } from 'vitest'
import { projectRun } from '../../../src/report/projection.ts'
import { filterTests, inOrderOfInterest, type ShownOutcome } from '../../../src/viewer/test-filter.ts'
import { buildRun, buildTest } from '../../support/report-builder.ts'

const failed = buildTest({ id: 'failed', name: 'Pays', outcome: 'failed', tags: ['slow'] })
const report = projectRun(
  buildRun([
    buildTest({ id: 'passed', name: 'logs in', suite: { id: 's', name: 'A Journey', step: 1, steps: 1 } }),
    buildTest({ id: 'flaky', name: 'searches', attempt: 2, earlier: [failed] }),
    failed
  ])
)
const tests = inOrderOfInterest(report)
const found = (text: string, ...outcomes: readonly ShownOutcome[]): readonly string[] =>
  filterTests(tests, { text, outcomes: new Set(outcomes) }).map(({ id }) => id)

test('what did not pass comes first', () => {
  expect(found('')).toEqual(['failed', 'flaky', 'passed'])
})

test('all words must be there, in the name, the suite, the tags or the file, in any case', () => {
  expect(found('PAYS slow')).toEqual(['failed'])
  expect(found('journey')).toEqual(['passed'])
  expect(found('checkout.yaml smoke')).toEqual(['flaky', 'passed'])
  expect(found('pays journey')).toEqual([])
})

test('outcomes narrow it down, several of them to any of these', () => {
  expect(found('', 'flaky')).toEqual(['flaky'])
  expect(found('', 'flaky', 'passed')).toEqual(['flaky', 'passed'])
})

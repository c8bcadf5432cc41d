import { expect, test } from 'vitest'
import type { TestReport } from '../../../src/model/run-event.ts'
import { projectTest } from '../../../src/report/projection.ts'
import { notesOf, selectorWithoutVariables } from '../../../src/viewer/span-marks.ts'
import {
  buildSpec,
  buildTest,
  nPlusOneTest,
  shopTrace,
  unmatched,
  violated
} from '../../support/report-builder.ts'
import { spanIdOf } from '../../support/trace-builder.ts'

const marksOf = (test: TestReport): readonly string[] => {
  const trace = test.trace!
  return [...notesOf(projectTest(test), trace)].map(
    ([position, [note]]) => `${trace.spans[position]!.name}: ${note!.mark}`
  )
}

test('spans that an assertion names are marked, and of a count all that were selected', () => {
  expect(marksOf(nPlusOneTest())).toEqual([
    'UPDATE stock: failed',
    ...Array.from({ length: 6 }, () => 'SELECT price: failed')
  ])
})

test('nothing is marked where it is not certain what was selected', () => {
  const trace = shopTrace(2)
  const check = violated('count() = 1', [{ holds: false, expected: '1', actual: '2' }])
  const specs = [
    buildSpec('span[name="${NAME}"]', [check], { selected: [spanIdOf('price-1'), spanIdOf('price-2')] }),
    buildSpec('span[name="SELECT price"]', [check], { selected: [spanIdOf('price-1')] })
  ]
  expect(marksOf(buildTest({ outcome: 'failed', trace, specs }))).toEqual([])
})

test('the gravest of several marks comes first', () => {
  const trace = shopTrace(1)
  const spanId = spanIdOf('charge')
  const test = buildTest({
    outcome: 'failed',
    trace,
    holes: [{ kind: 'missing-callee', spanId, text: 'its callee is missing' }],
    specs: [
      buildSpec('span', [unmatched('count() = 1', { funnel: [], candidates: [{ spanId, text: 'nearly' }] })]),
      buildSpec('span', [violated('attr:x = 1', [{ spanId, holds: false, actual: '2' }])])
    ]
  })
  const notes = notesOf(projectTest(test), trace).get(trace.positionOf(spanId)!)!
  expect(notes.map(({ mark }) => mark)).toEqual(['failed', 'caution', 'near'])
})

test('a selector with a variable is not offered for the trace', () => {
  expect(selectorWithoutVariables('span[name="a"]')).toBe(true)
  expect(selectorWithoutVariables('span[name="${NAME}"]')).toBe(false)
})

import { expect, test } from 'vitest'
import { createMask } from '../../../src/model/mask.ts'
import type { RunEvent } from '../../../src/model/run-event.ts'
import { renderJunit } from '../../../src/report/junit.ts'
import { projectRun } from '../../../src/report/projection.ts'
import { buildRun, buildTest, nPlusOneTest, shopTrace } from '../../support/report-builder.ts'

const OUR_WORDS = [
  'test',
  'failed',
  'errored',
  'passed',
  'server',
  'client',
  'error',
  'links',
  'held',
  'violated'
]

test('a password that is a word of ours hides no failure from a report', () => {
  const report = createMask(OUR_WORDS).value(
    buildRun([nPlusOneTest({ name: 'failed once' }), buildTest({ id: 'b' })])
  )
  const xml = renderJunit(projectRun(report))
  expect(xml).toContain('tests="2" failures="1"')
  expect(xml).toContain('<failure ')
  expect(xml).toContain('*** once')
})

test('nor an event from a reporter', () => {
  const event: RunEvent = { type: 'test-revised', report: nPlusOneTest(), before: 'passed', lateMs: 5 }
  expect(createMask(OUR_WORDS).value(event)).toMatchObject({
    type: 'test-revised',
    before: 'passed',
    report: { verdict: { outcome: 'failed' } }
  })
})

test('and leaves spans what they are, so that they are judged again as they were', () => {
  const { spans } = shopTrace()
  const facts = [...spans.map(({ kind, status }) => ({ kind, status })), { losses: ['links'] }]
  expect(createMask(OUR_WORDS).value(facts)).toEqual(facts)
  expect(createMask(OUR_WORDS).value(new Map([['kind', 'server']]))).toEqual(new Map([['kind', '***']]))
})

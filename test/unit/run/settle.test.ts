import { expect, test } from 'vitest'
import { TraceError } from '../../../src/errors/errors.ts'
import type { CheckResult, SpecResult } from '../../../src/model/verdict.ts'
import { settleJudgement, settleWithError } from '../../../src/run/settle.ts'
import { verbatimText } from '../../../src/source/embedded.ts'
import { judgementOf } from '../../support/wait-harness.ts'

const location = verbatimText({ name: 'checkout.yaml', text: '' }).locate({ start: 0, end: 0 })
const facts = { text: 'response:status = 200', location, warnings: [] }
const violated = (isFinal: boolean): CheckResult => ({
  ...facts,
  isFinal,
  outcome: 'violated',
  anatomy: { parts: [] },
  observed: []
})
const open: CheckResult = {
  ...facts,
  isFinal: false,
  outcome: 'undetermined',
  reason: { code: 'open', text: 'the trace is not complete' },
  observed: []
}
const specOf = (check: CheckResult, parts: Partial<SpecResult> = {}): SpecResult => ({
  selector: 'span[]',
  location,
  severity: 'error',
  selected: [],
  checks: [check],
  ...parts
})
const noTrace = new TraceError({ code: 'TRACE_NOT_FOUND', message: 'no span came' })

test('what did not hold has failed, all else has passed', () => {
  expect(settleJudgement(judgementOf({ hasFailure: true })).outcome).toBe('failed')
  expect(settleJudgement(judgementOf()).outcome).toBe('passed')
})

test('a test whose every spec was skipped has checked nothing', () => {
  const skipped = specOf(open, { skipped: 'when did not hold' })
  expect(settleJudgement(judgementOf({ specs: [skipped] }))).toMatchObject({
    outcome: 'errored',
    error: { message: expect.stringContaining('nothing was checked') }
  })
  expect(settleJudgement(judgementOf({ specs: [skipped, specOf(open)] })).outcome).toBe('passed')
})

test('without a trace, only what is violated for good fails a test', () => {
  const outcomeOf = (...specs: SpecResult[]): string =>
    settleWithError(judgementOf({ specs, hasFailure: true }), noTrace).outcome
  expect(outcomeOf(specOf(violated(true)))).toBe('failed')
  expect(outcomeOf(specOf(violated(false)))).toBe('errored')
  expect(outcomeOf(specOf(open))).toBe('errored')
  expect(outcomeOf(specOf(violated(true), { severity: 'warning' }))).toBe('errored')
  expect(outcomeOf(specOf(violated(true), { skipped: 'when did not hold' }))).toBe('errored')
})

test('an error keeps what was judged beside it', () => {
  const specs = [specOf(open)]
  expect(settleWithError(judgementOf({ specs }), noTrace)).toEqual({
    outcome: 'errored',
    error: noTrace,
    specs,
    outputs: []
  })
  expect(settleWithError(undefined, noTrace)).toMatchObject({ outcome: 'errored', specs: [], outputs: [] })
})

import { describe, expect, test } from 'vitest'
import { findUnpassed, parseUnpassed, renderUnpassed } from '../../../../src/cli/selection/last-run.ts'
import { planFiles, suiteDocument, testDocument } from '../../../support/plan-files.ts'
import { buildTest } from '../../../support/report-builder.ts'

const asItIs = (text: string): string => text

describe('what a run leaves of the tests that did not pass', () => {
  test('is read again as it was written', () => {
    const failed = buildTest({ id: 'cart', name: 'a "cart"\nis there' })
    const lines = renderUnpassed(
      [
        { ...failed, verdict: { outcome: 'skipped', reason: 'later' } },
        { ...failed, name: 'pay', suite: { id: 'order', name: 'an order', step: 1, steps: 2 } }
      ],
      false
    )
    const file = failed.location.source.name
    expect(parseUnpassed(lines)).toEqual([
      { name: 'a "cart"\nis there', file, isSkipped: true },
      ...(failed.verdict.outcome === 'passed'
        ? []
        : [{ name: 'pay', file, suite: 'an order', isSkipped: false }])
    ])
  })

  test('has flaky tests where they fail the run', () => {
    const flaky = buildTest({ name: 'cart', attempt: 2, earlier: [buildTest({ outcome: 'failed' })] })
    const passed = buildTest({ name: 'pay' })
    expect(renderUnpassed([flaky, passed], false)).toBe('')
    expect(parseUnpassed(renderUnpassed([flaky, passed], true))).toMatchObject([
      { name: 'cart', isSkipped: false }
    ])
  })

  test('is nothing where all passed', () => {
    expect(parseUnpassed('')).toEqual([])
  })

  test.each(['{', '[]', '{"name":"cart"}', '{"name":1,"file":"a","isSkipped":false}', 'null'])(
    'is not %s',
    text => {
      expect(parseUnpassed(`${text}\n`)).toBeUndefined()
    }
  )
})

describe('the tests that did not pass', () => {
  const last = (name: string, more: object = {}) => ({ name, file: 'a.yaml', isSkipped: false, ...more })

  test('are found by name and file, whatever their line and id', async () => {
    const tests = await planFiles({
      'b.yaml': [testDocument('cart')],
      'a.yaml': [testDocument('new'), testDocument('cart'), testDocument('pay')]
    })
    const found = findUnpassed(tests, [last('cart')], asItIs)
    expect([...found.tests].map(({ id }) => id)).toEqual(['cart-2'])
    expect(found.gone).toEqual([])
  })

  test('that are gone are named', async () => {
    const tests = await planFiles({ 'a.yaml': [testDocument('cart')] })
    const found = findUnpassed(tests, [last('refund'), last('cart', { file: 'b.yaml' })], asItIs)
    expect([found.tests.size, found.gone]).toEqual([0, ['"refund" (a.yaml)', '"cart" (b.yaml)']])
  })

  test('are found where their names hold what is hidden', async () => {
    const tests = await planFiles({ 'a.yaml': [testDocument('cart of opensesame')] })
    const hide = (text: string): string => text.replace('opensesame', '***')
    expect(findUnpassed(tests, [last('cart of ***')], hide).tests.size).toBe(1)
  })

  test('are those that were not reached, too, and not those that a file skips', async () => {
    const tests = await planFiles({ 'a.yaml': [testDocument('cart'), testDocument('pay', 'skip: later')] })
    const skipped = [last('cart', { isSkipped: true }), last('pay', { isSkipped: true })]
    expect([...findUnpassed(tests, skipped, asItIs).tests].map(({ name }) => name)).toEqual(['cart'])
    const gone = findUnpassed(tests, [last('refund', { isSkipped: true })], asItIs).gone
    expect(gone).toEqual([])
  })

  test('are told apart by their suites', async () => {
    const tests = await planFiles({
      'a.yaml': [testDocument('pay'), suiteDocument('by card', ['pay']), suiteDocument('by voucher', ['pay'])]
    })
    const found = findUnpassed(tests, [last('pay', { suite: 'by voucher' })], asItIs)
    expect([...found.tests].map(({ step }) => step?.suite.name)).toEqual(['by voucher'])
  })
})

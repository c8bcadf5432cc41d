import { beforeAll, describe, expect, test } from 'vitest'
import { explainSelector } from '../../../src/judge/explain.ts'
import { loadPatterns } from '../../../src/language/patterns.ts'
import { selectorOf } from '../../support/select.ts'
import { buildShopTrace } from '../../support/shop-trace.ts'

beforeAll(() => loadPatterns())

const explain = (text: string): { funnel: readonly string[]; near: readonly string[] } => {
  const { nearest } = explainSelector(selectorOf(text), buildShopTrace())
  return { funnel: nearest.funnel, near: nearest.candidates.map(candidate => candidate.text) }
}

describe('the first candidate names the real cause', () => {
  test.each([
    [
      'an attribute that was renamed',
      'span[db.system="postgresql"]',
      /db\.system\.name.*not db\.system \(db\.system became db\.system\.name/
    ],
    ['letter case of a value', 'span[name="Reserve Stock"]', /name is "reserve stock": letter case differs/],
    ['white space in a value', 'span[name="reserve  stock"]', /white space differs/],
    ['letter case of a key', 'span[Order.Id exists]', /has order\.id/],
    ['a typo in a value', 'span[service.name="paiment"]', /service\.name is "payment", not "paiment"/],
    ['a typo in a key', 'span[servce.name="payment"]', /has service\.name = "payment", not servce\.name/],
    [
      'a typo in one of two filters',
      'span[service.name="payment" name="POST /chargee"]',
      /name is "POST \/charge"/
    ],
    ['another kind', 'span[name="POST /charge" kind="client"]', /kind is "server"/],
    [
      'the right span under another parent',
      'span[service.name="pricing"] span[name="charge card"]',
      /it is below payment · POST \/charge/
    ],
    [
      'the right span too deep for a child',
      'span[service.name="gateway"] > span[name="charge card"]',
      /it is below span\[service\.name="gateway"\], but not directly: its parent is payment · POST \/charge/
    ],
    [
      'letter case of a part',
      'span[name contains "CHARGE CARD"]',
      /name is "charge card": letter case differs/
    ],
    ['letter case of a pattern', 'span[name matches "^Charge c"]', /letter case differs from "\^Charge c"/],
    ['letter case and white space', 'span[name="Charge  Card"]', /letter case and white space differ/],
    ['a text where a number is', 'span[order.total="a lot"]', /is the double 99\.99, .* the text "a lot"/],
    [
      'a text of the same number',
      'span[order.total="99.990"]',
      /is the double 99\.99, .* the text "99\.990"/
    ],
    ['another number in a text', 'span[order.total="99.98"]', /order\.total is 99\.99, not "99\.98"/],
    ['a near number', 'span[order.total=99.9]', /order\.total is 99\.99, not 99\.9$/],
    [
      'the whole where a part was meant',
      'span[service.name="payment-service"]',
      /service\.name is "payment", not/
    ],
    ['one of several that are allowed', 'span[name="x1" or name="charge crad"]', /name is "charge card"/],
    ['a number where another is', 'span[name="create order" order.total=100]', /order\.total is 99\.99/]
  ])('%s: %s', (_, selector, expected) => {
    expect(explain(selector).near[0]).toMatch(expected)
  })
})

test('the funnel says where the number of spans became 0', () => {
  expect(explain('span[service.name="payment" kind="server" name="POST /x"]').funnel).toEqual([
    '3 spans with service.name="payment"',
    '1 of them with kind="server"',
    '0 of them with name="POST /x"'
  ])
})

test('the funnel goes down the steps of a selector', () => {
  expect(explain('span[service.name="payment"] span[service.name="cart"]').funnel).toEqual([
    '3 spans match span[service.name="payment"]',
    '2 spans below span[service.name="payment"]',
    '0 of them with service.name="cart"'
  ])
})

test('what nothing is near to is shown with the values that are there', () => {
  expect(explain('span[name="zzzzzzzzzzzzzzz"]').near[0]).toMatch(/^name is ".*", ".*" and \d+ more here$/)
})

test('many spans that miss in the same way are one candidate', () => {
  expect(explain('span[db.system="postgresql"]').near[0]).toContain('more like this')
})

test('a value is asked for in the words of its operator', () => {
  expect(explain('span[name="charge card" duration < 5ms]').near[0]).toBe(
    'duration is 20 ms, which is not < 5ms'
  )
  expect(explain('span[name="charge card" name contains "refund"]').near[0]).toBe(
    'name is "charge card", which does not contain "refund"'
  )
  expect(explain('span[name="charge card" not kind="internal"]').near[0]).toBe(
    'is left out by not kind="internal"'
  )
})

test('of what is farther off nothing is said where something is near', () => {
  expect(explain('span[name="POST /charge" kind="consumer"]').near).toEqual([
    'kind is "server", not "consumer"'
  ])
})

test('where no span is nearer than the others, the values are shown that are left', () => {
  expect(explain('span[service.name="payment" name="refund"]').near).toEqual([
    'with service.name="payment", name is "POST /charge", "charge card", "INSERT"'
  ])
  expect(explain('span[service.name="payment" mail.to]').near).toEqual([
    'no span with service.name="payment" has mail.to'
  ])
})

test('a selector without filters says what it asked for', () => {
  expect(explain('span:error').funnel).toEqual(['0 spans match span:error'])
  expect(explain('span[name="UPDATE"]:error').funnel).toEqual([
    '1 span with name="UPDATE"',
    '0 of them match :error'
  ])
})

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

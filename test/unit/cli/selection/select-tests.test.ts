import { beforeAll, describe, expect, test } from 'vitest'
import {
  type SelectionFacts,
  type SelectionOptions,
  selectTests
} from '../../../../src/cli/selection/select-tests.ts'
import { loadPatterns } from '../../../../src/language/patterns.ts'
import type { PlannedTest } from '../../../../src/plan/plan.ts'
import { renderLocation } from '../../../../src/source/line-index.ts'
import { planFiles, suiteDocument, testDocument } from '../../../support/plan-files.ts'

beforeAll(loadPatterns)

const NOTHING: SelectionOptions = {
  tag: [],
  grep: [],
  grepInvert: [],
  lastFailed: false,
  passWithNoTests: false
}
const HERE: SelectionFacts = { unpassed: [], isCi: false, mask: text => text }

const SHOP = {
  'a.yaml': [
    testDocument('cart shows items', 'tags: [smoke, cart]'),
    testDocument('cart is emptied', 'tags: [cart]'),
    suiteDocument('an order', ['pay', 'ship'], 'tags: [order]')
  ],
  'b.yaml': [
    testDocument('pay', 'tags: [smoke]'),
    testDocument('ship'),
    testDocument('refund', 'skip: later')
  ]
}

function names(tests: readonly PlannedTest[]): readonly string[] {
  return tests.map(({ name }) => name)
}

const CART = ['cart shows items', 'cart is emptied']
const ORDER = ['pay', 'ship']

describe('the tests that are meant', () => {
  test.each<[Partial<SelectionOptions>, readonly string[]]>([
    [{}, [...CART, ...ORDER, 'refund']],
    [{ tag: ['smoke'] }, ['cart shows items', ...ORDER]],
    [{ tag: ['smoke', '!order'] }, ['cart shows items']],
    [{ tag: ['not smoke'] }, ['cart is emptied', 'refund']],
    [{ grep: ['^CART'] }, CART],
    [{ grep: ['cart', 'empt'] }, ['cart is emptied']],
    [{ grep: ['ship'] }, ORDER],
    [{ grep: ['an order pay'] }, ORDER],
    [{ grepInvert: ['ship'] }, [...CART, 'refund']],
    [{ grep: ['cart'], grepInvert: ['shows|paid'] }, ['cart is emptied']],
    [{ tag: ['smoke'], grep: ['cart'] }, ['cart shows items']],
    [{ shard: { index: 1, count: 2 } }, ['cart shows items', ...ORDER]],
    [{ shard: { index: 2, count: 2 } }, ['cart is emptied', 'refund']]
  ])('by %j are %j', async (options, expected) => {
    const selection = selectTests(await planFiles(SHOP), { ...NOTHING, ...options }, HERE)
    expect(names(selection.tests)).toEqual(expected)
    expect([selection.problems, selection.notes]).toEqual([[], []])
  })

  test('are those that did not pass last time; what is gone is said', async () => {
    const unpassed = [
      { name: 'ship', file: 'b.yaml', suite: 'an order', isSkipped: false },
      { name: 'wish', file: 'b.yaml', isSkipped: false }
    ]
    const selection = selectTests(
      await planFiles(SHOP),
      { ...NOTHING, lastFailed: true },
      { ...HERE, unpassed }
    )
    expect(names(selection.tests)).toEqual(ORDER)
    expect(selection.notes).toEqual(['no longer there, though not passed last time: "wish" (b.yaml)'])
  })

  test('are those of a shard that did not pass there last time, though no other machine knows of them', async () => {
    const unpassed = [{ name: 'cart is emptied', file: 'a.yaml', isSkipped: false }]
    const tests = await planFiles(SHOP)
    const options = { ...NOTHING, lastFailed: true }
    const inShard = (index: number): readonly string[] =>
      names(selectTests(tests, { ...options, shard: { index, count: 2 } }, { ...HERE, unpassed }).tests)
    expect([inShard(1), inShard(2)]).toEqual([[], ['cart is emptied']])
  })

  test.each<[string, Partial<SelectionOptions>, string]>([
    ['a filter', { grep: ['wish'] }, 'no test was run: none of 5 tests fits --grep wish'],
    [
      'several',
      { tag: ['smoke'], grepInvert: ['a'] },
      'no test was run: none of 5 tests fits --tag smoke --grep-invert a'
    ],
    ['skip', { grep: ['refund'] }, 'no test was run: every test that is meant is skipped: later'],
    ['a last run that passed', { lastFailed: true }, 'no test was run: nothing failed last time'],
    [
      'a filter beside a shard',
      { grep: ['wish'], shard: { index: 1, count: 9 } },
      'no test was run: none of 5'
    ]
  ])(
    'are an error where there is none because of %s, unless that is said to be none',
    async (_, options, reason) => {
      const tests = await planFiles(SHOP)
      expect(() => selectTests(tests, { ...NOTHING, ...options }, HERE)).toThrow(
        expect.objectContaining({ message: expect.stringContaining(reason), exitCode: 2 })
      )
      const { notes } = selectTests(tests, { ...NOTHING, ...options, passWithNoTests: true }, HERE)
      expect(notes.join()).toContain(reason)
    }
  )

  test('are an error where all of last time are gone', async () => {
    const unpassed = [{ name: 'wish', file: 'b.yaml', isSkipped: false }]
    const tests = await planFiles(SHOP)
    expect(() => selectTests(tests, { ...NOTHING, lastFailed: true }, { ...HERE, unpassed })).toThrow(
      'no test was run: what did not pass last time is no longer there: "wish" (b.yaml)'
    )
  })

  test('may be none in one of many shards', async () => {
    const options = { ...NOTHING, shard: { index: 4, count: 4 } }
    const { tests, notes } = selectTests(await planFiles(SHOP), options, HERE)
    expect(names(tests)).toEqual(['refund'])
    expect(notes).toEqual(['no test was run: shard 4 of 4 has none, the others run all of them'])
  })
})

describe('tests that say `only`', () => {
  const files = {
    'a.yaml': [
      testDocument('cart', 'tags: [smoke]'),
      testDocument('pay', 'only: true'),
      testDocument('ship')
    ],
    'b.yaml': [
      suiteDocument('an order', ['look', 'take']),
      testDocument('look'),
      testDocument('take', 'only: true')
    ]
  }

  test('are run alone, their suites as a whole, with a warning that says where', async () => {
    const { tests, problems } = selectTests(await planFiles(files), NOTHING, HERE)
    expect(names(tests)).toEqual(['pay', 'look', 'take'])
    expect(
      problems.map(({ severity, message, location }) => [severity, message, renderLocation(location!)])
    ).toEqual([
      ['warning', '"pay" says `only`: 2 other tests are not run', 'a.yaml:11:9'],
      ['warning', '"take" says `only`: 2 other tests are not run', 'b.yaml:15:9']
    ])
  })

  test('hide nothing where a filter leaves them out', async () => {
    const { tests, problems } = selectTests(await planFiles(files), { ...NOTHING, tag: ['smoke'] }, HERE)
    expect([names(tests), problems]).toEqual([['cart'], []])
  })

  test('are refused in CI, even where a filter leaves them out', async () => {
    const options = { ...NOTHING, tag: ['smoke'] }
    const { problems } = selectTests(await planFiles(files), options, { ...HERE, isCi: true })
    expect(problems.map(({ severity, message }) => [severity, message])).toEqual([
      ['error', '"pay" says `only`, which hides the other tests'],
      ['error', '"take" says `only`, which hides the other tests']
    ])
  })
})

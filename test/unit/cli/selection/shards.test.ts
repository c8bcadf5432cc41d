import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { testsOfShard } from '../../../../src/cli/selection/shards.ts'
import type { PlannedTest } from '../../../../src/plan/plan.ts'
import { unitOf } from '../../../../src/plan/suites.ts'
import { planFiles, suiteDocument, testDocument } from '../../../support/plan-files.ts'

function shards(tests: readonly PlannedTest[], count: number): readonly (readonly string[])[] {
  return Array.from({ length: count }, (_, position) =>
    testsOfShard(tests, { index: position + 1, count }).map(({ name }) => name)
  )
}

describe('shards', () => {
  test('are dealt out in the order of files and lines, however the files were found', async () => {
    const b = ['b1', 'b2'].map(name => testDocument(name))
    const a = ['a1', 'a2', 'a3'].map(name => testDocument(name))
    const expected = [
      ['a1', 'a3', 'b2'],
      ['a2', 'b1']
    ]
    expect(shards(await planFiles({ 'a.yaml': a, 'b.yaml': b }), 2)).toEqual(expected)
    const other = shards(await planFiles({ 'b.yaml': b, 'a.yaml': a }), 2)
    expect(other.map(names => [...names].sort())).toEqual(expected)
  })

  test('leave suites whole, and tests of one serial group together, through suites as well', async () => {
    const tests = await planFiles({
      'a.yaml': [
        testDocument('reserve', 'serial: stock'),
        testDocument('pay'),
        testDocument('count', 'serial: stock'),
        suiteDocument('an order', ['pay', 'ship']),
        testDocument('ship', 'serial: parcels'),
        testDocument('weigh', 'serial: parcels'),
        testDocument('look')
      ]
    })
    expect(shards(tests, 3)).toEqual([['reserve', 'count'], ['pay', 'ship', 'weigh'], ['look']])
  })

  test('may be empty', async () => {
    const tests = await planFiles({ 'a.yaml': [testDocument('one')] })
    expect(shards(tests, 3)).toEqual([['one'], [], []])
  })

  test('are together what was chosen, each test once, and no unit is split', async () => {
    const groups = ['', 'serial: one', 'serial: two']
    const files = Object.fromEntries(
      ['b', 'a', 'c'].map(file => [
        `${file}.yaml`,
        [
          suiteDocument(`suite ${file}`, [`${file}2`, `${file}5`]),
          ...Array.from({ length: 6 }, (_, at) =>
            testDocument(`${file}${at}`, ...(groups[(at * 7) % 5] ? [groups[(at * 7) % 5]!] : []))
          )
        ]
      ])
    )
    const tests = await planFiles(files)
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 25 }), fc.shuffledSubarray([...tests]), (count, chosen) => {
        const parts = Array.from({ length: count }, (_, at) => testsOfShard(chosen, { index: at + 1, count }))
        expect(parts.flat().sort(byId)).toEqual([...chosen].sort(byId))
        for (const key of [unitOf, ({ serial, id }: PlannedTest): unknown => serial ?? id])
          for (const one of new Set(chosen.map(key)))
            expect(parts.filter(part => part.some(other => key(other) === one))).toHaveLength(1)
      }),
      { numRuns: 60 }
    )
  })
})

function byId(one: PlannedTest, other: PlannedTest): number {
  return one.id < other.id ? -1 : 1
}

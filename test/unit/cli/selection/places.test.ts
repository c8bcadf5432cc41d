import { describe, expect, test } from 'vitest'
import { testsAtLines } from '../../../../src/cli/selection/places.ts'
import { planFiles, suiteDocument, testDocument } from '../../../support/plan-files.ts'

const DOCUMENTS = [
  testDocument('cart'),
  testDocument('pay'),
  suiteDocument('an order', ['ship']),
  testDocument('ship'),
  'type: PollingProfile\nspec: {}'
]
// cart 1-5, pay 7-11, the suite 13-16, ship 18-22, the profile 24-25
const text = DOCUMENTS.join('\n---\n')

async function at(...lines: readonly number[]): Promise<readonly string[]> {
  const tests = await planFiles({ 'a.yaml': DOCUMENTS, 'b.yaml': [testDocument('refund')] })
  return testsAtLines(tests, [{ source: { name: 'a.yaml', text }, lines }]).map(({ name }) => name)
}

describe('a line of a file', () => {
  test.each([
    [[1], ['cart']],
    [[5], ['cart']],
    [[6], ['pay']],
    [[11], ['pay']],
    [
      [8, 2],
      ['cart', 'pay']
    ],
    [[14], ['ship']],
    [[20], ['ship']]
  ])('%j means %j', async (lines, names) => {
    expect(await at(...lines)).toEqual(names)
  })

  test.each([
    [24, 'the nearest is "ship" at a.yaml:20:9'],
    [99, 'the nearest is "ship" at a.yaml:20:9']
  ])('%i is in no test, and the nearest is named', async (line, hint) => {
    await expect(at(line)).rejects.toThrow(
      expect.objectContaining({ message: `a.yaml:${line}: there is no test at this line`, hint })
    )
  })

  test('leaves the tests of other files that were named, and takes none of those that were not', async () => {
    const tests = await planFiles({
      'a.yaml': DOCUMENTS,
      'b.yaml': [testDocument('refund')],
      'c.yaml': [testDocument('look')]
    })
    const named = [{ source: { name: 'a.yaml', text }, lines: [3] }, { source: { name: 'b.yaml', text: '' } }]
    expect(testsAtLines(tests, named).map(({ name }) => name)).toEqual(['cart', 'refund'])
  })

  test('says that a file without tests has none', async () => {
    const tests = await planFiles({ 'a.yaml': DOCUMENTS })
    const source = { name: 'store.yaml', text: 'type: DataStore' }
    expect(() => testsAtLines(tests, [{ source, lines: [1] }])).toThrow(
      expect.objectContaining({ hint: 'store.yaml holds no test' })
    )
  })

  test('is nothing to look at where none was named', async () => {
    const tests = await planFiles({ 'a.yaml': DOCUMENTS })
    expect(testsAtLines(tests, [{ source: { name: 'a.yaml', text } }])).toBe(tests)
  })
})

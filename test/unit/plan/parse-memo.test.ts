import { expect, test } from 'vitest'
import { parseAssertion, parseSelector, parseTemplate } from '../../../src/language/parse.ts'
import { createParseMemo } from '../../../src/plan/parse-memo.ts'

test('a text that stands in many tests is read once', () => {
  const memo = createParseMemo()
  const selector = 'span[service.name="payment"]'
  expect(memo.begin()(parseSelector, selector)).toBe(memo.begin()(parseSelector, selector))
})

test('a text that is read as something else is read again', () => {
  const read = createParseMemo().begin()
  expect(read(parseTemplate, ':root')).not.toEqual(read(parseSelector, ':root'))
})

test('each place in a test has a tree of its own: what is known of one is not said of the other', () => {
  const memo = createParseMemo()
  for (let number = 0; number < 2; number++) {
    const read = memo.begin()
    const trees = [1, 2, 3].map(() => read(parseAssertion, 'count() = 1'))
    expect(new Set(trees).size).toBe(3)
  }
})

test('the mistakes of a text are told wherever it stands', () => {
  const memo = createParseMemo()
  for (let number = 0; number < 2; number++)
    expect(memo.begin()(parseSelector, 'span[').problems).toMatchObject([{ code: 'SELECTOR_SYNTAX' }])
})

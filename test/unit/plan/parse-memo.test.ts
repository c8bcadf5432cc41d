import { expect, test } from 'vitest'
import { parseSelector, parseTemplate } from '../../../src/language/parse.ts'
import { createParseMemo } from '../../../src/plan/parse-memo.ts'

const parseOnce = createParseMemo()

test('a text that stands in many tests is read once', () => {
  const selector = 'span[service.name="payment"]'
  expect(parseOnce(parseSelector, selector)).toBe(parseOnce(parseSelector, selector))
})

test('a text that is read as something else is read again', () => {
  const selector = parseOnce(parseSelector, ':root')
  expect(parseOnce(parseTemplate, ':root')).not.toEqual(selector)
})

test('each call of a function stays one of its own: two headers of uuid() send two ids', () => {
  const first = parseOnce(parseTemplate, 'id ${uuid()}')
  expect(parseOnce(parseTemplate, 'id ${uuid()}')).toEqual(first)
  expect(parseOnce(parseTemplate, 'id ${uuid()}')).not.toBe(first)
})

test('the mistakes of a text are told wherever it stands', () => {
  for (let time = 0; time < 2; time++)
    expect(parseOnce(parseSelector, 'span[').problems).toMatchObject([{ code: 'SELECTOR_SYNTAX' }])
})

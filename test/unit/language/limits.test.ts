import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { Grammar } from '../../../src/language/grammar.ts'
import { parseAssertion, parseExpression, parseSelector, parseTemplate } from '../../../src/language/parse.ts'
import { printAssertion } from '../../../src/language/print.ts'
import { renderDecisions } from '../../support/render-decisions.ts'

test('the grammar is sound in the eyes of its library', () => {
  expect(() => new Grammar({ validate: true })).not.toThrow()
})

test('the grammar decides as its library would', () => {
  const written = readFileSync('src/language/decisions.ts', 'utf8')
  expect(written, 'stale: npm run generate').toBe(renderDecisions())
})

test('a text of a megabyte is refused at once, whatever it is meant to be', () => {
  const text = 'x'.repeat(1_000_000)
  for (const outcome of [
    parseSelector(text),
    parseAssertion(text),
    parseExpression(text),
    parseTemplate(text)
  ])
    expect(outcome.problems.map(problem => problem.message)).toEqual([
      'the text is 1000000 characters long; 65536 are the limit'
    ])
})

describe('nesting', () => {
  const nested = (depth: number): string => `${'('.repeat(depth)}attr:x = 1${')'.repeat(depth)}`

  test('of 64 levels is read', () => {
    expect(parseAssertion(nested(64)).ok).toBe(true)
  })

  test('of one more is a problem that points at the level too many', () => {
    const [problem] = parseAssertion(nested(65)).problems
    expect(problem).toMatchObject({
      message: 'the text is nested more than 64 levels deep',
      range: { start: 64, end: 65 }
    })
  })
})

describe('a hostile text is answered at once', () => {
  const times = 10_000
  const assertions: Readonly<Record<string, string>> = {
    'nested parentheses': `${'('.repeat(times)}1${')'.repeat(times)} = 1`,
    'nested arrays': '['.repeat(times),
    'a chain of not': `${'not '.repeat(times)}attr:x = 1`,
    'a chain of minus': `${'-'.repeat(times)}1 = 1`,
    'a chain of additions': `${'1+'.repeat(times)}1 = 1`,
    'a chain of filters': `attr:x${' | length'.repeat(6000)} = 1`,
    'a chain of mistakes': 'a == 1 || '.repeat(6000),
    'nested functions': 'uuid('.repeat(times),
    'backslashes that never end': `attr:x = "${'\\'.repeat(60_000)}`,
    'braces that never close': `attr:x = "${'${'.repeat(20_000)}"`,
    'wrong braces in a row': `attr:x = "${'${a}'.repeat(10_000)}"`,
    'quotes in quotes': `'"`.repeat(30_000),
    'typographic quotes': '“'.repeat(60_000),
    'an endless number': `attr:x = ${'9'.repeat(60_000)}.`,
    'an endless duration': `attr:x = ${'9'.repeat(60_000)}ms and`
  }
  test.each(Object.entries(assertions))('%s', (_, text) => {
    const started = performance.now()
    expect(parseAssertion(text).problems.length).toBeLessThanOrEqual(25)
    expect(performance.now() - started).toBeLessThan(3000)
  })

  const selectors: Readonly<Record<string, string>> = {
    'nested :has': 'span:has('.repeat(7000),
    'nested lists': `span[a in ${'['.repeat(times)}`,
    'nested parentheses': `span[${'('.repeat(times)}`,
    'a chain of not': `span[${'not '.repeat(times)}a]`,
    'comments that never end': `span[${'/* '.repeat(20_000)}`,
    'an endless name': `span[${'a-'.repeat(30_000)}`,
    'brackets in a row': `span${'[a]'.repeat(20_000)}[`,
    'mistakes in a row': `span[${'a=="1" '.repeat(8000)}]`
  }
  test.each(Object.entries(selectors))('%s in a selector', (_, text) => {
    const started = performance.now()
    expect(parseSelector(text).ok).toBe(false)
    expect(performance.now() - started).toBeLessThan(3000)
  })
})

test('long lists of conditions are no nesting', () => {
  const text = Array.from({ length: 3000 }, (_, index) => `attr:x != ${index}`).join(' and ')
  const outcome = parseAssertion(text)
  expect(outcome.ok && printAssertion(outcome.value)).toBe(text)
})

test('a chain of operations that would make a deep tree is refused by its length', () => {
  expect(parseAssertion(`${'1 + '.repeat(400)}1 = 1`).ok).toBe(true)
  expect(parseAssertion(`${'1 + '.repeat(600)}1 = 1`).problems[0]?.message).toBe(
    'the text strings together more than 512 operations'
  )
})

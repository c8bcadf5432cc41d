import { beforeAll, describe, expect, test } from 'vitest'
import type { SyntaxNode } from '../../../src/language/ast.ts'
import { standardJsonPath } from '../../../src/language/json-path.ts'
import { parseAssertion, parseSelector } from '../../../src/language/parse.ts'
import {
  checkPatterns,
  compilePattern,
  loadPatterns,
  queryJsonPath,
  usesPatterns
} from '../../../src/language/patterns.ts'
import { NOTHING } from '../../../src/language/values.ts'

beforeAll(loadPatterns)

function assertion(text: string): SyntaxNode {
  const outcome = parseAssertion(text)
  if (!outcome.ok) throw new Error(outcome.problems[0]?.message)
  return outcome.value
}

function selector(text: string): SyntaxNode {
  const outcome = parseSelector(text)
  if (!outcome.ok) throw new Error(outcome.problems[0]?.message)
  return outcome.value
}

describe('a regular expression', () => {
  test('is found anywhere, unless it is anchored', () => {
    expect(compilePattern('cart').matches('POST /cart')).toBe(true)
    expect(compilePattern('^cart').matches('POST /cart')).toBe(false)
    expect(compilePattern('^POST /\\w+$').matches('POST /cart')).toBe(true)
  })

  test('runs in linear time', () => {
    const started = performance.now()
    expect(compilePattern('^(a+)+$').matches(`${'a'.repeat(5000)}!`)).toBe(false)
    expect(performance.now() - started).toBeLessThan(3000)
  })

  test('moves on over empty matches', () => {
    expect(compilePattern('x*').findAll('axb')).toEqual(['', 'x', '', ''])
  })
})

describe('a JSONPath', () => {
  test.each([
    ['$.a', '$.a'],
    ['.a.b', '$.a.b'],
    ['a.b', '$.a.b'],
    ['@.a', '$.a'],
    ['[0].a', '$[0].a'],
    ['$.content-type', "$['content-type']"],
    ['$..content-type[0]', "$..['content-type'][0]"],
    ['$.0', "$['0']"],
    ["$['a.b'].c-d", "$['a.b']['c-d']"],
    ['$[?(@.x == "a.b-c]")].y', '$[?(@.x == "a.b-c]")].y'],
    ['$.*', '$.*'],
    ['$', '$']
  ])('%s is %s in RFC 9535', (written, standard) => {
    expect(standardJsonPath(written)).toBe(standard)
  })

  test('keeps ints of 64 bits apart', () => {
    const value = { low: 9007199254740992n, high: 9007199254740993n }
    expect(queryJsonPath('$.high', value)).toBe(9007199254740993n)
    expect(queryJsonPath('$[?(@ == $.high)]', value)).toBe(9007199254740993n)
  })

  test('refuses what it could only answer wrongly', () => {
    const value = { items: [{ id: 9007199254740993n }] }
    expect(() => queryJsonPath('$.items[?(@.id == 9007199254740993)]', value)).toThrow('an int above 2^53')
    expect(() => queryJsonPath('$.items[?(@.id > 5)]', value)).toThrow('ints above 2^53 are not ordered')
    expect(queryJsonPath('$.items[?(@.id == 5)]', value)).toBe(NOTHING)
    expect(queryJsonPath("$.items[?(@.id == '9007199254740993')]", value)).toBe(NOTHING)
  })

  test('matches texts in linear time, in the functions of the standard as well', () => {
    const value = [`${'a'.repeat(3000)}!`, 'cart']
    const started = performance.now()
    expect(queryJsonPath("$[?match(@, '(a+)+')]", value)).toBe(NOTHING)
    expect(queryJsonPath("$[?search(@, 'ar')]", value)).toBe('cart')
    expect(performance.now() - started).toBeLessThan(3000)
  })

  test('compares 1 and 1.0 as equal', () => {
    expect(queryJsonPath('$[?(@.n == 1)].name', [{ n: 1, name: 'double' }])).toBe('double')
    expect(queryJsonPath('$[?(@.n == 1.0)].name', [{ n: 1n, name: 'int' }])).toBe('int')
  })
})

describe('usesPatterns', () => {
  test.each([
    'attr:x matches "a"',
    "attr:x | json_path '$.a' = 1",
    'attr:x | regex "a" = 1',
    'attr:x = "${attr:y | regex_group \'(a)\'}"',
    'count(span[name matches "a"]) = 1'
  ])('%s does', text => {
    expect(usesPatterns(assertion(text))).toBe(true)
  })

  test.each(['attr:x = "a"', 'attr:x | length = 1', 'count(span[name contains "a"]) = 1'])(
    '%s does not',
    text => {
      expect(usesPatterns(assertion(text))).toBe(false)
    }
  )
})

describe('checkPatterns', () => {
  test('points at a pattern that is none', () => {
    const text = 'span[name matches "a(b" path matches "ok"]'
    const [problem, ...others] = checkPatterns(selector(text))
    expect(others).toEqual([])
    expect(problem && text.slice(problem.range.start, problem.range.end)).toBe('"a(b"')
    expect(problem?.message).toContain('`a(b` is no regular expression')
  })

  test.each([
    ['(?<=SKU-)[0-9]+', 'no look-around and no back-references'],
    ['(a{1000}){1000}', 'repeated 1000 times at most'],
    ['(a', 'the syntax is that of RE2']
  ])('says of %s what to write instead', (pattern, hint) => {
    const [problem] = checkPatterns(selector(`span[name matches "${pattern}"]`))
    expect(problem?.hint).toContain(hint)
  })

  test('points at a path that is none', () => {
    const text = "attr:x | json_path '$.a[' = 1"
    const [problem] = checkPatterns(assertion(text))
    expect(problem && text.slice(problem.range.start, problem.range.end)).toBe("'$.a['")
    expect(problem?.message).toContain('`$.a[` is no JSONPath')
  })

  test('leaves patterns alone that are known only later', () => {
    expect(checkPatterns(assertion('attr:x matches "${var:PATTERN}("'))).toEqual([])
    expect(checkPatterns(assertion('attr:x matches attr:y'))).toEqual([])
  })
})

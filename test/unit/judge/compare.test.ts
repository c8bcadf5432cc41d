import { describe, expect, test } from 'vitest'
import { compareValues, isAmong, isBetween, mismatch } from '../../../src/judge/compare.ts'
import type { Operand } from '../../../src/judge/equal.ts'
import { readDuration } from '../../../src/judge/readings.ts'
import type { ComparisonOperator } from '../../../src/language/ast.ts'
import { durationOf, type Value } from '../../../src/language/values.ts'

type Operator = Exclude<ComparisonOperator, 'matches'>
/** A value that was read, a value that was written, and a duration that was written. */
const read = (value: Value): Operand => ({ value, isLiteral: false })
const written = (value: Value): Operand => ({ value, isLiteral: true })
const time = (text: string): Operand => written(readDuration(text)!)
const measured = (text: string): Operand => read(durationOf(readDuration(text)!.nanos))

const verdict = (left: Operand, operator: Operator, right: Operand): boolean | undefined =>
  compareValues(operator, left, right)
const UNDETERMINED = undefined

type Row = readonly [string, Operand, Operator, Operand, unknown]
const table = (rows: readonly Row[]): void => {
  test.each(rows)('%s', (_, left, operator, right, expected) => {
    expect(verdict(left, operator, right)).toBe(expected)
  })
}

describe('numbers', () => {
  table([
    ['an int equals the double of its value', read(1n), '=', written(1), true],
    ['ints beyond 2^53 are not rounded', read(9007199254740993n), '=', written(9007199254740992), false],
    ['nor in their order', read(9007199254740993n), '>', written(9007199254740992), true],
    ['doubles are ordered', read(1.5), '<', written(2n), true],
    ['NaN equals nothing', read(Number.NaN), '=', read(Number.NaN), false],
    ['and is unequal to everything', read(Number.NaN), '!=', written(1n), true],
    ['NaN has no order', read(Number.NaN), '<', written(1n), UNDETERMINED]
  ])
})

describe('texts and numbers', () => {
  table([
    ['a text that was read is parsed', read('200'), '=', written(200n), true],
    ['by value', read('2e2'), '=', written(200n), true],
    ['or is of another type', read('OK'), '=', written(200n), UNDETERMINED],
    ['under != too', read('OK'), '!=', written(200n), UNDETERMINED],
    ['padding is no JSON number', read('0200'), '=', written(200n), UNDETERMINED],
    ['a text that was read is ordered', read('99'), '<', written(100n), true],
    ['a text that was written is compared as text', read(200n), '=', written('200'), true],
    ['and no other way', read(200n), '=', written('200.0'), false],
    ['a double by its shortest round trip', read(200.0), '=', written('200'), true],
    ['it is ordered by number', read(99n), '<', written('100'), true],
    ['if it says one', read(99n), '<', written('many'), UNDETERMINED],
    ['two values, one text', read('5'), '=', read(5n), true]
  ])
})

describe('booleans and null', () => {
  table([
    ['a text that was read is parsed', read('true'), '=', written(true), true],
    ['exactly', read('TRUE'), '=', written(true), UNDETERMINED],
    ['a text that was written is compared as text', read(false), '=', written('false'), true],
    ['booleans have no order', read(true), '<', written(false), UNDETERMINED],
    ['null is null', read(null), '=', written(null), true],
    ['and nothing else', read('x'), '!=', written(null), true],
    ['no boolean is a number', read(true), '=', written(1n), UNDETERMINED]
  ])
})

describe('texts', () => {
  table([
    ['are compared as they are', read('a'), '=', written('A'), false],
    ['"5ms" is not "9s"', written('5ms'), '=', written('9s'), false],
    [
      'objects are compared deeply',
      read('{"id":52,"name":"x"}'),
      '=',
      written('{"name":"x", "id":52.0}'),
      true
    ],
    ['arrays in their order', read('[1,2]'), '=', written('[2,1]'), false],
    ['two numbers are ordered', read('9'), '<', read('10'), true],
    ['two durations are', read('999us'), '<', read('1ms'), true],
    ['two moments are', read('2026-01-31T23:59:59.5Z'), '<', read('2026-02-01T02:00:00+02:00'), true],
    [
      'moments know their offset',
      read('2026-01-01T00:00:00+01:00'),
      '>=',
      read('2025-12-31T23:00:00Z'),
      true
    ],
    [
      '31 February is no moment',
      read('2026-02-31T00:00:00Z'),
      '<',
      read('2026-03-31T00:00:00Z'),
      UNDETERMINED
    ],
    ['other texts have no order', read('apple'), '<', read('pear'), UNDETERMINED]
  ])
})

describe('durations', () => {
  table([
    ['order is exact', measured('1499us'), '<=', time('1ms'), false],
    ['an int is nanoseconds', read(25187564n), '<', time('25.2ms'), true],
    ['digits of a text too', read('25187564'), '<', time('25.2ms'), true],
    ['a text with a unit', read('5ms'), '<', time('6ms'), true],
    ['a text without a meaning', read('hello'), '<', time('5ms'), UNDETERMINED],
    ['a double is of another type', read(1.5), '<', time('5ms'), UNDETERMINED],
    ['100 is not 100ms', time('100ms'), '=', written(100n), false],
    ['literals are compared exactly', time('1.04s'), '=', time('1s'), false],
    ['in any unit', time('1500ms'), '=', time('1.5s'), true],
    ['values are compared exactly', measured('25.187ms'), '=', measured('25ms'), false]
  ])

  test.each([
    ['25.187564ms', '25ms', true],
    ['25.187564ms', '25.2ms', true],
    ['25.187564ms', '25.19ms', true],
    ['25.187564ms', '25.18ms', false],
    ['25.187564ms', '25.4ms', false],
    ['25.187564ms', '25187us', false],
    ['25.187564ms', '25188us', true],
    ['600ms', '1s', false],
    ['300us', '0ms', false],
    ['400ms', '0s', false],
    ['35m', '1h', false],
    ['1.04s', '1s', true],
    ['1.4s', '1s', false],
    ['90m', '2h', false],
    ['1500ms', '1.5s', true],
    ['999.6ms', '1s', true],
    ['25.5ms', '26ms', true],
    ['0ns', '0ms', true],
    ['-25.187ms', '-25ms', true]
  ])('%s equals %s as it was written: %s', (value, literal, expected) => {
    expect(verdict(measured(value), '=', time(literal))).toBe(expected)
    expect(verdict(time(literal), '=', read(readDuration(value)!.nanos))).toBe(expected)
    expect(verdict(read(`${readDuration(value)!.nanos}`), '!=', time(literal))).toBe(!expected)
  })
})

describe('arrays and maps', () => {
  table([
    ['an array is compared element by element', read([1n, 2n]), '=', read([1, 2]), true],
    ['with a text as JSON', read([1n, 'a']), '=', written('[1, "a"]'), true],
    ['empty', read([]), '=', written('[]'), true],
    ['no text equals a number inside', read(['1']), '=', read([1n]), false],
    ['a map whatever the order of its keys', read({ a: 1n, b: 2n }), '=', read({ b: 2n, a: 1n }), true],
    ['a map with fewer keys differs', read({ a: 1n }), '=', read({ a: 1n, b: 2n }), false],
    ['a map against other text differs', read({ a: 1n }), '!=', written(''), true],
    ['a map is no number', read({ a: 1n }), '=', written(1n), UNDETERMINED],
    ['[1] is not 1', read([1n]), '=', written(1n), UNDETERMINED]
  ])
})

describe('containment', () => {
  table([
    ['text in text', read('hello world'), 'contains', written('lo w'), true],
    ['a number in a text', read('port 8080'), 'contains', written(8080n), true],
    ['every text has the empty one', read('x'), 'contains', written(''), true],
    ['an element, by value', read([1n, 2n]), 'contains', written(2), true],
    ['an element, as text', read([1n, 2n]), 'contains', written('2'), true],
    ['no part of a printed array', read([1n, 2n, 3n]), 'contains', written('2, 3'), false],
    ['an element of an array in a text', read('[1, 234]'), 'contains', written(23n), false],
    ['a quoted word in such a text', read('["abc"]'), 'contains', written('b'), true],
    ['a subset of an object', read('{"id":52,"name":"x"}'), 'contains', written('{"id": 52}'), true],
    [
      'every key is looked at',
      read('{"a":{"x":1},"b":2}'),
      'contains',
      written('{"a":{"x":1},"b":3}'),
      false
    ],
    ['deep subsets', read('{"a":{"x":1,"y":2}}'), 'contains', written('{"a":{"y":2}}'), true],
    ['elements in any order', read('[{"a":1},{"a":2}]'), 'contains', written('[{"a":2},{"a":1}]'), true],
    ['two need two', read('[{"a":1},{"b":1}]'), 'contains', written('[{"a":1},{"a":1}]'), false],
    [
      'the narrow one gets its own',
      read('[{"a":1,"b":1},{"a":1}]'),
      'contains',
      written('[{"a":1},{"a":1,"b":1}]'),
      true
    ],
    ['one object among several', read('[{"a":1},{"a":2,"b":3}]'), 'contains', written('{"b":3}'), true],
    ['not-contains is the complement', read('{"a": 1}'), 'not-contains', written('{"a":1}'), false],
    ['of undetermined too', read({ a: 1n }), 'not-contains', written(5n), UNDETERMINED],
    ['json-contains wants JSON', read('hello'), 'json-contains', written('{}'), UNDETERMINED],
    ['and is a subset', read('{"a":[1,2]}'), 'json-contains', written('{"a":[2]}'), true],
    ['starts-with', read('GET /cart'), 'starts-with', written('GET '), true],
    ['ends-with on a number', read(404n), 'ends-with', written('04'), true],
    ['no array starts with anything', read([1n]), 'starts-with', written('['), UNDETERMINED]
  ])

  test('wanted elements find their places along augmenting paths', () => {
    const size = 60
    const whole = Array.from({ length: size }, (_, at) => ({ low: BigInt(at), high: BigInt(at + 1) }))
    const part = Array.from({ length: size }, (_, at) => (at === 0 ? {} : { high: BigInt(at) }))
    expect(verdict(read(whole), 'contains', read(part))).toBe(true)
    expect(verdict(read(whole), 'contains', read([...part, {}]))).toBe(false)
  })
})

describe('membership', () => {
  test('an item that is equal is enough, and items of other types are passed over', () => {
    expect(isAmong(read('card'), [written(1n), written('card')])).toBe(true)
    expect(isAmong(read('cash'), [written(1n), written('card')])).toBe(false)
    expect(isAmong(read('cash'), [written(1n), written(2n)])).toBeUndefined()
    expect(isAmong(read('cash'), [])).toBe(false)
  })

  test('both ends of a range belong to it', () => {
    for (const [value, expected] of [
      [199n, false],
      [200n, true],
      [299n, true],
      [299.5, false]
    ] as const)
      expect(isBetween(read(value), written(200n), written(299n))).toBe(expected)
    expect(isBetween(read('OK'), written(200n), written(299n))).toBeUndefined()
  })
})

test('a type error names both sides', () => {
  expect(mismatch(read('OK'), written(200n)).text).toBe('the text "OK" cannot be compared with the int 200')
})

import { beforeAll, describe, expect, test } from 'vitest'
import { FilterError } from '../../../src/language/filter-error.ts'
import { filters } from '../../../src/language/filters.ts'
import { loadPatterns } from '../../../src/language/patterns.ts'
import { durationOf, NOTHING, type Nothing, type Value } from '../../../src/language/values.ts'

beforeAll(loadPatterns)

function apply(name: string, input: Value | Nothing, ...args: readonly Value[]): Value | Nothing {
  const filter = filters.get(name)
  if (filter === undefined) throw new Error(`no filter ${name}`)
  return filter.apply(input, args)
}

const order =
  '{"id":52,"name":"mug","big":9007199254740993,"price":1.0,"items":[{"sku":"A"},{"sku":"B"}],"note":null}'

describe('json_path', () => {
  test.each<readonly [path: string, result: Value | Nothing]>([
    ['$.id', 52n],
    ['.name', 'mug'],
    ['name', 'mug'],
    ["$['name']", 'mug'],
    ['$.big', 9007199254740993n],
    ['$.price', 1],
    ['$.note', null],
    ['$.nothing', NOTHING],
    ['$.items[*].sku', ['A', 'B']],
    ['$..sku', ['A', 'B']],
    ['$.items[-1].sku', 'B'],
    ['$.items[?(@.sku == "B")].sku', 'B'],
    ['$.items', [{ sku: 'A' }, { sku: 'B' }]],
    ['$.items[0]', { sku: 'A' }],
    ['$.items[*]', [{ sku: 'A' }, { sku: 'B' }]]
  ])('%s', (path, result) => {
    expect(apply('json_path', order, path)).toEqual(result)
  })

  test('works on values that are no text, too', () => {
    expect(apply('json_path', [{ a: 1n }, { a: 2n }], '$[*].a')).toEqual([1n, 2n])
    expect(apply('json_path', { a: { b: true } }, '$.a.b')).toBe(true)
  })

  test('fails on a text that is no JSON, on nothing, and without a text for its path', () => {
    expect(() => apply('json_path', 'mug', '$.a')).toThrow('the text is no JSON: mug')
    expect(() => apply('json_path', NOTHING, '$.a')).toThrow(FilterError)
    expect(() => apply('json_path', order, 5n)).toThrow('wants a text as its argument')
    expect(() => apply('json_path', order, '$[')).toThrow(FilterError)
  })
})

describe('regex and regex_group', () => {
  test('give one match as it is, none and several as an array', () => {
    expect(apply('regex', 'hello world', 'o')).toEqual(['o', 'o'])
    expect(apply('regex', 'hello world', '(?i)HELLO')).toBe('hello')
    expect(apply('regex', 'hello world', 'z')).toEqual([])
    expect(apply('regex', 404n, '^4')).toBe('4')
  })

  test('give the groups of all matches, with "" for one that took no part', () => {
    expect(apply('regex_group', 'hello world', 'h(.)l')).toBe('e')
    expect(apply('regex_group', 'a=1 b=2', '(\\w)=(\\d)')).toEqual(['a', '1', 'b', '2'])
    expect(apply('regex_group', 'a', '(a)|(b)')).toEqual(['a', ''])
    expect(apply('regex_group', 'hello', 'z(o)')).toEqual([])
  })

  test('fail on arrays and on what is no pattern', () => {
    expect(() => apply('regex', ['a'], 'a')).toThrow('works on text, not on an array')
    expect(() => apply('regex', 'a', '(?=a)')).toThrow(FilterError)
  })
})

describe('get_index', () => {
  test('counts from 0, or takes the last', () => {
    expect(apply('get_index', ['a', 'b'], 0n)).toBe('a')
    expect(apply('get_index', ['a', 'b'], '1')).toBe('b')
    expect(apply('get_index', ['a', 'b'], 'last')).toBe('b')
  })

  test('takes what is no array as its own first element', () => {
    expect(apply('get_index', 'mug', 0n)).toBe('mug')
    expect(apply('get_index', 'mug', 'last')).toBe('mug')
  })

  test('fails beyond the end and on what is no index', () => {
    expect(() => apply('get_index', ['a', 'b'], 5n)).toThrow('there is no element 5: the last one is 1')
    expect(() => apply('get_index', [], 'last')).toThrow('the array is empty')
    expect(() => apply('get_index', ['a'], -1n)).toThrow("wants an index from 0, or 'last', not -1")
    expect(() => apply('get_index', ['a'], 'x')).toThrow(FilterError)
    expect(() => apply('get_index', NOTHING, 0n)).toThrow('found nothing')
  })
})

describe('length', () => {
  test.each<readonly [input: Value | Nothing, length: bigint]>([
    ['héllo', 5n],
    ['🛒🛒', 2n],
    ['', 0n],
    [['a', 'b'], 2n],
    [{ a: 1n }, 1n],
    [new Uint8Array(3), 3n],
    [NOTHING, 0n]
  ])('of %o', (input, length) => {
    expect(apply('length', input)).toBe(length)
  })

  test('fails on what has none', () => {
    expect(() => apply('length', 5n)).toThrow('an int has no length')
    expect(() => apply('length', null)).toThrow('a null has no length')
  })
})

describe('type keeps the words of Tracetest', () => {
  test.each<readonly [input: Value | Nothing, type: string]>([
    ['mug', 'string'],
    ['', 'string'],
    ['5', 'number'],
    ['-1.5e3', 'number'],
    ['5ms', 'duration'],
    ['{}', 'json'],
    ['[{}]', 'json'],
    ['[]', 'json'],
    ['[1, 2]', 'array'],
    ['a [b, c] d', 'string'],
    [5n, 'number'],
    [1.5, 'number'],
    [durationOf(5n), 'duration'],
    [['a'], 'array'],
    [{ a: 1n }, 'json'],
    [true, 'string'],
    [null, 'nil'],
    [NOTHING, 'nil']
  ])('of %o', (input, type) => {
    expect(apply('type', input)).toBe(type)
  })
})

describe('the filters of texts', () => {
  test('change letters and white space', () => {
    expect(apply('lower', 'ÄB')).toBe('äb')
    expect(apply('upper', 'äb')).toBe('ÄB')
    expect(apply('trim', ' a b\n')).toBe('a b')
    expect(() => apply('lower', ['A'])).toThrow(FilterError)
  })

  test('number reads what is written as one', () => {
    expect(apply('number', '52')).toBe(52n)
    expect(apply('number', ' 1.50 ')).toBe(1.5)
    expect(apply('number', durationOf(5n))).toBe(5n)
    expect(apply('number', '9007199254740993')).toBe(9007199254740993n)
    expect(() => apply('number', '52 mugs')).toThrow('the text "52 mugs" is not written as a number')
    expect(() => apply('number', true)).toThrow(FilterError)
  })

  test('duration reads texts and counts numbers in a unit', () => {
    expect(apply('duration', '1.5ms')).toEqual(durationOf(1_500_000n))
    expect(apply('duration', 5n)).toEqual(durationOf(5n))
    expect(apply('duration', 5n, 'ms')).toEqual(durationOf(5_000_000n))
    expect(apply('duration', '5', 'ms')).toEqual(durationOf(5_000_000n))
    expect(apply('duration', 1.5, 's')).toEqual(durationOf(1_500_000_000n))
    expect(() => apply('duration', 1.5)).toThrow(FilterError)
    expect(() => apply('duration', 'soon')).toThrow(FilterError)
    expect(() => apply('duration', 5n, 'days')).toThrow('wants one of the units')
  })

  test('json reads texts and keeps the rest', () => {
    expect(apply('json', '{"a":[1,2.0,null]}')).toEqual({ a: [1n, 2, null] })
    expect(apply('json', 5n)).toBe(5n)
    expect(() => apply('json', '{a}')).toThrow(FilterError)
  })
})

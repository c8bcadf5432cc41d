import { describe, expect, test } from 'vitest'
import {
  durationOf,
  durationText,
  isMap,
  jsonText,
  kindOf,
  textOf,
  type Value
} from '../../../src/language/values.ts'

describe('the text of a value', () => {
  test.each<readonly [value: Value, text: string]>([
    ['mug', 'mug'],
    [9007199254740993n, '9007199254740993'],
    [200, '200'],
    [0.1, '0.1'],
    [1e21, '1e+21'],
    [Number.NaN, 'NaN'],
    [true, 'true'],
    [null, 'null'],
    [new Uint8Array([0, 255, 16, 1]), 'AP8QAQ=='],
    [durationOf(25_187_564n), '25.187564ms'],
    [[1n, 'a', [2.5]], '[1, "a", [2.5]]'],
    [{ a: 1n, 'b c': [null, 'x"y'] }, '{"a":1,"b c":[null,"x\\"y"]}']
  ])('of %o', (value, text) => {
    expect(textOf(value)).toBe(text)
  })
})

describe('the text of a duration', () => {
  test.each([
    [0n, '0ns'],
    [999n, '999ns'],
    [1000n, '1us'],
    [1_500_000n, '1.5ms'],
    [90_000_000_000n, '90s'],
    [-1_500n, '-1.5us'],
    [1_000_000_001n, '1.000000001s']
  ])('%d ns is %s', (nanos, text) => {
    expect(durationText(nanos)).toBe(text)
  })
})

test('JSON writes what it cannot hold as text', () => {
  expect(jsonText([Number.POSITIVE_INFINITY, durationOf(5n), new Uint8Array([1])])).toBe(
    '["Infinity","5ns","AQ=="]'
  )
})

test('no map passes for a duration, and no duration for a map', () => {
  expect(kindOf({ nanos: 5n })).toBe('map')
  expect(kindOf(durationOf(5n))).toBe('duration')
  expect(isMap(durationOf(5n))).toBe(false)
})

test.each<readonly [value: Value, kind: string]>([
  ['', 'string'],
  [1n, 'int'],
  [1, 'double'],
  [false, 'boolean'],
  [null, 'null'],
  [new Uint8Array(), 'bytes'],
  [[], 'array'],
  [{}, 'map']
])('the kind of %o is %s', (value, kind) => {
  expect(kindOf(value)).toBe(kind)
})

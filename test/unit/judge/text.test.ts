import { describe, expect, test } from 'vitest'
import { describeValue, showDuration, showValue } from '../../../src/judge/text.ts'
import { durationOf } from '../../../src/language/values.ts'

describe('a duration is shown', () => {
  test.each([
    [0n, undefined, '0 ns'],
    [999n, undefined, '999 ns'],
    [1_500n, undefined, '1.5 µs'],
    [25_187_564n, undefined, '25.19 ms'],
    [231_400_000n, undefined, '231.4 ms'],
    [1_234_567_890n, undefined, '1.235 s'],
    [90_000_000_000n, undefined, '1.5 m'],
    [5_400_000_000_000n, undefined, '1.5 h'],
    [-25_187_564n, undefined, '-25.19 ms'],
    [200_000_001n, 200_000_000n, '200.000001 ms'],
    [199_999_999n, 200_000_000n, '199.999999 ms'],
    [200_000_000n, 200_000_000n, '200 ms'],
    [250_000_000n, 200_000_000n, '250 ms']
  ])('%s ns beside %s: %s', (nanos, nextTo, expected) => {
    expect(showDuration(nanos, nextTo)).toBe(expected)
  })
})

test('values are shown so that their types are seen', () => {
  expect(showValue(' a\n')).toBe('" a\\n"')
  expect(showValue(200)).toBe('200')
  expect(showValue(0.1 + 0.2)).toBe('0.30000000000000004')
  expect(showValue([1n, 'a'])).toBe('[1, "a"]')
  expect(showValue({ a: 1n })).toBe('{"a":1}')
  expect(describeValue(5n)).toBe('the int 5')
  expect(describeValue('x')).toBe('the text "x"')
  expect(describeValue(durationOf(5_000_000n))).toBe('the duration 5 ms')
  expect(describeValue(null)).toBe('null')
  expect(describeValue('x'.repeat(500))).toBe(`the text "${'x'.repeat(500)}"`)
})

import { describe, expect, test } from 'vitest'
import { parseAssertion, parseExpression } from '../../../src/language/parse.ts'
import { printAssertion, printExpression } from '../../../src/language/print.ts'
import { readingOf } from '../../support/problem-text.ts'

function reading(text: string): string {
  return readingOf(text, parseAssertion(text), printAssertion)
}

/** What is written, and how it is understood. */
type Cases = readonly (readonly [written: string, understood: string])[]

function understands(cases: Cases): void {
  test.each(cases)('%j is understood as %j', (written, understood) => {
    expect(reading(written)).toBe(understood)
    expect(reading(understood)).toBe(understood)
  })
}

describe('keys and arithmetic', () => {
  understands([
    ['attr:n-1 = 4', 'attr:n-1 = 4'],
    ['attr:n -1 = 4', 'attr:n - 1 = 4'],
    ['attr:n - 1 = 4', 'attr:n - 1 = 4'],
    ['attr:n+1 = 6', 'attr:n + 1 = 6'],
    ['attr:a/2 = 1', 'attr:a / 2 = 1'],
    ['attr:a/attr:b = 1', 'attr:a / attr:b = 1'],
    ['attr:"a/b" = 1', 'attr:"a/b" = 1'],
    ["attr:'a:b' = 1", 'attr:"a:b" = 1'],
    ['attr:n. = 1', 'attr:n. = 1'],
    [
      'attr:count = 1 and attr:first = 2 and attr:in = 3',
      'attr:count = 1 and attr:first = 2 and attr:in = 3'
    ],
    ['var:X-1 = 9', 'var:X - 1 = 9'],
    ['env:HOST = var:"my-host"', 'var:HOST = var:"my-host"'],
    ['1 + 2 * 3 = 7', '1 + 2 * 3 = 7'],
    ['(1 + 2) * 3 = 9', '(1 + 2) * 3 = 9'],
    ['10 - (4 - 3) = 9', '10 - (4 - 3) = 9'],
    ['(10 - 4) - 3 = 3', '10 - 4 - 3 = 3'],
    ['5-8 < 0', '5 - 8 < 0'],
    ['5--8 = 13', '5 - -8 = 13'],
    ['attr:x = -3', 'attr:x = -3'],
    ['-attr:x = 3', '-attr:x = 3'],
    ['-(5) = --5', '-(5) = --5'],
    ['7 % 2 = 1', '7 % 2 = 1'],
    ['- 5 ms < 0s', '-5ms < 0s'],
    ['5s-2s = 3s', '5s - 2s = 3s'],
    ['attr:d < 5 m and attr:n = 1', 'attr:d < 5m and attr:n = 1']
  ])
})

describe('filters behind a value', () => {
  understands([
    ['attr:n = 5 | type', 'attr:n = 5 | type'],
    ['attr:n + 1 | type = "number"', 'attr:n + 1 | type = "number"'],
    ['(attr:n | length) - 1 = 2', '(attr:n | length) - 1 = 2'],
    ["attr:n | get_index 'last' = 2", 'attr:n | get_index "last" = 2'],
    ["attr:j | json_path '$.id' | number = 52", 'attr:j | json_path "$.id" | number = 52'],
    ['attr:n = 5 | number and (attr:y = 1)', 'attr:n = 5 | number and attr:y = 1'],
    ["attr:retry_ms | duration 'ms' < 5s", 'attr:retry_ms | duration "ms" < 5s'],
    ['attr:x | type is string', 'attr:x | type is string'],
    ['attr:ja | json_path attr:path = 1', 'attr:ja | json_path attr:path = 1']
  ])
})

describe('conditions', () => {
  understands([
    ['attr:x exists', 'attr:x exists'],
    ['attr:x not-exists', 'not attr:x exists'],
    ['attr:x not exists', 'not attr:x exists'],
    ['not attr:x exists', 'not attr:x exists'],
    ['not not attr:x exists', 'not not attr:x exists'],
    ['not not attr:x = 1', 'not not attr:x = 1'],
    ['attr:x is string and attr:y is not null', 'attr:x is string and attr:y is not null'],
    ['attr:x in ["a", "b"] or attr:y exists', 'attr:x in ["a", "b"] or attr:y exists'],
    ['attr:x in [1, -2, 5 ms, attr:n + 1]', 'attr:x in [1, -2, 5ms, attr:n + 1]'],
    ['attr:x in [1 -2]', 'attr:x in [1 - 2]'],
    ['attr:x not in ["a"]', 'attr:x not in ["a"]'],
    ['attr:status_code in 200..299', 'attr:status_code in 200..299'],
    ['attr:d not in 1.5 .. 5 ms', 'attr:d not in 1.5..5ms'],
    ['attr:x in -5..-1', 'attr:x in -5..-1'],
    ['attr:x in var:LIST', 'attr:x in var:LIST'],
    ['not (attr:x = 1 or attr:y = 2) and attr:z = 3', 'not (attr:x = 1 or attr:y = 2) and attr:z = 3'],
    ['not attr:x = 1 and attr:y = 2', 'not attr:x = 1 and attr:y = 2'],
    ['((attr:a = 1) and ((attr:b + 1) = 2))', 'attr:a = 1 and attr:b + 1 = 2'],
    ['attr:a = 1 and (attr:b = 2 and attr:c = 3)', 'attr:a = 1 and attr:b = 2 and attr:c = 3'],
    ['(attr:a = 1 or attr:b = 2) and attr:c = 3', '(attr:a = 1 or attr:b = 2) and attr:c = 3'],
    ['attr:x not contains "a"', 'attr:x not-contains "a"'],
    ['attr:x not matches "a"', 'not attr:x matches "a"'],
    ['attr:x starts-with "a" and attr:x ends-with "b"', 'attr:x starts-with "a" and attr:x ends-with "b"'],
    [`attr:x json-contains '{"a":1}'`, `attr:x json-contains '{"a":1}'`],
    ['attr:b = true', 'attr:b = true'],
    ['true', 'true'],
    ['"a" contains"b"', '"a" contains "b"'],
    ['attr:s contains5', 'attr:s contains 5'],
    ['  attr:n   =   5  ', 'attr:n = 5']
  ])
})

describe('quantifiers', () => {
  understands([
    ['exactly 2 starts-before span[a="1"]', 'exactly 2 starts-before span[a="1"]'],
    ['at-least 2 attr:x = 1', 'at-least 2 attr:x = 1'],
    ['at-most 2 not attr:x = 1', 'at-most 2 not attr:x = 1'],
    ['at-most 5 -attr:x < 0', 'at-most 5 -attr:x < 0'],
    ['none (attr:x = 1)', 'none attr:x = 1'],
    ['some(attr:x = 1) and attr:y = 2', 'some attr:x = 1 and attr:y = 2'],
    ['none attr:x = 1 or attr:y = 2', 'none attr:x = 1 or attr:y = 2'],
    ['every not attr:x = 1', 'every not attr:x = 1'],
    ['some "${attr:x}" = "1"', 'some "${attr:x}" = "1"'],
    ['exactly 1 count(:scope > span) = 2', 'exactly 1 count(:scope > span) = 2']
  ])
})

describe('aggregates, calls and other spans', () => {
  understands([
    ['count() = 1', 'count() = 1'],
    ['attr:tracetest.selected_spans.count = 1', 'count() = 1'],
    ['count (span:error) = 0', 'count(span:error) = 0'],
    ['count(span[a="1"], :root) > count()', 'count(span[a="1"], :root) > count()'],
    ['count() = count(span[a="1"]) + 1', 'count() = count(span[a="1"]) + 1'],
    ['p95(attr:duration) < 100ms', 'p95(attr:duration) < 100ms'],
    ['sum(attr:duration of span[a="1"] > span) > 5ms', 'sum(attr:duration of span[a="1"] > span) > 5ms'],
    ['sum(attr:a + attr:b of span) = 1', 'sum(attr:a + attr:b of span) = 1'],
    ['sum(attr:a + (attr:b of span:first) of span) = 1', 'sum(attr:a + (attr:b of span:first) of span) = 1'],
    ["distinct(attr:j | json_path '$.id' of span) = 2", 'distinct(attr:j | json_path "$.id" of span) = 2'],
    ['attr:n of span[a="1"] > 5', 'attr:n of span[a="1"] > 5'],
    ['attr:n of span[a="1"] > span[b="2"] > 5', 'attr:n of span[a="1"] > span[b="2"] > 5'],
    ['attr:n of span[a="1"] + 1 = 2', 'attr:n of span[a="1"] + 1 = 2'],
    ['attr:n of :root = 2', 'attr:n of :root = 2'],
    [
      '[attr:a of span:first, attr:b of span:last] = [1, 2]',
      '[attr:a of span:first, attr:b of span:last] = [1, 2]'
    ],
    ['randomInt(attr:n of span:first, 5) = 1', 'randomInt(attr:n of span:first, 5) = 1'],
    ['uuid() != ""', 'uuid() != ""'],
    ['after span[a="1"] and count() = 1', 'after span[a="1"] and count() = 1'],
    ['after span[a="1"] span[b="2"] and count() = 1', 'after span[a="1"] span[b="2"] and count() = 1'],
    ['after span[a="1"], span[b="2"] or before span', 'after span[a="1"], span[b="2"] or before span'],
    ['after span:first and not during span:error', 'after span:first and not during span:error'],
    ['child-of :root or descendant-of span[a="1"]', 'child-of :root or descendant-of span[a="1"]'],
    ['before span[a="1"] > span[b="2"]', 'before span[a="1"] > span[b="2"]'],
    ['response:status = 200', 'response:status = 200'],
    ['response:header.Content-Type contains "json"', 'response:header.content-type contains "json"'],
    ['response:header."x y" = "1"', 'response:header."x y" = "1"'],
    ['response:trailer.grpc-status = 0', 'response:trailer.grpc-status = 0'],
    ['response:duration < 1s', 'response:duration < 1s']
  ])
})

describe('an expression', () => {
  test.each([
    ["attr:order | json_path '$.id'", 'attr:order | json_path "$.id"'],
    ['"order ${attr:order.id}"', '"order ${attr:order.id}"'],
    ['5  ', '5'],
    ['[1, [2, "a"]]', '[1, [2, "a"]]']
  ])('%j is understood as %j', (written, understood) => {
    expect(readingOf(written, parseExpression(written), printExpression)).toBe(understood)
  })

  test('is no condition', () => {
    expect(readingOf('', parseExpression('attr:x = 1'), printExpression)).toContain('not expected here')
  })
})

describe('the range of a node', () => {
  test('counts from the start of the whole text, inside strings as well', () => {
    const text = 'attr:name = "a ${attr:id | upper} b"'
    const outcome = parseAssertion(text)
    const condition = outcome.ok ? outcome.value.condition : undefined
    const right = condition?.kind === 'comparison' ? condition.right : undefined
    const part = right?.kind === 'string' ? right.parts[1] : undefined
    expect(typeof part === 'object' ? text.slice(part.start, part.end) : part).toBe('attr:id | upper')
  })

  test('covers a condition without the white space around it', () => {
    const text = '  some attr:x = 1  '
    const outcome = parseAssertion(text)
    expect(outcome.ok && text.slice(outcome.value.start, outcome.value.end)).toBe('some attr:x = 1')
    expect(outcome.ok && text.slice(outcome.value.condition.start, outcome.value.condition.end)).toBe(
      'attr:x = 1'
    )
  })
})

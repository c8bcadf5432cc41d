import { describe, expect, test } from 'vitest'
import { parseAssertion, parseExpression, parseSelector } from '../../../src/language/parse.ts'
import { problemsText } from '../../support/problem-text.ts'

function ofAssertion(text: string): string {
  return problemsText(text, parseAssertion(text))
}

function ofSelector(text: string): string {
  return problemsText(text, parseSelector(text))
}

function problem(message: string, ...rest: readonly string[]): string {
  return [message, ...rest.map(line => `  ${line}`)].join('\n')
}

describe('functions and filters', () => {
  test.each([
    ['uuidd() = "x"', problem('there is no function `uuidd`', 'uuidd', 'did you mean `uuid`?')],
    ['median(attr:x) = 1', problem('there is no function `median`', 'median', 'did you mean `p50`?')],
    [
      'length(attr:x) = 3',
      problem(
        'there is no function `length`',
        'length',
        '`length` is a filter: write it behind the value, as in `attr:name | length`'
      )
    ],
    [
      'first(attr:x) = 3',
      problem('there is no function `first`', 'first', 'read it from one span: `attr:name of span[…]:first`')
    ],
    [
      'randomInt(1) = 1',
      problem(
        'the function `randomInt` takes 2 arguments (low, high), not 1',
        'randomInt',
        'write `randomInt(low, high)`'
      )
    ],
    ['uuid(1) = ""', problem('the function `uuid` takes no arguments, not 1', '1', 'write `uuid()`')],
    [
      'randomInt(1, "a") = 1',
      problem('`randomInt` wants whole numbers', '"a"', 'write it as in `randomInt(1, 6)`')
    ],
    ['date(5) = ""', problem('`date` wants a text', '5', "write it as in `date('DD/MM/YYYY')`")],
    [
      "attr:x | jsonpath '$.id' = 1",
      problem('there is no filter `jsonpath`', 'jsonpath', 'did you mean `json_path`?')
    ],
    ['attr:x | lenght = 1', problem('there is no filter `lenght`', 'lenght', 'did you mean `length`?')],
    [
      'attr:x | json_path = 1',
      problem(
        'the filter `json_path` takes 1 argument (path), not none',
        'json_path',
        "arguments follow the name: `| json_path '$.id'`"
      )
    ],
    [
      'attr:x | get_index "x" = 1',
      problem("`get_index` wants an index from 0, or 'last'", '"x"', 'write `get_index 0`')
    ],
    ['attr:x | regex 5 = 1', problem('`regex` wants a text', '5', "write it in quotes, as in `regex '…'`")],
    [
      'attr:x | duration "days" < 5s',
      problem('`duration` wants a unit', '"days"', 'the units are ns, us, ms, s, m and h')
    ]
  ])('%s', (text, expected) => {
    expect(ofAssertion(text)).toBe(expected)
  })

  test('arguments that are known only later are not judged', () => {
    expect(ofAssertion('randomInt(attr:n, var:X) = 1')).toBe('')
    expect(ofAssertion('attr:x | get_index var:AT = 1')).toBe('')
    expect(ofAssertion(`attr:x | json_path "$.\${var:KEY}" = 1`)).toBe('')
  })
})

describe('aggregates and quantifiers', () => {
  test.each([
    [
      'count(attr:x) = 1',
      problem(
        '`count` counts spans, not values',
        'attr:x',
        'count a selection, as in `count(span[db.system exists])`; `distinct(attr:name)` counts different values'
      )
    ],
    [
      'sum(span) = 1',
      problem('`sum` wants a value', 'sum(span)', 'write it as in `sum(attr:duration)`, or with `of span[…]`')
    ],
    [
      'some count() = 2',
      problem(
        '`some` counts spans, and the condition says nothing of one span',
        'some',
        'leave the quantifier out: the condition is judged once'
      )
    ],
    [
      'exactly 2 response:status = 200 and sum(attr:x of span) = 1',
      problem(
        '`exactly` counts spans, and the condition says nothing of one span',
        'exactly 2',
        'leave the quantifier out: the condition is judged once'
      )
    ],
    [
      'attr:tracetest.selected_spans.foo = 1',
      problem(
        'there is no `tracetest.selected_spans.foo`',
        'attr:tracetest.selected_spans.foo',
        'the number of spans is written `count()`'
      )
    ]
  ])('%s', (text, expected) => {
    expect(ofAssertion(text)).toBe(expected)
  })

  test.each([
    'some attr:x = 1',
    'none after span:error',
    'some count(:scope > span) > 3',
    'every "${attr:x}" = "1"',
    'some attr:x of :scope > span:first = 1'
  ])('%s says something of each span', text => {
    expect(ofAssertion(text)).toBe('')
  })
})

describe('a duration against a key that counts in another unit', () => {
  test.each([
    ['attr:retry_ms < 100ms', "write `100` for `100ms`, or `attr:retry_ms | duration 'ms'` for the value"],
    [
      '1.5s >= attr:wait.seconds',
      "write `1.5` for `1.5s`, or `attr:wait.seconds | duration 's'` for the value"
    ],
    ['attr:lag_us in 5ms..10ms', "write `5000` for `5ms`, or `attr:lag_us | duration 'us'` for the value"],
    ['max(attr:retry_ms) < 5ms', "write `5` for `5ms`, or `attr:retry_ms | duration 'ms'` for the value"],
    [
      'attr:retry_ms of span[name="charge"] < 5ms',
      "write `5` for `5ms`, or `attr:retry_ms | duration 'ms'` for the value"
    ],
    ['attr:retry_ms + 1 < 5ms', "write `5` for `5ms`, or `attr:retry_ms | duration 'ms'` for the value"],
    ['attr:retry_ms < attr:duration', "write `attr:retry_ms | duration 'ms'` for the value"],
    ['attr:retry_ms < 2 * 5ms', "write `attr:retry_ms | duration 'ms'` for the value"],
    ['response:duration >= max(attr:retry_ms)', "write `attr:retry_ms | duration 'ms'` for the value"]
  ])('%s', (text, hint) => {
    const [found] = parseAssertion(text).problems
    expect(found?.message).toContain('a number against a duration counts nanoseconds')
    expect(found?.hint).toBe(hint)
  })

  test('is shown from the one side to the other', () => {
    expect(ofAssertion('1.5s >= attr:wait.seconds')).toContain('1.5s >= attr:wait.seconds')
  })

  test('is found in selectors, too', () => {
    expect(ofSelector('span[retry_ms > 0.5ms]')).toBe(
      problem(
        '`retry_ms` says that it counts ms, but a number against a duration counts nanoseconds',
        'retry_ms > 0.5ms',
        'write `0.5` for `0.5ms`'
      )
    )
  })

  test.each([
    'attr:duration < 100ms',
    'attr:retry_ms < 100',
    'max(attr:retry_ms) < 100',
    'attr:retry_ms * 1ms < 100ms',
    'distinct(attr:retry_ms) < 5',
    'attr:wait_ns < 5ms',
    "attr:retry_ms | duration 'ms' < 100ms",
    'attr:items < 5s',
    'attr:rooms < 5ms'
  ])('%s is none', text => {
    expect(ofAssertion(text)).toBe('')
  })
})

describe('numbers without a unit', () => {
  test.each([
    ['attr:duration < 500', 'write `500ms`, or `500ns` if that is meant'],
    ['attr:tracetest.span.duration in 1..20', 'write `1ms`, or `1ns` if that is meant'],
    ['attr:self_time < 0.5', 'write `0.5ms`, or `0.5ns` if that is meant']
  ])('%s is a warning', (text, hint) => {
    const { ok, problems } = parseAssertion(text)
    expect(ok).toBe(true)
    expect(problems[0]).toMatchObject({ severity: 'warning', hint })
  })

  test.each(['attr:duration > 0', 'attr:duration < 500000000', 'attr:duration < attr:limit'])(
    '%s is none',
    text => {
      expect(parseAssertion(text).problems).toEqual([])
    }
  )
})

describe('operands that can never work', () => {
  test.each([
    ['attr:x > null', '`>` orders numbers, durations and times'],
    ['[1] < attr:x', '`<` orders numbers, durations and times'],
    ['attr:x + "a" = 1', '`+` calculates with numbers and durations'],
    ['-true = 1', '`-` calculates with numbers and durations'],
    ['attr:x in 5', '`in` takes an array or an interval'],
    ['attr:x in 5..1', 'nothing is in this interval: its lower end is above its upper end']
  ])('%s', (text, message) => {
    expect(parseAssertion(text).problems.map(each => each.message)).toEqual([message])
  })

  test.each(['attr:x + "5" = 6', 'attr:x = null', 'attr:x in var:LIST', '"2026-01-01T00:00:00Z" < attr:at'])(
    '%s may work',
    text => {
      expect(ofAssertion(text)).toBe('')
    }
  )

  test('in a selector', () => {
    expect(ofSelector('span[retry < true]')).toBe(
      problem('`<` orders numbers, durations and times', 'true', 'use `=` or `!=`')
    )
    expect(ofSelector('span[retry in 5ms..1ms]')).toContain('nothing is in this interval')
  })
})

describe('a warning about values that no span has', () => {
  test.each([
    ['span[kind="SERVER"]', 'no span has the kind "SERVER"', 'did you mean "server"?'],
    ['span[kind="unespecified"]', 'no span has the kind "unespecified"', 'did you mean "unspecified"?'],
    [
      'span[kind in ["client", "SPAN_KIND_SERVER"]]',
      'no span has the kind "SPAN_KIND_SERVER"',
      'did you mean "server"?'
    ],
    ['span[status="failed"]', 'no span has the status "failed"', 'it is one of ok, error, unset'],
    [
      'span[tracetest.span.status_code="ERROR"]',
      'no span has the tracetest.span.status_code "ERROR"',
      'did you mean "STATUS_CODE_ERROR"?'
    ],
    ['span[tracetest.span.type="db"]', 'no span has the tracetest.span.type "db"', 'it is one of'],
    [
      'span[span.http.method="GET"]',
      '`span.http.method` is the name of one attribute here',
      'did you mean `http.method`?'
    ],
    [
      'span[resource.service.name="cart"]',
      '`resource.service.name` is the name of one attribute here',
      'did you mean `resource:service.name`?'
    ]
  ])('%s', (text, message, hint) => {
    const outcome = parseSelector(text)
    expect(outcome.ok).toBe(true)
    expect(outcome.problems).toMatchObject([{ severity: 'warning', code: 'NO_EFFECT', message }])
    expect(outcome.problems[0]?.hint).toContain(hint)
  })

  test.each([
    'span[kind="server"]',
    'span[kind!="SERVER"]',
    'span[attr:kind="SERVER"]',
    'span[status="error"]',
    'span[span.events contains "x"]',
    'span[kind="${var:KIND}"]'
  ])('%s has none', text => {
    expect(parseSelector(text).problems).toEqual([])
  })
})

describe('the code of a problem', () => {
  test('says what kind of text it is in', () => {
    expect(parseSelector('span[a=').problems[0]?.code).toBe('SELECTOR_SYNTAX')
    expect(parseAssertion('count(span[a=').problems[0]?.code).toBe('ASSERTION_SYNTAX')
    expect(parseExpression('1 +').problems[0]?.code).toBe('EXPRESSION_SYNTAX')
    expect(parseAssertion('uuidd() = 1').problems[0]?.code).toBe('UNKNOWN_FUNCTION')
    expect(parseExpression('count(:scope)').problems[0]?.code).toBe('EXPRESSION_SYNTAX')
  })

  test('problems come in the order of the text', () => {
    const text = 'foo() = 1 and attr:x < null and bar() = 2'
    expect(parseAssertion(text).problems.map(each => text.slice(each.range.start, each.range.end))).toEqual([
      'foo',
      'null',
      'bar'
    ])
  })
})

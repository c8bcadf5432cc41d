import { describe, expect, test } from 'vitest'
import { parseAssertion, parseSelector } from '../../../src/language/parse.ts'
import { problemsText } from '../../support/problem-text.ts'

/** A text, and the problem with it: what is wrong, the place, what to do. */
type Cases = readonly (readonly [text: string, problem: string])[]

function lines(message: string, ...rest: readonly string[]): string {
  return [message, ...rest.map(line => `  ${line}`)].join('\n')
}

function selectors(cases: Cases): void {
  test.each(cases)('the selector %s', (text, problem) => {
    expect(problemsText(text, parseSelector(text))).toBe(problem)
  })
}

function assertions(cases: Cases): void {
  test.each(cases)('the assertion %s', (text, problem) => {
    expect(problemsText(text, parseAssertion(text))).toBe(problem)
  })
}

describe('mistakes with operators of other languages', () => {
  selectors([
    [
      'span[a="1" && b=="2" || c=~"3"]',
      lines('`&&` is written `and` here', '&&', 'write `span[a="1" and b="2" or c matches "3"]`')
    ],
    ['span[a !~ "x"]', lines('`!~` is written `not matches` here', '!~', 'write `span[a not matches "x"]`')],
    ['span[a *= "x"]', lines('`*=` is written `contains` here', '*=', 'write `span[a contains "x"]`')],
    ['span[a ^= "x"]', lines('`^=` is written `starts-with` here', '^=', 'write `span[a starts-with "x"]`')],
    ['span[a ! = "x"]', lines('`! =` is written `!=` here', '! =', 'write `span[a != "x"]`')],
    [
      'span[name startsWith "x"]',
      lines('there is no operator `startsWith`', 'startsWith', 'did you mean `starts-with`?')
    ],
    ['span[name like "x"]', lines('there is no operator `like`', 'like', 'did you mean `matches`?')]
  ])
  assertions([
    ['attr:x == 1', lines('`==` is written `=` here', '==', 'write `attr:x = 1`')],
    ['attr:a && attr:b', lines('`&&` is written `and` here', '&&', 'write `attr:a and attr:b`')],
    ['attr:x ≥ 5', lines('`≥` is written `>=` here', '≥', 'write `attr:x >= 5`')],
    ['attr:x <> 5', lines('`<>` is written `!=` here', '<>', 'write `attr:x != 5`')],
    ['!attr:x exists', lines('`!` is written `not` here', '!', 'write `not attr:x exists`')],
    [
      'attr:x = 1 AND attr:y = 2',
      lines('`AND` is written `and` here', 'AND', 'write `attr:x = 1 and attr:y = 2`')
    ],
    [
      'attr:name startsWith "x"',
      lines('`startsWith` is written `starts-with` here', 'startsWith', 'write `attr:name starts-with "x"`')
    ],
    [
      'attr:x between 1 and 5',
      lines('an interval is written with `..`', 'between 1 and 5', 'write `attr:x in 1..5`')
    ],
    [
      'attr:x matches /^GET/',
      lines('a regular expression stands in quotes', '/^GET/', "write `attr:x matches '^GET'`")
    ],
    [
      'exists attr:x',
      lines('`exists` stands behind what it asks for', 'exists attr:x', 'write `attr:x exists`')
    ],
    [
      'exists(attr:x)',
      lines('`exists` stands behind what it asks for', 'exists(attr:x)', 'write `attr:x exists`')
    ]
  ])
})

describe('mistakes with values', () => {
  selectors([
    ['span[kind=server]', lines('a text stands in quotes', 'server', 'write `span[kind="server"]`')],
    ['span[name=“checkout”]', lines('`“` is no quotation mark here', '“', 'write `span[name="checkout"]`')],
    [
      'span[name=`checkout`]',
      lines('a backtick is no quotation mark here', '`', 'write `span[name="checkout"]`')
    ],
    ['span[a="1', lines('the string is not closed', '"1', 'write `span[a="1"]`')],
    ['span[duration > 5 ms]', lines('`ms` stands alone', 'ms', 'write `5ms`, without a space')],
    ['span[duration > 5sec]', lines('`5sec` is written `5s` here', '5sec', 'write `span[duration > 5s]`')],
    [
      'span[x=08]',
      lines('`08` is no number: a leading 0 makes it octal', '08', 'write `8`, or "08" for the text')
    ]
  ])
  assertions([
    ['attr:x = nil', lines('`nil` is written `null` here', 'nil', 'write `attr:x = null`')],
    ['attr:x = True', lines('`True` is written `true` here', 'True', 'write `attr:x = true`')],
    ['attr:kind = server', lines('a text stands in quotes', 'server', 'write `attr:kind = "server"`')],
    [
      'attr:x = ORDER_ID',
      lines(
        '`ORDER_ID` is no value: a variable is written `var:ORDER_ID`',
        'ORDER_ID',
        'write `attr:x = var:ORDER_ID`'
      )
    ],
    [
      "attr:x = 'it's'",
      lines("the string ends at this `'`", "'", 'put the whole text in `"`, or write `\\\'` inside')
    ],
    ['attr:x = "a', lines('the string is not closed', '"a', 'write `attr:x = "a"`')],
    ['attr:x < 1m30s', lines('a duration has one unit', '1m30s', 'write `attr:x < 90s`')],
    ['attr:x = 5sec', lines('`5sec` is written `5s` here', '5sec', 'write `attr:x = 5s`')],
    ['attr:x < 5  ms', lines('`5  ms` is written `5ms` here', '5  ms', 'write `attr:x < 5ms`')],
    ['attr:x = 10MB', lines('there is no unit `MB`', 'MB', 'the units are ns, us, ms, s, m and h')],
    ['attr:x = 1,000', lines('digits are not grouped', '1,000', 'write `attr:x = 1000`')],
    ['attr:x = 1_000', lines('digits are not grouped', '1_000', 'write `attr:x = 1000`')],
    ['attr:x = .5', lines('a number does not begin with a dot', '.5', 'write `attr:x = 0.5`')],
    ['attr:x = ${var:X}', lines('`${…}` is for strings', '${var:X}', 'write `attr:x = var:X`')]
  ])
})

describe('mistakes with attributes', () => {
  selectors([
    [
      'span[span:name="y"]',
      lines('keys of the span have no `span:` before them', 'span:name', 'write `span[name="y"]`')
    ],
    [
      'span[http:foo="x"]',
      lines('there is no namespace `http:`', 'http:foo', 'write `span["http:foo"="x"]`')
    ],
    ['span[name: "x"]', lines('`:` is no operator', ':', 'write `span[name="x"]`')],
    ['span[.name="x"]', lines('keys have no dot before them', '.', 'write `span[name="x"]`')]
  ])
  assertions([
    [
      'http.status_code = 200',
      lines(
        '`http.status_code` is no value: an attribute is written `attr:http.status_code`',
        'http.status_code',
        'write `attr:http.status_code = 200`'
      )
    ],
    [
      '.service.name = "cart"',
      lines(
        '`.service.name` is no value: an attribute is written `attr:service.name`',
        '.service.name',
        'write `attr:service.name = "cart"`'
      )
    ],
    [
      'span.duration < 5ms',
      lines('`span.duration` is written `attr:duration` here', 'span.duration', 'write `attr:duration < 5ms`')
    ],
    [
      'resource.service.name = "cart"',
      lines(
        '`resource.service.name` is written `resource:service.name` here',
        'resource.service.name',
        'write `resource:service.name = "cart"`'
      )
    ],
    [
      'response.status = 200',
      lines(
        '`response.status` is written `response:status` here',
        'response.status',
        'write `response:status = 200`'
      )
    ],
    [
      'tracetest.response.body contains "\\"id\\": 52"',
      lines(
        '`tracetest.response.body` is no value: an attribute is written `attr:tracetest.response.body`',
        'tracetest.response.body',
        'write `attr:tracetest.response.body contains "\\"id\\": 52"`'
      )
    ],
    ['attr: x = 1', lines('`attr: x` is written `attr:x` here', 'attr: x', 'write `attr:x = 1`')],
    [
      'attr:a:b = 1',
      lines('a name with a colon in it stands in quotes', 'attr:a:b', 'write `attr:"a:b" = 1`')
    ],
    [
      'attr:a/b = 1',
      lines(
        'the slash divides: a key with a slash in it stands in quotes',
        'attr:a/b',
        'write `attr:"a/b" = 1`'
      )
    ],
    [
      'header:etag = "1"',
      lines('there is no namespace `header:`', 'header:etag', 'write `response:header.etag = "1"`')
    ],
    ['atr:name = "x"', lines('there is no namespace `atr:`', 'atr:name', 'write `attr:name = "x"`')],
    [
      'http:name = "x"',
      lines('there is no namespace `http:`', 'http:name', 'write `attr:"http:name" = "x"`')
    ],
    ['count = 1', lines('the number of spans is written `count()`', 'count', 'write `count() = 1`')],
    [
      'response:statusCode = 200',
      lines('a response has no part `statusCode`', 'statusCode', 'did you mean `response:status`?')
    ],
    [
      'response:body.id = 1',
      lines('`response:body` has no parts', '.id', "read into it: `response:body | json_path '$.id'`")
    ],
    [
      'response:header = "x"',
      lines('`response:header` needs a name', 'header', 'write `response:header.content-type`')
    ],
    ['attr:"" = 1', lines('the name of a key is empty', '""', 'write the name between the quotes')]
  ])
})

describe('mistakes with selectors', () => {
  selectors([
    ['[name="x"]', lines('`span` is missing before `[`', '[', 'write `span[name="x"]`')],
    ['SPAN[a="1"]', lines('a selector begins with `span`, not with `SPAN`', 'SPAN', 'write `span[a="1"]`')],
    [
      'name="checkout"',
      lines('a selector begins with `span`, not with `name`', 'name', 'write `span[name="checkout"]`')
    ],
    [
      'spans[a="1"]',
      lines('a selector begins with `span`, not with `spans`', 'spans', 'write `span[a="1"]`')
    ],
    ['*', lines('`*` is written `span` here', '*', 'write `span`')],
    [
      '{ .name = "x" }',
      lines('spans are selected as in CSS', '{', 'write it as in `span[name = "checkout"]`')
    ],
    ['span[a="1"],', lines('nothing follows the last comma', ',', 'write `span[a="1"]`')],
    ['span,, span', lines('there is nothing between the commas', ',', 'write `span, span`')],
    [
      'span[a="1"] garbage',
      lines(
        'a selector begins with `span`, not with `garbage`',
        'garbage',
        'write it as in `span[name = "checkout"]`'
      )
    ],
    ['span > ', lines('nothing follows `>`', '>', 'write it as in `span > span[…]`')],
    ['span >> span', lines('a descendant needs no combinator: a space is enough', '>>', 'write `span span`')],
    ['span + span', lines('there is no combinator `+`: `~` is a later sibling', '+', 'write `span ~ span`')],
    ['span[a="1"', lines('the bracket is not closed', 'at 10', 'write `span[a="1"]`')],
    ['span[a="1"]]', lines('there is no opening bracket for `]`', ']', 'write `span[a="1"]`')],
    ['span[a="1",,b="2"]', lines('there is no filter before this comma', ',', 'write `span[a="1",b="2"]`')],
    [
      'span[a="x" and]',
      lines('there is no filter after `and`', 'and', 'a key of that name is written `"and" exists`')
    ],
    [
      'span[not exists]',
      lines('`exists` stands alone', 'exists', 'put the key before it; a key of this name goes in quotes')
    ],
    ['span[name "x"]', lines('an operator is missing before `"x"`', '"x"', 'write `name = "x"`')],
    [
      'span:nth-child(2)',
      lines('`:nth-child` is written `:nth_child` here', ':nth-child', 'write `span:nth_child(2)`')
    ],
    [
      'span:first-child',
      lines('`:first-child` is written `:first` here', ':first-child', 'write `span:first`')
    ],
    ['span::first', lines('`::` is written `:` here', '::', 'write `span:first`')],
    ['span:frist', lines('there is no pseudo-class `:frist`', ':frist', 'did you mean `:first`?')],
    [
      'span:nth_child(0)',
      lines(
        'warning: `:nth_child(0)` is no span: they count from 1',
        ':nth_child(0)',
        'the first is `:nth_child(1)`, or `:first`'
      )
    ],
    [
      'span:nth_child',
      lines('`:nth_child` takes a whole number', ':nth_child', 'write it as in `span:nth_child(2)`')
    ],
    [
      'span:nth_child("2")',
      lines('`:nth_child` takes a whole number', ':nth_child("2")', 'write it as in `span:nth_child(2)`')
    ],
    [
      'span:before(span)',
      lines(
        'there is no pseudo-class `:before`',
        ':before',
        'order in time is for assertions: `before span[…]`'
      )
    ],
    [
      'span:has(span, span)',
      lines(
        '`:has` takes one selector',
        'span, span',
        'write `:has(…):has(…)`, or a union of two whole selectors'
      )
    ],
    ['span:has(span', lines('the parenthesis is not closed', 'at 13', 'write `span:has(span)`')],
    ['span:leaf(2)', lines('`:leaf` takes no argument', ':leaf(2)', 'write `:leaf`')],
    [
      'span:first[a]',
      lines('filters stand before pseudo-classes', '[', 'write `span[…]:first`, not `span:first[…]`')
    ]
  ])
  assertions([
    ['after [name="x"]', lines('a selector is wanted after `after`', '[', 'write `after span[name="x"]`')]
  ])
})

describe('mistakes with lists and intervals', () => {
  selectors([
    [
      'span[status in ("ok","error")]',
      lines('a list stands in `[` and `]`', '(', 'write `span[status in ["ok","error"]]`')
    ],
    [
      'span[http.status_code in [200..299]]',
      lines('an interval stands without brackets', '[200..299]', 'write `span[http.status_code in 200..299]`')
    ],
    [
      'span[http.status_code in 200]',
      lines('`in` takes a list or an interval', '200', 'write `span[http.status_code in [200]]`')
    ]
  ])
  assertions([
    [
      'attr:x in (200, 201)',
      lines('a list stands in `[` and `]`', '(200, 201)', 'write `attr:x in [200, 201]`')
    ],
    [
      'attr:x in [200..299]',
      lines('an interval stands without brackets', '[200..299]', 'write `attr:x in 200..299`')
    ],
    [
      'attr:x in "a"',
      lines('`in` takes an array or an interval', '"a"', 'write it as in `in ["a", "b"]` or `in 200..299`')
    ],
    ['[1,2 = [1,2]', lines('the bracket is not closed', '[', 'write `[1,2] = [1,2]`')]
  ])
})

describe('mistakes with structure', () => {
  assertions([
    ['attr:x =', lines('nothing follows `=`', '=', 'write a value, as in `attr:name = "checkout"`')],
    [
      'attr:x = 1 and',
      lines('nothing follows `and`', 'and', 'write a value, as in `attr:name = "checkout"`')
    ],
    ['not', lines('nothing follows `not`', 'not', 'write a value, as in `attr:name = "checkout"`')],
    ['(attr:x = 1', lines('the parenthesis is not closed', 'at 11', 'write `(attr:x = 1)`')],
    ['attr:x = 1)', lines('there is no opening bracket for `)`', ')', 'write `attr:x = 1`')],
    ['attr:x = 1;', lines('an assertion does not end with `;`', ';', 'write `attr:x = 1`')],
    ['attr:a < attr:b < 5', lines('comparisons do not chain', '<', 'write `a < b and b < c`')],
    [
      '(attr:a = 1) = true',
      lines(
        'a condition stands where a value is wanted',
        'attr:a = 1',
        'a condition is not compared: join conditions with `and`, `or` and `not`'
      )
    ],
    [
      'attr:x',
      lines(
        'a value stands where a condition is wanted',
        'attr:x',
        'compare it, as in `attr:x = "…"`, or write `attr:x exists`'
      )
    ],
    [
      'count()',
      lines(
        'a value stands where a condition is wanted',
        'count()',
        'compare it with a number, as in `count() = 1`'
      )
    ],
    [
      'attr:x = "a" or "b"',
      lines(
        'a value stands where a condition is wanted',
        '"b"',
        'name again what it is compared with, as in `attr:x = 1 or attr:x = 2`, or use `in [1, 2]`'
      )
    ],
    [
      'attr:x = "a" "b"',
      lines(
        'an operator is missing before `"b"`',
        '"b"',
        'write `and` between two conditions, or an operator such as `=` between two values'
      )
    ],
    [
      'at least 2 attr:x = 1',
      lines('`at least` is written `at-least` here', 'at least', 'write `at-least 2 attr:x = 1`')
    ],
    ['all attr:x = 1', lines('`all` is written `every` here', 'all', 'write `every attr:x = 1`')],
    ['exactly 1.5 attr:x = 1', lines('a quantifier counts spans', '1.5', 'write a whole number')],
    ['attr:x | length - 1 = 2', lines('`|` binds looser than `-`', '-', 'write `(attr:x | length) - 1 = 2`')],
    [
      'attr:x | get_index -1 = 2',
      lines('an index counts from 0', '-1', "write `attr:x | get_index 'last' = 2`")
    ],
    [
      'attr:x | length of span:first = 1',
      lines('`of` stands directly behind what it reads', 'of', 'write `(attr:x | length) of span:first = 1`')
    ],
    [
      "attr:body | json_path('$.id') = 1",
      lines(
        'a filter takes its arguments without parentheses',
        "('$.id')",
        "write `attr:body | json_path '$.id' = 1`"
      )
    ],
    [
      'attr:body |',
      lines('a filter is wanted after `|`', '|', "write it as in `attr:body | json_path '$.id'`")
    ],
    [
      'attr:n of span, span = 1',
      lines(
        '`of` reads from one span',
        ',',
        'name one selector; an aggregate such as `max(attr:name of span, span)` takes several'
      )
    ],
    [
      'attr:x = 1 // comment',
      lines('there are no comments in assertions', '//', 'write it as a YAML comment beside the assertion')
    ],
    ['attr:x is text', lines('there is no type `text`', 'text', 'did you mean `string`?')],
    ['attr:x is empty', lines('there is no type `empty`', 'empty', 'write `= ""` or `!= ""`')]
  ])
})

import { describe, expect, test } from 'vitest'
import type { Outcome, Problem } from '../../../src/errors/diagnostic.ts'
import type { SelectorNode } from '../../../src/language/ast.ts'
import { parseAssertion, parseSelector } from '../../../src/language/parse.ts'
import { printAssertion, printSelector } from '../../../src/language/print.ts'
import { problemsText, readingOf } from '../../support/problem-text.ts'

function reading(text: string): string {
  return readingOf(text, parseSelector(text), printSelector)
}

function treeOf(outcome: Outcome<SelectorNode, Problem>): SelectorNode {
  if (!outcome.ok) throw new Error(outcome.problems[0]?.message)
  return outcome.value
}

/** What is written, and how it is understood. */
type Cases = readonly (readonly [written: string, understood: string])[]

describe('a selector', () => {
  const cases: Cases = [
    ['', ''],
    ['  ', ''],
    ['span', 'span'],
    ['span[]', 'span'],
    ['span [ ]', 'span'],
    [', span[name="cart"]', 'span[name="cart"]'],
    ['span span', 'span span'],
    ['span[a="1"]span[b="2"]', 'span[a="1"] span[b="2"]'],
    ['span > span~span', 'span > span ~ span'],
    ['span[a="1"],span[b="2"]', 'span[a="1"], span[b="2"]'],
    ['span[a="1"][b="2"]', 'span[a="1" b="2"]'],
    ['span[a="1"] [b="2"]', 'span[a="1" b="2"]'],
    ['span /*c*/ [ /*d*/ a="1" // e\n b="2"]', 'span[a="1" b="2"]'],
    ['span[a/*c*/="x"]', 'span[a="x"]'],
    ['span[a//b="x"\n]', 'span[a exists]'],
    [':root', ':root'],
    [':root > span[kind="server"]', ':root > span[kind="server"]'],
    [':root, span:error', ':root, span:error'],
    [':error', 'span:error'],
    ['span > :leaf', 'span > span:leaf'],
    ['span:root', ':root'],
    ['span:first:error', 'span:first:error'],
    ['span[name = "cart"] : last', 'span[name="cart"]:last'],
    ['span:nth_child(2)', 'span:nth_child(2)'],
    ['span:nth_child(0x10)', 'span:nth_child(16)'],
    ['span:nth_child(010)', 'span:nth_child(8)'],
    ['span:depth(>= 2):children(= 0)', 'span:depth(>= 2):children(= 0)'],
    ['span:depth(2)', 'span:depth(= 2)'],
    ['span:has(span[a])', 'span:has(span[a exists])'],
    ['span:has(> span[b="2"])', 'span:has(> span[b="2"])'],
    ['span:has(> :error)', 'span:has(> span:error)'],
    ['span:not(span:error, span[a])', 'span:not(span:error, span[a exists])'],
    ['span:not(:error)', 'span:not(span:error)'],
    ['span:has(> span:has(span:leaf)):entry:orphan', 'span:has(> span:has(span:leaf)):entry:orphan']
  ]
  test.each(cases)('%j is understood as %j', (written, understood) => {
    expect(reading(written)).toBe(understood)
    expect(reading(understood)).toBe(understood)
  })
})

describe('filters in brackets', () => {
  const cases: Cases = [
    ['span[a]', 'span[a exists]'],
    ['span[a b]', 'span[a exists b exists]'],
    ['span[a exists]', 'span[a exists]'],
    ['span[a not-exists]', 'span[not a exists]'],
    ['span[a not exists]', 'span[not a exists]'],
    ['span[not a]', 'span[not a exists]'],
    ['span[not not a]', 'span[not not a exists]'],
    ['span["any key"]', 'span["any key" exists]'],
    ['span[a="1" or b="2"]', 'span[a="1" or b="2"]'],
    ['span[a="1" and b="2"]', 'span[a="1" b="2"]'],
    ['span[a="1", b="2" c=3,]', 'span[a="1" b="2" c=3]'],
    ['span[(a="1" or b="2") c="3"]', 'span[(a="1" or b="2") c="3"]'],
    ['span[not (a="1" b="2")]', 'span[not (a="1" b="2")]'],
    ['span[(a="1" (b="2" c="3"))]', 'span[a="1" b="2" c="3"]'],
    ['span[x!=1 y<-0.5 z>=5ms]', 'span[x!=1 y<-0.5 z>=5ms]'],
    ['span[a starts-with "x" b ends-with "y"]', 'span[a starts-with "x" b ends-with "y"]'],
    ['span[a not contains "x"]', 'span[a not-contains "x"]'],
    ['span[a not matches "x"]', 'span[not a matches "x"]'],
    ['span[x in ["a", -1, 5ms, true, null]]', 'span[x in ["a", -1, 5ms, true, null]]'],
    ['span[x in []]', 'span[x in []]'],
    ['span[x not in ["a"] y exists]', 'span[x not in ["a"] y exists]'],
    ['span[http.status_code in 200..299]', 'span[http.status_code in 200..299]'],
    ['span[http.status_code not in -1.5..2]', 'span[http.status_code not in -1.5..2]'],
    ['span[duration in 5ms..1.5s]', 'span[duration in 5ms..1.5s]'],
    ['span[x=true y=false z=null]', 'span[x=true y=false z=null]'],
    ['span[x=010 y=0x1F z=1e3]', 'span[x=8 y=31 z=1000.0]'],
    ['span[x=9223372036854775808]', 'span[x=9223372036854775808]'],
    ['span[x=1.0]', 'span[x=1.0]'],
    ['span[x=.5 y=5. z=1_000]', 'span[x=0.5 y=5.0 z=1000]'],
    ['span[x=5\u00b5s y=5\u03bcs]', 'span[x=5\u00b5s y=5\u03bcs]'],
    ['span[tracetest.selected_spans.count=2]', 'span[tracetest.selected_spans.count=2]']
  ]
  test.each(cases)('%j are understood as %j', (written, understood) => {
    expect(reading(written)).toBe(understood)
    expect(reading(understood)).toBe(understood)
  })
})

describe('a word in brackets is a key or an operator by what follows it', () => {
  const cases: Cases = [
    ['span[contains="x"]', 'span["contains"="x"]'],
    ['span[true=true]', 'span["true"=true]'],
    ['span[not="x"]', 'span["not"="x"]'],
    ['span[or="x"]', 'span["or"="x"]'],
    ['span[in="x"]', 'span["in"="x"]'],
    ['span[in in ["a"]]', 'span["in" in ["a"]]'],
    ['span[not in ["a"]]', 'span["not" in ["a"]]'],
    ['span[count=1 first="a" exists="x" and="y"]', 'span[count=1 first="a" "exists"="x" "and"="y"]'],
    ['span[not contains "x"]', 'span["not" contains "x"]'],
    ['span[not contains="x"]', 'span[not "contains"="x"]'],
    ['span[not not="x"]', 'span[not "not"="x"]'],
    ['span[n not = 5]', 'span[not n=5]'],
    ['span[n, not = 5]', 'span[n exists "not"=5]'],
    ['span[n=1 not = 5]', 'span[n=1 "not"=5]'],
    ['span[not exists="x"]', 'span[not "exists"="x"]'],
    ['span[a="1" or="2"]', 'span[a="1" "or"="2"]'],
    ['span[a="1" or contains "x"]', 'span[a="1" "or" contains "x"]'],
    ['span[a="1" or contains="x"]', 'span[a="1" or "contains"="x"]'],
    ['span[a="1" and="2"]', 'span[a="1" "and"="2"]'],
    ['span[a not in="x"]', 'span[a exists not "in"="x"]'],
    ['span[a="1" b contains "x" contains="y"]', 'span[a="1" b contains "x" "contains"="y"]'],
    ['span[x="a" "b"="c"]', 'span[x="a" b="c"]'],
    ['span[x="a" "b" contains "c"]', 'span[x="a" b contains "c"]'],
    ['span[x="a" "b" exists]', 'span[x="a" b exists]'],
    ['span[x="a" "b" not in ["c"]]', 'span[x="a" b not in ["c"]]'],
    ['span[x="a" true=true]', 'span[x="a" "true"=true]'],
    ['span[x=1 2=3]', 'span[x=1 "2"=3]'],
    ['span[x=5 ms="y"]', 'span[x=5 ms="y"]'],
    ['span[attr="1" scope="2"]', 'span[attr="1" scope="2"]']
  ]
  test.each(cases)('%j is understood as %j', (written, understood) => {
    expect(reading(written)).toBe(understood)
    expect(reading(understood)).toBe(understood)
  })
})

describe('keys', () => {
  const cases: Cases = [
    ['span[content-type="y" a/b="x" foo.0.bar=1]', 'span[content-type="y" a/b="x" foo.0.bar=1]'],
    ['span[0foo=2 5=6]', 'span["0foo"=2 "5"=6]'],
    ['span[db . system = "x"]', 'span[db.system="x"]'],
    ['span[\u00e9.\u00fc="x"]', 'span[\u00e9.\u00fc="x"]'],
    [
      'span[attr:a="1" resource:b="2" scope:c="3" event:d="4" link:e="5" parent:f="6"]',
      'span[attr:a="1" resource:b="2" scope:c="3" event:d="4" link:e="5" parent:f="6"]'
    ],
    [`span[attr:"k:v"='y']`, 'span[attr:"k:v"="y"]'],
    ['span["say \\"hi\\"${x}" exists]', 'span["say \\"hi\\"${x}" exists]']
  ]
  test.each(cases)('%j are understood as %j', (written, understood) => {
    expect(reading(written)).toBe(understood)
    expect(reading(understood)).toBe(understood)
  })
})

describe('what has no effect', () => {
  test('the last of several values counts, and the others are named in a warning', () => {
    const outcome = parseSelector('span[x="a" "b" 3]')
    expect(readingOf('', outcome, printSelector)).toBe('span[x=3]')
    expect(problemsText('span[x="a" "b" 3]', outcome)).toMatchInlineSnapshot(`
      "warning: only the last of several values counts
        "a"
        name one value, or use \`in\`
      warning: only the last of several values counts
        "b"
        name one value, or use \`in\`"
    `)
  })

  test('an argument of :first and :last is ignored, with a warning', () => {
    for (const text of ['span:first(3)', 'span:first("x")', 'span:first(true)', 'span:first()']) {
      const outcome = parseSelector(text)
      expect(readingOf(text, outcome, printSelector)).toBe('span:first')
      expect(outcome.problems.map(problem => problem.severity)).toEqual(['warning'])
    }
  })
})

describe('the range of a node', () => {
  const text = 'span[a="x" and not b>5]:first > span:has(> span)'
  const [complex] = treeOf(parseSelector(text)).items

  test('covers the compound and its filter', () => {
    const filter = complex?.steps[0]?.compound.filter
    expect(filter && text.slice(filter.start, filter.end)).toBe('a="x" and not b>5')
    expect(complex?.steps.map(step => text.slice(step.start, step.end))).toEqual([
      'span[a="x" and not b>5]:first',
      '> span:has(> span)'
    ])
  })

  test('covers a pseudo-class with its argument', () => {
    const pseudo = complex?.steps[1]?.compound.pseudos[0]
    expect(pseudo && text.slice(pseudo.start, pseudo.end)).toBe(':has(> span)')
  })
})

describe(':scope', () => {
  test('is a problem in a selector that stands alone', () => {
    expect(reading('span:scope > span')).toMatchInlineSnapshot(`
      "\`:scope\` is the span that an assertion judges: there is none here
        :scope
        use it in an assertion, as in \`count(:scope > span[db.system exists]) <= 3\`"
    `)
  })

  test('stands in assertions, before further pseudo-classes too', () => {
    const text = 'count(:scope:not(:leaf) > span[db.system]) <= 3'
    expect(readingOf(text, parseAssertion(text), printAssertion)).toBe(
      'count(:scope:not(span:leaf) > span[db.system exists]) <= 3'
    )
  })
})

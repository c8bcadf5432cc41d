import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parseAssertion, parseExpression, parseSelector } from '../../src/language/parse.ts'
import { printAssertion, printExpression, printSelector } from '../../src/language/print.ts'
import { problemsText } from '../support/problem-text.ts'

// What Tracetest reads is read here; what it rejects either has a meaning here or is still a mistake.

function fixture<T>(name: string): T {
  return JSON.parse(
    readFileSync(new URL(`../fixtures/conformance/${name}.json`, import.meta.url), 'utf8')
  ) as T
}

interface Selectors {
  readonly accepted: readonly { readonly selector: string; readonly accepted: boolean }[]
  readonly evaluated: readonly { readonly selector: string }[]
}
interface Expressions {
  readonly assertions: readonly {
    readonly assertion: string
    readonly tracetest: { readonly error?: string }
  }[]
  readonly expressions: readonly {
    readonly expression: string
    readonly tracetest: { readonly error?: string | null; readonly panic?: string }
  }[]
}
interface FieldCorpus {
  readonly selectors: readonly string[]
  readonly assertions: readonly string[]
}

const selectors = fixture<Selectors>('selectors')
const expressions = fixture<Expressions>('expressions')
const field = fixture<FieldCorpus>('field-corpus')

function isSyntaxError(error: string | null | undefined): boolean {
  return error?.startsWith('invalid syntax') ?? false
}

describe('selectors of Tracetest', () => {
  const accepted = [...selectors.accepted.filter(row => row.accepted), ...selectors.evaluated]

  test.each(accepted)('$selector is read', ({ selector }) => {
    expect(
      problemsText(selector, { ok: false, problems: parseSelector(selector).problems.filter(isError) })
    ).toBe('')
  })

  const extended = [
    "span[name='a']",
    'span[name!="a"]',
    'span[x=-5]',
    'span[foo.0.bar="x"]',
    'span[0foo="x"]',
    'span[a/b="x"]',
    'span:first'
  ]

  test.each(selectors.accepted.filter(row => !row.accepted))(
    '$selector is rejected there',
    ({ selector }) => {
      expect(parseSelector(selector).ok).toBe(extended.includes(selector))
    }
  )
})

function isError(problem: { readonly severity: string }): boolean {
  return problem.severity === 'error'
}

describe('assertions of Tracetest', () => {
  const accepted = expressions.assertions.filter(row => !isSyntaxError(row.tracetest.error))

  test.each(accepted)('$assertion is read', ({ assertion }) => {
    const outcome = parseAssertion(assertion)
    expect(problemsText(assertion, outcome)).toBe('')
    if (!outcome.ok) return
    const printed = printAssertion(outcome.value)
    const again = parseAssertion(printed)
    expect(again.ok && printAssertion(again.value)).toBe(printed)
  })

  const extended = [
    'attr:s json-contains "he"',
    'attr:b = true',
    '[1+1] = [2]',
    '(1 + 2) * 3 = 9',
    'attr:n = 5 and attr:f = 1.5',
    'attr:n matches "5"',
    'true = true'
  ]

  test.each(expressions.assertions.filter(row => isSyntaxError(row.tracetest.error)))(
    '$assertion is rejected there',
    ({ assertion }) => {
      expect(parseAssertion(assertion).ok).toBe(extended.includes(assertion))
    }
  )
})

describe('expressions of Tracetest', () => {
  // Mistakes that Tracetest finds only when it evaluates, or not at all.
  const refused: Readonly<Record<string, string>> = {
    'attr:nullj | json_path': 'the filter `json_path` takes 1 argument (path), not none',
    'attr:ja | json_path \'$[*].a\' | get_index "x"': "`get_index` wants an index from 0, or 'last'",
    'foo()': 'there is no function `foo`',
    'randomInt(1,"a")': '`randomInt` wants whole numbers',
    'uuid(1)': 'the function `uuid` takes no arguments, not 1',
    'attr:tracetest.selected_spans.foo': 'there is no `tracetest.selected_spans.foo`',
    "json_path(attr:j, '$.id')": 'there is no function `json_path`'
  }
  const accepted = expressions.expressions.filter(row => !isSyntaxError(row.tracetest.error))

  test.each(accepted)('$expression is read, or refused with a reason', ({ expression }) => {
    const outcome = parseExpression(expression)
    expect(outcome.problems.map(problem => problem.message)).toEqual(
      refused[expression] === undefined ? [] : [refused[expression]]
    )
    if (!outcome.ok) return
    const printed = printExpression(outcome.value)
    const again = parseExpression(printed)
    expect(again.ok && printExpression(again.value)).toBe(printed)
  })

  const extended = ['[true]']

  test.each(expressions.expressions.filter(row => isSyntaxError(row.tracetest.error)))(
    '$expression is rejected there',
    ({ expression }) => {
      expect(parseExpression(expression).ok).toBe(extended.includes(expression))
    }
  )
})

describe('suites in the field', () => {
  test('all selectors are read but the one with typographic quotes', () => {
    const unread = field.selectors.filter(selector => !parseSelector(selector).ok)
    expect(unread).toEqual(['span[name = “Tracetest trigger”]'])
    expect(field.selectors).toHaveLength(144)
  })

  test('all assertions are read but those without attr:, which Tracetest rejects as well', () => {
    const unread = field.assertions.filter(assertion => !parseAssertion(assertion).ok)
    expect(unread).toEqual([
      'db.repository.operation = "create"',
      'http.status_code = 200',
      'messaging.message.payload contains 52',
      'tracetest.response.body contains "\\"id\\": 52"',
      'tracetest.response.status = 200',
      'tracetest.span.duration <= 100ms'
    ])
    expect(field.assertions).toHaveLength(146)
  })

  test('those that are not read are shown as they were meant', () => {
    const hints = ['span[name = “Tracetest trigger”]'].map(text => parseSelector(text).problems[0]?.hint)
    expect(hints).toEqual(['write `span[name = "Tracetest trigger"]`'])
    expect(parseAssertion('tracetest.span.duration <= 100ms').problems[0]?.hint).toBe(
      'write `attr:tracetest.span.duration <= 100ms`'
    )
  })

  test('what is read prints as something that reads the same', () => {
    for (const text of field.selectors) {
      const outcome = parseSelector(text)
      if (!outcome.ok) continue
      const printed = printSelector(outcome.value)
      const again = parseSelector(printed)
      expect(again.ok && printSelector(again.value)).toBe(printed)
    }
  })
})

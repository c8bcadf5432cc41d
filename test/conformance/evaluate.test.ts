import { readFileSync } from 'node:fs'
import { afterAll, describe, expect, test } from 'vitest'
import { evaluate } from '../../src/judge/evaluate.ts'
import { rowOf } from '../../src/judge/row.ts'
import { createTraceScope } from '../../src/judge/trace-scope.ts'
import { isUndetermined } from '../../src/judge/truth.ts'
import { parseAssertion, parseExpression, parseSelector } from '../../src/language/parse.ts'
import { NOTHING, textOf } from '../../src/language/values.ts'
import type { Trace } from '../../src/model/trace.ts'
import { checkOne, compileChecks, contextFor } from '../support/judge.ts'
import { selectNames } from '../support/select.ts'
import { type PlainAttributes, traceOf } from '../support/trace-builder.ts'
import { DELIBERATE_DIFFERENCES, type DeliberateDifference } from './deliberate-differences.ts'

// What Tracetest's own code answered, row by row.

interface SelectorRows {
  readonly accepted: readonly { readonly selector: string; readonly accepted: boolean }[]
  readonly trace: {
    readonly spans: readonly {
      readonly name: string
      readonly parent: string | null
      readonly start: number
      readonly attributes: Record<string, string>
      readonly kind: 'server'
    }[]
  }
  readonly evaluated: readonly { readonly selector: string; readonly selected: readonly string[] }[]
}
interface ExpressionRows {
  readonly contexts: Record<
    string,
    { readonly attributes: Record<string, string | number>; readonly variables: Record<string, string> }
  >
  readonly assertions: readonly {
    readonly assertion: string
    readonly context: string
    readonly tracetest: { readonly outcome: 'pass' | 'fail' }
  }[]
  readonly expressions: readonly {
    readonly expression: string
    readonly context: string
    readonly tracetest: { readonly text?: string; readonly error?: string | null; readonly panic?: string }
  }[]
}
const read = <T>(name: string): T =>
  JSON.parse(readFileSync(new URL(`../fixtures/conformance/${name}.json`, import.meta.url), 'utf8')) as T
const selectors = read<SelectorRows>('selectors')
const expressions = read<ExpressionRows>('expressions')

const counts = { same: 0, different: 0 }
afterAll(() => {
  console.log(
    `conformance: ${counts.same} rows as Tracetest, ${counts.different} deliberately different, 0 wrong`
  )
})

/** Holds a row to Tracetest's answer, or to being listed as a difference that is really there. */
const hold = (kind: DeliberateDifference['kind'], input: string, ours: unknown, theirs: unknown): void => {
  const listed = DELIBERATE_DIFFERENCES.some(each => each.kind === kind && each.input === input)
  if (listed) {
    expect(ours, 'a listed difference that is none').not.toEqual(theirs)
    counts.different++
  } else {
    expect(ours).toEqual(theirs)
    counts.same++
  }
}

const traces = new Map<string, Trace>(
  Object.entries(expressions.contexts).map(([name, { attributes }]) => {
    const typed: PlainAttributes = Object.fromEntries(
      Object.entries(attributes).map(([key, value]) => [key, Number.isInteger(value) ? BigInt(value) : value])
    )
    return [
      name,
      traceOf(
        { id: 'a', name: 'myspan', attributes: typed },
        { id: 'b', name: 'myspan', at: 1, attributes: typed }
      )
    ]
  })
)
const variablesOf = (context: string): ReadonlyMap<string, string> =>
  new Map(Object.entries(expressions.contexts[context]!.variables))

describe('a selector is accepted where Tracetest accepted it', () => {
  test.each(selectors.accepted)('$selector', ({ selector, accepted }) => {
    hold('selector-syntax', selector, parseSelector(selector).ok, accepted)
  })
})

describe('a selector chooses what it chose in Tracetest', () => {
  const trace = traceOf(
    ...selectors.trace.spans.map(({ name, parent, start, attributes, kind }) => ({
      id: name,
      ...(parent === null ? {} : { parent }),
      at: start,
      kind,
      attributes
    }))
  )
  test.each(selectors.evaluated)('$selector', ({ selector, selected }) => {
    hold('selection', selector, selectNames(trace, selector), selected)
  })
})

describe('an assertion comes out as in Tracetest', () => {
  test.each(expressions.assertions)('$assertion', ({ assertion, context, tracetest }) => {
    const passes =
      parseAssertion(assertion).ok &&
      checkOne(traces.get(context)!, 'span', assertion, { variables: variablesOf(context) }).outcome ===
        'held'
    hold('assertion', assertion, passes ? 'pass' : 'fail', tracetest.outcome)
  })
})

describe('an expression has the text that it had in Tracetest, or is an error in both', () => {
  const FAILED = 'an error'

  const textFor = (text: string, context: string): string => {
    const parsed = parseExpression(text)
    if (!parsed.ok) return FAILED
    const variables = variablesOf(context)
    const scope = createTraceScope(
      traces.get(context)!,
      contextFor(compileChecks({}), { variables }),
      variables
    )
    const value = evaluate(parsed.value, scope, { at: 0, selected: rowOf(Int32Array.of(0, 1)) })
    if (isUndetermined(value)) return FAILED
    return value === NOTHING ? '' : textOf(value)
  }

  test.each(expressions.expressions)('$expression', ({ expression, context, tracetest }) => {
    const theirs = tracetest.error || tracetest.panic ? FAILED : tracetest.text
    const ours = textFor(expression, context)
    // Random: any int from 5 to 10 is as good as theirs.
    if (expression.startsWith('randomInt(attr:n')) {
      expect(Number(ours)).toBeOneOf([5, 6, 7, 8, 9, 10])
      counts.same++
    } else hold('expression', expression, ours, theirs)
  })
})

test('every listed difference stands in the fixtures, once, with a name of its own', () => {
  const inputs = new Set([
    ...selectors.accepted.map(row => `selector-syntax ${row.selector}`),
    ...selectors.evaluated.map(row => `selection ${row.selector}`),
    ...expressions.assertions.map(row => `assertion ${row.assertion}`),
    ...expressions.expressions.map(row => `expression ${row.expression}`)
  ])
  for (const { kind, input } of DELIBERATE_DIFFERENCES) expect(inputs).toContain(`${kind} ${input}`)
  expect(new Set(DELIBERATE_DIFFERENCES.map(({ id }) => id)).size).toBe(DELIBERATE_DIFFERENCES.length)
})

import { afterAll, describe, expect, test } from 'vitest'
import { deliberateDifferences } from './deliberate-differences.ts'
import {
  contextGround,
  expressionRows,
  observeAssertion,
  observeExpression,
  observeSelection,
  REFUSED,
  selectorGround,
  selectorRows
} from './observe.ts'

// Every answer of Tracetest that was observed is given here too, or differs for a reason that is on the list.

interface Row {
  readonly text: string
  /** Both answers in words that can be compared. */
  readonly tracetest: string
  readonly here: string
}

const PASSES = 'passes'
const FAILS = 'fails'

function readingRows(): readonly Row[] {
  const ground = selectorGround()
  return selectorRows.accepted.map(({ selector, accepted }) => ({
    text: selector,
    tracetest: accepted ? 'read' : REFUSED,
    here: observeSelection(selector, ground) === REFUSED ? REFUSED : 'read'
  }))
}

function selectingRows(): readonly Row[] {
  const ground = selectorGround()
  return selectorRows.evaluated.map(({ selector, selected }) => ({
    text: selector,
    tracetest: JSON.stringify(selected),
    here: JSON.stringify(observeSelection(selector, ground))
  }))
}

function assertingRows(): readonly Row[] {
  return expressionRows.assertions.map(({ assertion, context, tracetest }) => ({
    text: assertion,
    tracetest: tracetest.outcome === 'pass' ? PASSES : FAILS,
    here: observeAssertion(assertion, groundOf(context)) === 'held' ? PASSES : FAILS
  }))
}

function evaluatingRows(): readonly Row[] {
  return expressionRows.expressions.map(({ expression, context, tracetest }) => ({
    text: expression,
    tracetest: tracetest.error || tracetest.panic ? REFUSED : tracetest.text!,
    here: observeExpression(expression, groundOf(context))
  }))
}

function groundOf(context: string): ReturnType<typeof contextGround> {
  return contextGround(expressionRows.contexts[context]!)
}

const reasons = new Map(
  deliberateDifferences.flatMap(({ id, rows = [] }) => rows.map((row): [string, string] => [row, id]))
)
const counts = { same: 0, deliberate: 0, wrong: 0 }

function holdTo({ text, tracetest, here }: Row): void {
  const reason = reasons.get(text)
  const isSame = here === tracetest
  if (isSame === (reason !== undefined)) counts.wrong++
  else if (isSame) counts.same++
  else counts.deliberate++
  if (reason === undefined) expect(here).toBe(tracetest)
  else expect(here, `listed as ${reason}, but does not differ`).not.toBe(tracetest)
}

const sections: readonly (readonly [string, readonly Row[]])[] = [
  ['selectors are read', readingRows()],
  ['selectors choose', selectingRows()],
  ['assertions pass', assertingRows()],
  ['expressions have the text', evaluatingRows()]
]
const all = sections.flatMap(([, rows]) => rows)

describe.each(sections)('%s as in Tracetest, or not for a listed reason', (_, rows) => {
  test.each(rows)('$text', row => holdTo(row))
})

test('every listed row is a row that was observed, and is listed once', () => {
  const texts = new Set(all.map(row => row.text))
  const listed = deliberateDifferences.flatMap(difference => difference.rows ?? [])
  expect(listed.filter(row => !texts.has(row))).toEqual([])
  expect(new Set(listed).size).toBe(listed.length)
})

test('all observations are there', () => {
  expect(sections.map(([, rows]) => rows.length)).toEqual([32, 15, 69, 66])
})

afterAll(() => {
  const { same, deliberate, wrong } = counts
  console.info(
    `conformance: ${same} same, ${deliberate} deliberately different, ${wrong} wrong, of ${all.length}`
  )
})

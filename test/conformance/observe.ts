import { readFileSync } from 'node:fs'
import { createCallMemo } from '../../src/judge/calls.ts'
import { evaluateTemplate } from '../../src/judge/evaluate.ts'
import { type Judgement, judge } from '../../src/judge/judge.ts'
import type { SelectorNode } from '../../src/language/ast.ts'
import type { CompiledChecks, CompiledSpec } from '../../src/language/check.ts'
import { parseAssertion, parseExpression, parseSelector, parseTemplate } from '../../src/language/parse.ts'
import type { AttributeValue } from '../../src/model/attributes.ts'
import type { SpanKind } from '../../src/model/span.ts'
import type { Trace } from '../../src/model/trace.ts'
import type { CheckResult } from '../../src/model/verdict.ts'
import type { Location } from '../../src/source/source-text.ts'
import { assertionOf } from '../support/judge.ts'
import { selectorOf } from '../support/select.ts'
import { type PlainAttributes, traceOf } from '../support/trace-builder.ts'

const HERE: Location = { source: { name: 'conformance.yaml', text: '' }, range: { start: 0, end: 0 } }

/** What expressions of a row are evaluated on: a number of like spans, and variables. */
export interface RowContext {
  readonly attributes: Readonly<Record<string, string | number>>
  readonly variables: Readonly<Record<string, string>>
  readonly selectedSpans: number
}

interface SelectorRows {
  readonly accepted: readonly { readonly selector: string; readonly accepted: boolean }[]
  readonly trace: {
    readonly spans: readonly {
      readonly name: string
      readonly parent: string | null
      readonly start: number
      readonly kind: SpanKind
      readonly attributes: Readonly<Record<string, string>>
    }[]
  }
  readonly evaluated: readonly { readonly selector: string; readonly selected: readonly string[] }[]
}

interface ExpressionRows {
  readonly contexts: Readonly<Record<string, RowContext>>
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

function readFixture(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`../fixtures/conformance/${name}.json`, import.meta.url), 'utf8'))
}

export const selectorRows: SelectorRows = readFixture('selectors') as SelectorRows
export const expressionRows: ExpressionRows = readFixture('expressions') as ExpressionRows

/** The answer to what is not read, or has no value. */
export const REFUSED = 'error'
type Answer<Found> = Found | typeof REFUSED

/** What is judged on: spans, and variables. */
interface Ground {
  readonly trace: Trace
  readonly variables?: Readonly<Record<string, string>>
}

/** The names of the spans that a selector chooses; `error` where it is a mistake. */
export function observeSelection(text: string, { trace, variables = {} }: Ground): Answer<readonly string[]> {
  const selector = parseSelector(text)
  if (!selector.ok) return REFUSED
  const spec = specOf(selector.value, 'count() >= 0')
  const [result] = judgeOn(trace, { specs: [spec], outputs: [] }, variables).specs
  return result!.selected.map(id => trace.spans[trace.positionOf(id)!]!.name)
}

/** How an assertion on all spans ends; `error` where it is a mistake. */
export function observeAssertion(
  text: string,
  { trace, variables = {} }: Ground
): Answer<CheckResult['outcome']> {
  if (!parseAssertion(text).ok) return REFUSED
  const spec = specOf(everySpan, text)
  return judgeOn(trace, { specs: [spec], outputs: [] }, variables).specs[0]!.checks[0]!.outcome
}

/** The text of an output that is read from the first span; `error` where it is a mistake or has no value. */
export function observeExpression(text: string, { trace, variables = {} }: Ground): string {
  const value = parseExpression(text)
  if (!value.ok) return REFUSED
  const output = { name: 'OUTPUT', location: HERE, selector: everySpan, value: value.value, isList: false }
  const [result] = judgeOn(trace, { specs: [], outputs: [output] }, variables).outputs
  return result!.outcome === 'held' ? result!.text : REFUSED
}

/** What is sent where a request holds a text. */
export function observeRequest(text: string, variables: Readonly<Record<string, string>>): string {
  const template = parseTemplate(text)
  if (!template.ok) return REFUSED
  const calls = createCallMemo(SOURCES, { specs: [], outputs: [] })
  const outcome = evaluateTemplate(template.value, { variables: new Map(Object.entries(variables)), calls })
  return outcome.ok ? outcome.text : REFUSED
}

/** Like spans, as many as the row says; the attribute that Tracetest makes of the name is the name. */
export function contextGround({ attributes, variables, selectedSpans }: RowContext): Ground {
  const { 'tracetest.span.name': name, ...own } = attributes
  const spans = Array.from({ length: selectedSpans }, (_, at) => ({
    id: `span-${at}`,
    name: String(name),
    attributes: typed(own)
  }))
  return { trace: traceOf(...spans), variables }
}

/** The trace on which the selectors were evaluated: it has no trigger span. */
export function selectorGround(): Ground {
  const sketches = selectorRows.trace.spans.map(({ name, parent, start, kind, attributes }) => ({
    id: name,
    ...(parent === null ? {} : { parent }),
    at: start,
    kind,
    attributes
  }))
  return { trace: traceOf(...sketches) }
}

const SOURCES = { random: () => 0, nowUnixNano: () => 0n }
const everySpan = selectorOf('span')

function specOf(selector: SelectorNode, assertion: string): CompiledSpec {
  const assertions = [assertionOf(assertion)]
  return { kind: 'selector', location: HERE, severity: 'error', selector, text: '', assertions }
}

function judgeOn(
  trace: Trace,
  checks: CompiledChecks,
  variables: Readonly<Record<string, string>>
): Judgement {
  return judge(checks, trace, {
    variables: new Map(Object.entries(variables)),
    isComplete: true,
    mayRevise: false,
    losses: [],
    holes: [],
    calls: createCallMemo(SOURCES, checks)
  })
}

/** JSON knows one kind of number: one without a fraction was an int. */
function typed(attributes: Readonly<Record<string, string | number>>): PlainAttributes {
  const entries = Object.entries(attributes).map(([key, value]): [string, AttributeValue] => [
    key,
    typeof value === 'number' && Number.isInteger(value) ? BigInt(value) : value
  ])
  return Object.fromEntries(entries)
}

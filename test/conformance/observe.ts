import { readFileSync } from 'node:fs'
import { createCallMemo } from '../../src/judge/calls.ts'
import { judge } from '../../src/judge/judge.ts'
import type { CompiledAssertion, CompiledChecks, CompiledSpec } from '../../src/language/check.ts'
import { parseAssertion, parseExpression, parseSelector } from '../../src/language/parse.ts'
import { loadPatterns } from '../../src/language/patterns.ts'
import type { AttributeValue } from '../../src/model/attributes.ts'
import type { SpanKind } from '../../src/model/span.ts'
import type { Trace } from '../../src/model/trace.ts'
import type { CheckResult } from '../../src/model/verdict.ts'
import type { Location } from '../../src/source/source-text.ts'
import { type PlainAttributes, traceOf } from '../support/trace-builder.ts'

await loadPatterns()

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

/** The answer to an expression or selector that is not read, or has no value. */
export const REFUSED = 'error'

/** `error` for a selector that is a mistake in the file; the names of the chosen spans otherwise. */
export function observeSelection(text: string): readonly string[] | typeof REFUSED {
  const selector = parseSelector(text)
  const count = parseAssertion('count() >= 0')
  if (!selector.ok || !count.ok) return REFUSED
  const trace = selectorTrace()
  const spec = specOf(selector.value, { node: count.value, text: 'count() >= 0', location: HERE })
  const [result] = judgeOn(trace, { specs: [spec], outputs: [] }, {}).specs
  return result!.selected.map(id => trace.spans[trace.positionOf(id)!]!.name)
}

/** How an assertion ends on the spans of a context; `error` where it is a mistake in the file. */
export function observeAssertion(text: string, context: RowContext): CheckResult['outcome'] | typeof REFUSED {
  const assertion = parseAssertion(text)
  const selector = parseSelector('span')
  if (!assertion.ok || !selector.ok) return REFUSED
  const spec = specOf(selector.value, { node: assertion.value, text, location: HERE })
  const judgement = judgeOn(contextTrace(context), { specs: [spec], outputs: [] }, context.variables)
  return judgement.specs[0]!.checks[0]!.outcome
}

/** The text of an output of a test; `error` where it is a mistake in the file or has no value. */
export function observeExpression(text: string, context: RowContext): string {
  const value = parseExpression(text)
  const selector = parseSelector('span')
  if (!value.ok || !selector.ok) return REFUSED
  const output = { name: 'OUTPUT', location: HERE, selector: selector.value, value: value.value }
  const judgement = judgeOn(contextTrace(context), { specs: [], outputs: [output] }, context.variables)
  const [result] = judgement.outputs
  return result!.outcome === 'held' ? result!.text : REFUSED
}

function specOf(
  selector: Extract<CompiledSpec, { kind: 'selector' }>['selector'],
  assertion: CompiledAssertion
): CompiledSpec {
  return { kind: 'selector', location: HERE, severity: 'error', selector, text: '', assertions: [assertion] }
}

function judgeOn(
  trace: Trace,
  checks: CompiledChecks,
  variables: Readonly<Record<string, string>>
): ReturnType<typeof judge> {
  return judge(checks, trace, {
    variables: new Map(Object.entries(variables)),
    isComplete: true,
    mayRevise: false,
    losses: [],
    holes: [],
    calls: createCallMemo({ random: () => 0, nowUnixNano: () => 0n }, checks)
  })
}

/** Like spans, as many as the row says; the attribute that Tracetest makes of the name is the name. */
function contextTrace({ attributes, selectedSpans }: RowContext): Trace {
  const { 'tracetest.span.name': name, ...own } = attributes
  const spans = Array.from({ length: selectedSpans }, (_, at) => ({
    id: `span-${at}`,
    name: String(name),
    attributes: typed(own)
  }))
  return traceOf(...spans)
}

function selectorTrace(): Trace {
  return traceOf(
    ...selectorRows.trace.spans.map(({ name, parent, start, kind, attributes }) => ({
      id: name,
      ...(parent === null ? {} : { parent }),
      at: start,
      kind,
      attributes
    }))
  )
}

/** JSON knows one kind of number: one without a fraction was an int. */
function typed(attributes: Readonly<Record<string, string | number>>): PlainAttributes {
  const entries = Object.entries(attributes).map(([key, value]): [string, AttributeValue] => [
    key,
    typeof value === 'number' && Number.isInteger(value) ? BigInt(value) : value
  ])
  return Object.fromEntries(entries)
}

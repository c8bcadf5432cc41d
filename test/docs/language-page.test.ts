import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { createCallMemo } from '../../src/judge/calls.ts'
import { judge } from '../../src/judge/judge.ts'
import type { CompiledSpec } from '../../src/language/check.ts'
import { parseAssertion, parseSelector } from '../../src/language/parse.ts'
import { loadPatterns } from '../../src/language/patterns.ts'
import { printAssertion, printSelector } from '../../src/language/print.ts'
import type { Response } from '../../src/model/response.ts'
import { buildTrace, type Trace } from '../../src/model/trace.ts'
import { buildTriggerSpan } from '../../src/model/trigger-span.ts'
import type { SpecResult } from '../../src/model/verdict.ts'
import { decodeOtlpJson } from '../../src/otlp/decode.ts'
import { verbatimText } from '../../src/source/embedded.ts'
import { TRIGGER_ID } from '../support/trace-builder.ts'
import { codeOf, findTables, readLines } from './markdown.ts'

const lines = readLines('docs/language.md')
const tables = findTables(lines)
const location = verbatimText({ name: 'docs/language.md', text: '' }).locate({ start: 0, end: 0 })
const spans = decodeOtlpJson(JSON.parse(readFileSync('test/fixtures/shop/healthy.json', 'utf8')) as unknown)
const entry = spans.find(span => span.name === 'POST /checkout')!
const orderId = spans.find(span => span.name === 'create order')!.attributes.get('order.id')
const response: Response = {
  status: 200,
  headers: [{ key: 'content-type', value: 'application/json' }],
  body: JSON.stringify({ orderId, total: 99.99 })
}
const trace: Trace = buildTrace(entry.traceId, spans, {
  trigger: buildTriggerSpan(
    entry.traceId,
    TRIGGER_ID,
    { sentUnixNano: entry.startUnixNano - 1_000_000n, answeredUnixNano: entry.endUnixNano! + 1_000_000n },
    response
  )
})
await loadPatterns()

function judgeSpec(selectorText: string, assertionText: string): SpecResult | 'error' {
  const selector = parseSelector(selectorText)
  const assertion = parseAssertion(assertionText)
  if (!selector.ok || !assertion.ok) return 'error'
  const spec: CompiledSpec = {
    kind: 'selector',
    location,
    severity: 'error',
    selector: selector.value,
    text: printSelector(selector.value),
    assertions: [{ node: assertion.value, text: printAssertion(assertion.value), location }]
  }
  const checks = { specs: [spec], outputs: [] }
  const judgement = judge(checks, trace, {
    variables: new Map([['SKU', 'SKU-1']]),
    response,
    responseDurationNanos: 70_000_000n,
    isComplete: true,
    mayRevise: false,
    losses: [],
    holes: [],
    calls: createCallMemo({ random: () => 0.5, nowUnixNano: () => 1_700_000_000_000_000_000n }, checks)
  })
  return judgement.specs[0]!
}

describe('every selector of the page chooses as many spans as it says', () => {
  const rows = tables.filter(table => table.header[1] === 'spans').flatMap(table => table.rows)
  test.each(rows.map(row => [codeOf(row.cells[0]!), Number(row.cells[1])] as const))(
    '%s → %d',
    (selector, count) => {
      const spec = judgeSpec(selector, 'count() >= 0')
      expect(spec === 'error' ? spec : spec.selected.length).toBe(count)
    }
  )
  test('there are selectors on the page', () => expect(rows.length).toBeGreaterThan(45))
})

describe('every assertion of the page has the verdict that it says', () => {
  const rows = tables.filter(table => table.header[2] === 'verdict').flatMap(table => table.rows)
  const words: Record<string, string> = { held: 'holds' }
  test.each(rows.map(row => [codeOf(row.cells[0]!), codeOf(row.cells[1]!), row.cells[2]!] as const))(
    '%s: %s → %s',
    (selector, assertion, verdict) => {
      const spec = judgeSpec(selector, assertion)
      const outcome = spec === 'error' ? 'error' : spec.checks[0]!.outcome
      expect(words[outcome] ?? outcome).toBe(verdict)
    }
  )
  test('there are assertions on the page', () => expect(rows.length).toBeGreaterThan(65))
})

test('every selector of the cheat sheets parses', () => {
  const sheets = tables.filter(table => ['TraceQL', 'Tracetest'].includes(table.header[0]!))
  const texts = sheets
    .flatMap(table => table.rows)
    .flatMap(row => [...row.cells[1]!.matchAll(/`([^`]+)`/g)].map(match => match[1]!))
  expect(texts.length).toBeGreaterThan(8)
  for (const text of texts) {
    const isSelector = /^(span|:)/.test(text)
    const outcome = isSelector
      ? parseSelector(text)
      : parseAssertion(/^\S+:\S+$/.test(text) ? `${text} exists` : text)
    expect(outcome.problems, text).toEqual([])
  }
})

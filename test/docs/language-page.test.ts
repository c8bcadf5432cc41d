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
import { TRIGGER_ID, triggeredTraceOf } from '../support/trace-builder.ts'
import { codeOf, findTables, type Row, readLines } from './markdown.ts'

const lines = readLines('docs/language.md')
const tables = findTables(lines)
const location = verbatimText({ name: 'docs/language.md', text: '' }).locate({ start: 0, end: 0 })

interface Ground {
  readonly trace: Trace
  readonly response: Response
}

function recorded(name: string): Ground {
  const text = readFileSync(`test/fixtures/shop/${name}.json`, 'utf8')
  const spans = decodeOtlpJson(JSON.parse(text) as unknown)
  const entry = spans.find(span => span.name === 'POST /checkout')!
  const orderId = spans.find(span => span.name === 'create order')!.attributes.get('order.id')
  const response: Response = {
    status: 200,
    headers: [{ key: 'content-type', value: 'application/json' }],
    body: JSON.stringify({ orderId, total: 99.99 })
  }
  const times = {
    sentUnixNano: entry.startUnixNano - 1_000_000n,
    answeredUnixNano: entry.endUnixNano! + 1_000_000n
  }
  const trigger = buildTriggerSpan(entry.traceId, TRIGGER_ID, times, response)
  return { trace: buildTrace(entry.traceId, spans, { trigger }), response }
}

const healthy = recorded('healthy')
const queue: Ground = {
  ...healthy,
  trace: triggeredTraceOf(
    { id: 'publish-first', name: 'publish orders', service: 'gateway', kind: 'producer' },
    { id: 'publish-second', name: 'publish orders', service: 'gateway', kind: 'producer', at: 2 },
    {
      id: 'process',
      name: 'process orders',
      service: 'shipping',
      kind: 'consumer',
      at: 9,
      links: [
        { to: 'publish-first', attributes: { 'messaging.batch.index': 0n } },
        { to: 'publish-second', attributes: { 'messaging.batch.index': 1n } }
      ]
    }
  )
}

/** The trace that a table speaks of, by the end of its first heading. */
function groundOf(heading: string): Ground {
  if (heading.endsWith('with a swallowed error')) return recorded('swallowed-error')
  return heading.endsWith('with a queue') ? queue : healthy
}

await loadPatterns()

function judgeSpec(
  selectorText: string,
  assertionText: string,
  { trace, response }: Ground,
  isComplete = true
): SpecResult | 'error' {
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
  const now = healthy.trace.spans[0]!.startUnixNano
  const judgement = judge(checks, trace, {
    variables: new Map([['SKU', 'SKU-1']]),
    response,
    responseDurationNanos: 70_000_000n,
    isComplete,
    mayRevise: false,
    losses: [],
    holes: [],
    calls: createCallMemo({ random: () => 0.5, nowUnixNano: () => now }, checks)
  })
  return judgement.specs[0]!
}

function outcomeOf(spec: SpecResult | 'error'): string {
  if (spec === 'error') return spec
  const { outcome } = spec.checks[0]!
  return outcome === 'held' ? 'holds' : outcome
}

type Checked = readonly [selector: string, assertion: string, outcome: string, row: Row]

function checkedRows(heading: string): readonly Checked[] {
  return tables
    .filter(table => table.header[2] === heading)
    .flatMap(table => table.rows)
    .map(row => [codeOf(row.cells[0]!), codeOf(row.cells[1]!), row.cells[2]!, row])
}

describe('every selector of the page chooses as many spans as it says', () => {
  const rows = tables
    .filter(table => table.header[1] === 'spans')
    .flatMap(({ header, rows }) =>
      rows.map(row => [codeOf(row.cells[0]!), Number(row.cells[1]), groundOf(header[0]!)] as const)
    )
  test.each(rows)('%s → %d', (selector, count, ground) => {
    const spec = judgeSpec(selector, 'count() >= 0', ground)
    expect(spec === 'error' ? spec : spec.selected.length).toBe(count)
  })
  test('there are selectors on the page', () => expect(rows.length).toBeGreaterThan(70))
})

describe('every assertion of the page has the verdict that it says', () => {
  const rows = checkedRows('verdict')
  test.each(rows)('%s: %s → %s', (selector, assertion, verdict, { cells }) => {
    const spec = judgeSpec(selector, assertion, healthy)
    expect(outcomeOf(spec)).toBe(verdict)
    if (spec === 'error') return
    expect(spec.checks[0]!.warnings.length > 0).toBe(cells[3]?.startsWith('with a warning') ?? false)
  })
  test('there are assertions on the page', () => expect(rows.length).toBeGreaterThan(150))
})

describe('every assertion of the page is as early as it says', () => {
  const rows = checkedRows('while spans arrive')
  test.each(rows)('%s: %s → %s', (selector, assertion, verdict) => {
    const spec = judgeSpec(selector, assertion, healthy, false)
    const isOpen = spec !== 'error' && !spec.checks[0]!.isFinal
    expect(isOpen ? 'open' : outcomeOf(spec)).toBe(verdict)
  })
  test('there are early verdicts on the page', () => expect(rows.length).toBeGreaterThan(5))
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

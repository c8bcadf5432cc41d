import { beforeAll, describe, expect, test } from 'vitest'
import { createCallMemo } from '../../../src/judge/calls.ts'
import { evaluate, evaluateTemplate } from '../../../src/judge/evaluate.ts'
import { rowOf } from '../../../src/judge/row.ts'
import { createTraceScope } from '../../../src/judge/trace-scope.ts'
import { isUndetermined } from '../../../src/judge/truth.ts'
import type { ExpressionNode } from '../../../src/language/ast.ts'
import { parseExpression, parseTemplate } from '../../../src/language/parse.ts'
import { loadPatterns } from '../../../src/language/patterns.ts'
import { durationOf, isDuration, NOTHING, type Value } from '../../../src/language/values.ts'
import { assertionOf, checkOne, compileChecks, contextFor } from '../../support/judge.ts'
import { triggeredTraceOf } from '../../support/trace-builder.ts'

beforeAll(loadPatterns)

const SHOP = triggeredTraceOf(
  { id: 'checkout', parent: 'trigger', service: 'gateway', kind: 'server', at: 0, ms: 90 },
  {
    id: 'charge',
    parent: 'checkout',
    service: 'payment',
    kind: 'server',
    at: 10,
    ms: 20,
    error: 'declined',
    attributes: {
      n: 5n,
      f: 1.5,
      text: 'hello',
      digits: '12',
      wait: '5ms',
      yes: true,
      nothing: null,
      tags: ['a', 'b'],
      card: { kind: 'visa', last: 1234n },
      bytes: new Uint8Array([1, 2, 255]),
      name: 'own name',
      big: 9007199254740993n,
      json: '{"id":52,"lines":[{"sku":"x"},{"sku":"y"}],"note":null}'
    },
    resource: { region: 'eu', n: 9n },
    scope: { lib: 'pg' },
    events: [
      { name: 'retry', attributes: { attempt: 1n, code: 'timeout' } },
      { name: 'retry', attributes: { attempt: 2n } },
      { name: 'exception', attributes: { 'exception.type': 'CardError' } }
    ],
    links: [{ to: 'checkout', attributes: { why: 'cause' } }]
  },
  { id: 'audit', parent: 'charge', service: 'payment', at: 12, ms: 4, attributes: { n: 7n } },
  { id: 'notify', parent: 'charge', service: 'payment', at: 20, ms: 30, attributes: { n: 1n } }
)
const CHARGE = 2

/** `:scope` means something inside an assertion only. */
const expressionOf = (text: string): ExpressionNode => {
  if (text.includes(':scope')) {
    const { condition } = assertionOf(`0 = ${text}`).node
    if (condition.kind === 'comparison') return condition.right
  }
  const parsed = parseExpression(text)
  if (!parsed.ok) throw new Error(`${text}: ${parsed.problems[0]?.message ?? ''}`)
  return parsed.value
}

/** The value of an expression on the charge span, with three spans selected; its reason as a text in brackets. */
const valueOn = (text: string): unknown => {
  const variables = new Map<string, Value>([['SKU', 'SKU-1']])
  const scope = createTraceScope(SHOP, contextFor(compileChecks({})), variables)
  const value = evaluate(expressionOf(text), scope, { at: CHARGE, selected: rowOf(Int32Array.of(2, 3, 4)) })
  if (isUndetermined(value)) return `[${value.code}] ${value.explain().text}`
  if (value === NOTHING) return 'NOTHING'
  return isDuration(value) ? `${value.nanos}ns` : value
}

const table = (rows: readonly (readonly [string, unknown])[]): void => {
  test.each(rows)('%s', (text, expected) => {
    expect(valueOn(text)).toEqual(expected)
  })
}

describe('references', () => {
  table([
    ['attr:n', 5n],
    ['resource:n', 9n],
    ['attr:region', 'eu'],
    ['attr:lib', 'pg'],
    ['scope:lib', 'pg'],
    ['scope:name', 'shop'],
    ['attr:name', 'own name'],
    ['attr:tracetest.span.name', 'charge'],
    ['attr:kind', 'server'],
    ['attr:service', 'payment'],
    ['attr:status', 'error'],
    ['attr:status_description', 'declined'],
    ['attr:tracetest.span.status_code', 'STATUS_CODE_ERROR'],
    ['attr:duration', '20000000ns'],
    ['attr:tracetest.span.duration', 20_000_000n],
    ['attr:offset', '15000000ns'],
    // notify outlives it: 12–16 and 20–30 are covered.
    ['attr:self_time', '6000000ns'],
    ['attr:depth', 2n],
    ['attr:events.count', 3n],
    ['attr:links.count', 1n],
    ['attr:nothing', null],
    ['parent:service.name', 'gateway'],
    ['parent:name', 'checkout'],
    ['event:attempt', [1n, 2n]],
    ['event:exception.type', 'CardError'],
    ['link:why', 'cause'],
    ['attr:tracetest.selected_spans.count', 3n],
    ['attr:missing', '[missing] attribute missing is missing on "charge" of payment'],
    ['scope:version', '[missing] scope:version is missing on "charge" of payment'],
    [
      'attr:Text',
      '[missing] attribute Text is missing on "charge" of payment, which has text (spelled otherwise)'
    ]
  ])
})

describe('arithmetic', () => {
  table([
    ['1 + 2 * 3', 7n],
    ['(1 + 2) * 3', 9n],
    ['10 / 4', 2.5],
    ['10 / 5', 2n],
    ['7 % 4', 3n],
    ['1.5 + 1', 2.5],
    ['-attr:n', -5n],
    ['attr:big + 1', 9007199254740994n],
    ['attr:digits + 1', 13n],
    ['attr:wait + 1ms', '6000000ns'],
    ['1s + 500ms', '1500000000ns'],
    ['attr:duration + 1', '20000001ns'],
    ['attr:duration * 2', '40000000ns'],
    ['attr:duration * 1.5', '30000000ns'],
    ['attr:duration / 8', '2500000ns'],
    ['attr:duration / 5ms', 4n],
    ['attr:duration / 8ms', 2.5],
    ['attr:duration % 6ms', '2000000ns'],
    ['1 / 0', '[division-by-zero] the int 1 is divided by zero'],
    ['1.5 % 0.0', '[division-by-zero] the double 1.5 is divided by zero'],
    ['attr:duration + 1.5', '[type] the duration 20 ms cannot be added to the double 1.5'],
    ['3ms * 2ms', '[type] the duration 3 ms cannot be multiplied by the duration 2 ms'],
    ['attr:text + 1', '[type] the text "hello" cannot be added to the int 1'],
    ['-attr:text', '[type] the text "hello" has no sign to change'],
    ['attr:missing + 1', '[missing] attribute missing is missing on "charge" of payment']
  ])
})

describe('aggregates', () => {
  table([
    ['count()', 3n],
    ['count(span[service.name="payment"])', 3n],
    ['sum(attr:n)', 13n],
    ['avg(attr:n)', 13 / 3],
    ['min(attr:n)', 1n],
    ['max(attr:n)', 7n],
    ['p50(attr:n)', 5n],
    ['p90(attr:n)', 7n],
    ['distinct(attr:service.name)', 1n],
    ['sum(attr:duration)', '54000000ns'],
    ['avg(attr:duration)', '18000000ns'],
    ['p50(attr:duration)', '20000000ns'],
    ['max(attr:n * 2 + 1)', 15n],
    ['sum(attr:n of span[n<6])', 6n],
    ['max(count(:scope > span))', 2n],
    ['sum(attr:n of :scope > span)', 8n],
    ['avg(attr:duration of :scope > span)', '17000000ns'],
    ['min(attr:n of :scope span)', 1n],
    ['p95(attr:n of :scope > span)', 7n],
    ['sum(attr:n of span[name="refund"])', '[missing] sum() has no spans to range over'],
    ['sum(attr:n of :scope > span[name="refund"])', '[missing] sum() has no spans to range over'],
    [
      'sum(attr:text)',
      '[missing] sum() cannot range over all spans, attribute text is missing on "audit" of payment: narrow the selector to the spans that have it'
    ],
    ['sum(attr:text of span[text])', '[type] sum() wants numbers or durations, not the text "hello"'],
    ['attr:n of span[name="audit"]', 7n],
    ['attr:n of :scope > span[name="notify"]', 1n],
    ['attr:n of :scope > span:last', 1n],
    [
      'attr:n of span[service.name="payment"]',
      '[not-one-span] `attr:n of span[service.name="payment"]` wants one span, and 3 match'
    ]
  ])

  test('percentiles are the nearest rank', () => {
    const many = triggeredTraceOf(
      { id: 'top', parent: 'trigger' },
      ...Array.from({ length: 100 }, (_, at) => ({
        id: `s${at}`,
        name: 'query',
        parent: 'top',
        at,
        attributes: { n: BigInt(((at * 37) % 100) + 1) }
      }))
    )
    for (const [name, expected] of [
      ['p50', 50],
      ['p90', 90],
      ['p95', 95],
      ['p99', 99]
    ])
      expect(checkOne(many, 'span[name="query"]', `${name}(attr:n) = ${expected}`).outcome).toBe('held')
  })
})

describe('filters, functions, the response', () => {
  table([
    ["attr:json | json_path '$.id'", 52n],
    ["attr:json | json_path '$.lines[*].sku'", ['x', 'y']],
    ["attr:json | json_path '$.none'", 'NOTHING'],
    ["attr:json | json_path '$.none' | length", 0n],
    ['attr:text | upper', 'HELLO'],
    ['"${attr:n}-${attr:text}-${attr:duration}"', '5-hello-20ms'],
    ['"${attr:json | json_path \'$.none\'}."', '.'],
    ['var:SKU', 'SKU-1'],
    ['var:NONE', '[variable] the variable NONE has no value'],
    ['response:status', 200n],
    ['response:header.content-type', 'application/json'],
    ['response:header.x-none', '[missing] the answer has no header `x-none`'],
    ['response:duration', '100000000ns'],
    ["response:body | json_path '$.total'", 99.99],
    ['[attr:n, 1 + 1, "x"]', [5n, 2n, 'x']],
    ['[attr:missing]', '[missing] attribute missing is missing on "charge" of payment'],
    ['attr:text | json', '[filter] json: the text is no JSON: hello']
  ])
})

test('what the parent of an orphan has is not known', () => {
  const lost = triggeredTraceOf({ id: 'charge', parent: 'gone', service: 'payment' })
  for (const assertion of ['parent:name = "x"', 'parent:name exists', 'parent:name not exists'])
    expect(checkOne(lost, 'span[name="charge"]', assertion)).toMatchObject({
      outcome: 'undetermined',
      reason: { text: 'the parent of "charge" of payment is not in the trace' }
    })
  expect(checkOne(lost, ':root', 'parent:name not exists').outcome).toBe('held')
})

describe('conditions', () => {
  test.each([
    ['attr:json | json_path \'$.none\' = ""', 'held'],
    ['attr:json | json_path \'$.none\' != ""', 'violated'],
    ["attr:json | json_path '$.none' = 1", 'undetermined'],
    ["attr:json | json_path '$.none' exists", 'violated'],
    ["attr:json | json_path '$.note' exists", 'held'],
    ["attr:json | json_path '$.note' = null", 'held'],
    ['attr:missing = ""', 'undetermined'],
    ['attr:missing exists', 'violated'],
    ['attr:missing not-exists', 'held'],
    ['attr:n in [1, 5]', 'held'],
    ['attr:n not in [1, 5]', 'violated'],
    ['attr:n in 5..6', 'held'],
    ['attr:text in ["hello", 1]', 'held'],
    ['attr:text in attr:tags', 'violated'],
    ['attr:text in attr:n', 'undetermined'],
    ['attr:text in [1, 2]', 'undetermined'],
    ['attr:text is string', 'held'],
    ['attr:f is number', 'held'],
    ['attr:duration is duration', 'held'],
    ['attr:yes is boolean', 'held'],
    ['attr:tags is array', 'held'],
    ['attr:card is map', 'held'],
    ['attr:nothing is null', 'held'],
    ['attr:json is json', 'held'],
    ['attr:text is not json', 'held'],
    ['attr:missing is string', 'undetermined'],
    ['attr:text matches "^h.l"', 'held'],
    ['attr:n matches "^5$"', 'held'],
    ['attr:tags matches "a"', 'undetermined'],
    ['attr:card contains \'{"kind":"visa"}\'', 'held'],
    ['event:attempt = 2', 'held'],
    ['event:attempt > 2', 'violated'],
    ['event:attempt != 1', 'held'],
    ['event:none = 1', 'undetermined'],
    ['event:none not exists', 'held'],
    // One event has both.
    ['event:attempt = 1 and event:code = "timeout"', 'held'],
    ['event:attempt + 1 = 3', 'held'],
    ['event:attempt in [2]', 'held'],
    ['event:attempt is number', 'held'],
    ['event:name = "exception"', 'held'],
    ['link:why = "cause" and link:span_id = parent:span_id', 'held'],
    ['event:attempt = link:why', 'undetermined']
  ])('%s: %s', (assertion, outcome) => {
    expect(checkOne(SHOP, 'span[name="charge"]', assertion).outcome).toBe(outcome)
  })
})

describe('templates', () => {
  const render = (text: string, variables: Record<string, string> = {}): unknown => {
    const parsed = parseTemplate(text)
    if (!parsed.ok) throw new Error(parsed.problems[0]?.message)
    const sources = { random: () => 0.25, nowUnixNano: () => 1_700_000_000_000_000_000n }
    const calls = createCallMemo(sources, compileChecks({}))
    const outcome = evaluateTemplate(parsed.value, { variables: new Map(Object.entries(variables)), calls })
    return outcome.ok ? outcome.text : outcome.reason
  }

  test('replace what stands in `${…}` and nothing else', () => {
    expect(render('/q?x=100%&y=${var:SKU}&z="\\d"', { SKU: 'a b' })).toBe('/q?x=100%&y=a b&z="\\d"')
    expect(render("${randomInt(1, 4) + 1} ${date('YYYY')}")).toBe('3 2023')
  })

  test('name what has no value', () => {
    expect(render('/${var:NONE}')).toEqual({ code: 'variable', text: 'the variable NONE has no value' })
  })
})

describe('functions', () => {
  const sources = () => {
    let next = 0
    return { random: () => (next++ % 10) / 10, nowUnixNano: () => 0n }
  }
  const SPEC = {
    specs: [{ selector: ':root', assertions: ['randomInt(1, 1000) = randomInt(1, 1000)', 'uuid() = uuid()'] }]
  }

  test('give one value a call and test, another in another place, and the same again from a record', () => {
    const checks = compileChecks(SPEC)
    const first = createCallMemo(sources(), checks)
    const [one, two] = checks.specs[0]!.kind === 'selector' ? checks.specs[0]!.assertions : []
    const callsOf = (node: (typeof one & object)['node']) => {
      const { condition } = node
      if (
        condition.kind !== 'comparison' ||
        condition.left.kind !== 'call' ||
        condition.right.kind !== 'call'
      )
        throw new Error('two calls are compared')
      return [condition.left, condition.right] as const
    }
    const [left, right] = callsOf(one!.node)
    const args = [1n, 1000n]
    const value = first.valueOf(left, args)
    expect(first.valueOf(left, args)).toBe(value)
    expect(first.valueOf(right, args)).not.toBe(value)
    const uuid = first.valueOf(callsOf(two!.node)[0], [])
    expect([...first.generated.keys()]).toEqual([
      'randomInt(1, 1000)#1 of 1, 1000',
      'randomInt(1, 1000)#2 of 1, 1000',
      'uuid()#1'
    ])

    const again = compileChecks(SPEC)
    const second = createCallMemo({ random: () => 0.99, nowUnixNano: () => 1n }, again, first.generated)
    const spec = again.specs[0]!
    if (spec.kind !== 'selector') throw new Error('a spec with a selector')
    expect(second.valueOf(callsOf(spec.assertions[0]!.node)[0], args)).toBe(value)
    expect(second.valueOf(callsOf(spec.assertions[1]!.node)[0], [])).toBe(uuid)
  })
})

test('bytes, maps and durations have texts', () => {
  expect(valueOn('"${attr:bytes} ${attr:card} ${attr:tags}"')).toBe(
    'AQL/ {"kind":"visa","last":1234} ["a", "b"]'
  )
  expect(durationOf(5n).nanos).toBe(5n)
})

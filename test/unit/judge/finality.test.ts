import { describe, expect, test } from 'vitest'
import type { Trace } from '../../../src/model/trace.ts'
import { buildTrace } from '../../../src/model/trace.ts'
import type { CheckResult } from '../../../src/model/verdict.ts'
import { checkOne, judgeSketch } from '../../support/judge.ts'
import {
  buildSpan,
  type SpanSketch,
  TRACE_ID,
  triggeredTraceOf,
  triggerSpan
} from '../../support/trace-builder.ts'

// When a verdict is final although spans may still come: every cell of the tables.

/** Judged while spans may still come: `held` or `violated` if that is final, else `open`. */
const early = (trace: Trace, selector: string, assertion: string): string => {
  const check = checkOne(trace, selector, assertion, { isComplete: false })
  expect(check.isFinal).toBe(!(check.outcome === 'undetermined' && check.reason.code === 'open'))
  return check.isFinal ? check.outcome : 'open'
}
/** The same, were this all. */
const complete = (trace: Trace, selector: string, assertion: string): string =>
  checkOne(trace, selector, assertion).outcome

type Cell = 'PF' | 'P' | 'F' | 'F>' | '–'
const QUANTIFIERS = ['every', 'some', 'none', 'exactly 1', 'at-least 2', 'at-most 1'] as const
type Row = Readonly<Record<(typeof QUANTIFIERS)[number], Cell>>

/** So many spans on which a test is true, and so many on which it is false. */
type Build = (trues: number, falses: number) => Trace

const SHOP: SpanSketch = { id: 'shop', parent: 'trigger', service: 'shop', at: 0, ms: 1000 }
const items = (count: number, prefix: string, sketch: Omit<SpanSketch, 'id'>): readonly SpanSketch[] =>
  Array.from({ length: count }, (_, place) => ({
    id: `${prefix}${place}`,
    name: 'item',
    service: 'shop',
    ...sketch
  }))

const byAttribute: Build = (trues, falses) =>
  triggeredTraceOf(
    SHOP,
    ...items(trues, 't', { parent: 'shop', attributes: { n: 1n } }),
    ...items(falses, 'f', { parent: 'shop', attributes: { n: 2n } })
  )
const byParent: Build = (trues, falses) =>
  triggeredTraceOf(
    SHOP,
    { id: 'cart', parent: 'shop', service: 'shop' },
    ...items(trues, 't', { parent: 'cart' }),
    ...items(falses, 'f', { parent: 'shop' })
  )
const byTime: Build = (trues, falses) =>
  triggeredTraceOf(
    SHOP,
    { id: 'charge', parent: 'shop', service: 'shop', at: 50, ms: 10 },
    ...items(trues, 't', { parent: 'shop', at: 10 }),
    ...items(falses, 'f', { parent: 'shop', at: 70 })
  )

const TABLE: readonly {
  readonly name: string
  readonly selector: string
  readonly test: string
  readonly build: Build
  readonly row: Row
}[] = [
  {
    name: 'growing × fixed',
    selector: 'span[name="item"]',
    test: 'attr:n = 1',
    build: byAttribute,
    row: { every: 'F', some: 'P', none: 'F', 'exactly 1': 'F>', 'at-least 2': 'P', 'at-most 1': 'F' }
  },
  {
    name: 'growing × rising',
    selector: 'span[name="item"]',
    test: 'child-of span[name="cart"]',
    build: byParent,
    row: { every: '–', some: 'P', none: 'F', 'exactly 1': 'F>', 'at-least 2': 'P', 'at-most 1': 'F' }
  },
  {
    name: 'growing × falling',
    selector: 'span[name="item"]',
    test: 'before span[name="charge"]',
    build: byTime,
    row: { every: 'F', some: '–', none: '–', 'exactly 1': '–', 'at-least 2': '–', 'at-most 1': '–' }
  },
  {
    name: 'growing × unsettled',
    selector: 'span[name="item"]',
    test: 'attr:depth = 3',
    build: byParent,
    row: { every: '–', some: '–', none: '–', 'exactly 1': '–', 'at-least 2': '–', 'at-most 1': '–' }
  },
  {
    name: 'unsettled × fixed',
    selector: 'span[name="item"]:leaf',
    test: 'attr:n = 1',
    build: byAttribute,
    row: { every: '–', some: '–', none: '–', 'exactly 1': '–', 'at-least 2': '–', 'at-most 1': '–' }
  }
]

/** Spans on which a quantifier holds, falls short, exceeds. */
const HOLDING: Readonly<Record<string, readonly [number, number]>> = {
  every: [3, 0],
  some: [1, 2],
  none: [0, 3],
  'exactly 1': [1, 2],
  'at-least 2': [2, 1],
  'at-most 1': [1, 2]
}
const FAILING: Readonly<Record<string, readonly [number, number]>> = {
  every: [2, 1],
  some: [0, 3],
  none: [1, 2],
  'exactly 1': [0, 3],
  'at-least 2': [1, 2],
  'at-most 1': [2, 1]
}

describe.each(TABLE)('$name', ({ selector, test: condition, build, row }) => {
  test.each(QUANTIFIERS)('%s', quantifier => {
    const cell = row[quantifier]
    const assertion = `${quantifier} ${condition}`
    const holding = build(...(HOLDING[quantifier] as [number, number]))
    const failing = build(...(FAILING[quantifier] as [number, number]))
    expect(complete(holding, selector, assertion)).toBe('held')
    expect(complete(failing, selector, assertion)).toBe('violated')
    expect(early(holding, selector, assertion)).toBe(cell === 'P' ? 'held' : 'open')
    expect(early(failing, selector, assertion)).toBe(cell === 'F' ? 'violated' : 'open')
    if (quantifier !== 'exactly 1') return
    const exceeding = build(2, 1)
    expect(complete(exceeding, selector, assertion)).toBe('violated')
    expect(early(exceeding, selector, assertion)).toBe(cell === 'F>' ? 'violated' : 'open')
  })

  test.each(QUANTIFIERS)('%s of nothing is open', quantifier => {
    expect(early(build(0, 0), selector, `${quantifier} ${condition}`)).toBe('open')
  })
})

test.each([
  ['every', 1, 2],
  ['some', 1, 2],
  ['none', 2, 1],
  ['exactly 1', 1, 2],
  ['at-least 1', 1, 2],
  ['at-most 0', 2, 1]
])('fixed × fixed: %s is final at once', (quantifier, holding, failing) => {
  const trace = triggeredTraceOf()
  const status = (n: number): string =>
    `${quantifier} attr:tracetest.response.status = ${n === 1 ? 200 : 404}`
  expect(early(trace, ':root', status(holding))).toBe('held')
  expect(early(trace, ':root', status(failing))).toBe('violated')
})

describe('a missing attribute never comes', () => {
  const trace = triggeredTraceOf(
    SHOP,
    ...items(1, 'm', { parent: 'shop' }),
    ...items(1, 't', { parent: 'shop', attributes: { n: 2n } })
  )
  test.each([
    ['every attr:n = 2', 'undetermined'],
    ['none attr:n = 1', 'undetermined'],
    ['at-most 0 attr:n = 1', 'undetermined'],
    ['some attr:n = 1', 'open'],
    ['exactly 1 attr:n = 2', 'open'],
    ['at-most 1 attr:n = 2', 'undetermined']
  ])('%s: %s', (assertion, expected) => {
    expect(early(trace, 'span[name="item"]', assertion)).toBe(expected)
  })
})

describe('a relation to nothing may find something', () => {
  test.each(['every before span[name="charge"]', 'none child-of span[name="charge"]'])(
    '%s is open',
    assertion => {
      expect(early(byAttribute(1, 0), 'span[name="item"]', assertion)).toBe('open')
    }
  )
})

describe('times are final only within one process', () => {
  const across = (service: string): Trace =>
    triggeredTraceOf(
      SHOP,
      { id: 'charge', parent: 'shop', service, at: 50, ms: 10 },
      { id: 'item', parent: 'shop', service: 'shop', at: 70 }
    )
  test.each([
    ['shop', 'violated', 'before span[name="charge"]'],
    ['payment', 'open', 'before span[name="charge"]'],
    ['shop', 'open', 'after span[name="charge"]'],
    ['shop', 'held', 'some during span[name="shop"]'],
    ['shop', 'violated', 'none overlaps span[name="shop"]']
  ])('with charge of %s: %s %s', (service, expected, assertion) => {
    expect(early(across(service), 'span[name="item"]', assertion)).toBe(expected)
  })

  test('nor where no span says which process it is of', () => {
    const trace = triggeredTraceOf({ id: 'charge', at: 50, ms: 10 }, { id: 'item', at: 70 })
    expect(early(trace, 'span[name="item"]', 'before span[name="charge"]')).toBe('open')
  })

  test('the tree is not time', () => {
    expect(early(across('payment'), 'span[name="item"]', 'some child-of span[name="shop"]')).toBe('held')
  })
})

describe('counts and self time of one span', () => {
  const trace = triggeredTraceOf(SHOP, ...items(2, 't', { parent: 'shop', at: 10, ms: 300 }))
  test.each([
    ['count(:scope > span) >= 2', 'open'],
    ['some count(:scope > span) >= 2', 'held'],
    ['count(:scope > span) <= 1', 'violated'],
    ['count(:scope > span) = 1', 'open'],
    ['some attr:self_time < 800ms', 'held'],
    ['attr:self_time >= 800ms', 'violated'],
    ['attr:self_time < 600ms', 'open']
  ])('%s: %s', (assertion, expected) => {
    expect(early(trace, 'span[name="shop"]', assertion)).toBe(expected)
  })
})

describe('the whole set', () => {
  const trace = triggeredTraceOf(
    SHOP,
    { id: 'a', parent: 'shop', service: 'shop', name: 'item', ms: 5, attributes: { n: 1n } },
    { id: 'b', parent: 'shop', service: 'shop', name: 'item', ms: 10, attributes: { n: 3n } }
  )
  test.each([
    ['count() >= 2', 'held'],
    ['count() >= 3', 'open'],
    ['count() <= 2', 'open'],
    ['count() <= 1', 'violated'],
    ['count() = 0', 'violated'],
    ['count() = 1', 'violated'],
    ['count() = 2', 'open'],
    ['count() = 3', 'open'],
    ['count() != 1', 'held'],
    ['count() != 2', 'open'],
    ['count() != 3', 'open'],
    ['distinct(attr:start) >= 1', 'held'],
    ['distinct(attr:duration) >= 2', 'open'],
    ['distinct(attr:duration) <= 1', 'violated'],
    ['distinct(attr:n) >= 2', 'open'],
    ['distinct(attr:n) <= 1', 'violated'],
    ['not distinct(attr:n) <= 1', 'open'],
    ['max(attr:duration) > 5ms', 'open'],
    ['max(attr:duration) <= 5ms', 'violated'],
    ['max(attr:n) > 2', 'open'],
    ['max(attr:n) <= 2', 'violated'],
    ['min(attr:duration) < 10ms', 'open'],
    ['min(attr:duration) >= 10ms', 'violated'],
    ['min(attr:n) < 2', 'open'],
    ['sum(attr:duration) > 10ms', 'open'],
    ['sum(attr:duration) <= 10ms', 'open'],
    ['sum(attr:n) > 2', 'open'],
    ['sum(attr:n) <= 2', 'open'],
    ['avg(attr:duration) <= 5ms', 'open'],
    ['p95(attr:duration) <= 5ms', 'open'],
    ['count() > count(span[name="shop"])', 'open'],
    ['response:status = 200', 'held'],
    ['response:status = 404', 'violated'],
    ['var:SKU = "SKU-1"', 'held'],
    ['count() >= 2 and response:status = 200', 'held'],
    ['count() >= 3 and response:status = 404', 'violated'],
    ['count() >= 3 or response:status = 200', 'held'],
    ['not count() = 1', 'held'],
    ['not (count() >= 2 and count() <= 1)', 'held']
  ])('%s: %s', (assertion, expected) => {
    expect(early(trace, 'span[name="item"]', assertion)).toBe(expected)
  })

  test('an empty one is open, but for what the answer alone has violated', () => {
    for (const assertion of ['count() = 0', 'count() >= 1', 'response:status = 200'])
      expect(early(trace, 'span[name="refund"]', assertion)).toBe('open')
    for (const assertion of ['response:status = 404', 'count() >= 1 and response:status = 404'])
      expect(early(trace, 'span[name="refund"]', assertion)).toBe('violated')
  })

  test('one that may empty again decides nothing that reads it', () => {
    expect(early(trace, 'span[name="item"]:leaf', 'count() >= 2')).toBe('open')
    expect(early(trace, 'span[name="item"]:leaf', 'sum(attr:n) = 0 or response:status = 200')).toBe('open')
    expect(early(trace, 'span[name="item"]:leaf', 'response:status = 404')).toBe('violated')
    // It would hold, but with the warning that the selector chose no span.
    expect(early(trace, 'span[name="item"]:leaf', 'response:status = 200')).toBe('open')
  })

  test('an attribute in place of a duration changes what was true of durations, so that nothing was final', () => {
    const item = (id: string, duration?: bigint | string): SpanSketch => ({
      id,
      parent: 'shop',
      ms: 50,
      ...(duration === undefined ? {} : { attributes: { duration } })
    })
    const two = (duration: bigint | string): Trace => triggeredTraceOf(SHOP, item('a'), item('b', duration))
    for (const [assertion, later] of [
      ['sum(attr:duration) >= 50ms', 'long'],
      ['max(attr:duration) >= 50ms', 'long'],
      ['min(attr:duration) <= 50ms', 'long'],
      ['sum(attr:duration) < 50ms', -9_000_000n]
    ] as const) {
      const outcomes = [triggeredTraceOf(SHOP, item('a')), two(later)].map(whole =>
        complete(whole, 'span[name!="shop"][name!="Tracetest trigger"]', assertion)
      )
      expect(new Set(outcomes).size).toBe(2)
      expect(early(triggeredTraceOf(SHOP, item('a')), 'span[name="a"]', assertion)).toBe('open')
    }
  })

  test('what holds of nothing waits for the keys of all spans: one may be there under another name', () => {
    const assertion = 'count(span[db.system]:root) = 0'
    expect(early(triggeredTraceOf(SHOP), 'span[name="shop"]', assertion)).toBe('open')
    const renamed = triggeredTraceOf(SHOP, { id: 'q', parent: 'shop', attributes: { 'db.system.name': 'x' } })
    expect(complete(renamed, 'span[name="shop"]', assertion)).toBe('undetermined')
  })

  test('a warning of a part that something else makes pointless is none', () => {
    const warningsOf = (assertion: string): readonly string[] =>
      checkOne(trace, 'span[name="item"]', assertion).warnings
    expect(warningsOf('count(span[name="refund"]) <= 1')).toHaveLength(1)
    expect(warningsOf('count(span[name="refund"]) <= 1 or count() >= 2')).toEqual([])
    expect(warningsOf('count(span[name="refund"]) <= 1 and count() >= 2')).toHaveLength(1)
    expect(warningsOf('not (count(span[name="refund"]) > 1 and count() < 2)')).toEqual([])
  })
})

describe('an output', () => {
  test('that a selector reads makes nothing under it final, the answer neither', () => {
    const trace = triggeredTraceOf(SHOP, {
      id: 'item',
      parent: 'shop',
      service: 'shop',
      at: 5,
      attributes: { n: 1n }
    })
    const check = (...more: readonly SpanSketch[]): CheckResult =>
      judgeSketch(
        {
          specs: [{ selector: 'span[n="${var:N}"]', assertions: ['response:status = 200'] }],
          outputs: [{ name: 'N', selector: 'span[name!="shop"]:not(:root)', value: 'attr:n' }]
        },
        more.length === 0 ? trace : triggeredTraceOf(SHOP, ...more),
        { isComplete: more.length > 0 }
      ).specs[0]!.checks[0]!
    expect(check()).toMatchObject({ isFinal: false })
    const item: SpanSketch = { id: 'item', parent: 'shop', service: 'shop', at: 5, attributes: { n: 1n } }
    expect(check(item).outcome).toBe('held')
    expect(check(item, { id: 'first', parent: 'shop', at: 1 }).outcome).toBe('undetermined')
  })
})

describe('below an orphan', () => {
  // Its parent may come and have the orphan above it: then the loop is opened at the earliest, and nothing is as it was.
  const a: SpanSketch = { id: 'a', parent: 'b', service: 'shop', at: 0 }
  const b: SpanSketch = { id: 'b', parent: 'c', service: 'shop', at: 1 }
  const loop = [a, b, { id: 'c', parent: 'a', service: 'shop', at: 2 }]
  const rooted = [a, b, { id: 'c', parent: 'trigger', service: 'shop', at: 2 }]
  test.each([
    ['span[name="a"]', 'some descendant-of span[name="b"]'],
    ['span[name="a"]', 'some child-of span[name="b"]'],
    ['span[name="b"] span[name="a"]', 'count() >= 1'],
    ['span[name="b"] > span[name="a"]', 'some attr:name = "a"'],
    ['span[name="b"]:has(> span[name="a"])', 'count() >= 1'],
    ['span[name="b"]:children(>= 1)', 'count() >= 1'],
    ['span[name="b"]', 'some count(:scope span) >= 1'],
    ['span[name="b"]', 'some attr:self_time < 1ms']
  ])('%s { %s } is open until all above is there', (selector, assertion) => {
    expect(early(triggeredTraceOf(a, b), selector, assertion)).toBe('open')
    if (!assertion.includes('self_time'))
      expect(complete(triggeredTraceOf(a, b), selector, assertion)).toBe('held')
    if (!assertion.includes('self_time'))
      expect(early(triggeredTraceOf(...rooted), selector, assertion)).toBe('held')
    expect(complete(triggeredTraceOf(...loop), selector, assertion)).not.toBe('held')
  })

  test('what a span is in itself is as final as elsewhere', () => {
    expect(early(triggeredTraceOf(a, b), 'span[name="a"]', 'count() >= 1')).toBe('held')
    expect(early(triggeredTraceOf(a, b), 'span[name="a"]', 'before span[name="b"]')).toBe('open')
    expect(early(triggeredTraceOf(a, b), 'span[name="b"]', 'before span[name="a"]')).toBe('violated')
  })
})

describe('sequences', () => {
  const sequence = (steps: readonly string[], service = 'shop'): CheckResult =>
    judgeSketch(
      { specs: [{ sequence: steps }] },
      triggeredTraceOf(
        SHOP,
        { id: 'reserve', parent: 'shop', service: 'shop', at: 10, ms: 5 },
        { id: 'charge', parent: 'shop', service, at: 20, ms: 5 }
      ),
      { isComplete: false }
    ).specs[0]!.checks[0]!

  test('are final on a violating pair of one process, and only then', () => {
    expect(sequence(['span[name="charge"]', 'span[name="reserve"]'])).toMatchObject({
      isFinal: true,
      outcome: 'violated'
    })
    expect(sequence(['span[name="charge"]', 'span[name="reserve"]'], 'payment').isFinal).toBe(false)
    expect(sequence(['span[name="charge"]:last', 'span[name="reserve"]']).isFinal).toBe(false)
    expect(sequence(['span[name="reserve"]', 'span[name="charge"]'])).toMatchObject({
      isFinal: false,
      isWatched: true
    })
    expect(sequence(['span[name="refund"]', 'span[name="charge"]']).isFinal).toBe(false)
  })
})

describe('no verdict is early', () => {
  const assertion = 'some attr:n = 1'
  const spans = [SHOP, ...items(1, 't', { parent: 'shop', attributes: { n: 1n } })]
  const final = (trace: Trace, mayRevise = false): boolean =>
    checkOne(trace, 'span[name="item"]', assertion, { isComplete: false, mayRevise }).isFinal

  test('where spans may still change, or one did, or one is in progress, or no trigger was seen', () => {
    expect(final(triggeredTraceOf(...spans))).toBe(true)
    expect(final(triggeredTraceOf(...spans), true)).toBe(false)
    expect(final(triggeredTraceOf(...spans, { id: 'x', open: true }))).toBe(false)
    expect(final(buildTrace(TRACE_ID, spans.map(buildSpan)))).toBe(false)
    const twice = [...spans, { ...SHOP, ms: 2 }].map(buildSpan)
    expect(final(buildTrace(TRACE_ID, twice, { trigger: triggerSpan() }))).toBe(false)
  })

  test('where an absent parent makes an entry', () => {
    const orphan: SpanSketch = { id: 'orphan', parent: 'gone', service: 'shop' }
    const entries = (...sketches: readonly SpanSketch[]): string =>
      early(triggeredTraceOf(...sketches), 'span:entry', 'some attr:name exists')
    expect(entries(SHOP)).toBe('held')
    expect(entries(SHOP, orphan)).toBe('open')
    expect(entries(SHOP, { ...orphan, kind: 'server' })).toBe('held')
  })
})

describe('watching', () => {
  const trace = byAttribute(2, 0)
  test.each([
    ['count() = 2', true],
    ['count() <= 3', true],
    ['not count() > 3', true],
    ['none attr:n = 2', true],
    ['at-most 5 attr:n = 1', true],
    ['exactly 2 attr:n = 1', true],
    // Work that begins later may speak against these as well: `every x` is `none not x`.
    ['attr:n = 1', true],
    ['during span[name="shop"]', true],
    ['avg(attr:n) = 1', true],
    ['some attr:n = 1', undefined],
    ['count() >= 2', undefined],
    ['attr:n = 2', undefined]
  ])('%s: %s', (assertion, expected) => {
    for (const isComplete of [true, false])
      expect(checkOne(trace, 'span[name="item"]', assertion, { isComplete }).isWatched).toBe(expected)
  })

  test('a test is watched for any check of it', () => {
    const isWatched = (...assertions: readonly string[]): boolean =>
      judgeSketch({ specs: [{ selector: 'span[name="item"]', assertions }] }, trace).isWatched
    expect(isWatched('count() >= 1')).toBe(false)
    expect(isWatched('count() >= 1', 'attr:n = 1')).toBe(true)
    expect(isWatched('count() >= 1', 'count() = 2')).toBe(true)
  })
})

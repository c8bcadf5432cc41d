import { describe, expect, test } from 'vitest'
import type { AttributeValue } from '../../../src/model/attributes.ts'
import type { Span } from '../../../src/model/span.ts'
import { buildTrace, type Trace } from '../../../src/model/trace.ts'
import {
  buildSpan,
  type SpanSketch,
  spanIdOf,
  TRACE_ID,
  traceOf,
  triggeredTraceOf,
  triggerSpan
} from '../../support/trace-builder.ts'

const outline = (trace: Trace): string[] =>
  trace.spans.map((span, at) => {
    let depth = 0
    for (let up = trace.parents[at]!; up >= 0; up = trace.parents[up]!) depth++
    return `${'  '.repeat(depth)}${span.name}${trace.orphans[at] ? '?' : ''}`
  })

const SHOP: readonly SpanSketch[] = [
  { id: 'checkout', at: 0, ms: 100 },
  { id: 'charge', parent: 'checkout', at: 40, ms: 10 },
  { id: 'reserve', parent: 'checkout', at: 10, ms: 20 },
  { id: 'update stock', parent: 'reserve', at: 12, ms: 5 }
]

describe('trace order', () => {
  test('is depth first, siblings by start', () => {
    expect(outline(traceOf(...SHOP))).toEqual(['checkout', '  reserve', '    update stock', '  charge'])
  })

  test('decides equal starts by end, an unfinished span last, then by span id', () => {
    const trace = traceOf(
      { id: 'long', at: 1, ms: 9 },
      { id: 'unfinished', at: 1, open: true },
      { id: 'short', at: 1, ms: 2 },
      { id: 'twin a', at: 2, ms: 1 },
      { id: 'twin b', at: 2, ms: 1 }
    )
    const twins = ['twin a', 'twin b'].sort((a, b) => (spanIdOf(a) < spanIdOf(b) ? -1 : 1))
    expect(outline(trace)).toEqual(['short', 'long', 'unfinished', ...twins])
  })

  test('gives every span the interval of its descendants', () => {
    const trace = traceOf(...SHOP)
    expect([...trace.subtreeEnds]).toEqual([4, 3, 3, 4])
    expect([...trace.parents]).toEqual([-1, 0, 1, 0])
    expect(trace.positionOf(spanIdOf('charge'))).toBe(3)
    expect(trace.positionOf(spanIdOf('refund'))).toBeUndefined()
  })
})

describe('the trigger span', () => {
  test('stands above roots and above spans that name it as their parent, and orphans stay beside it', () => {
    const trace = triggeredTraceOf(
      { id: 'entry', parent: 'trigger', at: 1 },
      { id: 'own root', at: 2 },
      { id: 'orphan', parent: 'not here', at: 0 }
    )
    expect(outline(trace)).toEqual(['Tracetest trigger', '  entry', '  own root', 'orphan?'])
    expect(trace.trigger).toBe(0)
  })

  test('is the whole trace where nothing else came', () => {
    const trace = buildTrace(TRACE_ID, [], { trigger: triggerSpan() })
    expect(outline(trace)).toEqual(['Tracetest trigger'])
  })
})

describe('repeats', () => {
  test('that are equal count once and are no conflict, whatever the order of their attributes', () => {
    const one = buildSpan({ id: 'charge', attributes: { amount: 5n, currency: 'EUR' } })
    const other = buildSpan({ id: 'charge', attributes: { currency: 'EUR', amount: 5n } })
    const trace = buildTrace(TRACE_ID, [one, other, one])
    expect(trace.spans).toHaveLength(1)
    expect(trace.conflicting.size).toBe(0)
  })

  test('that differ leave the better report, and are named', () => {
    const reports = [
      buildSpan({ id: 'charge', open: true, attributes: { amount: 5n, currency: 'EUR', card: 'x' } }),
      buildSpan({ id: 'charge', attributes: { amount: 5n } }),
      buildSpan({ id: 'charge', attributes: { amount: 5n, currency: 'EUR' } })
    ]
    for (const order of [reports, [...reports].reverse()]) {
      const trace = buildTrace(TRACE_ID, order)
      expect(trace.spans).toEqual([reports[2]])
      expect([...trace.conflicting]).toEqual([spanIdOf('charge')])
    }
  })

  const charge = buildSpan({ id: 'charge', attributes: { amount: 5n } })
  const withAmount = (value: AttributeValue): Span =>
    buildSpan({ id: 'charge', attributes: { amount: value } })

  test.each<readonly [string, Span, Span]>([
    ['an int from the double of the same value', withAmount(5n), withAmount(5)],
    ['zero from its negative', withAmount(0), withAmount(-0)],
    ['a list from one in another order', withAmount(['a', 'b']), withAmount(['b', 'a'])],
    ['a list from the bytes of the same numbers', withAmount([1, 2]), withAmount(new Uint8Array([1, 2]))],
    ['bytes from others', withAmount(new Uint8Array([1, 2])), withAmount(new Uint8Array([1, 3]))],
    ['a key from another of the same value', charge, buildSpan({ id: 'charge', attributes: { sum: 5n } })],
    ['a map from one with another key', withAmount({ a: 1n }), withAmount({ b: 1n })],
    [
      'one thing not said from another',
      { ...charge, parentSpanId: undefined, traceState: 'shop=1' } as unknown as Span,
      { ...charge, parentSpanId: spanIdOf('checkout'), traceState: undefined } as unknown as Span
    ]
  ])('tell %s', (_, one, other) => {
    for (const order of [
      [one, other],
      [other, one]
    ])
      expect(buildTrace(TRACE_ID, order).conflicting.size).toBe(1)
  })

  test('are alike where their values are, however deep', () => {
    const deep = (): Span => withAmount({ a: [1n, Number.NaN, new Uint8Array([7])] })
    expect(buildTrace(TRACE_ID, [deep(), deep()]).conflicting.size).toBe(0)
  })
})

describe('loops of parents', () => {
  test('a span that is its own parent is an orphan', () => {
    expect(outline(traceOf({ id: 'self', parent: 'self' }))).toEqual(['self?'])
  })

  test('are opened at their earliest span, and what hangs on them stays below', () => {
    const spans: readonly SpanSketch[] = [
      { id: 'a', parent: 'c', at: 5 },
      { id: 'b', parent: 'a', at: 3 },
      { id: 'c', parent: 'b', at: 4 },
      { id: 'tail', parent: 'c', at: 1 },
      { id: 'end of tail', parent: 'tail', at: 0 },
      { id: 'elsewhere', at: 9 }
    ]
    const expected = ['elsewhere', 'b?', '  c', '    tail', '      end of tail', '    a']
    expect(outline(traceOf(...spans))).toEqual(expected)
    expect(outline(traceOf(...[...spans].reverse()))).toEqual(expected)
  })
})

test('a chain of 100,000 spans and a fan of 100,000 are built without recursion', () => {
  const size = 100_000
  const sketch = (index: number, parent: number): SpanSketch => ({
    id: `s${index}`,
    ...(parent < 0 ? {} : { parent: `s${parent}` }),
    at: index
  })
  const chain = traceOf(...Array.from({ length: size }, (_, index) => sketch(index, index - 1)))
  expect(chain.subtreeEnds[0]).toBe(size)
  expect(chain.parents[size - 1]).toBe(size - 2)
  const fan = traceOf(...Array.from({ length: size }, (_, index) => sketch(index, index === 0 ? -1 : 0)))
  expect(fan.subtreeEnds[0]).toBe(size)
  expect(fan.parents[size - 1]).toBe(0)
})

import { expect, test } from 'vitest'
import type { SpanId } from '../../../src/model/ids.ts'
import { readSpanClock } from '../../../src/run/span-clock.ts'
import { buildSpan, EPOCH, type SpanSketch, spanIdOf, triggeredTraceOf } from '../../support/trace-builder.ts'

const ms = (value: number): bigint => EPOCH + BigInt(value) * 1_000_000n
/** Sent at -5 ms, answered at 95 ms. */
const times = { sentUnixNano: ms(-5), answeredUnixNano: ms(95) }

function readEnds(
  sightings: Readonly<Record<string, number>>,
  ...sketches: SpanSketch[]
): Record<string, number | undefined> {
  const trace = triggeredTraceOf(...sketches)
  const seen = new Map<SpanId, bigint>(Object.entries(sightings).map(([id, at]) => [spanIdOf(id), ms(at)]))
  const clock = readSpanClock(trace, seen, times)
  return Object.fromEntries(
    sketches.map(sketch => {
      const end = clock.endUnixNano(buildSpan(sketch))
      return [sketch.id, end === undefined ? undefined : Number(end - EPOCH) / 1e6]
    })
  )
}

const gateway: SpanSketch = {
  id: 'gateway',
  parent: 'trigger',
  kind: 'server',
  service: 'gateway',
  at: 0,
  ms: 90
}
const call: SpanSketch = {
  id: 'call',
  parent: 'gateway',
  kind: 'client',
  service: 'gateway',
  at: 10,
  ms: 50
}
const pricing = (at: number, length: number): SpanSketch => ({
  id: 'quote',
  parent: 'call',
  kind: 'server',
  service: 'pricing',
  at,
  ms: length
})

test('clocks that agree leave every end as it is', () => {
  expect(readEnds({ gateway: 300, call: 300, quote: 300 }, gateway, call, pricing(20, 30))).toEqual({
    gateway: 90,
    call: 60,
    quote: 50
  })
})

test('an end counts no later than it was seen', () => {
  expect(readEnds({ gateway: 85 }, gateway)).toEqual({ gateway: 85 })
})

test('a span that was seen well before its end shows a skewed host: all its ends are their sightings', () => {
  expect(readEnds({ gateway: 40, call: 35 }, gateway, call)).toEqual({ gateway: 40, call: 35 })
})

test('an entry span that began before the request was sent shows a skewed host', () => {
  expect(readEnds({ gateway: 300 }, { ...gateway, at: -5000 })).toEqual({ gateway: 300 })
})

test('so does any other span that the trigger caused: the consumer of its message', () => {
  for (const kind of ['consumer', 'internal'] as const)
    expect(readEnds({ gateway: 300 }, { ...gateway, kind, at: -5000 })).toEqual({ gateway: 300 })
})

test('a consumer may begin long after the answer', () => {
  expect(readEnds({ gateway: 2300 }, { ...gateway, kind: 'consumer', at: 2000 })).toEqual({ gateway: 2090 })
})

test('an entry span that began after the answer shows one too', () => {
  expect(readEnds({ gateway: 300 }, { ...gateway, at: 130 })).toEqual({ gateway: 300 })
})

test('a server span outside its client span shows that one of both is skewed', () => {
  expect(readEnds({ gateway: 300, call: 301, quote: 302 }, gateway, call, pricing(-10_000, 30))).toEqual({
    gateway: 300,
    call: 301,
    quote: 302
  })
})

test('a server that ends after its client shows nothing: it has things to do once its answer is out', () => {
  expect(readEnds({ gateway: 900, call: 901, quote: 902 }, gateway, call, pricing(40, 300))).toEqual({
    gateway: 90,
    call: expect.any(Number) as number,
    quote: 340
  })
})

test('a child that outlives its parent shows nothing: it may be asynchronous', () => {
  expect(
    readEnds({ gateway: 900, consume: 900 }, gateway, {
      id: 'consume',
      parent: 'gateway',
      kind: 'consumer',
      service: 'shipping',
      at: 50,
      ms: 500
    })
  ).toEqual({ gateway: 90, consume: 550 })
})

test('processes of one host share its clock', () => {
  const resource = { 'host.name': 'node-1' }
  expect(
    readEnds(
      { gateway: 300, quote: 300 },
      { ...gateway, at: -5000, resource },
      { ...pricing(20, 30), parent: 'trigger', resource }
    )
  ).toEqual({ gateway: 300, quote: 300 })
})

test('a span in progress has no end', () => {
  expect(readEnds({}, { ...gateway, open: true })).toEqual({ gateway: undefined })
})

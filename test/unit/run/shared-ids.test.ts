import { describe, expect, test } from 'vitest'
import { decodeZipkinSpans, ZIPKIN_SHARED_IDS } from '../../../src/backends/zipkin/decode.ts'
import { parseTraceId } from '../../../src/model/ids.ts'
import type { FetchResult } from '../../../src/plugin/trace-backend.ts'
import { type Collector, createCollector } from '../../../src/run/collector.ts'
import { createHarness, judgementOf } from '../../support/wait-harness.ts'

const TRACE = '5b8aa5a2d2c872e8321cf37308d69df2'
const report = (id: string, name: string, service: string, more: Record<string, unknown> = {}): unknown => ({
  traceId: TRACE,
  id,
  name,
  timestamp: 1000,
  duration: 100,
  localEndpoint: { serviceName: service },
  ...more
})
const top = report('a1', 'checkout', 'cart', { kind: 'SERVER' })
const client = report('c1', 'call', 'cart', { parentId: 'a1', kind: 'CLIENT' })
const server = report('c1', 'serve', 'payment', { parentId: 'a1', kind: 'SERVER', tags: { a: '1', b: '2' } })
const marked = { ...(server as object), shared: true }
const below = report('d1', 'charge', 'payment', { parentId: 'c1' })

const answered = (...reports: readonly unknown[]): FetchResult => ({
  status: 'found',
  spans: decodeZipkinSpans(reports),
  completeness: 'unknown',
  sharedIds: ZIPKIN_SHARED_IDS
})

function collectorOf(...looks: readonly (readonly unknown[])[]): Collector {
  const collector = createCollector(parseTraceId(TRACE)!, false)
  for (const [at, reports] of looks.entries())
    collector.absorb(answered(...reports), { begunUnixNano: BigInt(at), seenUnixNano: BigInt(at) })
  return collector
}

function treeOf(collector: Collector): Record<string, string | undefined> {
  const { spans, parents } = collector.buildTrace()
  return Object.fromEntries(spans.map((span, at) => [span.name, spans[parents[at]!]?.name]))
}

const TREE = { checkout: undefined, call: 'checkout', serve: 'call', charge: 'serve' }

describe('two spans that share an id', () => {
  test.each<[string, readonly (readonly unknown[])[]]>([
    ["the server's end first, which nobody marked", [[server], [top, client, server, below]]],
    [
      "the client's end first",
      [
        [client, below],
        [top, client, server, below]
      ]
    ],
    ['a child first', [[below], [below, client], [top, client, marked, below]]],
    [
      "a child and the server's end first",
      [
        [below, marked],
        [top, client, marked, below]
      ]
    ],
    ['all at once', [[below, marked, client, top]]]
  ])('are told apart whichever came first: %s', (_, looks) => {
    const collector = collectorOf(...looks)
    expect(treeOf(collector)).toEqual(TREE)
    expect(collector.spanCount).toBe(4)
    expect(collector.buildTrace().conflicting.size).toBe(0)
    expect(collector.shrunken).toBe(0)
  })

  test('were each seen when they came', () => {
    const collector = collectorOf([server], [top, client, server])
    const [serving] = collector.buildTrace().spans.filter(span => span.name === 'serve')
    const [calling] = collector.buildTrace().spans.filter(span => span.name === 'call')
    expect(collector.sightings.get(serving!.spanId)).toBe(0n)
    expect(collector.sightings.get(calling!.spanId)).toBe(1n)
    expect(collector.absences.get(calling!.spanId)).toBe(0n)
    expect(collector.absences.has(serving!.spanId)).toBe(false)
  })

  test('give no verdict early, where that is usual', async () => {
    const harness = createHarness({
      isPushed: false,
      caps: { lagMs: 0 },
      judge: () => judgementOf({ isFinal: true })
    })
    harness.backend.answer = () => answered(top)
    expect((await harness.wait()).ground.kind).not.toBe('asserted')
  })

  test('leave a note for whoever judges a saved trace that was cut short', async () => {
    const harness = createHarness({ isPushed: false, caps: { lagMs: 0 }, wait: { timeoutMs: 1000 } })
    harness.backend.answer = () => answered(client)
    expect((await harness.wait()).ground).toMatchObject({ kind: 'timeout', mayRevise: true })
  })

  test('are a reason to expect more of them where it is not usual', () => {
    const unusual = { ...ZIPKIN_SHARED_IDS, areUsual: false }
    const mayRearrange = (...reports: readonly unknown[]): boolean => {
      const collector = createCollector(parseTraceId(TRACE)!, false)
      const times = { begunUnixNano: 0n, seenUnixNano: 0n }
      collector.absorb({ ...answered(...reports), sharedIds: unusual } as FetchResult, times)
      return collector.mayRearrange
    }
    expect(mayRearrange(client)).toBe(false)
    expect(mayRearrange(client, server)).toBe(true)
  })
})

describe('an answer that brings no new span', () => {
  test('is judged anew where it says that something is lost', () => {
    const collector = collectorOf([top])
    const before = collector.version
    const { spans } = answered(top) as Extract<FetchResult, { status: 'found' }>
    const times = { begunUnixNano: 1n, seenUnixNano: 1n }
    expect(
      collector.absorb({ status: 'found', spans, completeness: 'unknown', losses: ['links'] }, times)
    ).toBe(false)
    expect(collector.version).toBeGreaterThan(before)
  })
})

import { beforeEach, describe, expect, test } from 'vitest'
import type { TraceId } from '../../../src/model/ids.ts'
import { parseTraceId } from '../../../src/model/ids.ts'
import type { Span } from '../../../src/model/span.ts'
import { TraceStore } from '../../../src/otlp/trace-store.ts'
import { buildSpan } from '../../support/trace-builder.ts'

const AWAITED = parseTraceId('a1')!
const OTHER = parseTraceId('b2')!
const FOREIGN = parseTraceId('f3')!
const TTL_MS = 60_000

let nowMs = 0
let store: TraceStore

const spansOf = (traceId: TraceId, ...ids: string[]): Span[] =>
  ids.map(id => ({ ...buildSpan({ id, service: id }), traceId }))
const namesOf = (traceId: TraceId): readonly string[] =>
  (store.fetch(traceId)?.spans ?? []).map(span => span.name)
const open = (maxSpans: number, maxBytes = Number.POSITIVE_INFINITY): TraceStore =>
  new TraceStore(() => nowMs, { maxSpans, maxBytes, ttlMs: TTL_MS, looseBytes: 0 })
/** Listeners are called in microtasks; all that are due have run after this. */
const settle = (): Promise<void> => Promise.resolve()

beforeEach(() => {
  nowMs = 0
  store = open(10)
})

describe('a trace', () => {
  test('is kept although it came before anybody asked', () => {
    store.add(spansOf(AWAITED, 'cart'))
    nowMs = TTL_MS - 1
    store.add(spansOf(AWAITED, 'payment'))
    expect(store.fetch(AWAITED)).toEqual({ spans: spansOf(AWAITED, 'cart', 'payment') })
  })

  test('is the same after it has been quiet for long, and takes more spans', () => {
    store.add(spansOf(AWAITED, 'cart', 'payment'))
    for (const id of ['one', 'other']) {
      nowMs += 5_000
      store.add(spansOf(FOREIGN, id))
    }
    expect(store.fetch(AWAITED)).toEqual({ spans: spansOf(AWAITED, 'cart', 'payment') })
    store.add(spansOf(AWAITED, 'shipping'))
    expect(store.fetch(AWAITED)).toEqual({ spans: spansOf(AWAITED, 'cart', 'payment', 'shipping') })
  })

  test('is absent until something of it comes', () => {
    expect(store.fetch(AWAITED)).toBeUndefined()
    store.add(spansOf(FOREIGN, 'cart'))
    expect(store.fetch(AWAITED)).toBeUndefined()
  })

  test('that was fetched does not change in the hands of whoever holds it', () => {
    store.add(spansOf(AWAITED, 'cart'))
    const before = store.fetch(AWAITED)
    store.add(spansOf(AWAITED, 'payment'))
    expect(before?.spans).toHaveLength(1)
  })

  test('gets its own spans only, from a request that carries several traces', () => {
    store.add([...spansOf(AWAITED, 'cart'), ...spansOf(OTHER, 'stock'), ...spansOf(AWAITED, 'payment')])
    expect(namesOf(AWAITED)).toEqual(['cart', 'payment'])
    expect(namesOf(OTHER)).toEqual(['stock'])
  })
})

describe('whoever subscribes', () => {
  test('is called once a request, when its spans can be fetched', async () => {
    const seen: number[] = []
    using _ = store.subscribe(AWAITED, () => seen.push(namesOf(AWAITED).length))
    store.add(spansOf(AWAITED, 'cart', 'payment'))
    await settle()
    store.add(spansOf(AWAITED, 'shipping'))
    store.add(spansOf(OTHER, 'stock'))
    await settle()
    expect(seen).toEqual([2, 3])
  })

  test('is called when something is lost', async () => {
    let calls = 0
    using _ = store.subscribe(AWAITED, () => calls++)
    store.truncate('too large')
    await settle()
    expect(calls).toBe(1)
  })

  test('is not called any more after disposing, others are', async () => {
    let first = 0
    let second = 0
    const subscription = store.subscribe(AWAITED, () => first++)
    using _ = store.subscribe(AWAITED, () => second++)
    subscription[Symbol.dispose]()
    store.add(spansOf(AWAITED, 'cart'))
    await settle()
    expect([first, second]).toEqual([0, 1])
  })

  test('is not called after disposing, not even for spans that came before', async () => {
    let calls = 0
    const subscription = store.subscribe(AWAITED, () => calls++)
    store.add(spansOf(AWAITED, 'cart'))
    subscription[Symbol.dispose]()
    await settle()
    expect(calls).toBe(0)
  })
})

describe('what is lost', () => {
  test('of a known trace marks that trace', () => {
    store.fetch(AWAITED)
    store.truncate('a bad span', OTHER)
    expect(store.fetch(OTHER)).toEqual({ spans: [], truncated: 'a bad span' })
    expect(store.fetch(AWAITED)).toBeUndefined()
  })

  test('of nobody knows what marks every trace that is awaited', () => {
    store.add(spansOf(FOREIGN, 'cart'))
    store.fetch(AWAITED)
    using _ = store.subscribe(OTHER, () => undefined)
    store.truncate('an unreadable request')
    expect(store.fetch(AWAITED)?.truncated).toBe('an unreadable request')
    expect(store.fetch(OTHER)?.truncated).toBe('an unreadable request')
    expect(store.fetch(FOREIGN)?.truncated).toBeUndefined()
  })

  test('first is what is told', () => {
    store.fetch(AWAITED)
    store.truncate('the first')
    store.truncate('the second')
    expect(store.fetch(AWAITED)?.truncated).toBe('the first')
  })
})

describe('traces nobody claimed', () => {
  test('are told with their services, the latest first, until they are asked for', () => {
    store.add(spansOf(AWAITED, 'cart', 'payment', 'cart'))
    store.add(spansOf(FOREIGN, 'stock'))
    expect(store.unclaimed()).toEqual([
      { traceId: FOREIGN, services: ['stock'], spans: 1 },
      { traceId: AWAITED, services: ['cart', 'payment'], spans: 3 }
    ])
    store.fetch(AWAITED)
    using _ = store.subscribe(OTHER, () => undefined)
    store.add(spansOf(OTHER, 'pricing'))
    expect(store.unclaimed().map(trace => trace.traceId)).toEqual([FOREIGN])
  })

  test('are dropped when their time is over, and say so if they are asked for after all', () => {
    store.add(spansOf(FOREIGN, 'stock'))
    store.fetch(AWAITED)
    nowMs = TTL_MS
    store.add(spansOf(OTHER, 'cart'))
    expect(store.unclaimed().map(trace => trace.traceId)).toEqual([OTHER])
    expect(store.fetch(FOREIGN)).toEqual({ spans: [], truncated: expect.stringMatching(/dropped/) })
    expect(store.fetch(AWAITED)).toBeUndefined()
  })
})

describe('when there is no room', () => {
  test('the trace goes first that nobody claimed and that was silent longest', () => {
    store.fetch(AWAITED)
    store.add(spansOf(AWAITED, 'a', 'b', 'c', 'd'))
    store.add(spansOf(FOREIGN, 'e', 'f', 'g'))
    store.add(spansOf(OTHER, 'h', 'i', 'j'))
    store.add(spansOf(FOREIGN, 'k'))
    expect(namesOf(AWAITED)).toHaveLength(4)
    expect(store.fetch(OTHER)).toEqual({ spans: [], truncated: expect.stringMatching(/no room/) })
    expect(namesOf(FOREIGN)).toEqual(['e', 'f', 'g', 'k'])
  })

  test('a claimed trace goes if nobody listens to it any more', () => {
    store.subscribe(OTHER, () => undefined)[Symbol.dispose]()
    store.add(spansOf(OTHER, 'a', 'b', 'c', 'd', 'e', 'f'))
    using _ = store.subscribe(AWAITED, () => undefined)
    expect(store.add(spansOf(AWAITED, 'g', 'h', 'i', 'j', 'k'))).toBe(0)
    expect(namesOf(AWAITED)).toHaveLength(5)
    expect(store.fetch(AWAITED)?.truncated).toBeUndefined()
    expect(store.fetch(OTHER)).toEqual({ spans: [], truncated: expect.stringMatching(/no room/) })
  })

  test('of traces that are listened to, the new spans are refused', () => {
    using _ = store.subscribe(AWAITED, () => undefined)
    using __ = store.subscribe(OTHER, () => undefined)
    store.add(spansOf(AWAITED, 'a', 'b', 'c', 'd', 'e'))
    expect(store.add(spansOf(OTHER, 'f', 'g', 'h', 'i', 'j', 'k'))).toBe(6)
    expect(namesOf(AWAITED)).toHaveLength(5)
    expect(store.fetch(AWAITED)?.truncated).toBeUndefined()
    expect(store.fetch(OTHER)).toEqual({ spans: [], truncated: expect.stringMatching(/no room/) })
    expect(store.add(spansOf(OTHER, 'f'))).toBe(0)
    expect(namesOf(OTHER)).toEqual(['f'])
  })

  test('a trace of its own that is too large is refused', () => {
    expect(store.add(spansOf(FOREIGN, ...'abcdefghijk'))).toBe(11)
    expect(store.unclaimed()).toEqual([])
  })

  test('memory counts, not only the number of spans', () => {
    store = open(1_000, 5_000)
    const long = {
      ...buildSpan({ id: 'cart', attributes: { 'cart.note': 'x'.repeat(6_000) } }),
      traceId: AWAITED
    }
    using _ = store.subscribe(AWAITED, () => undefined)
    expect(store.add(spansOf(AWAITED, 'payment'))).toBe(0)
    expect(store.add([long])).toBe(1)
    expect(namesOf(AWAITED)).toEqual(['payment'])
    expect(store.fetch(AWAITED)?.truncated).toMatch(/no room/)
  })
})

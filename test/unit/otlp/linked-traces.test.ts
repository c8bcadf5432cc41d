import { beforeEach, describe, expect, test } from 'vitest'
import type { TraceId } from '../../../src/model/ids.ts'
import type { Span } from '../../../src/model/span.ts'
import { TraceStore } from '../../../src/otlp/trace-store.ts'
import { buildSpan, TRACE_ID, traceIdOf } from '../../support/trace-builder.ts'

const TTL_MS = 60_000
let nowMs = 0
let store: TraceStore

const open = (maxSpans: number): TraceStore =>
  new TraceStore(() => nowMs, { maxSpans, maxBytes: Number.POSITIVE_INFINITY, ttlMs: TTL_MS, looseBytes: 0 })
const ours = (id = 'publish'): Span => buildSpan({ id })
/** A span of another trace that links to one of ours, or of a third. */
const linking = (trace: string, to: string | undefined): Span =>
  buildSpan({
    id: `${trace} root`,
    trace,
    links: [{ to: 'publish', ...(to === undefined ? {} : { trace: to }) }]
  })
const within = (trace: string, id: string): Span => buildSpan({ id, trace })
const namesOf = (traceId: TraceId = TRACE_ID): readonly string[] =>
  (store.fetch(traceId, 'linked')?.spans ?? []).map(span => span.name)
/** Listeners are called in microtasks; all that are due have run after this. */
const settle = (): Promise<void> => Promise.resolve()

beforeEach(() => {
  nowMs = 0
  store = open(10)
})

describe('a trace that is asked for with those that link to it', () => {
  test('brings them, whatever came first, and those that link to them', () => {
    store.add([within('b', 'book'), linking('c', 'b')])
    store.add([linking('b', undefined), ours(), within('d', 'other')])
    expect(namesOf()).toEqual(['publish', 'book', 'b root', 'c root'])
    expect(store.fetch(TRACE_ID)?.spans.map(span => span.name)).toEqual(['publish'])
  })

  test('is announced with each of their spans', async () => {
    let calls = 0
    using _ = store.subscribe(TRACE_ID, () => calls++, 'linked')
    using __ = store.subscribe(TRACE_ID, () => calls++)
    store.add([within('b', 'book')])
    await settle()
    expect(calls).toBe(0)
    store.add([linking('b', undefined)])
    await settle()
    expect(calls).toBe(1)
    store.add([within('b', 'pay')])
    await settle()
    expect(calls).toBe(2)
  })

  test('is cut where one of them was', () => {
    store.add([ours(), linking('b', undefined)])
    expect(store.fetch(TRACE_ID, 'linked')?.truncated).toBeUndefined()
    store.truncate('a request was too large', traceIdOf('b'))
    expect(store.fetch(TRACE_ID, 'linked')?.truncated).toBe('a request was too large')
    expect(store.fetch(TRACE_ID)?.truncated).toBeUndefined()
  })

  test('has them claimed: they are foreign to nobody, and what is lost of no known trace is lost of them', () => {
    store.fetch(TRACE_ID, 'linked')
    store.add([linking('c', 'b'), within('d', 'other')])
    expect(store.unclaimed().map(({ traceId }) => traceId)).toEqual([traceIdOf('d'), traceIdOf('c')])
    store.add([linking('b', undefined)])
    expect(store.unclaimed().map(({ traceId }) => traceId)).toEqual([traceIdOf('d')])
  })

  test('keeps them when memory is short, and refuses new spans instead', () => {
    using _ = store.subscribe(TRACE_ID, () => undefined, 'linked')
    store = open(4)
    using __ = store.subscribe(TRACE_ID, () => undefined, 'linked')
    store.add([ours(), linking('b', undefined), within('d', 'other')])
    expect(store.add([within('b', 'book'), within('b', 'pay')])).toBe(0)
    expect(namesOf()).toEqual(['publish', 'b root', 'book', 'pay'])
    expect(store.add([within('b', 'ship')])).toBe(1)
    expect(store.fetch(TRACE_ID, 'linked')?.truncated).toContain('no room')
  })

  test('is cut where one that linked to it was dropped before anybody asked', () => {
    store.add([linking('b', undefined)])
    nowMs = TTL_MS + 1
    store.add([ours()])
    expect(store.fetch(TRACE_ID, 'linked')?.truncated).toContain('were dropped')
    expect(store.fetch(TRACE_ID)?.truncated).toBeUndefined()
  })

  test('is cut where more link to it than can be followed', () => {
    store = open(5000)
    store.add([ours(), ...Array.from({ length: 1001 }, (_, index) => linking(`t${index}`, undefined))])
    expect(store.fetch(TRACE_ID, 'linked')?.truncated).toBe('more than 1000 traces link to it')
  })

  test('is cut where just as many link to it, and another to one of those', () => {
    store = open(5000)
    const most = Array.from({ length: 1000 }, (_, index) => linking(`t${index}`, undefined))
    store.add([ours(), ...most])
    expect(store.fetch(TRACE_ID, 'linked')).toEqual({ spans: [ours(), ...most] })
    store.add([linking('further', 't7')])
    expect(store.fetch(TRACE_ID, 'linked')?.truncated).toBe('more than 1000 traces link to it')
  })

  test('is cut by a span that linked to it and was refused, whichever came first', () => {
    store.add([ours()])
    const refuse = (): void => store.truncate('it has no span id', traceIdOf('b'), [TRACE_ID])
    refuse()
    expect(store.fetch(TRACE_ID, 'linked')?.truncated).toBe('it has no span id')
    expect(store.fetch(TRACE_ID)?.truncated).toBeUndefined()
    store = open(10)
    refuse()
    store.add([ours()])
    expect(store.fetch(TRACE_ID, 'linked')?.truncated).toBe('it has no span id')
  })

  test('may be linked to by one that it links to', () => {
    store.add([buildSpan({ id: 'publish', links: [{ to: 'b root', trace: 'b' }] }), linking('b', undefined)])
    expect(namesOf()).toEqual(['publish', 'b root'])
  })
})

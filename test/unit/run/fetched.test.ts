import { describe, expect, test } from 'vitest'
import type { FetchResult } from '../../../src/plugin/trace-backend.ts'
import { buildSpan } from '../../support/trace-builder.ts'
import { createHarness, type Harness, type HarnessOptions, judgementOf } from '../../support/wait-harness.ts'

const gateway = buildSpan({ id: 'gateway', parent: 'trigger', service: 'gateway', kind: 'server', ms: 90 })
const charge = buildSpan({ id: 'charge', parent: 'gateway', service: 'gateway', at: 10, ms: 60 })
const refund = buildSpan({ id: 'refund', parent: 'gateway', service: 'gateway', at: 1500, ms: 10 })

const found = (...spans: readonly ReturnType<typeof buildSpan>[]): FetchResult => ({
  status: 'found',
  spans,
  completeness: 'unknown'
})
const busy: FetchResult = { status: 'busy', reason: 'HTTP 503' }

/** A store whose answer is told by how long ago the request was answered. */
function storeOf(answer: (afterMs: number) => FetchResult, options: Partial<HarnessOptions> = {}): Harness {
  const harness = createHarness({ isPushed: false, caps: { lagMs: 0 }, ...options })
  harness.backend.answer = () => answer(harness.clock.nowMs - 95)
  return harness
}

describe('time in which the store gave no answer', () => {
  for (const [title, caps] of [
    ['of known lag', { lagMs: 0 }],
    ['of unknown lag', {}]
  ] as const) {
    test(`proves nothing: a store ${title} that is busy to the end leaves the trace incomplete`, async () => {
      const { wait } = storeOf(ms => (ms < 300 ? found(gateway, charge) : busy), { caps })
      const { ground, busyReason, trace } = await wait()
      expect(ground).toMatchObject({ kind: 'timeout', waitedMs: 30_000 })
      expect(ground.text).toContain('the backend gave no answer in the end: HTTP 503')
      expect(busyReason).toBe('HTTP 503')
      expect(trace.spans).toHaveLength(3)
    })
  }

  test('is no absence window: what began meanwhile is seen when it answers again', async () => {
    const judge = () => judgementOf({ isWatched: true })
    const { wait } = storeOf(
      ms => {
        if (ms < 1000) return found(gateway, charge)
        return ms < 8000 ? busy : found(gateway, charge, refund)
      },
      { judge }
    )
    const { ground, trace } = await wait()
    expect(trace.spans).toHaveLength(4)
    expect(ground.kind).not.toBe('timeout')
    expect(ground.waitedMs).toBeGreaterThan(8000 + 2000)
  })

  test('is made up for by one look after it', async () => {
    const { wait } = storeOf(ms => (ms > 300 && ms < 8000 ? busy : found(gateway, charge)))
    const { ground } = await wait()
    expect(ground.kind).toBe('structural')
    expect(ground.waitedMs).toBeGreaterThanOrEqual(8000)
    expect(ground.waitedMs).toBeLessThan(8000 + 1500)
  })

  test('does not make a trace with holes incomplete before its deadline', async () => {
    const orphan = buildSpan({ id: 'orphan', parent: 'unseen', service: 'pricing' })
    const { wait } = storeOf(ms => (ms < 300 ? found(gateway, orphan) : busy))
    expect((await wait()).ground).toMatchObject({ kind: 'timeout', waitedMs: 30_000 })
  })
})

describe('an answer that lacks what was shown before', () => {
  const rows: readonly (readonly [string, FetchResult])[] = [
    ['the store knows the trace no more', { status: 'absent' }],
    ['it shows a part of it', found(gateway)],
    ['it shows nothing of it', found()],
    ['it shows other spans instead', found(gateway, refund)],
    ['it says that this is all', { status: 'found', spans: [gateway], completeness: 'complete' }]
  ]
  for (const [title, answer] of rows)
    test(`ends no wait: ${title}`, async () => {
      const { wait } = storeOf(ms => (ms < 300 ? found(gateway, charge) : answer))
      const { ground, trace, warnings } = await wait()
      expect(ground).toMatchObject({ kind: 'timeout', waitedMs: 30_000 })
      expect(ground.text).toContain('the last answer lacked spans that had been shown before')
      expect(trace.spans.map(span => span.name)).toContain('charge')
      expect(warnings).toEqual([
        expect.stringMatching(/^\d+ answers of the backend lacked spans that had been shown before/)
      ])
    })

  test('does not take back that more is coming', async () => {
    const { wait } = storeOf(ms =>
      ms < 300 ? { ...found(gateway, charge), completeness: 'partial' } : found(gateway)
    )
    expect((await wait()).ground.kind).toBe('timeout')
  })

  test('is one among others: a full answer after it counts', async () => {
    const { wait } = storeOf(ms => (ms > 300 && ms < 3000 ? found(gateway) : found(gateway, charge)))
    const { ground } = await wait()
    expect(ground.kind).toBe('structural')
    expect(ground.waitedMs).toBeGreaterThanOrEqual(3000)
  })
})

describe('a look', () => {
  test('may take as long as its backend says', async () => {
    const harness = createHarness({
      isPushed: false,
      caps: { lagMs: 0, lookTimeoutMs: 3000 },
      wait: { timeoutMs: 2000 }
    })
    harness.backend.answer = () => new Promise(() => undefined)
    expect((await harness.wait()).busyReason).toBe('it did not answer within 3.0 s')
  })

  test('decides only if it was begun after the window, however late it is answered', async () => {
    const judge = () => judgementOf({ isWatched: true })
    const harness = createHarness({ isPushed: false, caps: { lagMs: 0 }, judge })
    const begun: number[] = []
    harness.backend.answer = async () => {
      begun.push(harness.clock.nowMs - 95)
      await harness.clock.sleep(700, new AbortController().signal)
      return found(gateway, charge)
    }
    const { ground } = await harness.wait()
    const completeMs = -5 + (ground.settledMs ?? 0)
    expect(ground.kind).toBe('structural')
    expect(begun.at(-1)).toBeGreaterThanOrEqual(completeMs + 2000)
    expect(ground.waitedMs).toBe(begun.at(-1))
  })

  test('is not made while the backend rests, not even at the deadline', async () => {
    const harness = createHarness({ isPushed: false, wait: { timeoutMs: 5000 } })
    harness.backend.answer = () => ({ status: 'busy', reason: 'HTTP 429', retryAfterMs: 60_000 })
    const { ground, busyReason } = await harness.wait()
    expect(harness.backend.looks).toBe(1)
    expect(ground).toMatchObject({ kind: 'timeout', waitedMs: 5000 })
    expect(busyReason).toContain('it asked for a rest of 60.0 s')
  })
})

describe('how long and how often a store is asked', () => {
  const saas = { deadlineMs: 120_000, stepMs: { first: 2000, longest: 5000 } }

  test('is told by its class', async () => {
    const times: number[] = []
    const harness = storeOf(
      ms => {
        times.push(ms)
        return { status: 'absent' }
      },
      { caps: saas }
    )
    const { ground } = await harness.wait()
    expect(ground).toMatchObject({ kind: 'timeout', waitedMs: 120_000 })
    expect(times.slice(0, 5)).toEqual([2000, 4000, 7000, 11_500, 16_500])
  })

  test('is told by a polling profile above all', async () => {
    const times: number[] = []
    const harness = storeOf(
      ms => {
        times.push(ms)
        return { status: 'absent' }
      },
      { caps: saas, wait: { timeoutMs: 7000, longestStepMs: 3000 } }
    )
    const { ground } = await harness.wait()
    expect(ground).toMatchObject({ kind: 'timeout', waitedMs: 7000 })
    expect(times).toEqual([2000, 4000, 7000])
  })
})

describe('what was relied on', () => {
  test('is in the ground: the delays, who says so, and how often the store was asked', async () => {
    const harness = storeOf(() => found(gateway, charge), { caps: { lagMs: 300 } })
    const { ground } = await harness.wait()
    expect(ground.reliedOn).toEqual({
      flushMs: 200,
      flush: 'declared',
      lagMs: 300,
      lag: 'backend',
      marginMs: 700,
      deadlineMs: 30_000,
      looks: harness.backend.looks,
      lateSpans: 0
    })
  })

  const rows: readonly (readonly [string, Partial<HarnessOptions>, object])[] = [
    [
      'defaults',
      { caps: {}, declaresFlush: false },
      { flush: 'default', flushMs: 5000, lag: 'unknown', lagMs: 0 }
    ],
    ['a declared lag', { caps: {}, wait: { lagMs: 400 } }, { lag: 'declared', lagMs: 400 }],
    [
      'what earlier runs have shown',
      { declaresFlush: false, learnedMs: 8000 },
      { flush: 'learned', flushMs: 7300 }
    ],
    [
      'no more what they have shown, at the deadline',
      { declaresFlush: false, learnedMs: 60_000 },
      { flush: 'default', flushMs: 5000 }
    ]
  ]
  for (const [title, options, expected] of rows)
    test(`may be ${title}`, async () => {
      const { ground } = await storeOf(() => found(gateway, charge), options).wait()
      expect(ground.reliedOn).toMatchObject(expected)
    })

  test('is not a declared delay that was missed: its late spans are counted', async () => {
    const harness = storeOf(ms => (ms < 1500 ? found(gateway) : found(gateway, charge)), {
      wait: { absenceWindowMs: 2000 },
      judge: () => judgementOf({ isWatched: true })
    })
    const { ground } = await harness.wait()
    expect(ground.reliedOn).toMatchObject({ flush: 'default', flushMs: 5000, lateSpans: 1 })
  })
})

import { describe, expect, test } from 'vitest'
import { createDelayMemory, type LearnedDelay, noteDelays } from '../../../src/run/delay-memory.ts'
import { buildSpan, EPOCH, triggeredTraceOf } from '../../support/trace-builder.ts'
import { createHarness, type HarnessOptions, judgementOf } from '../../support/wait-harness.ts'

const NOW = 1_700_000_000_000
const DAY = 24 * 60 * 60 * 1000
const entry = (parts: object = {}): object => ({
  backend: 'jaeger',
  service: 'payment',
  gapMs: 8000,
  seenUnixMs: NOW - DAY,
  ...parts
})

describe('what was kept', () => {
  test('tells the longest delay of any service of a backend, and of no other', () => {
    const memory = createDelayMemory(
      [entry(), entry({ service: 'shipping', gapMs: 9000 }), entry({ backend: 'tempo', gapMs: 10_000 })],
      NOW
    )
    expect([memory.longestMs('jaeger'), memory.longestMs('tempo'), memory.longestMs('otlp')]).toEqual([
      9000, 10_000, 0
    ])
  })

  const incredible: readonly (readonly [string, unknown])[] = [
    ['nothing', undefined],
    ['an empty list', []],
    ['no list', { backend: 'jaeger' }],
    ['a text', 'jaeger'],
    ['an entry that is none', [null, 7, 'jaeger', []]],
    ['a gap that is huge', [entry({ gapMs: 1e12 })]],
    ['one that is infinite', [entry({ gapMs: Number.POSITIVE_INFINITY })]],
    ['one that is negative', [entry({ gapMs: -8000 })]],
    ['one that is no number', [entry({ gapMs: Number.NaN })]],
    ['one that is a text', [entry({ gapMs: '8000' })]],
    ['one that is null', [entry({ gapMs: null })]],
    ['one of zero', [entry({ gapMs: 0 })]],
    ['one that is stale', [entry({ seenUnixMs: NOW - 15 * DAY })]],
    ['one from the future', [entry({ seenUnixMs: NOW + DAY })]],
    ['one without a date', [entry({ seenUnixMs: undefined })]],
    ['one of no service', [entry({ service: 7 })]]
  ]
  for (const [title, kept] of incredible)
    test(`counts for nothing if it is ${title}`, () => {
      expect(createDelayMemory(kept, NOW).longestMs('jaeger')).toBe(0)
    })
})

describe('what a run learns', () => {
  test('is kept for the next one, and has no effect on this one', () => {
    const memory = createDelayMemory([], NOW)
    memory.note('jaeger', 'payment', 7000.4)
    expect(memory.longestMs('jaeger')).toBe(0)
    const changes = memory.changes()
    expect(changes).toEqual([{ backend: 'jaeger', service: 'payment', gapMs: 7000, seenUnixMs: NOW }])
    expect(createDelayMemory(changes, NOW + DAY).longestMs('jaeger')).toBe(7000)
  })

  test('takes nothing back: the longest gap stays, until it is old', () => {
    const memory = createDelayMemory([entry()], NOW)
    memory.note('jaeger', 'payment', 300)
    for (const gapMs of [0, -5, Number.NaN, 1e12]) memory.note('jaeger', 'cart', gapMs)
    expect(memory.changes()).toBeUndefined()
  })

  test('is bounded', () => {
    const memory = createDelayMemory([], NOW)
    for (let index = 0; index < 1500; index++) memory.note('jaeger', `service-${index}`, 6000)
    expect(memory.changes()).toHaveLength(1000)
  })

  test('is by service how long its spans were certainly not there after they had ended', () => {
    const at = (ms: number): bigint => EPOCH + BigInt(ms) * 1_000_000n
    const early = { id: 'early', parent: 'trigger', service: 'cart', at: 0, ms: 10 }
    const late = { id: 'late', parent: 'early', service: 'cart', at: 0, ms: 20 }
    const first = { id: 'first', parent: 'early', service: 'payment', at: 0, ms: 5 }
    const learned: Partial<LearnedDelay>[] = []
    noteDelays(
      {
        longestMs: () => 0,
        note: (backend, service, gapMs) => void learned.push({ backend, service, gapMs })
      },
      'jaeger',
      triggeredTraceOf(early, late, first),
      {
        sightings: new Map([early, late, first].map(sketch => [buildSpan(sketch).spanId, at(7000)])),
        absences: new Map([
          [buildSpan(early).spanId, at(100)],
          [buildSpan(late).spanId, at(6500)]
        ])
      },
      { sentUnixNano: at(-5), answeredUnixNano: at(95) }
    )
    expect(learned).toContainEqual({ backend: 'jaeger', service: 'cart', gapMs: 6480 })
    expect(learned).toContainEqual({ backend: 'jaeger', service: 'payment', gapMs: 0 })
  })
})

describe('a delay that was learned', () => {
  const gateway = buildSpan({ id: 'gateway', parent: 'trigger', service: 'gateway', kind: 'server', ms: 90 })
  const orphan = buildSpan({ id: 'orphan', parent: 'unseen', service: 'pricing' })
  const waitWith = (
    options: HarnessOptions,
    ...spans: Parameters<ReturnType<typeof createHarness>['arrive']>[1][]
  ) => {
    const harness = createHarness({ declaresFlush: false, ...options })
    harness.arrive(100, ...spans)
    return harness.wait()
  }
  const backends: readonly HarnessOptions[] = [
    { isPushed: true },
    { isPushed: false },
    { isPushed: false, caps: { lagMs: 300 } }
  ]

  test('lengthens the wait', async () => {
    const { ground } = await waitWith({ learnedMs: 8000 }, gateway)
    expect(ground.kind).toBe('structural')
    expect(ground.waitedMs).toBeGreaterThan(8000)
  })

  test('has no effect beside one that is declared', async () => {
    const { ground } = await waitWith({ learnedMs: 8000, declaresFlush: true }, gateway)
    expect(ground).toMatchObject({ kind: 'structural', waitedMs: 365 })
  })

  for (const learnedMs of [0, 10, 4000, 6000, 8000, 20_000, 60_000, 600_000])
    test(`of ${learnedMs} ms changes no ground, shortens no wait and moves no deadline`, async () => {
      for (const backend of backends)
        for (const spans of [[gateway], [gateway, orphan]])
          for (const judge of [() => judgementOf(), () => judgementOf({ isWatched: true })])
            for (const timeoutMs of [undefined, 9000, 2000]) {
              const wait = timeoutMs === undefined ? {} : { timeoutMs }
              const options = { ...backend, judge, wait }
              const plain = await waitWith(options, ...spans)
              const learned = await waitWith({ ...options, learnedMs }, ...spans)
              expect(learned.ground.kind).toBe(plain.ground.kind)
              expect(learned.ground.settledMs === undefined).toBe(plain.ground.settledMs === undefined)
              expect(learned.ground.waitedMs).toBeGreaterThanOrEqual(plain.ground.waitedMs)
              expect(learned.ground.waitedMs).toBeLessThanOrEqual(timeoutMs ?? 30_000)
            }
    })
})

import { expect, test } from 'vitest'
import type { LookUp } from '../../../src/run/look-up.ts'
import { lookUpTrace } from '../../../src/run/look-up.ts'
import { createFakeBackend } from '../../support/fake-backend.ts'
import { createManualClock } from '../../support/manual-clock.ts'
import { buildSpan, TRACE_ID } from '../../support/trace-builder.ts'

const first = buildSpan({ id: 'first', service: 'gateway', ms: 10 })
const second = buildSpan({ id: 'second', parent: 'first', service: 'payment', ms: 5 })

function setUp(quietMs: number): {
  readonly clock: ReturnType<typeof createManualClock>
  readonly backend: ReturnType<typeof createFakeBackend>
  look(signal?: AbortSignal): Promise<LookUp>
} {
  const clock = createManualClock()
  const backend = createFakeBackend({ isPushed: false, caps: { lookTimeoutMs: 5000 } })
  const look = (signal = new AbortController().signal): Promise<LookUp> =>
    clock.run(lookUpTrace(backend, TRACE_ID, { clock, signal, quietMs, caps: backend.caps }))
  return { clock, backend, look }
}

test('without a time to be quiet for, one look decides', async () => {
  const { backend, look } = setUp(0)
  expect(await look()).toEqual({ status: 'absent' })
  expect(backend.looks).toBe(1)
  backend.push(first)
  expect(await look()).toMatchObject({ status: 'found', trace: { spans: [first], trigger: -1 } })
  expect(backend.looks).toBe(2)
})

test('a trace that grows is looked at until it was quiet for long enough', async () => {
  const { clock, backend, look } = setUp(10_000)
  clock.at(4000, () => backend.push(first))
  clock.at(12_000, () => backend.push(second))
  const found = await look()
  expect(found).toMatchObject({ status: 'found', trace: { spans: [first, second] } })
  expect(clock.nowMs).toBeGreaterThanOrEqual(22_000)
  expect(clock.nowMs).toBeLessThan(23_000)
})

test('an absent trace is given up when nothing came for so long', async () => {
  const { clock, look } = setUp(10_000)
  expect(await look()).toEqual({ status: 'absent' })
  expect(clock.nowMs).toBe(10_000)
})

test('what the store says to be complete is not waited for', async () => {
  const { clock, backend, look } = setUp(10_000)
  backend.push(first)
  backend.completeness = 'complete'
  expect(await look()).toMatchObject({ status: 'found', completeness: 'complete' })
  expect(clock.nowMs).toBe(0)
})

test('a store that has no time is asked again when it wishes, not before, and its reason is kept', async () => {
  const { clock, backend, look } = setUp(6000)
  backend.answer = () => ({ status: 'busy', reason: 'too many requests', retryAfterMs: 4000 })
  const reason = 'too many requests; it asked for a rest of 4.0 s'
  expect(await look()).toEqual({ status: 'busy', reason })
  expect(backend.looks).toBe(2)
  expect(clock.nowMs).toBe(6000)
})

test('a store that does not answer at all is busy', async () => {
  const { clock, backend, look } = setUp(0)
  backend.answer = () => new Promise(() => undefined)
  expect(await look()).toEqual({ status: 'busy', reason: 'it did not answer within 5.0 s' })
  expect(clock.nowMs).toBe(5000)
})

test('a trace that was cut off before its first span is found, and cut off', async () => {
  const { backend, look } = setUp(0)
  backend.completeness = 'truncated'
  backend.note = 'too large'
  expect(await look()).toMatchObject({ status: 'found', completeness: 'truncated', note: 'too large' })
})

import { describe, expect, test } from 'vitest'
import { settleMs } from '../../../src/plan/delays.ts'
import type { WaitSettings } from '../../../src/plan/plan.ts'
import type { BackendCaps } from '../../../src/plugin/trace-backend.ts'
import { buildWaitPolicy, calleeGraceMs, silenceMs } from '../../../src/run/wait-policy.ts'

const pushed: BackendCaps = {
  isPushed: true,
  stepMs: { first: 250, longest: 1500 },
  lookTimeoutMs: 5000,
  deadlineMs: 30_000,
  losses: []
}
const store: BackendCaps = { ...pushed, isPushed: false }
const plain: WaitSettings = { allowOrphans: false, followsLinks: false, externalHosts: [] }

describe('what is waited for', () => {
  test('by default: the batches of the SDKs, a consumer for 20 s, upper bounds for 2 s', () => {
    expect(buildWaitPolicy(pushed, plain)).toEqual({
      isPushed: true,
      stepMs: { first: 250, longest: 1500 },
      flushMs: 5000,
      unlearnedFlushMs: 5000,
      isFlushDeclared: false,
      lagMs: 0,
      isLagKnown: true,
      lag: 'backend',
      marginMs: 150,
      restMs: 100,
      asyncMs: 20_000,
      absenceWindowMs: 2000,
      deadlineMs: 30_000
    })
  })

  test('of a store whose lag nobody knows: more margin, and silence', () => {
    expect(buildWaitPolicy(store, plain)).toMatchObject({
      lagMs: 0,
      isLagKnown: false,
      marginMs: 700,
      restMs: 250
    })
  })

  test('of a store that promises a lag, or for which the user declares one', () => {
    expect(buildWaitPolicy({ ...store, lagMs: 800 }, plain)).toMatchObject({ lagMs: 800, isLagKnown: true })
    expect(buildWaitPolicy({ ...store, lagMs: 800 }, { ...plain, lagMs: 300 })).toMatchObject({ lagMs: 300 })
  })

  test('tail sampling is lag, and makes no lag known', () => {
    expect(buildWaitPolicy(pushed, { ...plain, tailSamplingMs: 10_000 })).toMatchObject({
      lagMs: 10_000,
      isLagKnown: true
    })
    expect(buildWaitPolicy(store, { ...plain, tailSamplingMs: 10_000 })).toMatchObject({
      lagMs: 10_000,
      isLagKnown: false
    })
  })

  test('a polling profile bounds the step from above', () => {
    expect(buildWaitPolicy(store, { ...plain, longestStepMs: 5000 }).stepMs).toEqual({
      first: 250,
      longest: 5000
    })
    expect(buildWaitPolicy(store, { ...plain, longestStepMs: 100 }).stepMs).toEqual({
      first: 100,
      longest: 100
    })
  })
})

describe('the deadline', () => {
  const rows: readonly (readonly [string, BackendCaps, Partial<WaitSettings>, number])[] = [
    ['is that of the backend', pushed, {}, 30_000],
    ['is what the user says', pushed, { timeoutMs: 3000 }, 3000],
    ['leaves room for slow consumers', pushed, { asyncMs: 60_000 }, 60_000 + 5650 + 2000 + 1000],
    [
      'leaves room for tail sampling and a longer window',
      pushed,
      { tailSamplingMs: 10_000, absenceWindowMs: 5000 },
      20_000 + 5500 + 10_000 + 150 + 5000 + 1000
    ]
  ]
  for (const [title, caps, settings, expected] of rows)
    test(title, () => {
      expect(buildWaitPolicy(caps, { ...plain, ...settings }).deadlineMs).toBe(expected)
    })
})

test('delays add up to when a span must be here, and to when none is expected any more', () => {
  const delays = { flushMs: 200, lagMs: 1000, marginMs: 150 }
  expect(settleMs(delays)).toBe(1370)
  expect(silenceMs(delays)).toBe(5400)
  expect(calleeGraceMs(delays, true)).toBe(5400)
})

test('a declared delay is not taken for that of a service which has sent nothing yet', () => {
  const delays = { flushMs: 200, lagMs: 1000, marginMs: 150 }
  expect(calleeGraceMs(delays, false)).toBe(5500 + 1000 + 150)
  expect(calleeGraceMs({ ...delays, flushMs: 8000 }, false)).toBe(8800 + 1000 + 150)
})

import { expect, test } from 'vitest'
import { createLookBucket, createLookGate } from '../../../src/run/look-gate.ts'
import { createManualClock } from '../../support/manual-clock.ts'

const takeMany = (looksPerSecond: number | undefined, count: number, atMs = 0): readonly unknown[] => {
  const bucket = createLookBucket(looksPerSecond)
  return Array.from({ length: count }, () => bucket.take(atMs, 60_000))
}

test('without a rate, every look goes at once', () => {
  expect(takeMany(undefined, 4)).toEqual([0, 0, 0, 0])
})

test('one look a second: each waits for the one before', () => {
  expect(takeMany(1, 4)).toEqual([0, 1000, 2000, 3000])
})

test('less than one look a second', () => {
  expect(takeMany(0.5, 3)).toEqual([0, 2000, 4000])
})

test('the looks of one second may go at once, the next ones are spaced', () => {
  expect(takeMany(4, 6)).toEqual([0, 0, 0, 0, 250, 500])
})

test('a look that would be too late takes nothing from the others', () => {
  const bucket = createLookBucket(1)
  expect(bucket.take(0, 500)).toBe(0)
  expect(bucket.take(0, 500)).toBeUndefined()
  expect(bucket.take(0, 1000)).toBe(1000)
})

test('rest is not saved up beyond a second', () => {
  const bucket = createLookBucket(2)
  expect([0, 1, 2].map(() => bucket.take(100_000, 200_000))).toEqual([100_000, 100_000, 100_500])
})

test('a pause holds for all, and ends without a burst', () => {
  const bucket = createLookBucket(2)
  bucket.pauseUntil(5000)
  expect([1, 2, 3].map(() => bucket.take(0, 60_000))).toEqual([5000, 5500, 6000])
})

test('a shorter pause does not end a longer one', () => {
  const bucket = createLookBucket(undefined)
  bucket.pauseUntil(5000)
  bucket.pauseUntil(2000)
  expect(bucket.take(0, 60_000)).toBe(5000)
})

test('who was let through already when the pause began waits for its end', async () => {
  const clock = createManualClock()
  const gate = createLookGate({ looksPerSecond: 1 }, clock)
  const { signal } = new AbortController()
  const times: number[] = []
  const enter = async (): Promise<void> => {
    await gate.enter(60_000, signal)
    times.push(clock.nowMs)
  }
  clock.at(500, () => gate.pause(4000, 'too many requests'))
  await clock.run(Promise.all([enter(), enter(), enter()]))
  expect(times).toEqual([0, 4500, 5500])
})

test('whoever cannot be let through in time is told why', async () => {
  const clock = createManualClock()
  const gate = createLookGate({ looksPerSecond: 1 }, clock)
  const { signal } = new AbortController()
  expect(await gate.enter(0, signal)).toBeUndefined()
  expect(await gate.enter(900, signal)).toContain('1 times a second')
  gate.pause(3000, 'HTTP 429')
  expect(await gate.enter(900, signal)).toBe('HTTP 429; it asked for a rest of 3.0 s')
})

test('a pause that is none is none', async () => {
  const gate = createLookGate({}, createManualClock())
  const { signal } = new AbortController()
  for (const ms of [0, -1, Number.NaN]) gate.pause(ms, 'odd')
  expect(await gate.enter(0, signal)).toBeUndefined()
})

test('no patience at all is enough where nothing stands in the way, though a clock never stands still', async () => {
  const clock = createManualClock()
  let ticks = 0n
  const running = { ...clock, now: () => clock.now() + ticks++ }
  const gate = createLookGate({}, running)
  expect(await gate.enter(0, new AbortController().signal)).toBeUndefined()
})

import { describe, expect, test } from 'vitest'
import { parseDurationMs, renderDurationMs } from '../../../src/definition/duration.ts'

describe('a duration', () => {
  test.each([
    ['0', 0],
    ['200ms', 200],
    ['1m30s', 90_000],
    ['1.5h', 5_400_000],
    ['.5s', 500],
    ['250us', 0.25],
    ['10µs', 0.01]
  ])('%s is read as Go reads it', (text, ms) => {
    expect(parseDurationMs(text)).toBeCloseTo(ms, 9)
  })

  test.each(['', '5', '5 s', '-1s', '5sec', 's', '1m 30s', '5S', '1.s.'])('%j is none', text => {
    expect(parseDurationMs(text)).toBeUndefined()
  })

  test.each([
    [200, '200ms'],
    [1500, '1.5s'],
    [90_000, '1m30s'],
    [120_000, '2m'],
    [0, '0ms']
  ])('%d ms is written %s', (ms, text) => {
    expect(renderDurationMs(ms)).toBe(text)
  })
})

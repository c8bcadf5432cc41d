import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fitWindow, panWindow, ticksOf, zoomWindow } from '../../../src/viewer/time-window.ts'

const WHOLE = 1e9

test('zooming keeps the moment under the pointer where it is', () => {
  expect(zoomWindow({ from: 0, to: WHOLE }, 0.25 * WHOLE, 0.5, WHOLE)).toEqual({
    from: 0.125 * WHOLE,
    to: 0.625 * WHOLE
  })
})

test('no window leaves the trace, turns round or becomes too narrow to draw', () => {
  const moment = fc.double({ min: -2 * WHOLE, max: 2 * WHOLE, noNaN: true })
  fc.assert(
    fc.property(moment, moment, fc.integer({ min: -5, max: 5 }), (from, to, share) => {
      const { from: start, to: end } = panWindow(fitWindow({ from, to }, WHOLE), share, WHOLE)
      expect(start).toBeGreaterThanOrEqual(0)
      expect(end).toBeLessThanOrEqual(WHOLE)
      expect(end - start).toBeGreaterThan(999)
    })
  )
})

test('a trace without any duration has a window all the same', () => {
  expect(fitWindow({ from: 0, to: 0 }, 0)).toEqual({ from: 0, to: 0 })
  expect(ticksOf({ from: 0, to: 0 }, 5)).toEqual([])
})

test('ticks are round, within the window, and no more than there is room for', () => {
  expect(ticksOf({ from: 0, to: 118e6 }, 4)).toEqual([0, 50e6, 100e6])
  expect(ticksOf({ from: 31e6, to: 92e6 }, 5)).toEqual([40e6, 60e6, 80e6])
})

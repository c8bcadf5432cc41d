import { expect, test } from 'vitest'
import { judgeDelays } from '../../../src/doctor/delay-findings.ts'

test('the longest delay is told for each service, and declared with room', () => {
  const [finding, ...more] = judgeDelays(
    [
      { service: 'gateway', ms: 120.2 },
      { service: 'payment', ms: 190 },
      { service: '', ms: 3 }
    ],
    true
  )
  expect(more).toEqual([])
  expect(finding?.details).toEqual(['payment: 190ms', 'gateway: 121ms', '(no service.name): 3ms'])
  expect(finding?.fix).toContain('flushDelay: 300ms;')
})

test('of a store that is asked, the lag is said to be in it; a long delay has its remedy', () => {
  const [finding] = judgeDelays([{ service: 'gateway', ms: 5200 }], false)
  expect(finding?.text).toContain('were to be seen up to 5.2s')
  expect(finding?.fix).toContain('flushDelay: 7.8s (the lag of the store is in it)')
  expect(finding?.fix).toContain('or set it to 200')
})

test('spans that end after they are seen show a clock that is ahead', () => {
  const [delays, clock] = judgeDelays([{ service: 'payment', ms: -2500 }], true)
  expect(delays?.details).toEqual(['payment: 0ms'])
  expect(delays?.fix).toContain('flushDelay: 200ms')
  expect(clock).toMatchObject({ topic: 'clock', status: 'note' })
  expect(clock?.text).toContain('2.5s')
})

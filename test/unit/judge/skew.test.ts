import { describe, expect, test } from 'vitest'
import { skewOf } from '../../../src/judge/skew.ts'
import { indexOf } from '../../../src/judge/trace-index.ts'
import type { Trace } from '../../../src/model/trace.ts'
import { checkOne } from '../../support/judge.ts'
import { type SpanSketch, traceOf, triggeredTraceOf } from '../../support/trace-builder.ts'

const gateway: SpanSketch = {
  id: 'gateway',
  parent: 'trigger',
  service: 'gateway',
  kind: 'server',
  at: 0,
  ms: 200
}
/** A call of the gateway to a service, whose clock is ahead by so much. */
const call = (service: string, at: number, ms: number, aheadMs: number): readonly SpanSketch[] => [
  { id: `call ${service}`, parent: 'gateway', service: 'gateway', kind: 'client', at, ms },
  { id: service, parent: `call ${service}`, service, kind: 'server', at: at + 1 + aheadMs, ms: ms - 2 }
]

const between = (trace: Trace, a: string, b: string): number => {
  const index = indexOf(trace)
  const number = (service: string): number => index.processNames.indexOf(service)
  return Number(skewOf(index).between(number(a), number(b))) / 1e6
}

describe('clocks are shown to differ', () => {
  test('by a server that starts before its client', () => {
    expect(between(triggeredTraceOf(gateway, ...call('cart', 10, 20, -13)), 'gateway', 'cart')).toBe(12)
  })

  test('by a server that ends after its client', () => {
    expect(between(triggeredTraceOf(gateway, ...call('cart', 10, 20, 13)), 'cart', 'gateway')).toBe(12)
  })

  test('not by a pair that nests, nor by a server that outlives its call', () => {
    expect(between(triggeredTraceOf(gateway, ...call('cart', 10, 20, 0)), 'gateway', 'cart')).toBe(0)
    const outlived = triggeredTraceOf(
      gateway,
      { id: 'call cart', parent: 'gateway', service: 'gateway', kind: 'client', at: 10, ms: 20 },
      { id: 'cart', parent: 'call cart', service: 'cart', kind: 'server', at: 12, ms: 50 }
    )
    expect(skewOf(indexOf(outlived)).isNone).toBe(true)
  })

  test('between two services that a third one calls', () => {
    const trace = triggeredTraceOf(gateway, ...call('cart', 10, 20, 40), ...call('payment', 50, 10, 0))
    // cart is 39 to 41 ms ahead of the gateway, payment within 1 ms of it.
    expect(between(trace, 'cart', 'payment')).toBe(38)
    expect(between(trace, 'gateway', 'payment')).toBe(0)
  })

  test('by each of many calls, as tightly as they allow', () => {
    const trace = triggeredTraceOf(
      gateway,
      { id: 'c1', parent: 'gateway', service: 'gateway', kind: 'client', at: 10, ms: 20 },
      { id: 's1', parent: 'c1', service: 'cart', kind: 'server', at: 5, ms: 10 },
      { id: 'c2', parent: 'gateway', service: 'gateway', kind: 'client', at: 40, ms: 20 },
      { id: 's2', parent: 'c2', service: 'cart', kind: 'server', at: 32, ms: 10 }
    )
    expect(between(trace, 'gateway', 'cart')).toBe(8)
  })

  test('also where what is shown contradicts itself', () => {
    const trace = triggeredTraceOf(
      gateway,
      { id: 'c1', parent: 'gateway', service: 'gateway', kind: 'client', at: 10, ms: 20 },
      { id: 's1', parent: 'c1', service: 'cart', kind: 'server', at: 5, ms: 10 },
      { id: 'c2', parent: 'gateway', service: 'gateway', kind: 'client', at: 40, ms: 20 },
      { id: 's2', parent: 'c2', service: 'cart', kind: 'server', at: 52, ms: 20 }
    )
    expect(between(trace, 'gateway', 'cart')).toBeGreaterThanOrEqual(5)
  })

  test('among more processes than are compared one by one', () => {
    const services = Array.from({ length: 150 }, (_, at) => call(`service ${at}`, 10, 20, at === 7 ? 100 : 0))
    const trace = triggeredTraceOf(gateway, ...services.flat())
    expect(between(trace, 'service 7', 'service 8')).toBe(99)
    expect(between(trace, 'service 9', 'service 9')).toBe(0)
  })
})

describe('a comparison of times of two processes', () => {
  const trace = triggeredTraceOf(gateway, ...call('cart', 10, 20, 13), ...call('payment', 60, 10, 0))
  // cart: 24 to 42 by its own clock; the call that it serves ends at 30.
  test.each([
    ['span[name="cart"]', 'before span[name="payment"]', 'held'],
    ['span[name="cart"]', 'before span[name="call payment"]', 'held'],
    ['span[name="cart"]', 'during span[name="call cart"]', 'undetermined'],
    ['span[name="cart"]', 'overlaps span[name="call cart"]', 'undetermined'],
    ['span[name="cart"]', 'during span[name="gateway"]', 'held'],
    ['span[name="call cart"]', 'before span[name="call payment"]', 'held'],
    ['span[name="cart"]', 'after span[name="call cart"]', 'undetermined'],
    ['span[name="cart"]', 'starts-after span[name="gateway"]', 'held'],
    ['span[name="cart"]', 'child-of span[name="call cart"]', 'held']
  ])('%s %s is %s', (selector, assertion, outcome) => {
    expect(checkOne(trace, selector, assertion).outcome).toBe(outcome)
  })

  test('is undetermined where the clocks differ by more than its margin, and says so', () => {
    expect(checkOne(trace, 'span[name="cart"]', 'during span[name="call cart"]')).toMatchObject({
      outcome: 'undetermined',
      reason: { code: 'clock-skew', text: 'clock skew of at least 12 ms between cart and gateway' }
    })
  })

  test('of which one pair of a process is wrong is wrong, whatever the others', () => {
    const wrong = triggeredTraceOf(gateway, ...call('cart', 10, 20, 13), {
      id: 'early',
      parent: 'cart',
      service: 'cart',
      at: 0,
      ms: 1
    })
    expect(
      checkOne(wrong, 'span[name="cart"]', 'before span[name="early"], span[name="call cart"]').outcome
    ).toBe('violated')
  })

  test('has no offset from a trigger whose clock differs', () => {
    const before = triggeredTraceOf({ ...gateway, at: -10 })
    expect(checkOne(before, 'span[name="gateway"]', 'attr:offset >= 0ms')).toMatchObject({
      outcome: 'undetermined',
      reason: { text: 'clock skew of at least 5 ms between tracetest and gateway' }
    })
    expect(checkOne(triggeredTraceOf(gateway), 'span[name="gateway"]', 'attr:offset = 5ms').outcome).toBe(
      'held'
    )
  })

  test('has an offset as far as the clocks leave it', () => {
    const early = triggeredTraceOf({ ...gateway, at: -10 }, { id: 'order', parent: 'gateway', at: 5 })
    const offsetOf = (assertion: string): string => checkOne(early, 'span[name="order"]', assertion).outcome
    expect(offsetOf('parent:offset < 1ms')).toBe('held')
    expect(offsetOf('parent:offset < 0ms')).toBe('undetermined')
    expect(offsetOf('parent:offset != 7ms')).toBe('undetermined')
    expect(offsetOf('2 * parent:offset < 1s')).toBe('undetermined')
  })

  test('decides no selection', () => {
    const early = triggeredTraceOf({ ...gateway, at: -10 }, { id: 'order', parent: 'gateway', at: 5 })
    const countOf = (selector: string): string => checkOne(early, selector, 'count() = 0').outcome
    expect(countOf('span[offset > 1ms service="gateway"]')).toBe('held')
    expect(countOf('span[offset > -2ms service="gateway"]')).toBe('undetermined')
    expect(countOf('span[not offset < -2ms]')).toBe('undetermined')
    expect(countOf('span[offset = -2ms]')).toBe('undetermined')
    expect(countOf('span[parent:offset > -2ms]')).toBe('undetermined')
    expect(checkOne(early, 'span', 'count(span[offset = -2ms]) = 0')).toMatchObject({
      reason: { code: 'clock-skew' }
    })
  })

  test('says nothing of an attribute that is called like one', () => {
    const queue = triggeredTraceOf({ ...gateway, at: -10, attributes: { offset: 7n } })
    expect(checkOne(queue, 'span[offset=7]', 'attr:offset = 7').outcome).toBe('held')
  })

  // The clocks of cart and gateway differ by 12 ms at least.
  test.each([
    ['span[name="cart"]', 'attr:start > parent:start', 'held'],
    ['span[name="cart"]', 'attr:start > parent:start + 5ms', 'undetermined'],
    ['span[name="call cart"]', 'attr:end < attr:end of span[name="cart"]', 'undetermined'],
    ['span[name="call cart"]', 'attr:end of span[name="cart"] - attr:end > 1ms', 'undetermined'],
    ['span[name="call cart"]', 'attr:end of span[name="cart"] - attr:end < 1s', 'held'],
    ['span[name="call cart"]', 'attr:start != attr:start of span[name="cart"]', 'undetermined'],
    ['span[name="call cart"]', 'attr:start in [attr:start of span[name="cart"]]', 'undetermined'],
    ['span', 'max(attr:end) - min(attr:start) < 10s', 'held'],
    ['span', 'max(attr:end) - min(attr:start) < 205ms', 'undetermined'],
    [':root', 'not avg(attr:end of span) < 1', 'undetermined'],
    ['span[name="call cart"]', 'attr:start > parent:start', 'held'],
    ['span[name="cart"]', 'attr:end - attr:start = 18ms', 'held'],
    ['span', 'distinct(attr:start) >= 5', 'held'],
    ['span', 'attr:start exists and attr:start is number', 'held'],
    ['span[name="call cart"]', 'attr:start < attr:start of span[name="call payment"]', 'held']
  ])('reads moments: %s { %s } is %s', (selector, assertion, outcome) => {
    expect(checkOne(trace, selector, assertion).outcome).toBe(outcome)
  })

  test('in a sequence is undetermined too', () => {
    const bare = traceOf(gateway, ...call('cart', 10, 20, 13))
    expect(checkOne(bare, 'span[name="call cart"]', 'before span[name="cart"]').outcome).toBe('undetermined')
  })
})

import { describe, expect, test } from 'vitest'
import { BackendError } from '../../../src/errors/errors.ts'
import type { CheckResult, SpecResult } from '../../../src/model/verdict.ts'
import { guardSession } from '../../../src/run/sessions.ts'
import { watchTrace } from '../../../src/run/trace-watch.ts'
import { verbatimText } from '../../../src/source/embedded.ts'
import { buildSpan, EPOCH, type SpanSketch, TRACE_ID } from '../../support/trace-builder.ts'
import { createHarness, judgementOf } from '../../support/wait-harness.ts'

const gateway: SpanSketch = {
  id: 'gateway',
  parent: 'trigger',
  name: 'POST /checkout',
  service: 'gateway',
  kind: 'server',
  at: 0,
  ms: 90
}
const call: SpanSketch = {
  id: 'call',
  parent: 'gateway',
  name: 'POST /charge',
  service: 'gateway',
  kind: 'client',
  at: 10,
  ms: 60,
  attributes: { 'server.address': 'payment', 'server.port': 8080n }
}
const payment: SpanSketch = {
  id: 'payment',
  parent: 'call',
  name: 'charge',
  service: 'payment',
  kind: 'server',
  at: 20,
  ms: 40
}
const gatewaySpan = buildSpan(gateway)
const callSpan = buildSpan(call)
const paymentSpan = buildSpan(payment)

const hasPayment = (trace: { spans: readonly { name: string }[] }): boolean =>
  trace.spans.some(span => span.name === 'charge')

describe('where spans are pushed', () => {
  test('a final verdict ends waiting in the moment its last span comes', async () => {
    const harness = createHarness({ judge: trace => judgementOf({ isFinal: hasPayment(trace) }) })
    harness.arrive(120, gatewaySpan, callSpan)
    harness.arrive(230, paymentSpan)
    const { ground, trace } = await harness.wait()
    expect(ground).toMatchObject({ kind: 'asserted', waitedMs: 230 })
    expect(trace.spans.map(span => span.name)).toContain('charge')
  })

  test('nothing polls: looks are made for news and at the moments that decide', async () => {
    const harness = createHarness()
    harness.arrive(120, gatewaySpan, callSpan, paymentSpan)
    await harness.wait()
    expect(harness.backend.looks).toBeLessThanOrEqual(4)
  })

  test.each([
    ['alone', 1, 5],
    ['among ten tests that wait', 10, 2]
  ])('judging takes half of the time at most, %s', async (_, waiting, most) => {
    const seen: number[] = []
    const harness = createHarness({
      judgingMs: 4,
      waiting,
      judge: trace => {
        seen.push(trace.spans.length)
        return judgementOf({ isFinal: hasPayment(trace) })
      }
    })
    for (let ms = 100; ms < 140; ms += 2) harness.arrive(ms, buildSpan({ ...call, id: `call ${ms}` }))
    harness.arrive(140, gatewaySpan, paymentSpan)
    expect((await harness.wait()).ground.kind).toBe('asserted')
    expect(seen.length).toBeLessThanOrEqual(most + 1)
  })

  test('a verdict is said within 50 ms, however many tests wait', async () => {
    const harness = createHarness({
      judgingMs: 4,
      waiting: 1000,
      judge: trace => judgementOf({ isFinal: hasPayment(trace) })
    })
    harness.arrive(100, gatewaySpan, callSpan)
    harness.arrive(105, paymentSpan)
    expect((await harness.wait()).ground.waitedMs).toBeLessThanOrEqual(155)
  })

  test('spans that were there before the answer are judged at once', async () => {
    const harness = createHarness({ judge: trace => judgementOf({ isFinal: hasPayment(trace) }) })
    harness.backend.push(gatewaySpan, callSpan, paymentSpan)
    expect((await harness.wait()).ground).toMatchObject({ kind: 'asserted', waitedMs: 0 })
  })

  test('a whole trace is complete when its batches must have been delivered', async () => {
    const harness = createHarness()
    harness.arrive(150, gatewaySpan, callSpan, paymentSpan)
    const { ground, holes } = await harness.wait()
    // The gateway ended 5 ms before the answer; 1.1 · 200 ms + 150 ms later everything that had ended was here.
    expect(ground).toMatchObject({ kind: 'structural', waitedMs: 365, settledMs: 370 })
    expect(ground.text).toBe('complete: all parents and callees present, 0.4 s after the last span ended')
    expect(holes).toEqual([])
  })

  test('an upper bound is watched on, and the ground says how long', async () => {
    const harness = createHarness({ judge: () => judgementOf({ isWatched: true }) })
    harness.arrive(150, gatewaySpan, callSpan, paymentSpan)
    const { ground } = await harness.wait()
    expect(ground).toMatchObject({ kind: 'structural', waitedMs: 2365, watchedMs: 2000 })
    expect(ground.text).toMatch(/, watched 2\.0 s more$/)
    expect(harness.progress).toEqual(['waiting:0', 'waiting:3', 'watching:3'])
  })

  test('what is to be watched may show only when the whole trace is judged', async () => {
    const harness = createHarness({
      judge: (_trace, view) => judgementOf({ isWatched: view.isComplete })
    })
    harness.arrive(150, gatewaySpan, callSpan, paymentSpan)
    expect((await harness.wait()).ground).toMatchObject({ waitedMs: 2365, watchedMs: 2000 })
  })

  test('a span within the window is waited out with a window of its own', async () => {
    const harness = createHarness({ judge: () => judgementOf({ isWatched: true }) })
    harness.arrive(150, gatewaySpan, callSpan, paymentSpan)
    const retry = buildSpan({
      id: 'retry',
      parent: 'gateway',
      service: 'gateway',
      at: 1800,
      ms: 200
    })
    harness.arrive(2000, retry)
    const { ground, trace } = await harness.wait()
    // It ended 1905 ms after the answer: complete 370 ms after that, watched for 2 s more.
    expect(ground).toMatchObject({ kind: 'structural', waitedMs: 1905 + 370 + 2000 })
    expect(trace.spans).toHaveLength(5)
  })

  test('a window of zero is allowed, and reported', async () => {
    const harness = createHarness({
      judge: () => judgementOf({ isWatched: true }),
      wait: { absenceWindowMs: 0 }
    })
    harness.arrive(150, gatewaySpan, callSpan, paymentSpan)
    const { ground, warnings } = await harness.wait()
    expect(ground).toMatchObject({ waitedMs: 365, watchedMs: 0 })
    expect(warnings).toEqual([expect.stringContaining('absenceWindow is 0')])
  })

  test('a parent that does not come makes it incomplete, and is named', async () => {
    const harness = createHarness()
    harness.arrive(100, gatewaySpan, paymentSpan)
    const { ground, holes } = await harness.wait()
    expect(ground).toMatchObject({ kind: 'incomplete', waitedMs: 100 + 2 * 200 + 4000 })
    expect(holes).toEqual([expect.objectContaining({ kind: 'orphan', spanId: paymentSpan.spanId })])
    expect(holes[0]?.text).toContain('"charge" (payment)')
  })

  test('a peer that sent spans before is missed; one that never did is a warning on what is watched', async () => {
    const watched: CheckResult = {
      text: 'count() = 0',
      location: verbatimText({ name: 'checkout.yaml', text: '' }).locate({ start: 0, end: 0 }),
      warnings: [],
      isFinal: false,
      isWatched: true,
      outcome: 'held',
      spans: []
    }
    const spec: SpecResult = {
      selector: 'span:error',
      location: watched.location,
      severity: 'error',
      selected: [],
      checks: [watched]
    }
    const judge = () => judgementOf({ specs: [spec], isWatched: true })

    const unknown = createHarness({ judge })
    unknown.arrive(100, gatewaySpan, callSpan)
    const first = await unknown.wait()
    expect(first.ground.kind).toBe('structural')
    expect(first.ground.text).toContain('present but 1 that may stay away')
    expect(first.ground.doubts).toEqual([expect.stringContaining('external: [payment:8080]')])
    expect(first.judgement.specs[0]?.checks[0]?.warnings).toEqual([
      expect.stringContaining('external: [payment:8080]')
    ])

    const proven = createHarness({ judge, provenPeers: new Set(['payment:8080']) })
    proven.arrive(100, gatewaySpan, callSpan)
    const second = await proven.wait()
    expect(second.ground.kind).toBe('incomplete')
    expect(second.holes).toEqual([
      expect.objectContaining({ kind: 'missing-callee', spanId: callSpan.spanId })
    ])
  })

  test('a service that has sent nothing yet is waited for by the default, whatever was declared', async () => {
    const fetched = createHarness({ isPushed: false })
    fetched.arrive(100, gatewaySpan, callSpan)
    fetched.arrive(5000, paymentSpan)
    const first = await fetched.wait()
    expect(first.ground.kind).toBe('quiet')
    expect(first.trace.spans).toContain(paymentSpan)

    const pushed = createHarness()
    pushed.arrive(100, gatewaySpan, callSpan)
    pushed.arrive(5000, paymentSpan)
    const second = await pushed.wait()
    expect(second.ground.kind).toBe('incomplete')
    expect(second.holes).toEqual([expect.objectContaining({ kind: 'late-span', spanId: paymentSpan.spanId })])
  })

  test('a host that takes longer than the deadline is named with what to declare', async () => {
    const harness = createHarness({ wait: { timeoutMs: 3000 } })
    harness.arrive(100, gatewaySpan, callSpan)
    const { ground, holes } = await harness.wait()
    expect(ground.kind).toBe('timeout')
    expect(holes).toEqual([
      expect.objectContaining({ text: expect.stringContaining('declare external: [payment:8080]') })
    ])
  })

  test('a call that reached nobody is not missed, even of a peer that sends spans', async () => {
    const harness = createHarness({ provenPeers: new Set(['payment:8080']) })
    harness.arrive(100, gatewaySpan, buildSpan({ ...call, error: 'connect ECONNREFUSED 10.0.0.7:8080' }))
    expect((await harness.wait()).ground.kind).toBe('structural')
  })

  test('on a host with a skewed clock, spans count from when they were seen', async () => {
    const harness = createHarness()
    const ahead = { ...gateway, at: -60_000 }
    harness.arrive(100, buildSpan(ahead))
    const { ground, holes } = await harness.wait()
    expect(ground).toMatchObject({ kind: 'structural', waitedMs: 100 + 370 })
    expect(holes).toEqual([])
  })

  test('a span in progress is waited for, and gives no early verdict', async () => {
    const harness = createHarness({ judge: () => judgementOf({ isFinal: true }) })
    harness.arrive(100, buildSpan({ ...gateway, open: true }))
    harness.arrive(300, gatewaySpan)
    const { ground, trace } = await harness.wait()
    expect(trace.spans[1]?.endUnixNano).toBe(gatewaySpan.endUnixNano)
    expect(ground.kind).toBe('structural')
  })

  test('a pair proves the peer for every other test of the run', async () => {
    const provenPeers = new Set<string>()
    const harness = createHarness({ provenPeers })
    harness.arrive(100, gatewaySpan, callSpan, paymentSpan)
    await harness.wait()
    expect([...provenPeers]).toEqual(['payment:8080'])
  })

  test('a message is waited for until its consumer comes', async () => {
    const publish = buildSpan({
      id: 'publish',
      parent: 'gateway',
      service: 'gateway',
      kind: 'producer',
      at: 30,
      ms: 5
    })
    const consume = buildSpan({
      id: 'consume',
      service: 'shipping',
      kind: 'consumer',
      at: 7000,
      ms: 95,
      parent: 'publish'
    })
    const harness = createHarness()
    harness.arrive(100, gatewaySpan, publish)
    harness.arrive(7100, consume)
    const { ground, trace } = await harness.wait()
    expect(ground).toMatchObject({ kind: 'structural', waitedMs: 7000 + 370 })
    expect(trace.spans).toHaveLength(4)
  })

  test('the deadline names the branches that were still open', async () => {
    const publish = buildSpan({
      id: 'publish',
      parent: 'gateway',
      service: 'gateway',
      kind: 'producer'
    })
    const harness = createHarness({ wait: { timeoutMs: 3000 } })
    harness.arrive(100, gatewaySpan, publish)
    const { ground, holes } = await harness.wait()
    expect(ground).toMatchObject({ kind: 'timeout', waitedMs: 3000 })
    expect(holes).toEqual([expect.objectContaining({ kind: 'missing-consumer', spanId: publish.spanId })])
  })

  test('a span much later than the declared delay makes it incomplete', async () => {
    const harness = createHarness({ judge: () => judgementOf({ isWatched: true }) })
    harness.arrive(100, gatewaySpan, callSpan)
    harness.arrive(2000, paymentSpan)
    const { ground, holes } = await harness.wait()
    expect(ground.kind).toBe('incomplete')
    expect(holes).toEqual([expect.objectContaining({ kind: 'late-span', spanId: paymentSpan.spanId })])
    expect(holes[0]?.text).toMatch(
      /"charge" \(payment\) came 2\.0 s after it had ended.*flushDelay of 0\.2 s/
    )
  })

  test('a delay that is just missed, as on a busy machine, is not relied on any more', async () => {
    const harness = createHarness()
    harness.arrive(600, gatewaySpan, callSpan)
    harness.arrive(900, paymentSpan)
    const { ground, holes, warnings } = await harness.wait()
    // As if nothing had been declared: 1.1 · 5 s + 150 ms after the end of the gateway.
    expect(ground).toMatchObject({ kind: 'structural', waitedMs: -5 + 5500 + 150 })
    expect(holes).toEqual([])
    expect(warnings).toEqual([
      '"charge" (payment) came 0.9 s after it had ended, later than the declared flushDelay of 0.2 s allows, as did spans of 1 more of the services: the default of 5.0 s was waited for instead'
    ])
  })

  test('a long delay that is just missed is taken as longer still', async () => {
    const harness = createHarness({ wait: { flushDelayMs: 6000 } })
    harness.arrive(7200, gatewaySpan, callSpan, paymentSpan)
    const { ground, holes, warnings } = await harness.wait()
    expect(ground).toMatchObject({ kind: 'structural', waitedMs: Math.ceil(-5 + 1.1 * 7000 + 150) })
    expect(holes).toEqual([])
    expect(warnings).toEqual([
      expect.stringMatching(/flushDelay of 6\.0 s allows.*: 7\.0 s was waited for instead/)
    ])
  })

  test('spans of several pushes count from the last of them, and were absent until the first', async () => {
    const harness = createHarness()
    const looked = harness.backend.looks
    const watch = watchTrace(
      guardSession(harness.backend, harness.backend.caps, harness.clock),
      TRACE_ID,
      harness.clock
    )
    harness.arrive(100, gatewaySpan)
    harness.arrive(900, callSpan, paymentSpan)
    await harness.clock.runTo(2000)
    await watch.look(new AbortController().signal, 1000)
    expect(harness.backend.looks - looked).toBe(1)
    const msAfterAnswer = (unixNano: bigint | undefined): number =>
      Number((unixNano ?? 0n) - EPOCH) / 1e6 - 95
    const { sightings, absences, lastNewUnixNano } = watch.collector
    expect(msAfterAnswer(sightings.get(gatewaySpan.spanId))).toBe(900)
    expect(msAfterAnswer(lastNewUnixNano)).toBe(900)
    expect(msAfterAnswer(absences.get(paymentSpan.spanId))).toBe(100)
  })

  test('the late spans of one service are one hole', async () => {
    const harness = createHarness({ judge: () => judgementOf({ isWatched: true }) })
    const settle = buildSpan({ id: 'settle', parent: 'payment', service: 'payment', at: 25, ms: 10 })
    harness.arrive(100, gatewaySpan, callSpan)
    harness.arrive(2000, paymentSpan, settle)
    const { holes } = await harness.wait()
    expect(holes).toHaveLength(1)
    expect(holes[0]?.text).toMatch(/^"settle" \(payment\).*, as 1 more of this service did: declare a longer/)
  })

  test('without a declared delay no span is late: the default of the SDKs is waited for', async () => {
    const harness = createHarness({ declaresFlush: false })
    harness.arrive(100, gatewaySpan, callSpan)
    harness.arrive(4000, paymentSpan)
    const { ground, holes } = await harness.wait()
    expect(ground).toMatchObject({ kind: 'structural', waitedMs: -5 + 5500 + 150 })
    expect(holes).toEqual([])
  })

  test('a span that comes later than that shows that it does not hold: it counts from when it came', async () => {
    const harness = createHarness({ declaresFlush: false })
    harness.arrive(9000, gatewaySpan, callSpan, paymentSpan)
    const { ground } = await harness.wait()
    expect(ground).toMatchObject({ kind: 'structural', waitedMs: 9000 + 5500 + 150 })
  })

  test('a receiver that had to drop spans ends it at once', async () => {
    const harness = createHarness()
    harness.backend.note = 'the receiver had no room for all of its spans'
    harness.clock.at(200, () => {
      harness.backend.completeness = 'truncated'
      harness.backend.push(gatewaySpan)
    })
    const { ground, holes } = await harness.wait()
    expect(ground).toMatchObject({ kind: 'truncated', waitedMs: 105 })
    expect(holes).toContainEqual({
      kind: 'dropped',
      text: 'the receiver had no room for all of its spans'
    })
  })

  test('one span in two versions: no early verdict, and a warning that says so', async () => {
    const harness = createHarness({ judge: () => judgementOf({ isFinal: true }) })
    harness.backend.push(gatewaySpan, buildSpan({ ...gateway, attributes: { 'http.route': '/checkout' } }))
    const { ground, warnings } = await harness.wait()
    expect(ground.kind).toBe('structural')
    expect(warnings).toEqual([expect.stringContaining('"POST /checkout" (gateway)')])
  })

  test('a copy of our own span is not a span of the system', async () => {
    const harness = createHarness({ judge: () => judgementOf({ isFinal: true }), wait: { timeoutMs: 1000 } })
    harness.arrive(100, buildSpan({ id: 'trigger', name: 'POST /checkout' }))
    const { ground, trace } = await harness.wait()
    expect(ground).toMatchObject({ kind: 'timeout', waitedMs: 1000 })
    expect(trace.spans).toHaveLength(1)
  })

  test('nothing comes: it gives up at the deadline with the trigger alone', async () => {
    const harness = createHarness()
    const { ground, trace } = await harness.wait()
    expect(ground).toMatchObject({ kind: 'timeout', waitedMs: 30_000 })
    expect(trace.spans).toHaveLength(1)
  })

  test('an interruption ends it at once with what was there', async () => {
    const harness = createHarness()
    harness.arrive(100, gatewaySpan)
    harness.clock.at(300, () => harness.interruption.abort(new Error('interrupted')))
    const { ground, trace } = await harness.wait()
    expect(ground).toMatchObject({ kind: 'interrupted', waitedMs: 205 })
    expect(trace.spans).toHaveLength(2)
  })
})

describe('where traces are fetched', () => {
  const fetched = { isPushed: false, caps: { lagMs: 0 } }

  test('it looks first 250 ms after the answer, then in growing steps', async () => {
    const harness = createHarness({ ...fetched, wait: { timeoutMs: 6000 } })
    const times: number[] = []
    harness.backend.answer = () => {
      times.push(Math.round(harness.clock.nowMs - 95))
      return { status: 'absent' }
    }
    await harness.wait()
    expect(times).toEqual([250, 500, 875, 1438, 2282, 3548, 5048, 6000])
  })

  test('news set the step back to the shortest', async () => {
    const harness = createHarness({ ...fetched, wait: { timeoutMs: 6000 } })
    harness.arrive(2000, gatewaySpan, paymentSpan)
    const times: number[] = []
    harness.backend.answer = () => {
      times.push(Math.round(harness.clock.nowMs - 95))
      return harness.clock.nowMs < 2000
        ? { status: 'absent' }
        : { status: 'found', spans: [gatewaySpan, paymentSpan], completeness: 'unknown' }
    }
    await harness.wait()
    expect(times.slice(3, 8)).toEqual([1438, 2282, 2532, 2907, 3470])
  })

  test('it ends only on a look that was begun after the moment that decides', async () => {
    const harness = createHarness(fetched)
    harness.backend.push(gatewaySpan)
    let isSlow = false
    harness.backend.answer = async () => {
      isSlow ||= harness.clock.nowMs > 95 + 400
      const spans = harness.clock.nowMs < 95 + 900 ? [gatewaySpan] : [gatewaySpan, callSpan, paymentSpan]
      if (isSlow) await harness.clock.sleep(600, new AbortController().signal)
      return { status: 'found', spans, completeness: 'unknown' }
    }
    const { trace } = await harness.wait()
    // The first slow look was begun at 625 ms, before 1.1 · 200 ms + 700 ms were over, and did not see the payment.
    expect(trace.spans.map(span => span.name)).toContain('charge')
  })

  test('a span is known to be late only if a look could have seen it before', async () => {
    const harness = createHarness({ ...fetched, wait: { flushDelayMs: 200 } })
    harness.arrive(2400, gatewaySpan)
    const { ground, holes } = await harness.wait()
    expect(ground.kind).toBe('incomplete')
    expect(holes).toEqual([expect.objectContaining({ kind: 'late-span' })])

    const first = createHarness({ ...fetched, caps: { lagMs: 0, stepMs: { first: 5000, longest: 5000 } } })
    first.arrive(3000, gatewaySpan)
    expect((await first.wait()).ground.kind).toBe('structural')
  })

  test('a store that is busy is asked again when it says', async () => {
    const harness = createHarness({ ...fetched, wait: { timeoutMs: 5000 } })
    const times: number[] = []
    harness.backend.answer = () => {
      times.push(harness.clock.nowMs - 95)
      return { status: 'busy', reason: 'too many requests', retryAfterMs: 2000 }
    }
    const { busyReason, ground } = await harness.wait()
    expect(times).toEqual([250, 2250, 4250])
    expect(ground).toMatchObject({ kind: 'timeout', waitedMs: 5000 })
    expect(busyReason).toContain('too many requests')
  })

  test('a look that hangs counts as busy', async () => {
    const harness = createHarness({ ...fetched, wait: { timeoutMs: 20_000 } })
    harness.backend.answer = () => new Promise(() => undefined)
    const { busyReason } = await harness.wait()
    expect(busyReason).toContain('did not answer within 15.0 s')
  })

  test('a span once seen stays, however the next look answers', async () => {
    const harness = createHarness({ ...fetched, wait: { timeoutMs: 2000 } })
    let looks = 0
    harness.backend.answer = () =>
      looks++ === 0
        ? { status: 'found', spans: [gatewaySpan, callSpan], completeness: 'unknown' }
        : { status: 'found', spans: [paymentSpan], completeness: 'unknown' }
    expect((await harness.wait()).trace.spans).toHaveLength(4)
  })

  test('a backend that fails ends it with its error', async () => {
    const harness = createHarness(fetched)
    const error = new BackendError({ code: 'BACKEND_UNAUTHORIZED', message: 'the token is not accepted' })
    harness.backend.answer = () => Promise.reject(error)
    await expect(harness.wait()).rejects.toBe(error)
  })

  test('an unknown lag asks for silence', async () => {
    const harness = createHarness({ isPushed: false })
    harness.backend.push(gatewaySpan, callSpan, paymentSpan)
    const { ground } = await harness.wait()
    expect(ground).toMatchObject({ kind: 'quiet', waitedMs: 250 + 200 + 1000 })
  })

  test('a file that is not tailed is complete when it was read', async () => {
    const harness = createHarness(fetched)
    harness.backend.completeness = 'complete'
    harness.backend.push(gatewaySpan)
    expect((await harness.wait()).ground).toMatchObject({ kind: 'stated', waitedMs: 250 })
  })
})

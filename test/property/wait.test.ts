import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Span } from '../../src/model/span.ts'
import { settleMs } from '../../src/plan/delays.ts'
import { createCollector } from '../../src/run/collector.ts'
import type { Evidence } from '../../src/run/decide.ts'
import { decide } from '../../src/run/decide.ts'
import type { WaitPolicy } from '../../src/run/wait-policy.ts'
import { silenceMs } from '../../src/run/wait-policy.ts'
import { joinedSpansArbitrary } from '../support/arbitrary-joins.ts'
import { runs } from '../support/runs.ts'
import { buildSpan, EPOCH, type SpanSketch, TRACE_ID, triggerSpan } from '../support/trace-builder.ts'
import { createHarness, judgementOf } from '../support/wait-harness.ts'

const RUNS = runs(100)

const policies: fc.Arbitrary<WaitPolicy> = fc
  .record({
    isPushed: fc.boolean(),
    flushMs: fc.integer({ min: 0, max: 6000 }),
    isFlushDeclared: fc.boolean(),
    lagMs: fc.integer({ min: 0, max: 3000 }),
    isLagKnown: fc.boolean(),
    asyncMs: fc.integer({ min: 0, max: 20_000 }),
    absenceWindowMs: fc.integer({ min: 0, max: 4000 }),
    isWindowDeclared: fc.boolean(),
    deadlineMs: fc.integer({ min: 0, max: 40_000 })
  })
  .map(policy => ({
    ...policy,
    unlearnedFlushMs: policy.flushMs,
    lag: 'backend',
    stepMs: { first: 250, longest: 1500 },
    marginMs: policy.isPushed ? 150 : 700,
    restMs: policy.isPushed ? 100 : 250
  }))

const evidences: fc.Arbitrary<Evidence> = fc.record({
  spanCount: fc.nat({ max: 3 }),
  completeness: fc.constantFrom('unknown', 'unknown', 'unknown', 'partial', 'truncated', 'complete'),
  isConnected: fc.boolean(),
  missing: fc.array(
    fc.record({ graceEndMs: fc.integer({ min: -1000, max: 25_000 }), isHole: fc.boolean() }),
    { maxLength: 3 }
  ),
  lastEndMs: fc.double({ min: -5000, max: 20_000, noNaN: true }),
  lastNewMs: fc.double({ min: -5000, max: 20_000, noNaN: true }),
  knownMs: fc.oneof(
    fc.constant(Number.POSITIVE_INFINITY),
    fc.double({ min: -5000, max: 45_000, noNaN: true })
  ),
  isFinal: fc.boolean(),
  isWatched: fc.boolean()
})

const moments = fc.double({ min: 0, max: 45_000, noNaN: true })

test('waiting never sleeps past the deadline, and always wakes later than now', () => {
  fc.assert(
    fc.property(evidences, moments, policies, (evidence, elapsedMs, policy) => {
      const decision = decide(evidence, elapsedMs, policy)
      if (decision.next === 'stop') return
      expect(decision.wakeAtMs).toBeLessThanOrEqual(policy.deadlineMs)
      expect(decision.wakeAtMs).toBeGreaterThan(elapsedMs)
    }),
    { numRuns: RUNS * 4 }
  )
})

test('time alone changes nothing before the moment that was named', () => {
  fc.assert(
    fc.property(
      evidences,
      moments,
      policies,
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      (evidence, elapsedMs, policy, share) => {
        const decision = decide(evidence, elapsedMs, policy)
        if (decision.next === 'stop') return
        const between = elapsedMs + share * (decision.wakeAtMs - elapsedMs)
        fc.pre(between < decision.wakeAtMs)
        expect(decide(evidence, between, policy)).toEqual(decision)
      }
    ),
    { numRuns: RUNS * 4 }
  )
})

test('without news, waiting ends after at most three looks more, by the deadline', () => {
  fc.assert(
    fc.property(evidences, moments, policies, (evidence, startMs, policy) => {
      let elapsedMs = startMs
      for (let looks = 0; looks <= 3; looks++) {
        const decision = decide(evidence, elapsedMs, policy)
        if (decision.next === 'stop') return
        elapsedMs = decision.wakeAtMs
      }
      throw new Error('it goes on looking')
    }),
    { numRuns: RUNS * 4 }
  )
})

test('no ground is given before what it claims', () => {
  fc.assert(
    fc.property(evidences, moments, policies, (evidence, elapsedMs, policy) => {
      const decision = decide(evidence, elapsedMs, policy)
      if (decision.next === 'look') return
      switch (decision.ground) {
        case 'structural':
        case 'quiet': {
          const { completeAtMs = Number.NaN } = decision
          expect(evidence.spanCount).toBeGreaterThan(0)
          expect(evidence.isConnected).toBe(true)
          expect(evidence.completeness).toBe('unknown')
          expect(evidence.missing.filter(({ isHole }) => isHole)).toEqual([])
          for (const { graceEndMs } of evidence.missing)
            expect(completeAtMs).toBeGreaterThanOrEqual(graceEndMs)
          expect(Math.min(elapsedMs, evidence.knownMs)).toBeGreaterThanOrEqual(
            completeAtMs + (evidence.isWatched ? policy.absenceWindowMs : 0)
          )
          if (decision.ground === 'structural') {
            expect(policy.isLagKnown).toBe(true)
            expect(completeAtMs).toBeGreaterThanOrEqual(evidence.lastEndMs + settleMs(policy))
            expect(completeAtMs).toBeGreaterThanOrEqual(evidence.lastNewMs + policy.restMs)
          } else {
            expect(completeAtMs).toBeGreaterThanOrEqual(evidence.lastNewMs + policy.flushMs + 1000)
          }
          return
        }
        case 'incomplete':
          expect(elapsedMs).toBeGreaterThanOrEqual(evidence.lastNewMs + silenceMs(policy))
          for (const { graceEndMs } of evidence.missing) expect(elapsedMs).toBeGreaterThanOrEqual(graceEndMs)
          return
        case 'timeout':
        case 'nothing':
          if (evidence.completeness !== 'complete')
            expect(elapsedMs).toBeGreaterThanOrEqual(policy.deadlineMs)
          expect(evidence.spanCount > 0).toBe(decision.ground === 'timeout')
          return
        case 'asserted':
          expect(evidence.isFinal && evidence.spanCount > 0).toBe(true)
          return
        case 'stated':
        case 'truncated':
          expect(evidence.completeness).toBe(decision.ground === 'stated' ? 'complete' : 'truncated')
      }
    }),
    { numRuns: RUNS * 4 }
  )
})

const names = Array.from({ length: 8 }, (_, index) => `s${index}`)
const reports: fc.Arbitrary<Span> = fc
  .record({
    id: fc.constantFrom(...names),
    parent: fc.constantFrom('trigger', ...names),
    at: fc.integer({ min: 0, max: 3 }),
    open: fc.boolean(),
    attributes: fc.dictionary(fc.constantFrom('sku', 'price'), fc.integer({ min: 1, max: 2 }))
  })
  .map(buildSpan)

test('the looks may come in any order, and repeat one another', () => {
  const looks = fc.array(fc.array(reports, { maxLength: 5 }), { minLength: 1, maxLength: 5 })
  const orders = looks.chain(all =>
    fc.record({
      all: fc.constant(all),
      again: fc.shuffledSubarray([...all, ...all], { minLength: all.length })
    })
  )
  const collect = (all: readonly (readonly Span[])[]): unknown => {
    const collector = createCollector(TRACE_ID, true)
    all.forEach((spans, index) => {
      const at = EPOCH + BigInt(index)
      const times = { begunUnixNano: at, seenUnixNano: at }
      collector.absorb({ status: 'found', spans, completeness: 'unknown' }, times)
    })
    const trace = collector.buildTrace(triggerSpan())
    return { spans: trace.spans, parents: [...trace.parents], conflicting: [...trace.conflicting].sort() }
  }
  fc.assert(
    fc.property(orders, ({ all, again }) => {
      expect(collect([...again, ...all].reverse())).toEqual(collect(all))
    }),
    { numRuns: RUNS }
  )
})

test('the looks may come in any order with traces that are joined, too', () => {
  const orders = joinedSpansArbitrary
    .map(sketches => sketches.map(buildSpan))
    .chain(all =>
      fc.record({
        all: fc.constant(all),
        again: fc.shuffledSubarray([...all, ...all], { minLength: all.length })
      })
    )
  const collect = (spans: readonly Span[]): unknown => {
    const collector = createCollector(TRACE_ID, true, true)
    spans.forEach((span, index) => {
      const at = EPOCH + BigInt(index)
      const times = { begunUnixNano: at, seenUnixNano: at }
      collector.absorb({ status: 'found', spans: [span], completeness: 'unknown' }, times)
    })
    const trace = collector.buildTrace(triggerSpan())
    const parents = [...trace.parents]
    return { spans: trace.spans, parents, strays: new Set(trace.joining.strays), joins: [...trace.joins] }
  }
  fc.assert(
    fc.property(orders, ({ all, again }) => {
      expect(collect([...again, ...all].reverse())).toEqual(collect(all))
    }),
    { numRuns: RUNS }
  )
})

/** A tree of calls between services that each send what has ended when their own timer ticks. */
const systems = fc
  .array(
    fc.record({
      caller: fc.nat(),
      start: fc.integer({ min: 0, max: 40 }),
      length: fc.integer({ min: 1, max: 50 }),
      phase: fc.nat({ max: 199 }),
      inner: fc.nat({ max: 2 })
    }),
    { minLength: 1, maxLength: 6 }
  )
  .map(services => {
    const arrivals: { readonly at: number; readonly span: Span }[] = []
    const windows: { readonly from: number; readonly to: number }[] = []
    services.forEach(({ caller, start, length, phase, inner }, index) => {
      const service = `service-${index}`
      const callerIndex = index === 0 ? -1 : caller % index
      const outer = windows[callerIndex] ?? { from: 0, to: 90 }
      const from = Math.min(outer.from + start / 10, outer.to)
      const to = callerIndex < 0 ? outer.to : Math.min(from + length, outer.to)
      windows.push({ from, to })
      const send = (sketch: SpanSketch, timer: number): void => {
        const end = (sketch.at ?? 0) + (sketch.ms ?? 0)
        arrivals.push({ at: timer + Math.ceil((end - timer) / 200) * 200, span: buildSpan(sketch) })
      }
      const callId = `call-${index}`
      if (callerIndex >= 0)
        send(
          {
            id: callId,
            parent: `server-${callerIndex}`,
            service: `service-${callerIndex}`,
            kind: 'client',
            at: from,
            ms: to - from,
            attributes: { 'server.address': service }
          },
          services[callerIndex]!.phase
        )
      const parent = callerIndex < 0 ? 'trigger' : callId
      send({ id: `server-${index}`, parent, service, kind: 'server', at: from, ms: to - from }, phase)
      for (let step = 0; step < inner; step++)
        send({ id: `inner-${index}-${step}`, parent: `server-${index}`, service, at: from, ms: 0 }, phase)
    })
    return arrivals
  })

test('with the batches that were declared, a trace that counts as complete is complete', async () => {
  await fc.assert(
    fc.asyncProperty(systems, async arrivals => {
      const harness = createHarness({ judge: () => judgementOf() })
      for (const { at, span } of arrivals) harness.arrive(at - 95, span)
      const { ground, trace } = await harness.wait()
      expect(ground.kind).toBe('structural')
      expect(trace.spans).toHaveLength(arrivals.length + 1)
    }),
    { numRuns: Math.ceil(RUNS / 4) }
  )
})

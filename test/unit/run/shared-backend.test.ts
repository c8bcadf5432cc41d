import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { BackendError } from '../../../src/errors/errors.ts'
import type { RunEvent, RunReport } from '../../../src/model/run-event.ts'
import type { PlannedTest } from '../../../src/plan/plan.ts'
import type { FetchResult } from '../../../src/plugin/trace-backend.ts'
import type { TraceParent } from '../../../src/plugin/trigger.ts'
import { runPlan } from '../../../src/run/run-plan.ts'
import { createFakeBackend, type FakeBackend } from '../../support/fake-backend.ts'
import { createManualClock, type ManualClock } from '../../support/manual-clock.ts'
import { checksOf, plannedTest, spansOf, triggerOf } from '../../support/plan-builder.ts'
import type { SpanSketch } from '../../support/trace-builder.ts'

const gateway: SpanSketch = {
  id: 'gateway',
  parent: 'trigger',
  service: 'gateway',
  kind: 'server',
  at: 5,
  ms: 85
}
const refund: SpanSketch = { id: 'refund', parent: 'gateway', service: 'gateway', at: 5000, ms: 10 }
const noRefund = checksOf({ 'span[name="refund"]': ['count() = 0'] })

function run(
  clock: ManualClock,
  tests: readonly PlannedTest[],
  onEvent: (event: RunEvent) => void = () => undefined
): Promise<RunReport> {
  const dependencies = {
    clock,
    readFile: () => Promise.reject(new Error('no file is read here')),
    debug: () => undefined,
    random: (size: number) => randomBytes(size),
    jobs: 8,
    signal: new AbortController().signal,
    runId: 'run'
  }
  return clock.run(runPlan({ tests, secrets: [] }, dependencies, onEvent))
}

/** Each look at the backend: when it was begun and which trace it asked for; answered after its time. */
function watchLooks(clock: ManualClock, backend: FakeBackend, tookMs: number) {
  const looks: { readonly atMs: number; readonly traceId: string }[] = []
  const inFlight = new Map<string, number>()
  let most = 0
  const fetch = backend.fetch.bind(backend)
  backend.fetch = async (traceId, signal) => {
    looks.push({ atMs: clock.nowMs, traceId })
    inFlight.set(traceId, (inFlight.get(traceId) ?? 0) + 1)
    most = Math.max(most, inFlight.get(traceId)!)
    await clock.sleep(tookMs, signal)
    inFlight.set(traceId, inFlight.get(traceId)! - 1)
    return fetch(traceId, signal)
  }
  return { looks, mostInFlight: () => most }
}

const manyTests = (backend: FakeBackend, count: number): readonly PlannedTest[] =>
  Array.from({ length: count }, (_, index) =>
    plannedTest({
      name: `checkout ${index}`,
      backend,
      checks: noRefund,
      trigger: triggerOf({ onAnswered: parent => backend.push(...spansOf(parent, gateway)) })
    })
  )

describe('the tests that share a fetched backend', () => {
  test('together ask it no more often than it allows, and all of them pass', async () => {
    const clock = createManualClock()
    const backend = createFakeBackend({ isPushed: false, caps: { lagMs: 0, looksPerSecond: 2 } })
    const { looks, mostInFlight } = watchLooks(clock, backend, 50)
    const report = await run(clock, manyTests(backend, 8))
    expect(report.summary.passed).toBe(8)
    for (const { atMs } of looks) {
      const inThatSecond = looks.filter(other => other.atMs >= atMs && other.atMs < atMs + 1000)
      expect(inThatSecond.length).toBeLessThanOrEqual(3)
    }
    expect(mostInFlight()).toBe(1)
  })

  test('all rest when one of them is told to, and one look at a trace is in flight at a time', async () => {
    const clock = createManualClock()
    const backend = createFakeBackend({ isPushed: false, caps: { lagMs: 0 } })
    let told = 0
    backend.answer = () => {
      if (told > 0) backend.answer = undefined
      told = clock.nowMs
      return { status: 'busy', reason: 'HTTP 429', retryAfterMs: 4000 }
    }
    const { looks, mostInFlight } = watchLooks(clock, backend, 300)
    const report = await run(clock, manyTests(backend, 4))
    expect(report.summary.passed).toBe(4)
    expect(looks.filter(({ atMs }) => atMs > told && atMs < told + 4000)).toEqual([])
    expect(looks.some(({ atMs }) => atMs >= told + 4000)).toBe(true)
    expect(mostInFlight()).toBe(1)
  })

  test('that cannot all be looked at in time fail for it, and say why', async () => {
    const clock = createManualClock()
    const backend = createFakeBackend({ isPushed: false, caps: { lagMs: 0, looksPerSecond: 0.05 } })
    const report = await run(clock, manyTests(backend, 3))
    expect(report.summary.passed).toBe(0)
    const texts = report.tests.map(({ ground, verdict }) =>
      verdict.outcome === 'errored' ? verdict.error.message : ground?.text
    )
    for (const text of texts) expect(text).toContain('the looks of other tests came first')
  })

  test('prove peers to one another: a callee that is missing of one is a hole', async () => {
    const clock = createManualClock()
    const backend = createFakeBackend({ isPushed: false, caps: { lagMs: 0 } })
    const call: SpanSketch = {
      id: 'call',
      parent: 'gateway',
      service: 'gateway',
      kind: 'client',
      at: 10,
      ms: 60,
      attributes: { 'server.address': 'payment' }
    }
    const payment: SpanSketch = {
      id: 'payment',
      parent: 'call',
      service: 'payment',
      kind: 'server',
      at: 20,
      ms: 40
    }
    const sending = (name: string, ...sketches: readonly SpanSketch[]): PlannedTest =>
      plannedTest({
        name,
        backend,
        checks: noRefund,
        trigger: triggerOf({ onAnswered: parent => backend.push(...spansOf(parent, ...sketches)) })
      })
    const report = await run(clock, [
      sending('without', gateway, call),
      sending('with', gateway, call, payment)
    ])
    expect(report.tests.map(({ verdict }) => verdict.outcome)).toEqual(['failed', 'passed'])
    expect(report.tests[0]?.holes).toEqual([expect.objectContaining({ kind: 'missing-callee' })])
  })
})

describe('the last word where traces are fetched', () => {
  /** Spans that are there at the answer; `later` changes how looks are answered once the test has ended. */
  async function endThen(later: (backend: FakeBackend, parent: TraceParent, clock: ManualClock) => void) {
    const clock = createManualClock()
    const backend = createFakeBackend({ isPushed: false, caps: { lagMs: 0 } })
    const trigger = triggerOf({
      onAnswered: parent => {
        backend.push(...spansOf(parent, gateway))
        clock.at(6000, () => later(backend, parent, clock))
      }
    })
    const slow = plannedTest({
      name: 'slow',
      backend,
      trigger: triggerOf({ ms: 10_000 }),
      collectsTrace: false,
      checks: checksOf({})
    })
    const tests = [plannedTest({ backend, trigger, checks: noRefund }), slow]
    const report = await run(clock, tests, event => told.push(event))
    return report.tests[0]!
  }
  const busy: FetchResult = { status: 'busy', reason: 'HTTP 503' }
  const told: RunEvent[] = []

  test('is asked for until the backend answers', async () => {
    const ended = await endThen((backend, parent, clock) => {
      backend.push(...spansOf(parent, refund))
      backend.answer = () => busy
      clock.at(20_000, () => {
        backend.answer = undefined
      })
    })
    expect(ended.verdict.outcome).toBe('failed')
    expect(ended.warnings).toEqual([expect.stringMatching(/^late: "refund"/)])
  })

  test('is missed, and said to be, where the backend never answers again', async () => {
    const ended = await endThen(backend => {
      backend.answer = () => busy
    })
    expect(ended).toMatchObject({ verdict: { outcome: 'passed' }, ground: { kind: 'structural' } })
    const warning = 'its trace could not be looked at once more before the run ended: HTTP 503'
    expect(ended.runWarnings).toEqual([warning])
    expect(told.at(-2)).toMatchObject({ type: 'test-warned', warning, report: { runWarnings: [warning] } })
  })

  test('is not an answer that lacks what was shown before', async () => {
    const ended = await endThen(backend => {
      backend.answer = () => ({ status: 'absent' })
    })
    expect(ended.runWarnings).toEqual([expect.stringContaining('lacked spans that had been shown before')])
  })

  test('may be that the backend failed', async () => {
    const ended = await endThen(backend => {
      const error = new BackendError({ code: 'BACKEND_UNREACHABLE', message: 'the store is gone' })
      backend.answer = () => Promise.reject(error)
    })
    expect(ended.verdict.outcome).toBe('passed')
    expect(ended.runWarnings).toEqual([expect.stringContaining('the store is gone')])
  })
})

test('what a backend wants to be known is in the report of the run, once it is closed', async () => {
  const clock = createManualClock()
  const backend = createFakeBackend({ isPushed: true })
  backend.warnings = () => (backend.disposed === 1 ? ['3 of 40 requests could not be forwarded'] : [])
  const tests = manyTests(backend, 2)
  expect(await run(clock, tests)).toMatchObject({
    outcome: 'passed',
    warnings: ['3 of 40 requests could not be forwarded']
  })
  expect(backend.disposed).toBe(1)
})

test('a run without warnings has none', async () => {
  const clock = createManualClock()
  const backend = createFakeBackend({ isPushed: true })
  expect(await run(clock, manyTests(backend, 1))).not.toHaveProperty('warnings')
})

import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { BackendError, TriggerError } from '../../../src/errors/errors.ts'
import type { RunEvent, RunReport, TestReport } from '../../../src/model/run-event.ts'
import type { Trace } from '../../../src/model/trace.ts'
import { pack, unpack } from '../../../src/otlp/pack.ts'
import type { PlannedTest } from '../../../src/plan/plan.ts'
import type { TraceParent } from '../../../src/plugin/trigger.ts'
import { runPlan } from '../../../src/run/run-plan.ts'
import { createFakeBackend, type FakeBackend } from '../../support/fake-backend.ts'
import { compileChecks } from '../../support/judge.ts'
import { createManualClock, type ManualClock } from '../../support/manual-clock.ts'
import { checksOf, plannedTest, spansOf, triggerOf, triggerThat } from '../../support/plan-builder.ts'
import type { SpanSketch } from '../../support/trace-builder.ts'

const gateway: SpanSketch = {
  id: 'gateway',
  parent: 'trigger',
  name: 'POST /checkout',
  service: 'gateway',
  kind: 'server',
  at: 5,
  ms: 85
}
const charge: SpanSketch = { id: 'charge', parent: 'gateway', service: 'gateway', at: 20, ms: 30 }

/** A trigger whose request makes spans that come so long after the answer. */
const tracing = (clock: ManualClock, backend: FakeBackend, afterMs: number, ...sketches: SpanSketch[]) =>
  triggerOf({
    onAnswered: parent => arrive(clock, backend, parent, afterMs, ...sketches)
  })

function arrive(
  clock: ManualClock,
  backend: FakeBackend,
  parent: TraceParent,
  afterMs: number,
  ...sketches: SpanSketch[]
): void {
  clock.at(clock.nowMs + afterMs, () => backend.push(...spansOf(parent, ...sketches)))
}

interface Ran {
  readonly report: RunReport
  readonly events: readonly RunEvent[]
  readonly outcomes: Readonly<Record<string, string>>
}

interface RunSettings {
  readonly jobs?: number
  readonly signal?: AbortSignal
  readonly bail?: number
}

async function run(
  clock: ManualClock,
  tests: readonly PlannedTest[],
  settings: RunSettings = {}
): Promise<Ran> {
  const events: RunEvent[] = []
  const report = await clock.run(
    runPlan(
      { tests, secrets: [] },
      {
        clock,
        readFile: path => Promise.reject(new Error(`there is no ${path}`)),
        debug: () => undefined,
        random: randomBytes,
        jobs: 8,
        signal: new AbortController().signal,
        runId: 'run-1',
        packer: { pack, unpack, aboveSpans: 0, aboveReports: 0 },
        ...settings
      },
      event => void events.push(event)
    )
  )
  return {
    report,
    events,
    outcomes: Object.fromEntries(report.tests.map(({ name, verdict }) => [name, verdict.outcome]))
  }
}

/** What was said last of the trace of a test. */
function traceOf(events: readonly RunEvent[], report: TestReport | undefined): Trace | undefined {
  const told = events.flatMap(event =>
    'report' in event && event.type !== 'run-finished' && event.report.id === report?.id ? [event.report] : []
  )
  return told.at(-1)?.trace
}

function only(report: RunReport): TestReport {
  expect(report.tests).toHaveLength(1)
  return report.tests[0]!
}

/** Keeps a run going for ten seconds. */
function slowTest(backend: FakeBackend): PlannedTest {
  const trigger = triggerOf({ ms: 10_000 })
  return plannedTest({ name: 'slow', backend, trigger, collectsTrace: false, checks: checksOf({}) })
}

describe('a test', () => {
  test('passes on its trace, and its report holds what a later judgement needs', async () => {
    const clock = createManualClock()
    const backend = createFakeBackend({ isPushed: true })
    const trigger = tracing(clock, backend, 150, gateway, charge)
    const { report, events } = await run(clock, [plannedTest({ backend, trigger })])
    expect(report).toMatchObject({ outcome: 'passed', exitCode: 0, summary: { passed: 1, failed: 0 } })
    const ended = only(report)
    expect(ended).toMatchObject({
      name: 'checkout',
      attempt: 1,
      verdict: { outcome: 'passed' },
      response: { status: 200 },
      responseDurationNanos: 100_000_000n,
      ground: { kind: 'structural' },
      holes: []
    })
    const trace = traceOf(events, ended)
    expect(trace?.spans.map(span => span.name)).toEqual(['Tracetest trigger', 'POST /checkout', 'charge'])
    expect(ended.traceId).toBe(trace?.traceId)
    expect(ended.trace).toBeUndefined()
    expect(events.map(event => event.type)).toEqual([
      'run-started',
      'test-started',
      'test-progressed',
      'test-progressed',
      'test-progressed',
      'test-progressed',
      'test-finished',
      'run-finished'
    ])
  })

  test('fails on a check that is violated', async () => {
    const clock = createManualClock()
    const backend = createFakeBackend({ isPushed: true })
    const trigger = tracing(clock, backend, 150, gateway)
    const { report } = await run(clock, [plannedTest({ backend, trigger })])
    expect(report).toMatchObject({ outcome: 'failed', exitCode: 1 })
    expect(only(report).verdict.outcome).toBe('failed')
  })

  test('ends as soon as nothing can change its verdict', async () => {
    const clock = createManualClock()
    const backend = createFakeBackend({ isPushed: true })
    const trigger = tracing(clock, backend, 150, gateway, charge)
    const checks = checksOf({ 'span[name="charge"]': ['count() >= 1'] })
    const { report } = await run(clock, [plannedTest({ backend, trigger, checks })])
    expect(only(report)).toMatchObject({
      verdict: { outcome: 'passed' },
      ground: { kind: 'asserted', waitedMs: 150 }
    })
  })

  test('that is to be skipped sends nothing', async () => {
    const clock = createManualClock()
    const backend = createFakeBackend({ isPushed: true })
    const trigger = triggerThat(() => Promise.reject(new Error('it was sent')))
    const { report, events } = await run(clock, [plannedTest({ backend, trigger, skip: 'under repair' })])
    expect(only(report).verdict).toEqual({ outcome: 'skipped', reason: 'under repair' })
    expect(report).toMatchObject({ outcome: 'passed', exitCode: 0, summary: { skipped: 1 } })
    expect(events.map(event => event.type)).toEqual(['run-started', 'test-finished', 'run-finished'])
  })

  test('whose checks read only the answer ends on it, and opens no backend', async () => {
    const clock = createManualClock()
    const backend = createFakeBackend({ isPushed: true })
    const checks = checksOf({ ':root': ['response:status = 200'] })
    const { report } = await run(clock, [plannedTest({ backend, checks })])
    expect(only(report)).toMatchObject({ verdict: { outcome: 'passed' }, ground: { kind: 'answer' } })
    expect([clock.nowMs, backend.opened]).toEqual([100, 0])
  })

  test('that collects no trace is judged on the trigger alone', async () => {
    const clock = createManualClock()
    const backend = createFakeBackend({ isPushed: true })
    const checks = checksOf({ 'span[name="charge"]': ['count() = 0'] })
    const { report } = await run(clock, [plannedTest({ backend, checks, collectsTrace: false })])
    expect(only(report)).toMatchObject({ verdict: { outcome: 'passed' }, ground: { kind: 'answer' } })
    expect(only(report).ground?.text).toContain('skipTraceCollection')
    expect(backend.opened).toBe(0)
  })

  test('knows by when its spans came, also those that came before the answer', async () => {
    const clock = createManualClock()
    const backend = createFakeBackend({ isPushed: true })
    const trigger = triggerOf({
      ms: 3000,
      onSent: parent => arrive(clock, backend, parent, 400, charge),
      onAnswered: parent => arrive(clock, backend, parent, 150, { ...gateway, ms: 2990 })
    })
    const { report } = await run(clock, [plannedTest({ backend, trigger })])
    expect(only(report)).toMatchObject({ verdict: { outcome: 'passed' }, holes: [] })
  })

  test('waits for the trace that its trigger learnt of', async () => {
    const clock = createManualClock()
    const backend = createFakeBackend({ isPushed: true })
    const learnt = '0123456789abcdef0123456789abcdef' as TestReport['traceId'] & string
    const answering = triggerOf()
    const trigger = {
      ...answering,
      run: async (...args: Parameters<typeof answering.run>) => {
        const result = await answering.run(...args)
        backend.push(
          ...spansOf({ ...args[1], traceId: learnt }, { ...charge, id: 'job', name: 'charge' }).map(
            ({ parentSpanId: _none, ...span }) => span
          )
        )
        return { ...result, traceId: learnt }
      }
    }
    const { report } = await run(clock, [plannedTest({ backend, trigger })])
    expect(only(report)).toMatchObject({ traceId: learnt, verdict: { outcome: 'passed' } })
  })

  test('sends what its templates give', async () => {
    const clock = createManualClock()
    const backend = createFakeBackend({ isPushed: true })
    const sent: string[] = []
    const trigger = triggerOf({ onSent: (_parent, resolve) => void sent.push(resolve('/cart/${var:SKU}')) })
    const variables = new Map([['SKU', { value: 'SKU-1', isSecret: false }]])
    await run(clock, [plannedTest({ backend, trigger, variables, collectsTrace: false })])
    expect(sent).toEqual(['/cart/SKU-1'])
  })
})

describe('where there is no trace', () => {
  const unheard = checksOf({ 'span[name="charge"]': ['count() = 1', 'response:status = 200'] })

  test('the test errs, with the diagnosis', async () => {
    const clock = createManualClock()
    const backend = createFakeBackend({ isPushed: true })
    const { report } = await run(clock, [plannedTest({ backend, checks: unheard })])
    expect(report).toMatchObject({ outcome: 'errored', exitCode: 3 })
    const { verdict } = only(report)
    expect(verdict).toMatchObject({ outcome: 'errored', error: { code: 'TRACE_NOT_FOUND' } })
    expect(verdict.outcome === 'errored' && verdict.specs).toHaveLength(1)
  })

  test('an upper bound does not hold of nothing', async () => {
    const clock = createManualClock()
    const backend = createFakeBackend({ isPushed: true })
    const checks = checksOf({ 'span:error': ['count() = 0'] })
    const { outcomes, report } = await run(clock, [plannedTest({ backend, checks })])
    expect([outcomes, report.exitCode]).toEqual([{ checkout: 'errored' }, 3])
  })

  test('a check of the answer that is violated fails the test, and the diagnosis is a warning', async () => {
    const clock = createManualClock()
    const backend = createFakeBackend({ isPushed: true })
    const trigger = triggerOf({ response: { status: 500, headers: [] } })
    const checks = checksOf({
      'span[name="charge"]': ['count() = 1'],
      ':root': ['response:status = 200']
    })
    const { report } = await run(clock, [plannedTest({ backend, trigger, checks })])
    expect(report).toMatchObject({ outcome: 'failed', exitCode: 1 })
    expect(only(report).warnings.join('\n')).toContain('likely cause')
  })
})

describe('what goes wrong with one test', () => {
  const refused = new TriggerError({ code: 'TRIGGER_UNREACHABLE', message: 'nothing listens' })

  test('stops no other', async () => {
    const clock = createManualClock()
    const backend = createFakeBackend({ isPushed: true })
    const { report, outcomes } = await run(clock, [
      plannedTest({ name: 'unreachable', backend, trigger: triggerThat(() => Promise.reject(refused)) }),
      plannedTest({ name: 'checkout', backend, trigger: tracing(clock, backend, 150, gateway, charge) })
    ])
    expect(outcomes).toEqual({ unreachable: 'errored', checkout: 'passed' })
    expect(report).toMatchObject({ outcome: 'errored', exitCode: 3 })
    expect(report.tests[0]?.verdict).toMatchObject({ error: refused })
  })

  test('counts less than a failed check', async () => {
    const clock = createManualClock()
    const backend = createFakeBackend({ isPushed: true })
    const { report } = await run(clock, [
      plannedTest({ name: 'unreachable', backend, trigger: triggerThat(() => Promise.reject(refused)) }),
      plannedTest({ name: 'checkout', backend, trigger: tracing(clock, backend, 150, gateway) })
    ])
    expect(report).toMatchObject({ outcome: 'failed', exitCode: 1 })
  })

  test('may be a bug: it is said to be one, and the others go on', async () => {
    const clock = createManualClock()
    const backend = createFakeBackend({ isPushed: true })
    const { report, outcomes } = await run(clock, [
      plannedTest({
        name: 'bug',
        backend,
        trigger: triggerThat(() => Promise.reject(new TypeError('x is not a function')))
      }),
      plannedTest({ name: 'checkout', backend, trigger: tracing(clock, backend, 150, gateway, charge) })
    ])
    expect(outcomes).toEqual({ bug: 'errored', checkout: 'passed' })
    expect(report.exitCode).toBe(70)
    expect(report.tests[0]?.verdict).toMatchObject({
      error: { message: expect.stringContaining('this is a bug in tracerun') }
    })
  })

  test('may be a trigger that hangs and hears nothing: its time ends it', async () => {
    const clock = createManualClock()
    const backend = createFakeBackend({ isPushed: true })
    const trigger = triggerThat(() => new Promise(() => undefined), 2000)
    const { report } = await run(clock, [plannedTest({ backend, trigger })])
    expect(only(report).verdict).toMatchObject({
      outcome: 'errored',
      error: { code: 'TRIGGER_TIMEOUT', message: expect.stringContaining('2.0 s') }
    })
  })

  test('may be its backend: what had come is judged and reported', async () => {
    const clock = createManualClock()
    const backend = createFakeBackend({ isPushed: false, caps: { lagMs: 0 } })
    const error = new BackendError({ code: 'BACKEND_UNREACHABLE', message: 'the store is gone' })
    const trigger = triggerOf({
      onAnswered: parent => {
        backend.push(...spansOf(parent, gateway))
        clock.at(clock.nowMs + 300, () => {
          backend.answer = () => Promise.reject(error)
        })
      }
    })
    const { report, events } = await run(clock, [plannedTest({ backend, trigger })])
    const ended = only(report)
    expect(ended.verdict).toMatchObject({ outcome: 'errored', error })
    expect(traceOf(events, ended)?.spans).toHaveLength(2)
    expect(ended.verdict.outcome === 'errored' && ended.verdict.specs).toHaveLength(1)
  })
})

describe('the tests of a run', () => {
  test('wait without taking a slot: one job is enough for many waits at once', async () => {
    const clock = createManualClock()
    const backend = createFakeBackend({ isPushed: true })
    let inFlight = 0
    let most = 0
    const tests = Array.from({ length: 10 }, (_, index) =>
      plannedTest({
        name: `checkout ${index}`,
        backend,
        trigger: triggerOf({
          onSent: () => {
            inFlight++
            most = Math.max(most, inFlight)
          },
          onAnswered: parent => {
            inFlight--
            arrive(
              clock,
              backend,
              parent,
              150,
              { ...gateway, at: clock.nowMs - 90 },
              { ...charge, at: clock.nowMs - 60 }
            )
          }
        })
      })
    )
    const { report } = await run(clock, tests, { jobs: 1 })
    expect(report.summary.passed).toBe(10)
    expect(most).toBe(1)
    // Ten requests one after the other; the last of them is complete and watched for 2 s more.
    expect(clock.nowMs).toBeLessThan(10 * 100 + 365 + 2000 + 50)
  })

  test('share a session where their backends are the same, and every session is closed', async () => {
    const clock = createManualClock()
    const [one, other] = ['a', 'b'].map(key => createFakeBackend({ isPushed: true, key })) as [
      FakeBackend,
      FakeBackend
    ]
    const tests = [one, one, other].map((backend, index) =>
      plannedTest({
        name: `checkout ${index}`,
        backend,
        trigger: tracing(clock, backend, 150, gateway, charge)
      })
    )
    await run(clock, tests)
    expect([one.opened, one.disposed, other.opened, other.disposed]).toEqual([1, 1, 1, 1])
    expect(one.subscribers + other.subscribers).toBe(0)
  })

  test('all err with the reason where their backend cannot be opened, and it is tried once', async () => {
    const clock = createManualClock()
    const backend = createFakeBackend({ isPushed: true })
    const error = new BackendError({ code: 'BACKEND_UNREACHABLE', message: 'port 4317 is in use' })
    let opened = 0
    backend.open = () => {
      opened++
      return Promise.reject(error)
    }
    const { report } = await run(clock, [plannedTest({ backend }), plannedTest({ name: 'cart', backend })])
    expect(report.tests.map(({ verdict }) => verdict.outcome === 'errored' && verdict.error)).toEqual([
      error,
      error
    ])
    expect([report.exitCode, opened]).toEqual([3, 1])
  })

  test('stop being started after the first that does not pass, where that is asked for', async () => {
    const clock = createManualClock()
    const backend = createFakeBackend({ isPushed: true })
    const failing = checksOf({ ':root': ['response:status = 500'] })
    const tests = ['first', 'second', 'third'].map(name => plannedTest({ name, backend, checks: failing }))
    const { outcomes } = await run(clock, tests, { jobs: 1, bail: 1 })
    expect(outcomes).toEqual({ first: 'failed', second: 'skipped', third: 'skipped' })
  })

  test('stop being started after so many as are asked for', async () => {
    const clock = createManualClock()
    const backend = createFakeBackend({ isPushed: true })
    const failing = checksOf({ ':root': ['response:status = 500'] })
    const tests = ['first', 'second', 'third'].map(name => plannedTest({ name, backend, checks: failing }))
    const { outcomes, report } = await run(clock, tests, { jobs: 1, bail: 2 })
    expect(outcomes).toEqual({ first: 'failed', second: 'failed', third: 'skipped' })
    expect(report.tests[2]!.verdict).toMatchObject({ reason: '2 tests did not pass (--bail)' })
  })

  test('none at all is a run too', async () => {
    const { report } = await run(createManualClock(), [])
    expect(report).toMatchObject({ outcome: 'passed', exitCode: 0, tests: [] })
  })
})

describe('an interruption', () => {
  test('reports what was measured, skips the rest, and ends with 130', async () => {
    const clock = createManualClock()
    const backend = createFakeBackend({ isPushed: true })
    const interruption = new AbortController()
    const slow = triggerOf({ ms: 5000 })
    clock.at(700, () => interruption.abort(new Error('interrupted')))
    const { report, events, outcomes } = await run(
      clock,
      [
        plannedTest({
          name: 'done',
          backend,
          trigger: tracing(clock, backend, 150, gateway, charge),
          checks: checksOf({ 'span[name="charge"]': ['count() >= 1'] })
        }),
        plannedTest({
          name: 'waiting',
          backend,
          trigger: tracing(clock, backend, 150, gateway),
          checks: checksOf({ 'span[name="refund"]': ['count() = 0'] })
        }),
        plannedTest({ name: 'in flight', backend, trigger: slow }),
        plannedTest({ name: 'also in flight', backend, trigger: slow }),
        plannedTest({ name: 'not started', backend })
      ],
      { jobs: 2, signal: interruption.signal }
    )
    expect(report).toMatchObject({ outcome: 'interrupted', exitCode: 130 })
    expect(outcomes).toEqual({
      done: 'passed',
      waiting: 'errored',
      'in flight': 'skipped',
      'also in flight': 'skipped',
      'not started': 'skipped'
    })
    const waiting = report.tests[1]!
    expect(waiting).toMatchObject({ ground: { kind: 'interrupted' } })
    expect(traceOf(events, waiting)?.spans).toHaveLength(2)
    expect(backend.disposed).toBe(1)
  })
})

describe('the last word', () => {
  const noRefund = checksOf({ 'span[name="refund"]': ['count() = 0'] })
  const refund: SpanSketch = { id: 'refund', parent: 'gateway', service: 'gateway', at: 5000, ms: 10 }

  test('goes to a span that is pushed while other tests run', async () => {
    const clock = createManualClock()
    const backend = createFakeBackend({ isPushed: true })
    const trigger = triggerOf({
      onAnswered: parent => {
        arrive(clock, backend, parent, 150, gateway)
        arrive(clock, backend, parent, 6000, refund)
      }
    })
    const slow = slowTest(backend)
    const { report, events, outcomes } = await run(clock, [
      plannedTest({ backend, trigger, checks: noRefund }),
      slow
    ])
    expect(outcomes.checkout).toBe('failed')
    expect(report).toMatchObject({ outcome: 'failed', exitCode: 1 })
    const revised = events.find(event => event.type === 'test-revised')
    expect(revised).toMatchObject({ before: 'passed', report: { verdict: { outcome: 'failed' } } })
    expect(revised?.type === 'test-revised' && revised.lateMs).toBeGreaterThan(3000)
    expect(report.tests[0]?.warnings).toEqual([expect.stringMatching(/^late: "refund" \(gateway\) came/)])
    // As it happened, not at the end.
    expect(events.findIndex(event => event.type === 'test-revised')).toBeLessThan(
      events.findIndex(event => event.type === 'test-finished' && event.report.name === 'slow')
    )
  })

  test('is not needed where work begins while the trace is watched, whichever form a check has', async () => {
    const clock = createManualClock()
    const backend = createFakeBackend({ isPushed: true })
    const trigger = triggerOf({
      onAnswered: parent => {
        arrive(clock, backend, parent, 150, gateway, { ...charge, attributes: { code: 'ok' } })
        const again = { ...charge, id: 'again', name: 'charge', at: 1000, attributes: { code: 'declined' } }
        arrive(clock, backend, parent, 1400, again)
      }
    })
    for (const assertion of ['every attr:code = "ok"', 'none attr:code = "declined"']) {
      const checks = checksOf({ 'span[name="charge"]': [assertion] })
      const { outcomes, events } = await run(clock, [plannedTest({ backend, trigger, checks })])
      expect(outcomes.checkout, assertion).toBe('failed')
      expect(events.some(event => event.type === 'test-revised')).toBe(false)
    }
  })

  test('is asked for once more where traces are fetched', async () => {
    const clock = createManualClock()
    const backend = createFakeBackend({ isPushed: false, caps: { lagMs: 0 } })
    const trigger = triggerOf({
      onAnswered: parent => {
        backend.push(...spansOf(parent, gateway))
        arrive(clock, backend, parent, 6000, refund)
      }
    })
    const slow = slowTest(backend)
    const { outcomes, events } = await run(clock, [plannedTest({ backend, trigger, checks: noRefund }), slow])
    expect(outcomes.checkout).toBe('failed')
    expect(events.at(-2)).toMatchObject({ type: 'test-revised' })
  })

  test('goes to a second report of a span that contradicts what was final early', async () => {
    const clock = createManualClock()
    const backend = createFakeBackend({ isPushed: true })
    const trigger = triggerOf({
      onAnswered: parent => {
        arrive(clock, backend, parent, 150, gateway, charge)
        arrive(clock, backend, parent, 6000, { ...charge, name: 'refund', attributes: { sku: 'SKU-1' } })
      }
    })
    const checks = checksOf({ 'span[name="charge"]': ['count() >= 1'] })
    const slow = slowTest(backend)
    const { report, events, outcomes } = await run(clock, [plannedTest({ backend, trigger, checks }), slow])
    expect(outcomes.checkout).toBe('failed')
    expect(report.exitCode).toBe(1)
    expect(report.tests[0]?.ground?.kind).toBe('asserted')
    expect(report.tests[0]?.warnings).toEqual([
      'late: "refund" (gateway) came again with different content, after the test had passed'
    ])
    expect(events.at(-2)).toMatchObject({ type: 'test-revised', before: 'passed' })
  })

  test('may be that nothing was checked at all', async () => {
    const clock = createManualClock()
    const backend = createFakeBackend({ isPushed: true })
    const trigger = triggerOf({
      onAnswered: parent => {
        arrive(clock, backend, parent, 150, gateway)
        arrive(clock, backend, parent, 6000, refund)
      }
    })
    const checks = compileChecks({
      specs: [{ selector: 'span', when: 'count(span[name="refund"]) = 0', assertions: ['attr:name exists'] }]
    })
    const slow = slowTest(backend)
    const { outcomes } = await run(clock, [plannedTest({ backend, trigger, checks }), slow])
    expect(outcomes.checkout).toBe('errored')
  })

  test('judges by the same answer, the same variables and the same random values as before', async () => {
    const clock = createManualClock()
    const backend = createFakeBackend({ isPushed: true })
    const trigger = triggerOf({
      response: { status: 201, headers: [{ key: 'x-region', value: 'eu' }], body: '{"id":"A-7"}' },
      onAnswered: parent => {
        arrive(clock, backend, parent, 150, gateway)
        arrive(clock, backend, parent, 6000, refund)
      }
    })
    const checks = compileChecks({
      specs: [
        { selector: 'span[name="refund"]', assertions: ['count() = 0'] },
        {
          selector: 'span[name="Tracetest trigger"]',
          assertions: [
            'response:status = 201',
            'attr:tracetest.response.body = "{\\"id\\":\\"A-7\\"}"',
            'attr:duration >= 100ms',
            '"${var:REGION}" = "eu"'
          ]
        }
      ],
      outputs: [{ name: 'ID', value: 'uuid()' }]
    })
    const variables = new Map([['REGION', { value: 'eu', isSecret: false }]])
    const slow = slowTest(backend)
    const { events } = await run(clock, [plannedTest({ backend, trigger, checks, variables }), slow])
    const verdicts = events.flatMap(event =>
      (event.type === 'test-finished' || event.type === 'test-revised') && event.report.name === 'checkout'
        ? [event.report.verdict]
        : []
    )
    const outcomes = verdicts.map(verdict =>
      verdict.outcome === 'skipped'
        ? []
        : verdict.specs.map(({ checks: results }) => results.map(({ outcome }) => outcome))
    )
    const others = ['held', 'held', 'held', 'held']
    expect(outcomes).toEqual([
      [['held'], others],
      [['violated'], others]
    ])
    const [first, revised] = verdicts.map(verdict => verdict.outcome !== 'skipped' && verdict.outputs)
    expect(first).toMatchObject([{ name: 'ID', outcome: 'held' }])
    expect(revised).toEqual(first)
  })

  test('keeps what a random function gave only when a late span asked for it', async () => {
    const clock = createManualClock()
    const backend = createFakeBackend({ isPushed: true })
    const trigger = triggerOf({
      onAnswered: parent => {
        arrive(clock, backend, parent, 150, gateway)
        arrive(clock, backend, parent, 6000, refund)
        arrive(clock, backend, parent, 7000, charge)
      }
    })
    const checks = compileChecks({
      specs: [
        { selector: 'span[name="POST /checkout"]', assertions: ['count() = 1'] },
        {
          selector: 'span[name="refund"]',
          when: 'count(span[name="refund"]) = 1',
          assertions: ['attr:name != uuid()']
        }
      ]
    })
    const { events } = await run(clock, [plannedTest({ backend, trigger, checks }), slowTest(backend)])
    const generated = events.flatMap(event =>
      event.type === 'trace-grown' ? [[...(event.report.generated ?? [])]] : []
    )
    expect(generated).toEqual([[['uuid()#1', expect.any(String)]], generated[0]])
  })

  test('brings the rest of a trace whose verdict was final early', async () => {
    const clock = createManualClock()
    const backend = createFakeBackend({ isPushed: true })
    const trigger = triggerOf({
      onAnswered: parent => {
        arrive(clock, backend, parent, 150, gateway, charge)
        arrive(clock, backend, parent, 6000, refund)
      }
    })
    const checks = checksOf({ 'span[name="charge"]': ['count() >= 1'] })
    const slow = slowTest(backend)
    const { report, events } = await run(clock, [plannedTest({ backend, trigger, checks }), slow])
    expect(report.tests[0]).toMatchObject({ verdict: { outcome: 'passed' }, ground: { kind: 'asserted' } })
    expect(traceOf(events, report.tests[0])?.spans.map(span => span.name)).toContain('refund')
    expect(events.some(event => event.type === 'test-revised')).toBe(false)
  })
})

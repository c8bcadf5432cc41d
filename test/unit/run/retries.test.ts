import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { TriggerError } from '../../../src/errors/errors.ts'
import type { RunEvent, RunReport } from '../../../src/model/run-event.ts'
import { finalOutcomeOf } from '../../../src/model/summary.ts'
import { pack, unpack } from '../../../src/otlp/pack.ts'
import type { PlannedTest } from '../../../src/plan/plan.ts'
import { repeatTests } from '../../../src/plan/repeat.ts'
import { createEventReporter } from '../../../src/report/document-reporter.ts'
import type { JsonReport } from '../../../src/report/json-report.ts'
import type { RunDependencies } from '../../../src/run/run-plan.ts'
import { runPlan } from '../../../src/run/run-plan.ts'
import { createFakeBackend } from '../../support/fake-backend.ts'
import { createManualClock, type ManualClock } from '../../support/manual-clock.ts'
import { checksOf, plannedTest, spansOf, triggerOf, triggerThat } from '../../support/plan-builder.ts'
import type { SpanSketch } from '../../support/trace-builder.ts'

const checks = checksOf({ ':root': ['response:status = 200'] })

/** A test whose requests are answered with one status after the other, the last for good; 0 is none. */
function answering(clock: ManualClock, statuses: readonly number[], options: Partial<PlannedTest> = {}) {
  const sent: string[] = []
  const planned = plannedTest({
    backend: createFakeBackend({ isPushed: true }),
    checks,
    trigger: triggerThat(async (parent, context) => {
      const status = statuses[Math.min(sent.length, statuses.length - 1)]!
      sent.push(parent.traceId)
      const sentUnixNano = clock.now()
      await context.clock.sleep(100, context.signal)
      if (status === 0) throw new TriggerError({ code: 'TRIGGER_UNREACHABLE', message: 'nobody answers' })
      const response = { status, headers: [], body: '' }
      return { response, sentUnixNano, answeredUnixNano: clock.now(), sentHeaders: [] }
    }),
    ...options
  })
  return { planned, sent }
}

async function run(
  clock: ManualClock,
  tests: readonly PlannedTest[],
  settings: Partial<RunDependencies> = {}
): Promise<{ readonly report: RunReport; readonly events: readonly RunEvent[] }> {
  const events: RunEvent[] = []
  const dependencies: RunDependencies = {
    clock,
    readFile: path => Promise.reject(new Error(`there is no ${path}`)),
    debug: () => undefined,
    random: randomBytes,
    jobs: 8,
    signal: new AbortController().signal,
    runId: 'run-1',
    packer: { pack, unpack, aboveSpans: 0, aboveReports: 0 },
    ...settings
  }
  const report = await clock.run(
    runPlan({ tests, secrets: [] }, dependencies, event => void events.push(event))
  )
  return { report, events }
}

async function documentOf(report: RunReport, events: readonly RunEvent[]): Promise<JsonReport> {
  const documents: JsonReport[] = []
  const reporter = createEventReporter({
    name: 'json',
    close: async document => void documents.push(document)
  })
  for (const event of events) reporter.onEvent(event)
  await reporter.close(report)
  return documents[0]!
}

const typesOf = (events: readonly RunEvent[]): readonly string[] =>
  events.map(({ type }) => type).filter(type => type !== 'test-progressed')

describe('a test that may be run again', () => {
  test('is flaky where it passes at last, which is no failure', async () => {
    const clock = createManualClock()
    const { planned, sent } = answering(clock, [500, 0, 200], { retries: 3 })
    const { report, events } = await run(clock, [planned])
    expect(report).toMatchObject({ outcome: 'passed', exitCode: 0, summary: { passed: 0, flaky: 1 } })
    expect(report.tests[0]).toMatchObject({
      attempt: 3,
      verdict: { outcome: 'passed' },
      earlier: [
        { attempt: 1, verdict: { outcome: 'failed' } },
        { attempt: 2, verdict: { outcome: 'errored' } }
      ]
    })
    expect(typesOf(events)).toEqual([
      'run-started',
      'test-started',
      'test-retried',
      'test-started',
      'test-retried',
      'test-started',
      'test-finished',
      'run-finished'
    ])
    expect(new Set(sent).size).toBe(3)
  })

  test('fails as its last attempt did, the others being kept with it', async () => {
    const clock = createManualClock()
    const { planned, sent } = answering(clock, [500], { retries: 2 })
    const { report } = await run(clock, [planned])
    expect(report).toMatchObject({ outcome: 'failed', exitCode: 1, summary: { failed: 1, flaky: 0 } })
    expect(report.tests[0]?.earlier?.map(({ attempt }) => attempt)).toEqual([1, 2])
    expect(sent).toHaveLength(3)
  })

  test('passes at the first attempt without another', async () => {
    const clock = createManualClock()
    const { planned, sent } = answering(clock, [200], { retries: 2 })
    const { report } = await run(clock, [planned])
    expect(report.tests.map(finalOutcomeOf)).toEqual(['passed'])
    expect(sent).toHaveLength(1)
  })

  test('fails the run where flaky tests are failures', async () => {
    const clock = createManualClock()
    const { planned } = answering(clock, [500, 200], { retries: 1 })
    const { report } = await run(clock, [planned], { failOnFlaky: true })
    expect(report).toMatchObject({ outcome: 'failed', exitCode: 1, summary: { flaky: 1, failed: 0 } })
  })

  test('keeps the verdict that it has where the run is interrupted during the next attempt', async () => {
    const clock = createManualClock()
    const interrupt = new AbortController()
    const { planned } = answering(clock, [500, 200], { retries: 1 })
    clock.at(150, () => interrupt.abort(new Error('Ctrl-C')))
    const { report, events } = await run(clock, [planned], { signal: interrupt.signal })
    expect(report).toMatchObject({
      outcome: 'interrupted',
      exitCode: 130,
      summary: { failed: 1, skipped: 0 }
    })
    expect(report.tests[0]).toMatchObject({ attempt: 1, verdict: { outcome: 'failed' } })
    expect(typesOf(events)).toContain('test-finished')
  })

  test('counts for --bail with its last attempt alone', async () => {
    const clock = createManualClock()
    const flaky = answering(clock, [500, 200], { id: 'flaky', retries: 1 })
    const after = answering(clock, [200], { id: 'after' })
    const { report } = await run(clock, [flaky.planned, after.planned], { bail: 1, jobs: 1 })
    expect(report.tests.map(finalOutcomeOf)).toEqual(['flaky', 'passed'])
  })

  test('is told of no more once it is run again: what comes late of an attempt that failed changes nothing', async () => {
    const clock = createManualClock()
    const backend = createFakeBackend({ isPushed: true })
    const charge: SpanSketch = { id: 'charge', parent: 'trigger', service: 'payment', at: 5, ms: 30 }
    const refund: SpanSketch = { id: 'refund', parent: 'charge', service: 'payment', at: 10, ms: 10 }
    let sent = 0
    const trigger = triggerOf({
      onAnswered: parent => {
        const spans = sent++ === 0 ? [charge, refund] : [charge]
        for (const [at, span] of spans.entries())
          clock.at(clock.nowMs + 100 + at * 20, () => backend.push(...spansOf(parent, span)))
        if (sent === 1)
          clock.at(clock.nowMs + 150, () => backend.push(...spansOf(parent, { ...refund, id: 'again' })))
      }
    })
    const refunds = checksOf({ 'span[name="refund"]': ['count() = 0'] })
    const { report, events } = await run(clock, [
      plannedTest({ backend, trigger, checks: refunds, retries: 1 })
    ])
    expect(report.tests.map(finalOutcomeOf)).toEqual(['flaky'])
    const document = await documentOf(report, events)
    expect(document.tests).toMatchObject([
      { outcome: 'flaky', attempt: 2, earlierAttempts: [{ outcome: 'failed', attempt: 1 }] }
    ])
  })
})

describe('tests of one serial group', () => {
  test('are run one after the other, beside those of others', async () => {
    const clock = createManualClock()
    const tests = ['stock', 'stock', undefined, 'carts'].map((serial, index) =>
      answering(clock, [200], { id: `test-${index}`, ...(serial === undefined ? {} : { serial }) })
    )
    const { report } = await run(
      clock,
      tests.map(({ planned }) => planned)
    )
    const starts = report.tests.map(
      ({ startedUnixNano }) => Number(startedUnixNano - report.tests[0]!.startedUnixNano) / 1e6
    )
    expect(starts).toEqual([0, 100, 0, 0])
  })

  test('go on where one of them fails', async () => {
    const clock = createManualClock()
    const tests = [0, 200].map((status, index) =>
      answering(clock, [status], { id: `test-${index}`, serial: 'stock' })
    )
    const { report } = await run(
      clock,
      tests.map(({ planned }) => planned)
    )
    expect(report.tests.map(finalOutcomeOf)).toEqual(['errored', 'passed'])
  })
})

describe('a test that is run several times', () => {
  test('has a report of each run, under ids that can be told apart', async () => {
    const clock = createManualClock()
    const { planned } = answering(clock, [200, 500, 200])
    const { report } = await run(clock, repeatTests([planned], 3))
    expect(report.tests.map(({ id, repetition }) => [id, repetition])).toEqual([
      ['checkout', { test: 'checkout', number: 1, of: 3 }],
      ['checkout-run-2', { test: 'checkout', number: 2, of: 3 }],
      ['checkout-run-3', { test: 'checkout', number: 3, of: 3 }]
    ])
    expect(report).toMatchObject({ outcome: 'failed', summary: { passed: 2, failed: 1 } })
  })

  test('is not taken for a test that is called like one of its runs', async () => {
    const clock = createManualClock()
    const failing = answering(clock, [500], { id: 'checkout-run-2' })
    const passing = answering(clock, [200])
    const { report, events } = await run(clock, repeatTests([failing.planned, passing.planned], 2))
    expect(new Set(report.tests.map(({ id }) => id)).size).toBe(4)
    const outcomes = ['failed', 'passed', 'failed', 'passed']
    expect((await documentOf(report, events)).tests.map(({ outcome }) => outcome)).toEqual(outcomes)
  })
})

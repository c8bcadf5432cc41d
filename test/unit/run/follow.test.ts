import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { parseTraceId } from '../../../src/model/ids.ts'
import type { Header } from '../../../src/model/response.ts'
import type { TestReport } from '../../../src/model/run-event.ts'
import type { PlannedTest, WaitSettings } from '../../../src/plan/plan.ts'
import type { TraceParent } from '../../../src/plugin/trigger.ts'
import { findNamedTrace } from '../../../src/run/follow.ts'
import { runPlan } from '../../../src/run/run-plan.ts'
import { createFakeBackend, type FakeBackend } from '../../support/fake-backend.ts'
import { createManualClock, type ManualClock } from '../../support/manual-clock.ts'
import { checksOf, plannedTest, spansOf, triggerOf } from '../../support/plan-builder.ts'
import { type SpanSketch, TRACE_ID } from '../../support/trace-builder.ts'

const NAMED = parseTraceId('0123456789abcdef0123456789abcdef')!
const OTHER = parseTraceId('fedcba9876543210fedcba9876543210')!
const PARENT_ID = '00f067aa0ba902b7'
const headers: readonly Header[] = [{ key: 'X-Trace-Id', value: NAMED }]

const gateway: SpanSketch = {
  id: 'gateway',
  parent: 'trigger',
  service: 'gateway',
  kind: 'server',
  at: 5,
  ms: 85
}
const root: SpanSketch = { id: 'root', service: 'gateway', kind: 'server', at: 5, ms: 85 }
const refund: SpanSketch = { id: 'refund', parent: 'gateway', service: 'gateway', at: 20, ms: 30 }
const noRefund = checksOf({ 'span[name="refund"]': ['count() = 0'] })

interface Scene {
  readonly isPushed: boolean
  readonly clock: ManualClock
  readonly backend: FakeBackend
  /** Spans of a trace come so long after the answer. */
  come(trace: 'ours' | typeof NAMED, afterMs: number, ...sketches: readonly SpanSketch[]): void
}

interface SceneOptions {
  readonly isPushed: boolean
  readonly headers?: readonly Header[]
  readonly wait?: Partial<WaitSettings>
  readonly traceIdHeader?: string
  readonly answered?: (scene: Scene) => void
}

/** One test whose answer has the headers; declared batches of 200 ms: a span of ours must be here 370 or 920 ms after. */
async function play(options: SceneOptions): Promise<{ report: TestReport; backend: FakeBackend }> {
  const clock = createManualClock()
  const backend = createFakeBackend({
    isPushed: options.isPushed,
    ...(options.isPushed ? {} : { caps: { lagMs: 0 } })
  })
  const scene = (parent: TraceParent): Scene => ({
    isPushed: options.isPushed,
    clock,
    backend,
    come: (trace, afterMs, ...sketches) =>
      clock.at(clock.nowMs + afterMs, () =>
        backend.push(...spansOf(trace === 'ours' ? parent : { ...parent, traceId: trace }, ...sketches))
      )
  })
  const trigger = {
    ...triggerOf({
      response: { status: 200, headers: options.headers ?? headers },
      onAnswered: parent => options.answered?.(scene(parent))
    }),
    ...(options.traceIdHeader === undefined ? {} : { traceIdHeader: options.traceIdHeader })
  }
  const test = plannedTest({
    backend,
    trigger,
    checks: noRefund,
    ...(options.wait ? { wait: options.wait } : {})
  })
  const reports = await run(clock, [test])
  return { report: reports[0]!, backend }
}

async function run(clock: ManualClock, tests: readonly PlannedTest[]): Promise<readonly TestReport[]> {
  const dependencies = {
    clock,
    readFile: () => Promise.reject(new Error('no file is read here')),
    debug: () => undefined,
    random: (size: number) => randomBytes(size),
    jobs: 8,
    signal: new AbortController().signal,
    runId: 'run'
  }
  const report = await clock.run(runPlan({ tests, secrets: [] }, dependencies, () => undefined))
  return report.tests
}

const messageOf = ({ verdict }: TestReport): string =>
  verdict.outcome === 'errored' ? verdict.error.message : ''

for (const isPushed of [true, false])
  describe(`a system that names a trace of its own, where spans are ${isPushed ? 'pushed' : 'fetched'}`, () => {
    test('is followed when no span of ours came, with a warning that saves the wait', async () => {
      const { report, backend } = await play({ isPushed, answered: scene => scene.come(NAMED, 100, root) })
      expect(report).toMatchObject({
        traceId: NAMED,
        verdict: { outcome: 'passed' },
        ground: { kind: 'structural' }
      })
      expect(report.runWarnings).toEqual([
        `no span of the trace that was sent came, so trace ${NAMED} was judged, which the answer names (x-trace-id): declare \`traceId: { header: x-trace-id }\` under \`trigger\` to save the wait`
      ])
      expect(backend.subscribers).toBe(0)
    })

    test('is judged by what its own trace shows', async () => {
      const { report } = await play({
        isPushed,
        answered: scene => scene.come(NAMED, 100, root, { ...refund, parent: 'root' })
      })
      expect(report).toMatchObject({ traceId: NAMED, verdict: { outcome: 'failed' } })
    })

    test('is not followed when ours comes, however late within its time', async () => {
      const { report } = await play({
        isPushed,
        answered: scene => {
          scene.come(NAMED, 10, root)
          scene.come('ours', isPushed ? 360 : 900, { ...gateway, at: 95, ms: 4 }, refund)
        }
      })
      expect(report.traceId).not.toBe(NAMED)
      expect(report.verdict.outcome).toBe('failed')
    })

    test('is let go of when ours comes while the other is still waited for', async () => {
      const { report } = await play({
        isPushed,
        wait: { flushDelayMs: 200, absenceWindowMs: 4000 },
        answered: scene => {
          scene.come(NAMED, 10, root)
          scene.come('ours', 2500, gateway, refund)
        }
      })
      expect(report.traceId).not.toBe(NAMED)
      expect(report.verdict.outcome).toBe('failed')
      expect(report.runWarnings.join()).not.toContain('was judged')
    })

    test('is followed whenever its spans come before the deadline', async () => {
      const { report } = await play({
        isPushed,
        answered: scene => scene.come(NAMED, 9000, { ...root, at: 9000 })
      })
      expect(report.traceId).not.toBe(NAMED)
      expect(messageOf(report)).toContain('it began 8.9 s after the answer')
      const { report: slow } = await play({ isPushed, answered: scene => scene.come(NAMED, 9000, root) })
      expect(slow.traceId).toBe(NAMED)
    })

    test('is not followed to a trace that began before the request: the answer came out of a cache', async () => {
      const { report } = await play({
        isPushed,
        answered: scene => scene.come(NAMED, 10, { ...root, at: -60_000 })
      })
      expect(report.verdict.outcome).toBe('errored')
      expect(messageOf(report)).toContain('it began 60.0 s before the request was sent')
    })

    test('is not followed to a trace that shows only later that it began before', async () => {
      const { report } = await play({
        isPushed,
        answered: scene => {
          scene.come(NAMED, 10, { ...root, parent: 'job' })
          scene.come(NAMED, 2500, { id: 'job', service: 'gateway', at: -60_000, ms: 60_100 })
        }
      })
      expect(report.verdict.outcome).toBe('errored')
    })

    test('gets the diagnosis when neither trace comes', async () => {
      const { report } = await play({ isPushed })
      expect(report.verdict).toMatchObject({ outcome: 'errored', error: { code: 'TRACE_NOT_FOUND' } })
      expect(messageOf(report)).toContain('no span of that trace came either')
    })

    test('is not followed where it says that it sampled nothing', async () => {
      const { report } = await play({
        isPushed,
        headers: [{ key: 'traceresponse', value: `00-${NAMED}-${PARENT_ID}-00` }],
        answered: scene => scene.come(NAMED, 10, root)
      })
      expect(report.verdict.outcome).toBe('errored')
      expect(messageOf(report)).toMatch(/and that it was not sampled|came under 1 other trace id/)
    })

    test('is not followed by itself where the user names another header', async () => {
      const { report } = await play({
        isPushed,
        traceIdHeader: 'x-correlation',
        answered: scene => scene.come(NAMED, 10, root)
      })
      expect(report.verdict.outcome).toBe('errored')
    })

    test('has one trace a test: two that are told the same do not share it', async () => {
      const clock = createManualClock()
      const backend = createFakeBackend({ isPushed, ...(isPushed ? {} : { caps: { lagMs: 0 } }) })
      const tests = ['first', 'second'].map(name =>
        plannedTest({
          name,
          backend,
          checks: noRefund,
          trigger: triggerOf({
            response: { status: 200, headers },
            onAnswered: parent => backend.push(...spansOf({ ...parent, traceId: NAMED }, root))
          })
        })
      )
      const reports = await run(clock, tests)
      expect(reports.map(({ verdict }) => verdict.outcome).sort()).toEqual(['errored', 'passed'])
    })
  })

test('a store that is busy says nothing of ours: the other trace is not taken for it', async () => {
  const { report } = await play({
    isPushed: false,
    answered: ({ backend, come }) => {
      come(NAMED, 10, root)
      const fetch = backend.fetch.bind(backend)
      backend.fetch = (traceId, signal) =>
        traceId === NAMED ? fetch(traceId, signal) : Promise.resolve({ status: 'busy', reason: 'HTTP 503' })
    }
  })
  expect(report.verdict).toMatchObject({ outcome: 'errored', error: { code: 'TRACE_UNAVAILABLE' } })
})

describe('the named trace', () => {
  const w3c = (id: string, flags: string): string => `00-${id}-${PARENT_ID}-${flags}`
  const rows: readonly (readonly [string, readonly Header[], string | undefined])[] = [
    ['is none without a header', [], undefined],
    [
      'is that of the header that proves most',
      [...headers, { key: 'traceresponse', value: w3c(OTHER, '01') }],
      OTHER
    ],
    [
      'is none where a header names ours',
      [...headers, { key: 'traceparent', value: w3c(TRACE_ID, '01') }],
      undefined
    ],
    [
      'is none where another header says that it is not sampled',
      [...headers, { key: 'traceparent', value: w3c(NAMED, '00') }],
      undefined
    ],
    ['is any that is sampled', [...headers, { key: 'traceparent', value: w3c(OTHER, '00') }], NAMED]
  ]
  for (const [title, given, expected] of rows)
    test(title, () => {
      expect(findNamedTrace(given, TRACE_ID)?.traceId).toBe(expected)
    })
})

describe('a trace whose header the user names', () => {
  const learning = (backend: FakeBackend, at: number): PlannedTest['trigger'] => {
    const base = triggerOf({
      onAnswered: parent => backend.push(...spansOf({ ...parent, traceId: NAMED }, { ...root, at }))
    })
    return {
      ...base,
      traceIdHeader: 'x-trace-id',
      run: async (...args) => ({ ...(await base.run(...args)), traceId: NAMED })
    }
  }
  const runLearning = async (at: number, names: readonly string[]): Promise<readonly TestReport[]> => {
    const clock = createManualClock()
    const backend = createFakeBackend({ isPushed: true })
    return await run(
      clock,
      names.map(name => plannedTest({ name, backend, checks: noRefund, trigger: learning(backend, at) }))
    )
  }

  test('is judged, with a warning where it began seconds before the request: clocks may be off by that', async () => {
    const [report] = await runLearning(-5000, ['only'])
    expect(report?.verdict.outcome).toBe('passed')
    expect(report?.runWarnings).toEqual([
      expect.stringContaining('it began 5.0 s before the request was sent')
    ])
  })

  test('is not that of the request where it began minutes before: the answer came out of a cache', async () => {
    const [report] = await runLearning(-120_000, ['only'])
    expect(messageOf(report!)).toContain('is not that of this request: it began 120.0 s before')
  })

  test('is that of one test only', async () => {
    const reports = await runLearning(5, ['first', 'second'])
    expect(reports.map(({ verdict }) => verdict.outcome).sort()).toEqual(['errored', 'passed'])
    expect(reports.map(messageOf).join('')).toContain('which is that of another test of this run')
  })
})

import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { RunReport, TestReport } from '../../../src/model/run-event.ts'
import type { BoundTrigger, WaitSettings } from '../../../src/plan/plan.ts'
import { runPlan } from '../../../src/run/run-plan.ts'
import type { FakeBackend, FakeBackendOptions } from '../../support/fake-backend.ts'
import { createFakeBackend } from '../../support/fake-backend.ts'
import type { ManualClock } from '../../support/manual-clock.ts'
import { createManualClock } from '../../support/manual-clock.ts'
import { checksOf, plannedTest, triggerThat } from '../../support/plan-builder.ts'
import { buildSpan, TRACE_ID } from '../../support/trace-builder.ts'

/** Names the trace of built spans; nothing is sent. */
function naming(more: Partial<BoundTrigger> = {}): BoundTrigger {
  return {
    ...triggerThat((_parent, context) => {
      const now = context.clock.now()
      return Promise.resolve({
        traceId: TRACE_ID,
        isUnanswered: true,
        response: { headers: [] },
        sentUnixNano: now,
        answeredUnixNano: now,
        sentHeaders: []
      })
    }),
    sendsNothing: true,
    ...more
  }
}

interface Scene {
  readonly backend: FakeBackend
  readonly clock: ManualClock
  run(): Promise<RunReport>
}

interface SceneOptions {
  readonly specs: Readonly<Record<string, readonly string[]>>
  readonly backend?: Partial<FakeBackendOptions>
  readonly trigger?: Partial<BoundTrigger>
  readonly wait?: Partial<WaitSettings>
  readonly tests?: number
  /** Milliseconds after the beginning of the trace. */
  readonly startMs?: number
}

function sceneOf({ specs, tests = 1, startMs = 0, ...options }: SceneOptions): Scene {
  const clock = createManualClock(startMs)
  const backend = createFakeBackend({ isPushed: true, ...options.backend })
  const planned = Array.from({ length: tests }, (_, at) =>
    plannedTest({
      name: `test ${at + 1}`,
      backend,
      trigger: naming(options.trigger),
      checks: checksOf(specs),
      ...(options.wait ? { wait: options.wait } : {})
    })
  )
  const dependencies = {
    clock,
    readFile: () => Promise.reject(new Error('no file is read here')),
    debug: () => undefined,
    random: (size: number) => randomBytes(size),
    jobs: 1,
    signal: new AbortController().signal,
    runId: 'run'
  }
  return {
    backend,
    clock,
    run: () => clock.run(runPlan({ tests: planned, secrets: [] }, dependencies, () => undefined))
  }
}

const errorOf = ({ verdict }: TestReport): string =>
  verdict.outcome === 'errored' ? `${verdict.error.message} → ${verdict.error.hint}` : verdict.outcome

const root = buildSpan({ id: 'job', service: 'worker', kind: 'server', at: 20, ms: 100 })
const step = buildSpan({ id: 'charge', parent: 'job', service: 'worker', at: 40, ms: 30 })

const HOUR_MS = 3_600_000

describe('a trace that something else began', () => {
  test('may be long over: it is judged as soon as it is seen to be whole', async () => {
    const scene = sceneOf({ specs: { 'span[name="charge"]': ['count() = 1'] }, startMs: HOUR_MS })
    scene.backend.push(root, step)
    const { tests } = await scene.run()
    expect(tests[0]).toMatchObject({ verdict: { outcome: 'passed' }, traceId: TRACE_ID })
    // The absence window, and the moment without news.
    expect(tests[0]?.ground).toMatchObject({ kind: 'structural', watchedMs: 2000 })
    expect(tests[0]?.ground?.waitedMs).toBeLessThan(2500)
    expect(tests[0]?.runWarnings).toEqual([])
  })

  test('may still be under way', async () => {
    const scene = sceneOf({ specs: { 'span[name="charge"]': ['count() = 1'] } })
    scene.clock.at(300, () => scene.backend.push(step))
    scene.clock.at(700, () => scene.backend.push(root))
    const { tests } = await scene.run()
    expect(tests[0]?.verdict.outcome).toBe('passed')
    expect(tests[0]?.holes).toEqual([])
  })

  test('fails a bound from above by what comes while it is watched', async () => {
    const scene = sceneOf({ specs: { 'span[name="charge"]': ['count() = 1'] }, startMs: HOUR_MS })
    scene.backend.push(root, step)
    scene.clock.at(HOUR_MS + 1500, () =>
      scene.backend.push(
        buildSpan({ id: 'again', name: 'charge', parent: 'job', service: 'worker', at: HOUR_MS + 1400 })
      )
    )
    expect((await scene.run()).tests[0]?.verdict.outcome).toBe('failed')
  })

  test('is waited for as long as ever where the clock of its service is behind', async () => {
    const wait = { flushDelayMs: undefined } as object
    const scene = sceneOf({ specs: { 'span:error': ['count() = 0'] }, wait, startMs: HOUR_MS })
    scene.clock.at(HOUR_MS + 300, () => scene.backend.push(root, step))
    const late = { id: 'refund', parent: 'charge', service: 'bank', kind: 'server', error: true } as const
    scene.clock.at(HOUR_MS + 4300, () => scene.backend.push(buildSpan({ ...late, at: HOUR_MS + 100 })))
    const { tests } = await scene.run()
    expect(tests[0]).toMatchObject({ verdict: { outcome: 'failed' }, ground: { kind: 'asserted' } })
  })

  test('may be judged by several tests', async () => {
    const scene = sceneOf({ specs: { 'span[name="charge"]': ['count() = 1'] }, tests: 3, startMs: HOUR_MS })
    scene.backend.push(root, step)
    const { summary } = await scene.run()
    expect(summary.passed).toBe(3)
  })

  test('is judged also where only its trigger is selected: one that is not there is no success', async () => {
    const scene = sceneOf({ specs: { ':root': ['attr:name = "Tracetest trigger"'] } })
    const { tests, exitCode } = await scene.run()
    expect(exitCode).toBe(3)
    expect(errorOf(tests[0]!)).toContain(`no span of trace ${TRACE_ID} was there within 30.0 s`)
  })
})

describe('its trigger', () => {
  test('stands where the trace begins, takes no time, and has no answer', async () => {
    const scene = sceneOf({
      specs: {
        ':root': [
          'attr:name = "Tracetest trigger"',
          'attr:duration = 0ms',
          'attr:tracetest.response.headers not exists'
        ],
        'span[name="job"]': ['attr:offset = 0ms', 'child-of :root'],
        'span[name="charge"]': ['attr:offset = 20ms']
      },
      startMs: HOUR_MS
    })
    scene.backend.push(root, step)
    const { tests } = await scene.run()
    expect(tests[0]?.verdict).toMatchObject({ outcome: 'passed' })
    expect(tests[0]?.response).toBe(undefined)
  })

  test('moves with what comes: nothing that reads moments is final early', async () => {
    const early = Number(1_700_000_000_030_000_000n)
    const scene = sceneOf({ specs: { ':root': [`attr:start > ${early}`] } })
    scene.clock.at(100, () => scene.backend.push(step))
    scene.clock.at(900, () => scene.backend.push(root))
    expect((await scene.run()).tests[0]?.verdict.outcome).toBe('failed')
  })
})

describe('a parent that never comes', () => {
  const entry = buildSpan({
    id: 'entry',
    parent: 'browser',
    service: 'gateway',
    kind: 'server',
    at: 20,
    ms: 100
  })
  const second = buildSpan({
    id: 'second',
    parent: 'browser',
    service: 'gateway',
    kind: 'server',
    at: 150,
    ms: 10
  })
  const inner = buildSpan({ id: 'charge', parent: 'entry', service: 'gateway', at: 40, ms: 30 })
  const specs = { 'span[name="charge"]': ['count() = 1'] }

  test('is a hole: what began the trace may still be under way', async () => {
    const scene = sceneOf({ specs, startMs: HOUR_MS })
    scene.backend.push(entry, inner)
    const { tests } = await scene.run()
    expect(tests[0]?.verdict.outcome).toBe('failed')
    expect(tests[0]?.holes?.map(({ text }) => text)).toEqual([expect.stringContaining('orphans: allow')])
  })

  test('is none of a program that sends no spans, however much hangs on it', async () => {
    const scene = sceneOf({ specs, startMs: HOUR_MS, trigger: { hasSilentOrigin: true } })
    scene.backend.push(entry, second, inner)
    const { tests } = await scene.run()
    expect(tests[0]).toMatchObject({ verdict: { outcome: 'passed' }, ground: { kind: 'structural' } })
  })

  test.each([
    ['there are two of them', buildSpan({ id: 'late', parent: 'unseen', service: 'cart', kind: 'server' })],
    ['there is a root as well', buildSpan({ id: 'late', service: 'cart', kind: 'server' })],
    [
      'a span within a process hangs on it',
      buildSpan({ id: 'late', parent: 'browser', service: 'cart', flags: 0x100 })
    ]
  ])('is a hole all the same where %s', async (_, span) => {
    const scene = sceneOf({ specs, startMs: HOUR_MS, trigger: { hasSilentOrigin: true } })
    scene.backend.push(entry, inner, span)
    const { tests } = await scene.run()
    expect(tests[0]?.verdict.outcome).toBe('failed')
    expect(tests[0]?.holes).not.toEqual([])
  })
})

describe('where no span is there', () => {
  const specs = { 'span[name="charge"]': ['count() = 1'] }

  test('the receiver says that it has only what comes while it runs', async () => {
    const scene = sceneOf({ specs })
    Object.assign(scene.backend, { endpoints: ['http://127.0.0.1:4318'] })
    const [report] = (await scene.run()).tests
    expect(errorOf(report!)).toMatch(/sent before tracerun listened.*tracerun exec -f FILE -- CMD/s)
    expect(errorOf(report!)).not.toContain('sent: ')
  })

  test('a store says that the id may be another', async () => {
    const scene = sceneOf({ specs, backend: { isPushed: false } })
    const [report] = (await scene.run()).tests
    expect(errorOf(report!)).toContain('the id is not that of a trace which is kept there')
    expect(errorOf(report!)).not.toContain('after the answer')
  })

  test('other traces that came meanwhile are named', async () => {
    const scene = sceneOf({ specs })
    Object.assign(scene.backend, { endpoints: ['http://127.0.0.1:4318'] })
    scene.backend.foreignTraces = [
      { traceId: TRACE_ID.replace('4', '5') as typeof TRACE_ID, services: ['cart'], spans: 3 }
    ]
    const [report] = (await scene.run()).tests
    expect(errorOf(report!)).toContain('1 other trace came meanwhile, the latest 5bf9')
  })
})

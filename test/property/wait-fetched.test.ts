import fc from 'fast-check'
import { expect, test } from 'vitest'
import { judge } from '../../src/judge/judge.ts'
import type { Span } from '../../src/model/span.ts'
import type { Trace } from '../../src/model/trace.ts'
import { buildTrace } from '../../src/model/trace.ts'
import type { FetchResult } from '../../src/plugin/trace-backend.ts'
import type { JudgeView } from '../../src/run/judging.ts'
import { settleJudgement } from '../../src/run/settle.ts'
import { compileChecks, contextFor } from '../support/judge.ts'
import { runs } from '../support/runs.ts'
import { buildSpan, type SpanSketch, TRACE_ID, triggerSpan } from '../support/trace-builder.ts'
import { createHarness, type HarnessOptions } from '../support/wait-harness.ts'

const RUNS = runs(100)

/** The answer came 95 ms after the epoch of spans. */
const ANSWERED_MS = 95
const FLUSH_MS = 200
const LAG_MS = 500

interface Arrival {
  readonly span: Span
  /** From its end to the moment at which the store shows it. */
  readonly delayMs: number
}

/** A request, and calls below calls, some of which begin long after the answer; none is shown later than was declared. */
const systems: fc.Arbitrary<readonly Arrival[]> = fc
  .array(
    fc.record({
      parent: fc.nat(),
      at: fc.integer({ min: 0, max: 60 }),
      ms: fc.integer({ min: 0, max: 30 }),
      startsLate: fc.integer({ min: 0, max: 1500 }),
      isLate: fc.integer({ min: 0, max: 9 }).map(dice => dice === 0),
      name: fc.constantFrom('charge', 'refund', 'lookup'),
      delayMs: fc.integer({ min: 0, max: FLUSH_MS + LAG_MS })
    }),
    { minLength: 1, maxLength: 7 }
  )
  .map(calls =>
    calls.map(({ parent, at, ms, startsLate, isLate, name, delayMs }, index) => {
      const sketch: SpanSketch =
        index === 0
          ? {
              id: 'span-0',
              parent: 'trigger',
              name: 'POST /checkout',
              service: 'shop',
              kind: 'server',
              ms: 94
            }
          : {
              id: `span-${index}`,
              parent: `span-${parent % index}`,
              name,
              service: 'shop',
              at: isLate ? 94 + startsLate : at,
              ms
            }
      return { span: buildSpan(sketch), delayMs }
    })
  )

type Mood =
  | { readonly kind: 'full' | 'absent' | 'slow' }
  | { readonly kind: 'busy'; readonly retryAfterMs: number | undefined }
  | { readonly kind: 'shrunken'; readonly keeps: number }

const moods: fc.Arbitrary<readonly Mood[]> = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.constant<Mood>({ kind: 'full' }) },
    { weight: 1, arbitrary: fc.constant<Mood>({ kind: 'absent' }) },
    { weight: 1, arbitrary: fc.constant<Mood>({ kind: 'slow' }) },
    {
      weight: 2,
      arbitrary: fc
        .option(fc.integer({ min: 0, max: 3000 }), { nil: undefined })
        .map((retryAfterMs): Mood => ({ kind: 'busy', retryAfterMs }))
    },
    { weight: 2, arbitrary: fc.nat({ max: 255 }).map((keeps): Mood => ({ kind: 'shrunken', keeps })) }
  ),
  { minLength: 1, maxLength: 25 }
)

/** A store in changing moods: the last of them stays, if `isStuck`, or it is well again. */
function createStore(
  arrivals: readonly Arrival[],
  all: readonly Mood[],
  isStuck: boolean,
  options: HarnessOptions
) {
  const harness = createHarness({ isPushed: false, ...options })
  const visibleAt = ({ span, delayMs }: Arrival): number =>
    Number(span.endUnixNano! - triggerSpan().startUnixNano) / 1e6 - 5 + delayMs
  const shown = (): readonly Span[] =>
    arrivals.filter(arrival => visibleAt(arrival) <= harness.clock.nowMs).map(({ span }) => span)
  const known = new Set<string>()
  const found = (spans: readonly Span[]): FetchResult => {
    for (const { spanId } of spans) known.add(spanId)
    return spans.length === 0 ? { status: 'absent' } : { status: 'found', spans, completeness: 'unknown' }
  }
  /** Lacks something that was shown before, and whatever else: what is never shown, nobody can miss. */
  const shrink = (spans: readonly Span[], keeps: number): readonly Span[] => {
    const missed = spans.findIndex(({ spanId }) => known.has(spanId))
    return missed < 0 ? [] : spans.filter((_, index) => index !== missed && ((keeps >> index) & 1) === 1)
  }
  let looks = 0
  harness.backend.answer = async (): Promise<FetchResult> => {
    const mood = all[looks++] ?? (isStuck ? all.at(-1)! : ({ kind: 'full' } as const))
    const spans = shown()
    switch (mood.kind) {
      case 'full':
        return found(spans)
      case 'absent':
        return { status: 'absent' }
      case 'slow':
        await harness.clock.sleep(900, new AbortController().signal)
        return found(spans)
      case 'busy': {
        const { retryAfterMs } = mood
        return { status: 'busy', reason: 'HTTP 503', ...(retryAfterMs === undefined ? {} : { retryAfterMs }) }
      }
      case 'shrunken':
        return found(shrink(spans, mood.keeps))
    }
  }
  return harness
}

const CHECKS = [
  'count() = 0',
  'count() = 1',
  'count() <= 1',
  'count() >= 1',
  'count() != 2',
  'attr:tracetest.span.duration < 20ms'
].flatMap(assertion =>
  ['span[name="charge"]', 'span[name="refund"]', 'span[name="POST /checkout"] span', 'span:last'].map(
    selector => compileChecks({ specs: [{ selector, assertions: [assertion] }] })
  )
)

const scenarios = fc.record({
  arrivals: systems,
  moods,
  isStuck: fc.boolean(),
  isLagKnown: fc.boolean(),
  checks: fc.constantFrom(...CHECKS)
})

test('whatever a store answers on the way, what passes would pass on the whole trace', async () => {
  let passed = 0
  await fc.assert(
    fc.asyncProperty(scenarios, async ({ arrivals, moods: all, isStuck, isLagKnown, checks }) => {
      const judgeTrace = (trace: Trace, view: JudgeView) =>
        judge(checks, trace, contextFor(checks, { ...view, losses: [...view.losses] }))
      const { wait } = createStore(arrivals, all, isStuck, {
        judge: judgeTrace,
        // Explicit, so that it holds for every check: some work begins long after the answer.
        wait: { absenceWindowMs: 2000 },
        ...(isLagKnown ? { caps: { lagMs: LAG_MS } } : {})
      })
      const { judgement, trace } = await wait()
      if (trace.spans.length < 2 || settleJudgement(judgement).outcome !== 'passed') return
      passed++
      const whole = buildTrace(
        TRACE_ID,
        arrivals.map(({ span }) => span),
        { trigger: triggerSpan() }
      )
      const verdict = settleJudgement(
        judgeTrace(whole, { isComplete: true, mayRevise: false, holes: [], losses: [] })
      )
      expect(verdict.outcome).toBe('passed')
    }),
    { numRuns: RUNS }
  )
  expect(passed).toBeGreaterThan(RUNS / 20)
})

test('a trace that counts as complete holds all that had ended when its last look was begun', async () => {
  const wholes = fc.record({ arrivals: systems, moods, isStuck: fc.boolean() })
  await fc.assert(
    fc.asyncProperty(wholes, async ({ arrivals, moods: all, isStuck }) => {
      const { wait } = createStore(arrivals, all, isStuck, { caps: { lagMs: LAG_MS } })
      const { ground, trace } = await wait()
      if (ground.kind !== 'structural') {
        expect(['timeout', 'incomplete']).toContain(ground.kind)
        return
      }
      const completeMs = ANSWERED_MS + ground.waitedMs
      const due = arrivals.filter(
        ({ span }) =>
          Number(span.endUnixNano! - triggerSpan().startUnixNano) / 1e6 - 5 + FLUSH_MS + LAG_MS <= completeMs
      )
      for (const { span } of due) expect(trace.positionOf(span.spanId)).toBeDefined()
    }),
    { numRuns: RUNS }
  )
})

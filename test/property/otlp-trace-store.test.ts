import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { TraceId } from '../../src/model/ids.ts'
import { parseTraceId } from '../../src/model/ids.ts'
import { TraceStore } from '../../src/otlp/trace-store.ts'
import { runs } from '../support/runs.ts'
import { buildSpan } from '../support/trace-builder.ts'

const TRACES = ['a1', 'b2', 'c3', 'd4'].map(text => parseTraceId(text)!)
const MAX_SPANS = 12

const traces = fc.constantFrom(...TRACES)
const actions = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ type: fc.constant('add'), spans: fc.array(traces, { maxLength: 6 }) })
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('fetch'), trace: traces }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('subscribe'), trace: traces }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('leave'), trace: traces }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('wait'), ms: fc.nat({ max: 2_000 }) }) }
)

test('whatever comes in which order: bounds hold, and a trace has all of its spans or says that it has not', () => {
  fc.assert(
    fc.property(fc.array(actions, { maxLength: 40 }), steps => {
      let nowMs = 0
      const store = new TraceStore(() => nowMs, {
        maxSpans: MAX_SPANS,
        maxBytes: Number.POSITIVE_INFINITY,
        ttlMs: 1_500,
        looseBytes: 0
      })
      const sent = new Map<TraceId, number>(TRACES.map(trace => [trace, 0]))
      const subscriptions = new Map<TraceId, Disposable>()
      const [watched] = TRACES as [TraceId]
      let seen = { answer: store.fetch(watched), version: store.versionOf(watched) }
      for (const step of steps) {
        const now = { answer: store.fetch(watched), version: store.versionOf(watched) }
        if (now.version === seen.version) expect(now.answer).toEqual(seen.answer)
        seen = now
        if (step.type === 'add' && 'spans' in step) {
          store.add(step.spans.map(traceId => ({ ...buildSpan({ id: 'cart' }), traceId })))
          for (const traceId of step.spans) sent.set(traceId, sent.get(traceId)! + 1)
        } else if (step.type === 'wait' && 'ms' in step) nowMs += step.ms
        else if ('trace' in step) {
          if (step.type === 'fetch') store.fetch(step.trace)
          else if (step.type === 'leave') subscriptions.get(step.trace)?.[Symbol.dispose]()
          else
            subscriptions.set(
              step.trace,
              store.subscribe(step.trace, () => undefined)
            )
        }
      }
      let kept = 0
      for (const trace of TRACES) {
        const stored = store.fetch(trace)
        const count = stored?.spans.length ?? 0
        kept += count
        if (count < sent.get(trace)!) expect(stored?.truncated).toBeDefined()
        else expect(count).toBe(sent.get(trace))
      }
      expect(kept).toBeLessThanOrEqual(MAX_SPANS)
    }),
    { numRuns: runs(600) }
  )
})

interface Linking {
  readonly trace: TraceId
  readonly to: TraceId | undefined
}

const linkings = fc.record({ trace: traces, to: fc.option(traces, { nil: undefined, freq: 2 }) })
const linkedActions = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ type: fc.constant('add'), spans: fc.array(linkings, { maxLength: 5 }) })
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('leave') }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('wait'), ms: fc.nat({ max: 2_000 }) }) }
)

test('whatever comes in which order, a followed trace has all that leads to it or says that it has not', () => {
  const [awaited] = TRACES as [TraceId]
  fc.assert(
    fc.property(fc.array(linkedActions, { maxLength: 30 }), fc.nat({ max: 10 }), (steps, followedFrom) => {
      let nowMs = 0
      const store = new TraceStore(() => nowMs, {
        maxSpans: MAX_SPANS,
        maxBytes: Number.POSITIVE_INFINITY,
        ttlMs: 1_500,
        looseBytes: 0
      })
      const sent: Linking[] = []
      let subscription: Disposable | undefined
      steps.forEach((step, at) => {
        if (at === followedFrom) subscription = store.subscribe(awaited, () => undefined, 'linked')
        if (step.type === 'add' && 'spans' in step) {
          const spans = step.spans.map(({ trace: traceId, to }) => {
            const span = {
              ...buildSpan({ id: 'cart', links: to === undefined ? [] : [{ to: 'cart' }] }),
              traceId
            }
            return { ...span, links: span.links.map(link => ({ ...link, traceId: to! })) }
          })
          store.add(spans)
          sent.push(...step.spans)
        } else if (step.type === 'wait' && 'ms' in step) nowMs += step.ms
        else subscription?.[Symbol.dispose]()
      })
      const leading = new Set([awaited])
      for (const id of leading) for (const { trace, to } of sent) if (to === id) leading.add(trace)
      const expected = sent.filter(({ trace }) => leading.has(trace)).length
      const stored = store.fetch(awaited, 'linked')
      if ((stored?.spans.length ?? 0) < expected) expect(stored?.truncated).toBeDefined()
      else expect(stored?.spans ?? []).toHaveLength(expected)
    }),
    { numRuns: runs(600) }
  )
})

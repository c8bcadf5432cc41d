import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Span } from '../../src/model/span.ts'
import { buildTrace, type Trace } from '../../src/model/trace.ts'
import { joinedSpansArbitrary } from '../support/arbitrary-joins.ts'
import { runs } from '../support/runs.ts'
import { buildSpan, spanIdOf, TRACE_ID, triggerSpan } from '../support/trace-builder.ts'

const RUNS = runs(100)

const names = Array.from({ length: 12 }, (_, index) => `s${index}`)
/** Any parents at all: missing ones, itself, loops. */
const spanArbitrary: fc.Arbitrary<Span> = fc
  .record({
    id: fc.constantFrom(...names),
    parent: fc.option(fc.constantFrom('trigger', 'gone', ...names), { nil: undefined }),
    at: fc.integer({ min: 0, max: 5 }),
    ms: fc.integer({ min: 0, max: 4 }),
    open: fc.boolean(),
    attributes: fc.dictionary(
      fc.constantFrom('a', 'b'),
      fc.constantFrom<string | bigint | number>('x', 1n, 1)
    )
  })
  .map(({ parent, ...sketch }) => buildSpan(parent === undefined ? sketch : { ...sketch, parent }))

const scrambled = fc.array(spanArbitrary, { maxLength: 14 }).chain(spans =>
  fc.record({
    spans: fc.constant(spans),
    again: fc.shuffledSubarray([...spans, ...spans], { minLength: spans.length }),
    withTrigger: fc.boolean()
  })
)

const joined = joinedSpansArbitrary
  .map(sketches => sketches.map(buildSpan))
  .chain(spans =>
    fc.record({
      spans: fc.constant(spans),
      again: fc.shuffledSubarray([...spans, ...spans], { minLength: spans.length }),
      seen: fc.shuffledSubarray(spans)
    })
  )
const FOLLOWING = { trigger: triggerSpan(), followsLinks: true }

const shapeOf = (trace: Trace): unknown => ({
  spans: trace.spans,
  parents: [...trace.parents],
  ends: [...trace.subtreeEnds],
  orphans: [...trace.orphans],
  joins: [...trace.joins],
  joining: { ...trace.joining, strays: new Set(trace.joining.strays), shared: new Set(trace.joining.shared) },
  conflicting: [...trace.conflicting].sort()
})

test('the order of arrival and repeats leave no mark on a trace', () => {
  fc.assert(
    fc.property(scrambled, ({ spans, again, withTrigger }) => {
      const options = withTrigger ? { trigger: triggerSpan() } : {}
      const straight = buildTrace(TRACE_ID, spans, options)
      const shuffled = buildTrace(TRACE_ID, [...again, ...spans].reverse(), options)
      expect(shapeOf(shuffled)).toEqual(shapeOf(straight))
    }),
    { numRuns: RUNS }
  )
})

test('every span is in the trace once, below its parent wherever no loop forbids it', () => {
  fc.assert(
    fc.property(scrambled, ({ spans, withTrigger }) => {
      const trace = buildTrace(TRACE_ID, spans, withTrigger ? { trigger: triggerSpan() } : {})
      const ids = trace.spans.map(span => span.spanId)
      expect(new Set(ids).size).toBe(ids.length)
      for (const span of spans) expect(ids).toContain(span.spanId)
      trace.spans.forEach((span, at) => {
        expect(trace.positionOf(span.spanId)).toBe(at)
        expect(trace.subtreeEnds[at]!).toBeGreaterThan(at)
        const parent = trace.parents[at]!
        if (parent >= 0) {
          expect(parent).toBeLessThan(at)
          expect(trace.subtreeEnds[at]!).toBeLessThanOrEqual(trace.subtreeEnds[parent]!)
          expect(trace.spans[parent]!.spanId).toBe(span.parentSpanId ?? spanIdOf('trigger'))
        } else if (span.parentSpanId !== undefined) {
          expect(trace.orphans[at]).toBe(1)
          if (ids.includes(span.parentSpanId)) expect(isOnLoop(trace, span)).toBe(true)
        }
      })
    }),
    { numRuns: RUNS }
  )
})

test('the order of arrival leaves no mark on traces that are joined either', () => {
  fc.assert(
    fc.property(joined, ({ spans, again }) => {
      const straight = buildTrace(TRACE_ID, spans, FOLLOWING)
      expect(shapeOf(buildTrace(TRACE_ID, [...again, ...spans].reverse(), FOLLOWING))).toEqual(
        shapeOf(straight)
      )
    }),
    { numRuns: RUNS }
  )
})

test('what belongs to a trace stays in it, whatever joins later', () => {
  const keysOf = ({ spans, keyOf }: Trace): readonly string[] => spans.map(keyOf)
  fc.assert(
    fc.property(joined, ({ spans, seen }) => {
      const whole = buildTrace(TRACE_ID, spans, FOLLOWING)
      fc.pre(whole.conflicting.size === 0)
      const part = buildTrace(TRACE_ID, seen, FOLLOWING)
      fc.pre(!part.joining.mayShrink)
      const later = new Set(keysOf(whole))
      for (const key of keysOf(part)) expect(later).toContain(key)
      if (part.joining.areLoose || part.orphans.includes(1)) return
      part.spans.forEach((span, at) => {
        const above = part.spans[part.parents[at]!]
        const [before, after] = [above, whole.spans[whole.parents[whole.positionOf(part.keyOf(span))!]!]]
        expect(after && whole.keyOf(after)).toBe(before && part.keyOf(before))
      })
    }),
    { numRuns: RUNS }
  )
})

test('a joined span hangs below one that it links to, and brings all that lies below it in its own trace', () => {
  let joins = 0
  fc.assert(
    fc.property(joined, ({ spans }) => {
      const trace = buildTrace(TRACE_ID, spans, FOLLOWING)
      const keys = new Set(trace.spans.map(trace.keyOf))
      trace.spans.forEach((span, at) => {
        expect(trace.positionOf(trace.keyOf(span))).toBe(at)
        const above = trace.spans[trace.parents[at]!]
        if (trace.joins[at] === 1) {
          joins++
          // The root of a batch links to nothing itself: another span of its trace does.
          const links = trace.spans.flatMap(one => (one.traceId === span.traceId ? one.links : []))
          if (above !== undefined) expect(links.map(trace.keyOf)).toContain(trace.keyOf(above))
        } else if (above !== undefined) expect(above.traceId).toBe(span.traceId)
      })
      for (const span of spans) {
        const { traceId, parentSpanId } = span
        if (parentSpanId === undefined) continue
        if (keys.has(trace.keyOf({ traceId, spanId: parentSpanId })))
          expect(keys).toContain(trace.keyOf(span))
      }
    }),
    { numRuns: RUNS }
  )
  expect(joins).toBeGreaterThan(RUNS / 4)
})

function isOnLoop(trace: Trace, start: Span): boolean {
  const seen = new Set<string>()
  for (let id = start.parentSpanId; id !== undefined && !seen.has(id); ) {
    if (id === start.spanId) return true
    seen.add(id)
    id = trace.spans[trace.positionOf(id) ?? -1]?.parentSpanId
  }
  return false
}

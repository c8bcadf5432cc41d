import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { JudgeContext, Judgement } from '../../src/judge/judge.ts'
import { judge } from '../../src/judge/judge.ts'
import type { CompiledChecks } from '../../src/language/check.ts'
import type { Loss } from '../../src/model/run-event.ts'
import { buildTrace, type Trace } from '../../src/model/trace.ts'
import { checksArbitrary } from '../support/arbitrary-checks.ts'
import { joinedSpansArbitrary } from '../support/arbitrary-joins.ts'
import { spansArbitrary } from '../support/arbitrary-spans.ts'
import { compileChecks, contextFor } from '../support/judge.ts'
import { runs } from '../support/runs.ts'
import { buildSpan, type SpanSketch, TRACE_ID, triggerSpan } from '../support/trace-builder.ts'

const RUNS = runs(600)

const traceFrom = (sketches: readonly SpanSketch[]): Trace =>
  buildTrace(TRACE_ID, sketches.map(buildSpan), { trigger: triggerSpan(), followsLinks: true })

const judgeOn = (checks: CompiledChecks, trace: Trace, overrides: Partial<JudgeContext>): Judgement =>
  judge(checks, trace, contextFor(checks, overrides))

/** Whether each check and output passes, also under `--strict`: what a verdict that was called final must not change. */
const outcomesOf = ({ specs, outputs }: Judgement): readonly string[] => [
  ...specs.flatMap(spec =>
    spec.checks.map(check => {
      if (check.outcome !== 'held' && check.outcome !== 'skipped') return 'failed'
      return check.warnings.length > 0 ? `${check.outcome} with warnings` : check.outcome
    })
  ),
  ...outputs.map(output => (output.outcome === 'held' ? `held ${output.text}` : 'failed'))
]
const finalsOf = ({ specs, outputs }: Judgement): readonly boolean[] => [
  ...specs.flatMap(spec => spec.checks.map(check => check.isFinal)),
  ...outputs.map(output => output.isFinal)
]
const textsOf = ({ specs, outputs }: Judgement): readonly string[] => [
  ...specs.flatMap(spec => spec.checks.map(check => `${spec.selector} { ${check.text} }`)),
  ...outputs.map(output => output.name)
]

const LOSSES: readonly Loss[] = [
  'links',
  'events',
  'event-attributes',
  'scope',
  'scope-attributes',
  'resource',
  'precision',
  'case',
  'types',
  'nested-types',
  'kind',
  'flags',
  'dropped-counts'
]

/** Spans, the order in which they come, and what a store may lose of them. */
const arrivalArbitrary = fc
  .record({
    spans: fc.oneof(spansArbitrary, joinedSpansArbitrary),
    keys: fc.array(fc.nat(1000), { minLength: 20, maxLength: 20 }),
    losses: fc.oneof(
      { weight: 5, arbitrary: fc.constant([]) },
      {
        weight: 1,
        arbitrary: fc.subarray<Loss>([...LOSSES], { minLength: 1 })
      }
    )
  })
  .map(({ spans, keys, losses }) => ({ spans, losses, arrival: ordered(spans, keys) }))
const WORLDS = 4

function ordered<T>(items: readonly T[], keys: readonly number[]): readonly T[] {
  return items
    .map((item, at) => ({ item, key: keys[at] ?? 0 }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item)
}

test(
  'no early verdict differs from the final one, and no order of arrival changes the final one',
  () => {
    const seen = { cases: 0, checks: 0, passes: 0, failures: 0 }
    const worlds = fc.array(arrivalArbitrary, { minLength: WORLDS, maxLength: WORLDS })
    fc.assert(
      fc.property(checksArbitrary, worlds, (sketch, arrivals) => {
        const checks = compileChecks(sketch)
        for (const { spans, arrival, losses } of arrivals) {
          const last = judgeOn(checks, traceFrom(spans), { losses })
          const reordered = judgeOn(checks, traceFrom([...arrival, ...arrival.slice(0, 2)]), { losses })
          if (!isDeepStrictEqual(reordered, last)) expect(reordered).toEqual(last)
          const expected = outcomesOf(last)
          seen.cases++
          seen.checks += expected.length
          for (let count = 0; count < arrival.length; count++) {
            const early = judgeOn(checks, traceFrom(arrival.slice(0, count)), { isComplete: false, losses })
            const outcomes = outcomesOf(early)
            finalsOf(early).forEach((isFinal, at) => {
              if (!isFinal) return
              if (outcomes[at] === 'failed') seen.failures++
              else seen.passes++
              if (outcomes[at] !== expected[at])
                throw new Error(
                  `${textsOf(early)[at]}: ${outcomes[at]} was final after ${count} spans, and ${expected[at]} in the end`
                )
            })
            if (early.isFinal) expect(early.hasFailure).toBe(last.hasFailure)
          }
        }
      }),
      { numRuns: Math.ceil(RUNS / WORLDS) }
    )
    console.log(
      `${seen.cases} cases, ${seen.checks} checks: ${seen.passes} early passes, ${seen.failures} early failures`
    )
    // The property would hold of a judge that never dares to be early.
    expect(seen.passes).toBeGreaterThan(RUNS / 10)
    expect(seen.failures).toBeGreaterThan(RUNS / 10)
  },
  30_000 + RUNS * 30
)

test('spans that come again with other content change nothing by their order, and end all early verdicts', () => {
  const keys = fc.array(fc.nat(1000), { minLength: 18, maxLength: 18 })
  fc.assert(
    fc.property(checksArbitrary, spansArbitrary, spansArbitrary, keys, (sketch, spans, others, order) => {
      // The ids are those of the first, so that whatever the others say contradicts them.
      const reports = [...spans, ...others]
      const checks = compileChecks(sketch)
      const last = judgeOn(checks, traceFrom(reports), {})
      const reordered = judgeOn(checks, traceFrom(ordered(reports, order)), {})
      if (!isDeepStrictEqual(reordered, last)) expect(reordered).toEqual(last)
      const trace = traceFrom(reports)
      if (trace.conflicting.size === 0) return
      expect(finalsOf(judgeOn(checks, trace, { isComplete: false }))).not.toContain(true)
    }),
    { numRuns: Math.ceil(RUNS / 4) }
  )
})

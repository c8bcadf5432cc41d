import fc from 'fast-check'
import { expect, test } from 'vitest'
import { judge } from '../../src/judge/judge.ts'
import type { CompiledChecks } from '../../src/language/check.ts'
import { printAssertion, printSelector } from '../../src/language/print.ts'
import { buildTrace } from '../../src/model/trace.ts'
import { arbitraryAssertion, arbitraryExpression, arbitrarySelector } from '../support/arbitrary-language.ts'
import { spansArbitrary } from '../support/arbitrary-spans.ts'
import { contextFor } from '../support/judge.ts'
import { runs } from '../support/runs.ts'
import { buildSpan, TRACE_ID, triggerSpan } from '../support/trace-builder.ts'

const RUNS = runs(200)

const HERE = { source: { name: 'fuzz.yaml', text: '' }, range: { start: 0, end: 0 } }

/** Anything that the syntax tree can hold, sense or nonsense. */
const checksArbitrary: fc.Arbitrary<CompiledChecks> = fc
  .record({
    selector: arbitrarySelector,
    assertions: fc.array(arbitraryAssertion, { minLength: 1, maxLength: 3 }),
    steps: fc.array(arbitrarySelector, { minLength: 2, maxLength: 3 }),
    output: arbitraryExpression,
    isList: fc.boolean()
  })
  .map(({ selector, assertions, steps, output, isList }) => ({
    specs: [
      {
        kind: 'selector',
        location: HERE,
        severity: 'error',
        selector,
        text: printSelector(selector),
        assertions: assertions.map(node => ({ node, text: printAssertion(node), location: HERE }))
      },
      {
        kind: 'sequence',
        location: HERE,
        severity: 'error',
        by: 'end',
        text: 'steps',
        steps: steps.map(step => ({ selector: step, text: printSelector(step), location: HERE }))
      }
    ],
    outputs: [{ name: 'ID', location: HERE, selector, value: output, isList }]
  }))

test('whatever is asked of whatever trace, there is a judgement, and the same one again', () => {
  fc.assert(
    fc.property(checksArbitrary, spansArbitrary, fc.boolean(), (checks, sketches, isComplete) => {
      const spans = sketches.map(buildSpan)
      const trace = buildTrace(TRACE_ID, spans, { trigger: triggerSpan() })
      const context = contextFor(checks, { isComplete })
      const first = judge(checks, trace, context)
      expect(first.specs).toHaveLength(2)
      const again = judge(
        checks,
        buildTrace(TRACE_ID, [...spans].reverse(), { trigger: triggerSpan() }),
        context
      )
      expect(outcomesOf(again)).toEqual(outcomesOf(first))
    }),
    { numRuns: RUNS }
  )
})

function outcomesOf({ specs, outputs }: ReturnType<typeof judge>): readonly unknown[] {
  return [
    ...specs.flatMap(spec =>
      spec.checks.map(check => [check.text, check.outcome, check.isFinal, check.warnings])
    ),
    ...outputs.map(output => [output.name, output.outcome, output.isFinal])
  ]
}

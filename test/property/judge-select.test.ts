import fc from 'fast-check'
import { expect, test } from 'vitest'
import { relateTo } from '../../src/judge/relations.ts'
import { rowOf } from '../../src/judge/row.ts'
import { chooseRow } from '../../src/judge/rows.ts'
import { selectMarks } from '../../src/judge/select.ts'
import { positionsOf } from '../../src/judge/trace-index.ts'
import { createTraceScope } from '../../src/judge/trace-scope.ts'
import { isUndetermined } from '../../src/judge/truth.ts'
import type { RelationName } from '../../src/language/ast.ts'
import { processKey, type Span } from '../../src/model/span.ts'
import { buildTrace, type Trace } from '../../src/model/trace.ts'
import { relations } from '../support/arbitrary-language.ts'
import { scopedSelectorArbitrary, selectorArbitrary } from '../support/arbitrary-selectors.ts'
import { spansArbitrary } from '../support/arbitrary-spans.ts'
import { compileChecks, contextFor } from '../support/judge.ts'
import { isRelated, selectNaively } from '../support/naive-select.ts'
import { runs } from '../support/runs.ts'
import { scopedSelectorOf, selectContext, selectorOf, VARIABLES } from '../support/select.ts'
import { buildSpan, TRACE_ID, triggerSpan } from '../support/trace-builder.ts'

const RUNS = runs(200)

const traceArbitrary = spansArbitrary.map(sketches =>
  buildTrace(TRACE_ID, sketches.map(buildSpan), { trigger: triggerSpan() })
)
const scopeOf = (trace: Trace) => {
  const checks = compileChecks({})
  return createTraceScope(trace, contextFor(checks), VARIABLES)
}

test('selectors choose what their definition says, span by span', () => {
  fc.assert(
    fc.property(
      traceArbitrary,
      fc.array(selectorArbitrary, { minLength: 1, maxLength: 4 }),
      (trace, texts) => {
        for (const text of texts) {
          const selector = selectorOf(text)
          const chosen = [...positionsOf(selectMarks(selector, selectContext(trace)))]
          expect(chosen, text).toEqual(selectNaively(selector, trace))
        }
      }
    ),
    { numRuns: RUNS }
  )
})

test('rows from `:scope` are what the selector chooses from each span by itself, unless skewed clocks choose', () => {
  fc.assert(
    fc.property(
      traceArbitrary,
      fc.array(scopedSelectorArbitrary, { minLength: 1, maxLength: 4 }),
      (trace, texts) => {
        const scope = scopeOf(trace)
        for (const text of texts) {
          const selector = scopedSelectorOf(text)
          trace.spans.forEach((_, at) => {
            const row = chooseRow(selector, { at }, scope)
            if (isUndetermined(row)) {
              expect(row.code, row.explain().text).toBe('clock-skew')
              return
            }
            const chosen: number[] = []
            for (let slice = 0; slice < row.slices.length; slice += 2)
              chosen.push(...row.order.slice(row.slices[slice], row.slices[slice + 1]))
            expect(
              chosen.sort((a, b) => a - b),
              `${text} from ${at}`
            ).toEqual(selectNaively(selector, trace, at))
          })
        }
      }
    ),
    { numRuns: RUNS }
  )
})

/** One span against one other, by the definition; nothing where one of them has no end that is needed. */
function isPairRelated(name: RelationName, trace: Trace, at: number, other: number): boolean | undefined {
  const [x, s] = [trace.spans[at]!, trace.spans[other]!]
  const [xEnd, sEnd] = [x.endUnixNano, s.endUnixNano]
  switch (name) {
    case 'before':
      return xEnd === undefined ? undefined : xEnd <= s.startUnixNano
    case 'after':
      return sEnd === undefined ? undefined : sEnd <= x.startUnixNano
    case 'starts-before':
      return x.startUnixNano <= s.startUnixNano
    case 'starts-after':
      return s.startUnixNano <= x.startUnixNano
    case 'during':
      return xEnd === undefined || sEnd === undefined
        ? undefined
        : s.startUnixNano <= x.startUnixNano && xEnd <= sEnd
    case 'overlaps': {
      if (xEnd === undefined) return undefined
      // A span without length shares no time with any other.
      if (xEnd === x.startUnixNano || sEnd === s.startUnixNano) return false
      if (sEnd === undefined) return undefined
      return x.startUnixNano < sEnd && s.startUnixNano < xEnd
    }
    case 'child-of':
      return isRelated('child', other, at, trace)
    case 'descendant-of':
      return isRelated('descendant', other, at, trace)
  }
}

test('without skew relations are what their definition says, pair by pair', () => {
  const oneClock = spansArbitrary.map(sketches =>
    buildTrace(
      TRACE_ID,
      sketches.map(sketch => ({ ...buildSpan({ ...sketch, service: 'shop', resource: {} }) })),
      {}
    )
  )
  fc.assert(
    fc.property(oneClock, fc.array(fc.nat(9), { maxLength: 6 }), (trace, picks) => {
      const size = trace.spans.length
      if (size === 0) return
      const set = [...new Set(picks.map(pick => pick % size))].sort((a, b) => a - b)
      const scope = scopeOf(trace)
      for (const name of relations) {
        const relate = relateTo({ name, selector: selectorOf('span') }, rowOf(Int32Array.from(set)), scope)
        trace.spans.forEach((_, at) => {
          const pairs = set.filter(other => other !== at).map(other => isPairRelated(name, trace, at, other))
          const { truth } = relate(at)
          const isAny =
            name === 'during' || name === 'overlaps' || name === 'child-of' || name === 'descendant-of'
          const expected =
            pairs.length === 0
              ? undefined
              : pairs.includes(isAny)
                ? isAny
                : pairs.includes(undefined)
                  ? undefined
                  : !isAny
          expect(isUndetermined(truth) ? undefined : truth, `${name} ${at} of ${set.join()}`).toBe(expected)
        })
      }
    }),
    { numRuns: RUNS }
  )
})

test('a relation that skew leaves determined is true of the clocks as they are read', () => {
  let determined = 0
  fc.assert(
    fc.property(traceArbitrary, fc.array(fc.nat(9), { minLength: 1, maxLength: 6 }), (trace, picks) => {
      const set = [...new Set(picks.map(pick => pick % trace.spans.length))].sort((a, b) => a - b)
      const scope = scopeOf(trace)
      for (const name of relations) {
        const relate = relateTo({ name, selector: selectorOf('span') }, rowOf(Int32Array.from(set)), scope)
        trace.spans.forEach((span: Span, at) => {
          const { truth, isFirm } = relate(at)
          if (isUndetermined(truth)) return
          determined++
          const isAny =
            name === 'during' || name === 'overlaps' || name === 'child-of' || name === 'descendant-of'
          const others = set.filter(other => other !== at)
          const deciding = others.filter(other => isPairRelated(name, trace, at, other) === isAny)
          expect(truth === isAny).toBe(deciding.length > 0)
          // Firm is only what one process decides, or the tree.
          if (isFirm && truth === isAny && name !== 'child-of' && name !== 'descendant-of')
            expect(deciding.some(other => processKey(trace.spans[other]!) === processKey(span))).toBe(true)
        })
      }
    }),
    { numRuns: RUNS }
  )
  expect(determined).toBeGreaterThan(RUNS)
})

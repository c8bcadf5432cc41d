import type { RelationName, SelectorNode } from '../language/ast.ts'
import type { SequenceSpec } from '../language/check.ts'
import { classifySelector } from '../language/classify.ts'
import type { Location } from '../source/source-text.ts'
import { type Assessment, type CheckScope, nearestTo, selectFor } from './assess.ts'
import { lossOf } from './loss.ts'
import { describeRelation } from './relation-text.ts'
import { relateTo } from './relations.ts'
import { eachOf, rowSize } from './row.ts'
import { isUndetermined, type Judged, type Undetermined } from './truth.ts'

/** One step of a sequence and the next: whether all of the one come before all of the other. */
export interface AssessedPair {
  readonly text: string
  readonly location: Location
  readonly assessment: Assessment
}

export function assessSequence(spec: SequenceSpec, scope: CheckScope): readonly AssessedPair[] {
  const name = spec.by === 'end' ? 'before' : 'starts-before'
  return spec.steps.slice(1).map((later, place) => {
    const earlier = spec.steps[place]!
    return {
      text: `${earlier.text} ${name} ${later.text}`,
      location: later.location,
      assessment: assessPair(name, earlier.selector, later.selector, scope)
    }
  })
}

const DETAILS = {
  isSettled: false,
  warnings: [],
  nearest: () => ({ funnel: [], candidates: [] }),
  observed: () => [],
  offenders: 0,
  anatomy: () => ({ parts: [] })
} as const

function assessPair(
  name: Extract<RelationName, 'before' | 'starts-before'>,
  earlier: SelectorNode,
  later: SelectorNode,
  scope: CheckScope
): Assessment {
  const { trace, outputs } = scope
  const lost = lossOf([earlier, later], trace.losses)
  if (lost) return { ...DETAILS, outcome: 'undetermined', isFinal: true, reason: lost }
  const rows = [earlier, later].map(selector => ({ selector, row: selectFor(selector, scope).row }))
  for (const { selector, row } of rows) {
    if (isUndetermined(row))
      return { ...DETAILS, outcome: 'undetermined', isFinal: false, reason: row.explain() }
    if (rowSize(row) === 0)
      return {
        ...DETAILS,
        outcome: 'unmatched',
        isFinal: false,
        nearest: () => nearestTo(selector, scope)
      }
  }
  const [first, second] = rows.map(({ row }) => row)
  if (!first || !second || isUndetermined(first) || isUndetermined(second))
    return { ...DETAILS, outcome: 'undetermined', isFinal: false }
  const node = { kind: 'relation', name, selector: later, start: later.start, end: later.end } as const
  const relate = relateTo(node, second, trace)
  const wrong: { readonly at: number; readonly isFirm: boolean }[] = []
  const open: { readonly at: number; readonly why: Undetermined }[] = []
  eachOf(first, at => {
    const { truth, isFirm }: Judged = relate(at)
    if (truth === false) wrong.push({ at, isFirm })
    else if (isUndetermined(truth)) open.push({ at, why: truth })
    return true
  })
  const isGrowing = [earlier, later].every(selector => classifySelector(selector, outputs) !== 'unsettled')
  const offenders = (wrong.length > 0 ? wrong : open).map(({ at }) => at)
  const reason = wrong.length === 0 ? open[0]?.why.explain() : undefined
  return {
    ...DETAILS,
    outcome: wrong.length > 0 ? 'violated' : open.length > 0 ? 'undetermined' : 'held',
    isFinal: wrong.some(({ isFirm }) => isFirm) && isGrowing && scope.mayBeEarly([earlier, later]),
    ...(reason ? { reason } : {}),
    offenders: offenders.length,
    observed: most =>
      offenders.slice(0, most).map(at => {
        const actual = describeRelation(node, trace, { at })
        return {
          spanId: trace.index.trace.spans[at]!.spanId,
          holds: wrong.length > 0 ? false : undefined,
          ...(actual === undefined ? {} : { actual }),
          ...(reason ? { reason } : {})
        }
      })
  }
}

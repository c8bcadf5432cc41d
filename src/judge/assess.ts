import type { AssertionNode, SelectorNode } from '../language/ast.ts'
import { isDecidedWithoutSpans, readsCount } from '../language/bounds.ts'
import type { CompiledAssertion } from '../language/check.ts'
import {
  classifySelector,
  classifyTest,
  type OutputNames,
  type SelectionClass
} from '../language/classify.ts'
import { isPerSpan } from '../language/shape.ts'
import type { NearestMisses, Observation, Reason } from '../model/verdict.ts'
import { doubtAbsenceOfEach } from './absence.ts'
import { judgeCondition } from './condition.ts'
import { dissect } from './dissect.ts'
import type { EarlyGate } from './early.ts'
import { lossOf } from './loss.ts'
import { findNearest } from './nearest.ts'
import { observe } from './observe.ts'
import { eachOf, type Row, rowSize } from './row.ts'
import { chooseRow } from './rows.ts'
import type { Focus, TraceScope } from './scope.ts'
import { judgeSet } from './set-truth.ts'
import { isAgainst, isFinalTally, quantify, tallyOf } from './tally.ts'
import { isUndetermined, type Judged, type Undetermined } from './truth.ts'

/** What all checks of a test share. */
export interface CheckScope {
  readonly trace: TraceScope
  readonly outputs: OutputNames
  readonly mayBeEarly: EarlyGate
  /** What selectors that chose nothing came near to; found once for all checks under them. */
  readonly misses: Map<SelectorNode, NearestMisses>
}

/** How an assertion stands on what has come, before anything is said about what may still come. */
export interface Assessment {
  readonly outcome: 'held' | 'violated' | 'undetermined' | 'unmatched'
  /** Nothing that can still arrive would change whether it holds. */
  readonly isFinal: boolean
  /** Its truth stays what it is, and a violation becomes no undetermined one either: a `when` may rely on it. */
  readonly isSettled: boolean
  readonly warnings: readonly string[]
  /** Of an undetermined one. */
  readonly reason?: Reason
  /** Of one that found no spans. */
  nearest(): NearestMisses
  /** The spans, or the set, that speak against it; of one that held all. As many of them as are wanted. */
  observed(most: number): readonly Observation[]
  /** How many there are. */
  readonly offenders: number
  anatomy(): ReturnType<typeof dissect>
}

/** Where an assertion is judged: the selector of its spec and what that chose. */
export interface Selected {
  readonly selector: SelectorNode | undefined
  readonly row: Row | Undetermined
}

export function nearestTo(selector: SelectorNode, { trace, misses }: CheckScope): NearestMisses {
  const known = misses.get(selector)
  if (known) return known
  const nearest = findNearest(selector, trace.select)
  misses.set(selector, nearest)
  return nearest
}

export function selectFor(selector: SelectorNode, { trace }: CheckScope): Selected {
  return { selector, row: chooseRow(selector, {}, trace) }
}

export function assess(
  assertion: CompiledAssertion,
  { selector, row }: Selected,
  scope: CheckScope
): Assessment {
  const { node } = assertion
  const nodes = selector ? [selector, node] : [node]
  const lost = lossOf(nodes, scope.trace.losses)
  const common = { warnings: [], ...NO_DETAILS }
  if (lost) return { ...common, outcome: 'undetermined', isFinal: true, isSettled: true, reason: lost }
  if (isUndetermined(row))
    return { ...common, outcome: 'undetermined', isFinal: false, reason: row.explain() }
  if (rowSize(row) === 0 && !(isDecidedWithoutSpans(node.condition) && !isPerSpan(node.condition)))
    return {
      ...common,
      outcome: 'unmatched',
      isFinal: false,
      nearest: () => (selector ? nearestTo(selector, scope) : NO_MISSES)
    }
  const selection: SelectionClass | undefined = !scope.mayBeEarly(nodes)
    ? undefined
    : selector
      ? classifySelector(selector, scope.outputs)
      : 'unsettled'
  return isPerSpan(node.condition)
    ? assessSpans(node, row, selection, scope)
    : assessSet(node, selector, row, selection, scope)
}

const NO_MISSES: NearestMisses = { funnel: [], candidates: [] }
const NO_DETAILS = {
  isSettled: false,
  nearest: () => NO_MISSES,
  observed: () => [],
  offenders: 0,
  anatomy: () => ({ parts: [] })
} as const

function assessSpans(
  { quantifier, condition }: AssertionNode,
  row: Row,
  selection: SelectionClass | undefined,
  { trace, outputs }: CheckScope
): Assessment {
  const focusOn = (at: number): Focus => ({ at, selected: row })
  const positions: number[] = []
  const results: Judged[] = []
  eachOf(row, at => {
    positions.push(at)
    results.push(judgeCondition(condition, trace, focusOn(at)))
    return true
  })
  const tally = tallyOf(results, selection ? classifyTest(condition, outputs) : 'unsettled')
  const counts = quantify(quantifier, tally)
  const doubt = counts === true ? doubtAbsenceOfEach({ quantifier, condition }, positions, trace) : undefined
  const verdict = doubt?.renamed ? 'open' : counts
  const against: number[] = []
  results.forEach(({ truth }, place) => {
    if (verdict === true || isAgainst(quantifier, truth)) against.push(place)
  })
  // A twin of a key that no span has may still come, and then what holds of nothing is in doubt.
  const isFinal = selection !== undefined && !doubt?.isOfNothing && isFinalTally(quantifier, selection, tally)
  const open = verdict === 'open' ? results.map(({ truth }) => truth).find(isUndetermined) : undefined
  const reason = (doubt?.renamed ?? open)?.explain()
  return {
    outcome: verdict === true ? 'held' : verdict === false ? 'violated' : 'undetermined',
    isFinal,
    // More spans may make an open count a violated one, but a violated one stays violated.
    isSettled: isFinal && verdict !== 'open',
    warnings: [],
    ...(reason ? { reason } : {}),
    nearest: () => NO_MISSES,
    offenders: against.length,
    observed: most =>
      against
        .slice(0, most)
        .map(place => observe(condition, results[place]!.truth, trace, focusOn(positions[place]!))),
    anatomy: () => {
      const [first] = against
      return first === undefined ? { parts: [] } : dissect(condition, trace, focusOn(positions[first]!))
    }
  }
}

function assessSet(
  { condition }: AssertionNode,
  selector: SelectorNode | undefined,
  row: Row,
  selection: SelectionClass | undefined,
  scope: CheckScope
): Assessment {
  const { trace, outputs } = scope
  const focus: Focus = { selected: row }
  // What a selection that may be empty in the end says nothing of, it cannot decide either; and it leaves a warning.
  const isChosen = rowSize(row) > 0 && selection !== 'unsettled'
  const mayBeEarly = isChosen || isDecidedWithoutSpans(condition)
  const early = selection === undefined || !mayBeEarly ? undefined : { selection, outputs }
  const { truth, isSettled, warnings, ...set } = judgeSet(condition, selector, trace, focus, early)
  const isFinal = set.isFinal && (isChosen || truth !== true)
  return {
    outcome: isUndetermined(truth) ? 'undetermined' : truth ? 'held' : 'violated',
    isFinal,
    isSettled,
    warnings,
    ...(isUndetermined(truth) ? { reason: truth.explain() } : {}),
    nearest: () =>
      selector && rowSize(row) === 0 && readsCount(condition) ? nearestTo(selector, scope) : NO_MISSES,
    offenders: 1,
    observed: () => [observe(condition, truth, trace, focus)],
    anatomy: () => dissect(condition, trace, focus)
  }
}

import type { ComparisonNode, ConditionNode, SelectorNode } from '../language/ast.ts'
import { boundsFromAbove } from '../language/bounds.ts'
import type { OutputNames, SelectionClass } from '../language/classify.ts'
import { classifySetLevel, type SetRule } from '../language/classify-set.ts'
import { boundOf } from '../language/shape.ts'
import { NOTHING } from '../language/values.ts'
import { doubtAbsence } from './absence.ts'
import { compareValues } from './compare.ts'
import { judgeCondition } from './condition.ts'
import { asRead } from './equal.ts'
import { evaluate } from './evaluate.ts'
import type { Focus, TraceScope } from './scope.ts'
import { combine, isUndetermined, judged, type Truth } from './truth.ts'

/** The truths that a condition may have once everything has come: a set of bits. */
type Possible = number
const TRUE = 1
const FALSE = 2
const OPEN = 4
const ANY: Possible = TRUE | FALSE | OPEN

export interface SetTruth {
  readonly truth: Truth
  /** No span that may still come can change whether it holds. */
  readonly isFinal: boolean
  /** Nor turn a failure into an undetermined one, or the reverse. */
  readonly isSettled: boolean
  readonly warnings: readonly string[]
}

/** What is known of when a condition on a set is final. */
export interface Early {
  readonly selection: SelectionClass
  readonly outputs: OutputNames
}

/** Judges a condition without per-span terms, once for all selected spans; `selector` is that of the spec. */
export function judgeSet(
  condition: ConditionNode,
  selector: SelectorNode | undefined,
  scope: TraceScope,
  focus: Focus,
  early: Early | undefined
): SetTruth {
  const judgeAtom = (atom: ConditionNode, wanted: boolean): Part => {
    const { truth } = judgeCondition(atom, scope, focus)
    const doubt =
      truth === wanted && boundsFromAbove(atom, wanted)
        ? doubtAbsence(atom, selector, scope, focus)
        : undefined
    if (doubt?.renamed) return { truth: doubt.renamed, possible: ANY, warnings: [] }
    const warnings = doubt?.warnings ?? []
    // A twin of a key that no span has may still come, and then what holds of nothing is in doubt.
    if (!early || doubt?.isOfNothing) return { truth, possible: ANY, warnings }
    const rule = classifySetLevel(atom, early.selection, early.outputs)
    const possible = possibleOf(truth, rule, () => exceeds(atom as ComparisonNode, scope, focus))
    return { truth, possible, warnings }
  }
  const judgePart = (part: ConditionNode, wanted: boolean): Part => {
    if (part.kind === 'not') return opposite(judgePart(part.condition, !wanted))
    if (part.kind !== 'and' && part.kind !== 'or') return judgeAtom(part, wanted)
    return joined(
      part.conditions.map(inner => judgePart(inner, wanted)),
      part.kind === 'or'
    )
  }
  const { truth, possible, warnings } = judgePart(condition, true)
  return {
    truth,
    isFinal: possible === TRUE || (possible & TRUE) === 0,
    isSettled: possible === TRUE || possible === FALSE || possible === OPEN,
    warnings: truth === true ? [...new Set(warnings)] : []
  }
}

interface Part {
  readonly truth: Truth
  readonly possible: Possible
  readonly warnings: readonly string[]
}

/** Of parts of which each alone decides, one without a warning makes those of the others pointless. */
function joined(parts: readonly Part[], isOr: boolean): Part {
  const { truth } = combine(
    parts.map(part => judged(part.truth, true)),
    isOr
  )
  const deciding = truth === isOr ? parts.filter(part => part.truth === isOr) : parts
  const isPlain = truth === isOr && deciding.some(({ warnings }) => warnings.length === 0)
  return {
    truth,
    possible: parts.map(({ possible }) => possible).reduce(isOr ? either : both),
    warnings: isPlain ? [] : deciding.flatMap(({ warnings }) => warnings)
  }
}

function opposite({ truth, possible, warnings }: Part): Part {
  return { truth: isUndetermined(truth) ? truth : !truth, possible: negated(possible), warnings }
}

function possibleOf(truth: Truth, rule: SetRule, isAbove: () => boolean): Possible {
  if (isUndetermined(truth)) return rule.passes && rule.fails ? OPEN : ANY
  if (!(truth ? rule.passes : rule.fails) || (rule.onlyAbove && !isAbove())) return ANY
  if (truth) return TRUE
  return rule.mayGoMissing ? FALSE | OPEN : FALSE
}

/** Whether a count is already beyond the number that it is compared with. */
function exceeds(comparison: ComparisonNode, scope: TraceScope, focus: Focus): boolean {
  const bound = boundOf(comparison)
  if (!bound) return false
  const count = evaluate(bound.measure, scope, focus)
  const limit = evaluate(bound.limit, scope, focus)
  if (isUndetermined(count) || isUndetermined(limit) || count === NOTHING || limit === NOTHING) return false
  return compareValues('>', asRead(count), asRead(limit)) === true
}

function negated(possible: Possible): Possible {
  return (possible & OPEN) | (possible & TRUE ? FALSE : 0) | (possible & FALSE ? TRUE : 0)
}

/** Kleene's `and` over all that two conditions may be. */
function both(a: Possible, b: Possible): Possible {
  return (
    (a & b & TRUE) |
    ((a | b) & FALSE) |
    ((a & OPEN && b & (TRUE | OPEN)) || (b & OPEN && a & (TRUE | OPEN)) ? OPEN : 0)
  )
}

/** Kleene's `or`, by way of `and`. */
function either(a: Possible, b: Possible): Possible {
  return negated(both(negated(a), negated(b)))
}

import type { ComparisonNode, ConditionNode } from '../language/ast.ts'
import type { OutputNames, SelectionClass } from '../language/classify.ts'
import { classifySetLevel, type SetRule } from '../language/classify-set.ts'
import { boundOf } from '../language/shape.ts'
import { NOTHING } from '../language/values.ts'
import { compareValues } from './compare.ts'
import { judgeCondition } from './condition.ts'
import { asRead } from './equal.ts'
import { evaluate } from './evaluate.ts'
import type { Focus, TraceScope } from './scope.ts'
import { isUndetermined, type Truth } from './truth.ts'

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
}

/** Judges a condition without per-span terms, once for all selected spans. */
export function judgeSet(
  condition: ConditionNode,
  scope: TraceScope,
  focus: Focus,
  early: { readonly selection: SelectionClass; readonly outputs: OutputNames } | undefined
): SetTruth {
  const { truth } = judgeCondition(condition, scope, focus)
  if (!early) return { truth, isFinal: false }
  const possible = possibleTruths(condition, scope, focus, early.selection, early.outputs)
  return { truth, isFinal: possible === TRUE || (possible & TRUE) === 0 }
}

function possibleTruths(
  condition: ConditionNode,
  scope: TraceScope,
  focus: Focus,
  selection: SelectionClass,
  outputs: OutputNames
): Possible {
  const inner = (part: ConditionNode): Possible => possibleTruths(part, scope, focus, selection, outputs)
  switch (condition.kind) {
    case 'not':
      return negated(inner(condition.condition))
    case 'and':
      return condition.conditions.map(inner).reduce(both)
    case 'or':
      return negated(condition.conditions.map(part => negated(inner(part))).reduce(both))
    default: {
      const { truth } = judgeCondition(condition, scope, focus)
      return possibleOf(truth, classifySetLevel(condition, selection, outputs), () =>
        exceeds(condition as ComparisonNode, scope, focus)
      )
    }
  }
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
  const either = a | b
  return (
    (a & b & TRUE) |
    (either & FALSE) |
    ((a & OPEN && b & (TRUE | OPEN)) || (b & OPEN && a & (TRUE | OPEN)) ? OPEN : 0)
  )
}

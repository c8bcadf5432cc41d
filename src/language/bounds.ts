import type { ComparisonNode, ConditionNode, ExpressionNode } from './ast.ts'
import { asAggregate, boundOf, childExpressions, expressionsOf } from './shape.ts'

/** Whether a condition bounds from above if it is to be true, or false. */
export function boundsFromAbove(condition: ConditionNode, wanted: boolean): boolean {
  switch (condition.kind) {
    case 'not':
      return boundsFromAbove(condition.condition, !wanted)
    case 'and':
    case 'or':
      return condition.conditions.some(part => boundsFromAbove(part, wanted))
    case 'comparison':
      return isCeiling(condition, wanted)
    case 'membership':
      return readsGrowing(condition.expression)
    case 'boolean':
    case 'exists':
    case 'type-test':
    case 'relation':
      return false
  }
}

/** Counts and sums grow with every span; what they are compared with from above bounds the spans to come. */
function isCeiling(comparison: ComparisonNode, wanted: boolean): boolean {
  const bound = boundOf(comparison)
  if (!bound) return readsGrowing(comparison.left) || readsGrowing(comparison.right)
  if (!readsGrowing(bound.measure)) return false
  switch (bound.operator) {
    case '<':
    case '<=':
      return wanted
    case '>':
    case '>=':
      return !wanted
    // That a number is another one bounds it too: until it is passed by.
    case '=':
    case '!=':
      return true
  }
}

function readsGrowing(node: ExpressionNode): boolean {
  const name = asAggregate(node)?.name
  return (
    name === 'count' || name === 'distinct' || name === 'sum' || childExpressions(node).some(readsGrowing)
  )
}

/** Whether a condition reads how many spans there are. */
export function readsCount(condition: ConditionNode): boolean {
  if (condition.kind === 'not') return readsCount(condition.condition)
  if (condition.kind === 'and' || condition.kind === 'or') return condition.conditions.some(readsCount)
  const isCount = (node: ExpressionNode): boolean =>
    asAggregate(node)?.name === 'count' || childExpressions(node).some(isCount)
  return expressionsOf(condition).some(isCount)
}

/** Whether counts, constants, variables and the response decide a condition, so that it says something of no spans too. */
export function isDecidedWithoutSpans(condition: ConditionNode): boolean {
  if (condition.kind === 'not') return isDecidedWithoutSpans(condition.condition)
  if (condition.kind === 'and' || condition.kind === 'or')
    return condition.conditions.every(isDecidedWithoutSpans)
  if (condition.kind === 'relation') return false
  const isFree = (node: ExpressionNode): boolean => {
    const aggregate = asAggregate(node)
    if (aggregate) return aggregate.name === 'count'
    if (node.kind === 'reference' || node.kind === 'of') return false
    return childExpressions(node).every(isFree)
  }
  return expressionsOf(condition).every(isFree)
}

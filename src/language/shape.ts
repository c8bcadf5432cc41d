import type {
  AggregateNode,
  ComparisonNode,
  ComparisonOperator,
  ComplexNode,
  CompoundNode,
  ConditionNode,
  ExpressionNode,
  Ordering,
  SelectorNode
} from './ast.ts'
import { INTRINSICS, isSelectedCount } from './intrinsics.ts'

/** A comparison read as a bound: what is measured on the left. */
export interface Bound {
  readonly measure: ExpressionNode
  readonly operator: Ordering
  readonly limit: ExpressionNode
}

const MIRRORED: Readonly<Record<Ordering, Ordering>> = {
  '=': '=',
  '!=': '!=',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<='
}

/** `3 >= count()` is `count() <= 3`; undefined where neither side, or either, is measured on the trace. */
export function boundOf(comparison: ComparisonNode): Bound | undefined {
  const { left, right, operator } = comparison
  if (!isOrdering(operator) || isMeasure(left) === isMeasure(right)) return undefined
  return isMeasure(left)
    ? { measure: left, operator, limit: right }
    : { measure: right, operator: MIRRORED[operator], limit: left }
}

function isOrdering(operator: ComparisonOperator): operator is Ordering {
  return operator in MIRRORED
}

function isMeasure(node: ExpressionNode): boolean {
  if (asAggregate(node)) return true
  return node.kind === 'reference' && node.namespace === 'attr' && INTRINSICS.get(node.name) === 'structure'
}

/** Whether a selector names the span under test, so that it chooses other spans for each. */
export function readsScope(selector: SelectorNode): boolean {
  return selector.items.some(isScopedComplex)
}

function isScopedComplex(complex: ComplexNode): boolean {
  return complex.steps.some(step => readsScopeIn(step.compound))
}

/** Whether one compound of a selector names the span under test. */
export function readsScopeIn(compound: CompoundNode): boolean {
  return compound.pseudos.some(pseudo => {
    if (pseudo.name === 'scope') return true
    if (pseudo.name === 'has') return isScopedComplex(pseudo.selector)
    return pseudo.name === 'not' && readsScope(pseudo.selector)
  })
}

/** Whether a condition must be judged for each selected span, rather than once. */
export function isPerSpan(condition: ConditionNode): boolean {
  switch (condition.kind) {
    case 'not':
      return isPerSpan(condition.condition)
    case 'and':
    case 'or':
      return condition.conditions.some(isPerSpan)
    case 'relation':
      return true
    default:
      return expressionsOf(condition).some(readsSpan)
  }
}

/** Whether the value of an expression depends on the span under test. */
function readsSpan(node: ExpressionNode): boolean {
  if (isSelectedCount(node)) return false
  if (node.kind === 'reference') return true
  if (node.kind === 'aggregate') return node.selector !== undefined && readsScope(node.selector)
  if (node.kind === 'of') return readsScope({ ...node, kind: 'selector', items: [node.selector] })
  return childExpressions(node).some(readsSpan)
}

/** The expressions that a condition holds itself: none for `and`, `or`, `not` and relations. */
export function expressionsOf(condition: ConditionNode): readonly ExpressionNode[] {
  switch (condition.kind) {
    case 'comparison':
      return [condition.left, condition.right]
    case 'exists':
    case 'type-test':
      return [condition.expression]
    case 'membership':
      return condition.set.kind === 'interval'
        ? [condition.expression, condition.set.low, condition.set.high]
        : [condition.expression, condition.set]
    case 'and':
    case 'or':
    case 'not':
    case 'relation':
    case 'boolean':
      return []
  }
}

/** The expressions directly below one. */
export function childExpressions(node: ExpressionNode): readonly ExpressionNode[] {
  switch (node.kind) {
    case 'string':
      return node.parts.filter(part => typeof part !== 'string')
    case 'call':
      return node.args
    case 'array':
      return node.items
    case 'pipe':
      return [node.input, ...node.args]
    case 'binary':
      return [node.left, node.right]
    case 'negation':
      return [node.operand]
    case 'of':
      return [node.expression]
    case 'aggregate':
      return node.expression ? [node.expression] : []
    case 'number':
    case 'duration':
    case 'boolean':
    case 'null':
    case 'reference':
    case 'response':
    case 'variable':
      return []
  }
}

/** `count()` under either of its spellings, or another aggregate. */
export function asAggregate(node: ExpressionNode): AggregateNode | undefined {
  if (node.kind === 'aggregate') return node
  return isSelectedCount(node)
    ? { kind: 'aggregate', name: 'count', start: node.start, end: node.end }
    : undefined
}

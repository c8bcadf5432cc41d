import type { AggregateNode, ConditionNode, ExpressionNode } from './ast.ts'
import { classifySelector, isOwnExpression, type OutputNames, type SelectionClass } from './classify.ts'
import { asAggregate, boundOf, childExpressions, expressionsOf } from './shape.ts'

/** Which truth of a condition on a growing set is final as soon as it is seen. */
export interface SetRule {
  readonly passes: boolean
  readonly fails: boolean
  /** Only once the count exceeds the number it is compared with. */
  readonly onlyAbove: boolean
  /** A later span may still turn a failure into an undetermined one, which is no pass either. */
  readonly mayGoMissing: boolean
}

const NEVER: SetRule = { passes: false, fails: false, onlyAbove: false, mayGoMissing: false }
const EITHER: SetRule = { ...NEVER, passes: true, fails: true }

/** Classifies a condition without per-span terms and without `and`, `or`, `not`. */
export function classifySetLevel(
  condition: ConditionNode,
  selected: SelectionClass,
  outputs: OutputNames
): SetRule {
  if (expressionsOf(condition).every(node => isSettledExpression(node, selected, outputs))) return EITHER
  if (condition.kind !== 'comparison') return NEVER
  const bound = boundOf(condition)
  if (!bound || !isSettledExpression(bound.limit, 'unsettled', outputs)) return NEVER
  const aggregate = asAggregate(bound.measure)
  if (!aggregate || setOf(aggregate, selected, outputs) === 'unsettled') return NEVER
  const isFloor = bound.operator === '>' || bound.operator === '>='
  const isCeiling = bound.operator === '<' || bound.operator === '<='
  if (aggregate.name === 'count') {
    if (isFloor) return { ...NEVER, passes: true }
    if (isCeiling) return { ...NEVER, fails: true }
    return { ...NEVER, passes: bound.operator === '!=', fails: bound.operator === '=', onlyAbove: true }
  }
  const over = aggregate.expression
  if (!over || !isOwnExpression(over, outputs) || !(isFloor || isCeiling)) return NEVER
  switch (aggregate.name) {
    case 'max':
      return { ...NEVER, fails: isCeiling, mayGoMissing: true }
    case 'min':
      return { ...NEVER, fails: isFloor, mayGoMissing: true }
    case 'distinct': {
      const mayGoMissing = !isNeverMissing(over)
      return { ...NEVER, passes: isFloor && !mayGoMissing, fails: isCeiling, mayGoMissing }
    }
    // A later span may carry an attribute in place of any intrinsic: a negative `duration`, or one that is a text.
    case 'sum':
    case 'avg':
    case 'p50':
    case 'p90':
    case 'p95':
    case 'p99':
      return NEVER
  }
}

/** Intrinsics that a span in progress has too, so that every span to come has some value under these names. */
const NEVER_MISSING: ReadonlySet<string> = new Set([
  'name',
  'kind',
  'status',
  'start',
  'trace_id',
  'span_id',
  'events.count',
  'links.count',
  'tracetest.span.name',
  'tracetest.span.kind',
  'tracetest.span.type',
  'tracetest.span.start_time',
  'tracetest.span.status_code',
  'span.events'
])

function isNeverMissing(node: ExpressionNode): boolean {
  return node.kind === 'reference' && node.namespace === 'attr' && NEVER_MISSING.has(node.name)
}

function setOf(aggregate: AggregateNode, selected: SelectionClass, outputs: OutputNames): SelectionClass {
  return aggregate.selector ? classifySelector(aggregate.selector, outputs) : selected
}

/** Whether an expression is made of constants and of aggregates of own data over fixed sets. */
function isSettledExpression(node: ExpressionNode, selected: SelectionClass, outputs: OutputNames): boolean {
  const aggregate = asAggregate(node)
  if (aggregate)
    return (
      setOf(aggregate, selected, outputs) === 'fixed' &&
      (!aggregate.expression || isOwnExpression(aggregate.expression, outputs))
    )
  if (node.kind === 'of' || node.kind === 'reference') return false
  if (node.kind === 'variable') return !outputs.has(node.name)
  return childExpressions(node).every(child => isSettledExpression(child, selected, outputs))
}

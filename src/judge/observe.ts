import type { ComparisonOperator, ConditionNode, ExpressionNode, RelationNode } from '../language/ast.ts'
import { printExpression, printSelector } from '../language/print.ts'
import { isDuration, kindOf, NOTHING, type Value } from '../language/values.ts'
import type { Observation } from '../model/verdict.ts'
import { judgeCondition } from './condition.ts'
import { isLiteral } from './dissect.ts'
import { isNumeric } from './equal.ts'
import { evaluate } from './evaluate.ts'
import { describeRelation } from './relation-text.ts'
import type { Focus, TraceScope } from './scope.ts'
import { showDuration, showValue } from './text.ts'
import { isUndetermined, type Truth } from './truth.ts'

/** How one span, or the whole set, came out: what was expected, what was there. */
export function observe(
  condition: ConditionNode,
  truth: Truth,
  scope: TraceScope,
  focus: Focus
): Observation {
  const spanId = focus.at === undefined ? undefined : scope.index.trace.spans[focus.at]!.spanId
  const sides = sidesOf(decisiveOf(condition, truth, scope, focus), scope, focus)
  return {
    ...(spanId === undefined ? {} : { spanId }),
    holds: isUndetermined(truth) ? undefined : truth,
    ...sides,
    ...(isUndetermined(truth) ? { reason: truth.explain() } : {})
  }
}

/** The part of a condition that decided its truth, the first of its kind; `isNegated` where it had to be false. */
interface Decisive {
  readonly node: ConditionNode
  readonly isNegated: boolean
}

function decisiveOf(
  condition: ConditionNode,
  truth: Truth,
  scope: TraceScope,
  focus: Focus,
  isNegated = false
): Decisive {
  if (condition.kind === 'not') {
    const inner = isUndetermined(truth) ? truth : !truth
    return decisiveOf(condition.condition, inner, scope, focus, !isNegated)
  }
  if (condition.kind !== 'and' && condition.kind !== 'or') return { node: condition, isNegated }
  for (const part of condition.conditions) {
    const one = judgeCondition(part, scope, focus).truth
    const isLike = isUndetermined(truth) ? isUndetermined(one) : one === truth
    if (isLike) return decisiveOf(part, one, scope, focus, isNegated)
  }
  return { node: condition, isNegated }
}

type Sides = Pick<Observation, 'expected' | 'actual'>

function sidesOf({ node, isNegated }: Decisive, scope: TraceScope, focus: Focus): Sides {
  const not = isNegated ? 'not ' : ''
  switch (node.kind) {
    case 'comparison': {
      const isMirrored = isLiteral(node.left) && !isLiteral(node.right)
      const [actual, expected] = isMirrored ? [node.right, node.left] : [node.left, node.right]
      const wanted = expectedText(expected, actual, scope, focus)
      const operator = operatorText(node.operator, isNegated, isMirrored)
      return {
        ...(wanted === undefined ? {} : { expected: `${operator}${wanted}` }),
        ...actualOf(actual, expected, scope, focus)
      }
    }
    case 'membership': {
      const set = node.set.kind === 'interval' ? printRange(node.set) : printExpression(node.set)
      const word = node.negated === isNegated ? 'in' : 'not in'
      return { expected: `${word} ${set}`, ...actualOf(node.expression, undefined, scope, focus) }
    }
    case 'type-test': {
      const value = knownValue(node.expression, scope, focus)
      return {
        expected: `${node.negated === isNegated ? '' : 'not '}${node.type}`,
        ...(value === undefined ? {} : { actual: `${kindOf(value)} ${showValue(value)}` })
      }
    }
    case 'exists':
      return {
        ...(node.negated === isNegated ? {} : { expected: 'missing' }),
        actual: 'missing',
        ...actualOf(node.expression, undefined, scope, focus)
      }
    case 'relation': {
      // Only what is not as it should be needs words.
      const holds = judgeCondition(node, scope, focus).truth === true
      const actual = holds ? undefined : describeRelation(node, scope, focus)
      return { expected: `${not}${relationText(node)}`, ...(actual === undefined ? {} : { actual }) }
    }
    case 'and':
    case 'or':
    case 'not':
    case 'boolean':
      return {}
  }
}

const MIRRORED = { '<': '>', '<=': '>=', '>': '<', '>=': '<=' } as const

/** What stands before the value that is expected: nothing where it is to be equal. */
function operatorText(operator: ComparisonOperator, isNegated: boolean, isMirrored: boolean): string {
  if (operator === '=') return isNegated ? 'not ' : ''
  if (operator === '!=') return isNegated ? '' : 'not '
  const not = isNegated ? 'not ' : ''
  if (!isMirrored) return `${not}${operator} `
  return operator in MIRRORED ? `${not}${MIRRORED[operator as keyof typeof MIRRORED]} ` : not
}

function printRange({ low, high }: { readonly low: ExpressionNode; readonly high: ExpressionNode }): string {
  return `${printExpression(low)}..${printExpression(high)}`
}

function relationText({ name, selector }: RelationNode): string {
  return `${name} ${printSelector(selector)}`
}

function knownValue(node: ExpressionNode, scope: TraceScope, focus: Focus): Value | undefined {
  const value = evaluate(node, scope, focus)
  return isUndetermined(value) || value === NOTHING ? undefined : value
}

function expectedText(
  node: ExpressionNode,
  other: ExpressionNode,
  scope: TraceScope,
  focus: Focus
): string | undefined {
  if (isLiteral(node)) return printExpression(node)
  const value = knownValue(node, scope, focus)
  return value === undefined ? undefined : showBeside(value, knownValue(other, scope, focus))
}

function actualOf(
  node: ExpressionNode,
  other: ExpressionNode | undefined,
  scope: TraceScope,
  focus: Focus
): Sides {
  const value = knownValue(node, scope, focus)
  if (value === undefined) return {}
  return { actual: showBeside(value, other && knownValue(other, scope, focus)) }
}

/** A value as it is shown beside another: an int that is compared with a duration is one, and no number is a text. */
function showBeside(value: Value, other: Value | undefined): string {
  if (typeof other === 'string' && isNumeric(value)) return `${showValue(value)} (${kindOf(value)})`
  if (other === undefined || !isDuration(other)) return showValue(value)
  return typeof value === 'bigint' ? showDuration(value, other.nanos) : showValue(value, other)
}

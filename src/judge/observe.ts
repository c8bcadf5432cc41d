import type { AssertionNode, ConditionNode, ExpressionNode, RelationNode } from '../language/ast.ts'
import { printAssertion, printExpression, printSelector } from '../language/print.ts'
import { asAggregate, childExpressions, expressionsOf } from '../language/shape.ts'
import { isDuration, kindOf, NOTHING, type Value } from '../language/values.ts'
import type { Anatomy, AnatomyPart, Observation } from '../model/verdict.ts'
import { judgeCondition } from './condition.ts'
import { evaluate } from './evaluate.ts'
import { describeRelation } from './relation-text.ts'
import { rowSize } from './row.ts'
import { chooseRow } from './rows.ts'
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

/** The part of a condition that decided its truth: the first of its kind. */
function decisiveOf(condition: ConditionNode, truth: Truth, scope: TraceScope, focus: Focus): ConditionNode {
  if (condition.kind === 'not') {
    const inner = isUndetermined(truth) ? truth : !truth
    return decisiveOf(condition.condition, inner, scope, focus)
  }
  if (condition.kind !== 'and' && condition.kind !== 'or') return condition
  for (const part of condition.conditions) {
    const one = judgeCondition(part, scope, focus).truth
    const isLike = isUndetermined(truth) ? isUndetermined(one) : one === truth
    if (isLike) return decisiveOf(part, one, scope, focus)
  }
  return condition
}

type Sides = Pick<Observation, 'expected' | 'actual'>

function sidesOf(node: ConditionNode, scope: TraceScope, focus: Focus): Sides {
  switch (node.kind) {
    case 'comparison': {
      const isMirrored = isLiteral(node.left) && !isLiteral(node.right)
      const [actual, expected] = isMirrored ? [node.right, node.left] : [node.left, node.right]
      return { ...expectedOf(expected, actual, scope, focus), ...actualOf(actual, expected, scope, focus) }
    }
    case 'membership':
      return {
        expected: node.set.kind === 'interval' ? printRange(node.set) : printExpression(node.set),
        ...actualOf(node.expression, undefined, scope, focus)
      }
    case 'type-test': {
      const value = knownValue(node.expression, scope, focus)
      return {
        expected: node.type,
        ...(value === undefined ? {} : { actual: `${kindOf(value)} ${showValue(value)}` })
      }
    }
    case 'exists':
      return node.negated ? actualOf(node.expression, undefined, scope, focus) : {}
    case 'relation': {
      // Only what is not as it should be needs words.
      const holds = judgeCondition(node, scope, focus).truth === true
      const actual = holds ? undefined : describeRelation(node, scope, focus)
      return { expected: relationText(node), ...(actual === undefined ? {} : { actual }) }
    }
    case 'and':
    case 'or':
    case 'not':
    case 'boolean':
      return {}
  }
}

function printRange({ low, high }: { readonly low: ExpressionNode; readonly high: ExpressionNode }): string {
  return `${printExpression(low)}..${printExpression(high)}`
}

function relationText({ name, selector }: RelationNode): string {
  return `${name} ${printSelector(selector)}`
}

function isLiteral(node: ExpressionNode): boolean {
  switch (node.kind) {
    case 'string':
      return node.parts.every(part => typeof part === 'string')
    case 'number':
    case 'duration':
    case 'boolean':
    case 'null':
      return true
    case 'array':
      return node.items.every(isLiteral)
    default:
      return false
  }
}

function knownValue(node: ExpressionNode, scope: TraceScope, focus: Focus): Value | undefined {
  const value = evaluate(node, scope, focus)
  return isUndetermined(value) || value === NOTHING ? undefined : value
}

function expectedOf(node: ExpressionNode, other: ExpressionNode, scope: TraceScope, focus: Focus): Sides {
  if (isLiteral(node)) return { expected: printExpression(node) }
  const value = knownValue(node, scope, focus)
  return value === undefined ? {} : { expected: showBeside(value, knownValue(other, scope, focus)) }
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

/** A value as it is shown beside another: an int that is compared with a duration is one. */
function showBeside(value: Value, other: Value | undefined): string {
  if (other === undefined || !isDuration(other)) return showValue(value)
  return typeof value === 'bigint' ? showDuration(value, other.nanos) : showValue(value, other)
}

const MOST_PARTS = 20

/** The values of the parts of a condition, for the reader of a failure. */
export function dissect(condition: ConditionNode, scope: TraceScope, focus: Focus): Anatomy {
  const parts = new Map<string, AnatomyPart>()
  const add = (text: string, value: string): void => {
    if (parts.size < MOST_PARTS && !parts.has(text)) parts.set(text, { text, value })
  }
  const visit = (node: ExpressionNode): void => {
    if (isLiteral(node)) return
    const value = evaluate(node, scope, focus)
    add(
      printExpression(node),
      isUndetermined(value)
        ? value.explain().text
        : value === NOTHING
          ? 'nothing'
          : showPart(node, value, scope, focus)
    )
    if (node.kind !== 'aggregate' && node.kind !== 'of') childExpressions(node).forEach(visit)
  }
  const visitCondition = (node: ConditionNode, isWhole: boolean): void => {
    if (!isWhole) {
      const { truth } = judgeCondition(node, scope, focus)
      add(
        printCondition(node),
        isUndetermined(truth) ? `undetermined: ${truth.explain().text}` : String(truth)
      )
    }
    if (node.kind === 'and' || node.kind === 'or')
      for (const part of node.conditions) visitCondition(part, false)
    else if (node.kind === 'not') visitCondition(node.condition, false)
    else expressionsOf(node).forEach(visit)
  }
  visitCondition(condition, true)
  return { parts: [...parts.values()] }
}

function showPart(node: ExpressionNode, value: Value, scope: TraceScope, focus: Focus): string {
  const aggregate = asAggregate(node)
  if (!aggregate || aggregate.name === 'count') return showValue(value)
  const row = chooseRow(aggregate.selector, focus, scope)
  if (isUndetermined(row)) return showValue(value)
  const size = rowSize(row)
  return `${showValue(value)} (${size} ${size === 1 ? 'span' : 'spans'})`
}

function printCondition(condition: ConditionNode): string {
  const { start, end } = condition
  const node: AssertionNode = {
    kind: 'assertion',
    quantifier: { kind: 'quantifier', name: 'every', isWritten: false, start, end: start },
    condition,
    start,
    end
  }
  return printAssertion(node)
}

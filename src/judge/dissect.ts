import type { AggregateNode, AssertionNode, ConditionNode, ExpressionNode } from '../language/ast.ts'
import { printAssertion, printExpression } from '../language/print.ts'
import { asAggregate, childExpressions, expressionsOf } from '../language/shape.ts'
import { NOTHING, type Value } from '../language/values.ts'
import type { Anatomy, AnatomyPart } from '../model/verdict.ts'
import { compareValues } from './compare.ts'
import { judgeCondition } from './condition.ts'
import { asRead } from './equal.ts'
import { evaluate } from './evaluate.ts'
import { eachOf, rowSize } from './row.ts'
import { chooseRow } from './rows.ts'
import type { Focus, TraceScope } from './scope.ts'
import { countSpans, showValue } from './text.ts'
import { isUndetermined, type Undetermined } from './truth.ts'

const MOST_PARTS = 20
const MOST_VALUES = 4
const MOST_SPANS_READ = 1000

/** The values of the parts of a condition, for the reader of a failure. */
export function dissect(condition: ConditionNode, scope: TraceScope, focus: Focus): Anatomy {
  const parts = new Map<string, AnatomyPart>()
  const add = (part: AnatomyPart): void => {
    if (parts.size < MOST_PARTS && !parts.has(part.text)) parts.set(part.text, part)
  }
  const visit = (node: ExpressionNode, isSide: boolean): void => {
    if (isLiteral(node)) return
    const part = { text: printExpression(node), value: valueText(node, scope, focus) }
    add(isSide ? { ...part, isSide } : part)
    if (node.kind === 'aggregate' || node.kind === 'of') return
    for (const child of childExpressions(node)) visit(child, false)
  }
  const visitCondition = (node: ConditionNode, isWhole: boolean): void => {
    if (!isWhole) add(describeCondition(node, scope, focus))
    if (node.kind === 'and' || node.kind === 'or')
      for (const part of node.conditions) visitCondition(part, false)
    else if (node.kind === 'not') visitCondition(node.condition, isWhole)
    else for (const side of expressionsOf(node)) visit(side, isWhole)
  }
  visitCondition(condition, true)
  return { parts: [...parts.values()] }
}

/** Whether an expression says its value itself. */
export function isLiteral(node: ExpressionNode): boolean {
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

function describeCondition(node: ConditionNode, scope: TraceScope, focus: Focus): AnatomyPart {
  const { truth } = judgeCondition(node, scope, focus)
  return {
    text: printCondition(node),
    value: isUndetermined(truth) ? whyNot(truth) : String(truth),
    truth: isUndetermined(truth) ? 'undetermined' : truth
  }
}

function valueText(node: ExpressionNode, scope: TraceScope, focus: Focus): string {
  const value = evaluate(node, scope, focus)
  if (isUndetermined(value)) return whyNot(value)
  if (value === NOTHING) return 'nothing'
  const aggregate = asAggregate(node)
  return aggregate ? aggregateText(aggregate, value, scope, focus) : showValue(value)
}

function whyNot(value: Undetermined): string {
  const { code, text, nearest } = value.explain()
  if (code !== 'missing') return `undetermined: ${text}`
  return nearest === undefined ? 'missing' : `missing, nearest: ${nearest}`
}

/** `16.45 ms (7 spans: 3.013 ms, 2.6 ms, …)`: an aggregate with what it was made of, most telling first. */
function aggregateText(node: AggregateNode, value: Value, scope: TraceScope, focus: Focus): string {
  const { name, expression, selector } = node
  if (name === 'count' || !expression) return showValue(value)
  const row = chooseRow(selector, focus, scope)
  if (isUndetermined(row)) return showValue(value)
  const size = rowSize(row)
  const values: Value[] = []
  if (size > 1 && size <= MOST_SPANS_READ)
    eachOf(row, at => {
      const one = evaluate(expression, scope, { ...focus, at })
      if (!isUndetermined(one) && one !== NOTHING) values.push(one)
      return true
    })
  if (name !== 'distinct') values.sort(name === 'min' ? ascending : (a, b) => ascending(b, a))
  const shown = [...new Set(values.map(each => showValue(each)))]
  const list = [...shown.slice(0, MOST_VALUES), ...(shown.length > MOST_VALUES ? ['…'] : [])].join(', ')
  return `${showValue(value)} (${countSpans(size)}${list === '' ? '' : `: ${list}`})`
}

function ascending(a: Value, b: Value): number {
  const isLess = compareValues('<', asRead(a), asRead(b))
  return isLess ? -1 : compareValues('>', asRead(a), asRead(b)) ? 1 : 0
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

import type { Problem } from '../errors/diagnostic.ts'
import type { ComparisonNode, ComparisonOperator, ExpressionNode, NodeRange, SyntaxNode } from './ast.ts'
import { parseDuration, parseNumber } from './literals.ts'
import { walkNodes } from './walk.ts'

/** Operators on literals that can never work: they would be undetermined on every span. */
export function checkOperands(root: SyntaxNode): readonly Problem[] {
  const problems: Problem[] = []
  walkNodes(root, node => {
    if (node.kind === 'binary') problems.push(...checkArithmetic(node.operator, [node.left, node.right]))
    else if (node.kind === 'negation') problems.push(...checkArithmetic('-', [node.operand]))
    else if (node.kind === 'comparison') problems.push(...checkOrder(node))
    else if (node.kind === 'membership') problems.push(...checkSet(node.set))
    else if (node.kind === 'interval') problems.push(...checkInterval(node.low, node.high, node))
    else if (node.kind === 'compare-filter' && isOrdering(node.operator) && isUnordered(node.value))
      problems.push(
        error(node.value, `\`${node.operator}\` orders numbers, durations and times`, 'use `=` or `!=`')
      )
  })
  return problems
}

function checkArithmetic(operator: string, operands: readonly ExpressionNode[]): readonly Problem[] {
  return operands.flatMap(operand => {
    const text = operand.kind === 'string' && operand.parts.length === 1 ? operand.parts[0] : undefined
    const isNumeric = typeof text === 'string' && (parseNumber(text) ?? parseDuration(text)) !== undefined
    const isWrong =
      isUnordered(operand) || (operand.kind === 'string' && operand.parts.every(isText) && !isNumeric)
    if (!isWrong) return []
    const hint =
      operand.kind === 'string'
        ? 'texts are put together in a string: `"${attr:name}-suffix"`'
        : 'use a number or a duration'
    return [error(operand, `\`${operator}\` calculates with numbers and durations`, hint)]
  })
}

function isText(part: unknown): boolean {
  return typeof part === 'string'
}

function isOrdering(operator: ComparisonOperator | 'in' | 'not in'): boolean {
  return ['<', '<=', '>', '>='].includes(operator)
}

function isUnordered(node: { readonly kind: string }): boolean {
  return node.kind === 'boolean' || node.kind === 'null' || node.kind === 'array' || node.kind === 'list'
}

function checkOrder({ operator, left, right }: ComparisonNode): readonly Problem[] {
  if (!isOrdering(operator)) return []
  return [left, right]
    .filter(isUnordered)
    .map(node => error(node, `\`${operator}\` orders numbers, durations and times`, 'use `=` or `!=`'))
}

function checkSet(set: SyntaxNode): readonly Problem[] {
  if (!['string', 'number', 'duration', 'boolean', 'null'].includes(set.kind)) return []
  return [error(set, '`in` takes an array or an interval', 'write it as in `in ["a", "b"]` or `in 200..299`')]
}

function checkInterval(low: SyntaxNode, high: SyntaxNode, range: NodeRange): readonly Problem[] {
  const from = low.kind === 'number' ? low.value : low.kind === 'duration' ? low.nanos : undefined
  const to = high.kind === 'number' ? high.value : high.kind === 'duration' ? high.nanos : undefined
  if (from === undefined || to === undefined || from <= to || low.kind !== high.kind) return []
  return [
    error(
      range,
      'nothing is in this interval: its lower end is above its upper end',
      'write the lower end first'
    )
  ]
}

function error({ start, end }: NodeRange, message: string, hint: string): Problem {
  return { code: 'EXPRESSION_SYNTAX', severity: 'error', message, range: { start, end }, hint }
}

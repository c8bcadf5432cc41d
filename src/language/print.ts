import type {
  AggregateNode,
  AssertionNode,
  ConditionNode,
  ExpressionNode,
  IntervalNode,
  QuantifierNode,
  SelectorNode,
  TemplateNode
} from './ast.ts'
import {
  type ForbiddenQuotes,
  printLiteral,
  printName,
  printParts,
  printString,
  protectBraces
} from './print-literals.ts'
import { printComplex, printUnion } from './print-selector.ts'

/** The one way to write a selector: what it was understood as. */
export function printSelector(node: SelectorNode): string {
  return printUnion(node, '', printCode)
}

/** The one way to write an assertion. */
export function printAssertion(node: AssertionNode): string {
  return `${quantifier(node.quantifier)}${condition(node.condition, OR)}`
}

/** The one way to write an expression. */
export function printExpression(node: ExpressionNode): string {
  return expression(node, PIPE, '')
}

/** The one way to write a text with `${…}`. */
export function printTemplate(node: TemplateNode): string {
  return printParts(node.parts, protectBraces, part => expression(part, PIPE, ''))
}

function quantifier(node: QuantifierNode): string {
  if (!node.isWritten) return ''
  return 'count' in node ? `${node.name} ${node.count} ` : `${node.name} `
}

function printCode(node: ExpressionNode, forbidden: ForbiddenQuotes): string {
  return expression(node, PIPE, forbidden)
}

// How tightly a position binds: what binds less goes in parentheses.
const OR = 0
const AND = 1
const NOT = 2

function condition(node: ConditionNode, level: number): string {
  const value = (operand: ExpressionNode): string => expression(operand, PIPE, '')
  switch (node.kind) {
    case 'or':
      return grouped(node.conditions.map(each => condition(each, AND)).join(' or '), level > OR)
    case 'and':
      return grouped(node.conditions.map(each => condition(each, NOT)).join(' and '), level > AND)
    case 'not':
      return `not ${condition(node.condition, NOT)}`
    case 'comparison':
      return `${value(node.left)} ${node.operator} ${value(node.right)}`
    case 'exists':
      return `${node.negated ? 'not ' : ''}${value(node.expression)} exists`
    case 'membership':
      return `${value(node.expression)} ${node.negated ? 'not in' : 'in'} ${set(node.set)}`
    case 'type-test':
      return `${value(node.expression)} is ${node.negated ? 'not ' : ''}${node.type}`
    case 'relation':
      return `${node.name} ${printUnion(node.selector, '', printCode)}`
    case 'boolean':
      return String(node.value)
  }
}

function set(node: ExpressionNode | IntervalNode): string {
  return node.kind === 'interval'
    ? `${printLiteral(node.low)}..${printLiteral(node.high)}`
    : expression(node, PIPE, '')
}

const PIPE = 0
const SUM = 1
const PRODUCT = 2
const SIGNED = 3
const TERM = 4

/** `forbidden`: quotes of the strings that this expression stands in. */
function expression(
  node: ExpressionNode,
  level: number,
  forbidden: ForbiddenQuotes,
  inAggregate = false
): string {
  const at = (operand: ExpressionNode, inner: number): string =>
    expression(operand, inner, forbidden, inAggregate)
  const alone = (operand: ExpressionNode): string => expression(operand, PIPE, forbidden)
  switch (node.kind) {
    case 'string':
      return printString(node, 'quote', forbidden, printCode)
    case 'number':
    case 'duration':
      return grouped(printLiteral(node), level === TERM && isNegative(node))
    case 'boolean':
    case 'null':
      return printLiteral(node)
    case 'reference':
      return `${node.namespace}:${printName(node.name, forbidden)}`
    case 'variable':
      return `var:${printName(node.name, forbidden, 'variable')}`
    case 'response':
      return `response:${node.part}${node.name === undefined ? '' : `.${printName(node.name, forbidden)}`}`
    case 'call':
      return `${node.name}(${node.args.map(alone).join(', ')})`
    case 'array':
      return `[${node.items.map(alone).join(', ')}]`
    case 'aggregate':
      return aggregate(node, forbidden)
    case 'of':
      return grouped(
        `${expression(node.expression, TERM, forbidden)} of ${printComplex(node.selector, forbidden, printCode)}`,
        level === TERM || inAggregate
      )
    case 'pipe': {
      const args = node.args.map(arg => ` ${expression(arg, TERM, forbidden)}`).join('')
      return grouped(`${at(node.input, PIPE)} | ${node.filter}${args}`, level > PIPE)
    }
    case 'binary': {
      const own = node.operator === '+' || node.operator === '-' ? SUM : PRODUCT
      return grouped(`${at(node.left, own)} ${node.operator} ${at(node.right, own + 1)}`, level > own)
    }
    case 'negation': {
      // A sign directly before a literal would become its own.
      const isPositive = isNumeric(node.operand) && !isNegative(node.operand)
      return grouped(`-${isPositive ? `(${alone(node.operand)})` : at(node.operand, SIGNED)}`, level > SIGNED)
    }
  }
}

function aggregate(node: AggregateNode, forbidden: ForbiddenQuotes): string {
  const of = node.expression === undefined ? '' : expression(node.expression, PIPE, forbidden, true)
  const over = node.selector === undefined ? '' : printUnion(node.selector, forbidden, printCode)
  return `${node.name}(${of}${of !== '' && over !== '' ? ' of ' : ''}${over})`
}

function grouped(text: string, isLooser: boolean): string {
  return isLooser ? `(${text})` : text
}

function isNumeric(node: ExpressionNode): boolean {
  return node.kind === 'number' || node.kind === 'duration'
}

function isNegative(node: ExpressionNode): boolean {
  return (node.kind === 'number' && node.value < 0) || (node.kind === 'duration' && node.text.startsWith('-'))
}

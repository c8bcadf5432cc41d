import { suggest } from '../errors/suggest.ts'
import type {
  ComparisonOperator,
  ConditionNode,
  ExpressionNode,
  LiteralNode,
  NodeRange,
  TypeName
} from './ast.ts'

/** What the one ladder of conditions and expressions gives before the kind check: `(` may open either. */
export type Operand = ExpressionNode | ConditionNode

/** Takes note of a mistake. */
export type Report = (range: NodeRange, message: string, hint?: string) => void

const CONDITION_KINDS: ReadonlySet<Operand['kind']> = new Set([
  'or',
  'and',
  'not',
  'comparison',
  'exists',
  'membership',
  'type-test',
  'relation'
])

function isCondition(operand: Operand): operand is ConditionNode {
  return CONDITION_KINDS.has(operand.kind) || operand.kind === 'boolean'
}

function isExpression(operand: Operand): operand is ExpressionNode {
  return !CONDITION_KINDS.has(operand.kind)
}

/** The operand where a value is wanted. */
export function expressionOf(operand: Operand, report: Report): ExpressionNode {
  if (isExpression(operand)) return operand
  report(
    operand,
    'a condition stands where a value is wanted',
    'a condition is not compared: join conditions with `and`, `or` and `not`'
  )
  return placeholder(operand)
}

/** The operand where something true or false is wanted. */
export function conditionOf(operand: Operand, report: Report): ConditionNode {
  if (isCondition(operand)) return operand
  report(operand, 'a value stands where a condition is wanted', conditionHint(operand))
  return { kind: 'boolean', value: false, start: operand.start, end: operand.end }
}

function conditionHint(operand: ExpressionNode): string {
  if (operand.kind === 'reference')
    return `compare it, as in \`attr:${operand.name} = "…"\`, or write \`attr:${operand.name} exists\``
  if (operand.kind === 'aggregate' && operand.name === 'count')
    return 'compare it with a number, as in `count() = 1`'
  if (['string', 'number', 'duration'].includes(operand.kind))
    return 'name again what it is compared with, as in `attr:x = 1 or attr:x = 2`, or use `in [1, 2]`'
  return 'compare it with a value, as in `… = 1`'
}

/** `or` and `and` of several, flat. */
export function joinedConditions(kind: 'or' | 'and', operands: readonly Operand[], report: Report): Operand {
  const [first] = operands
  if (operands.length === 1 && first !== undefined) return first
  const conditions = operands.flatMap(operand => {
    const condition = conditionOf(operand, report)
    return condition.kind === kind ? condition.conditions : [condition]
  })
  return { kind, conditions, start: conditions[0]!.start, end: conditions.at(-1)!.end }
}

/** `not x exists` and `x not-exists` are the same node. */
export function negatedCondition(condition: ConditionNode, range: NodeRange): ConditionNode {
  if (condition.kind === 'exists' && !condition.negated) return { ...condition, negated: true, ...range }
  return { kind: 'not', condition, ...range }
}

export function comparisonOf(
  left: ExpressionNode,
  operator: ComparisonOperator,
  right: ExpressionNode,
  isNegated: boolean,
  range: NodeRange
): ConditionNode {
  if (isNegated && operator === 'contains')
    return { kind: 'comparison', left, operator: 'not-contains', right, ...range }
  const comparison: ConditionNode = { kind: 'comparison', left, operator, right, ...range }
  return isNegated ? { kind: 'not', condition: comparison, ...range } : comparison
}

/** A minus sign directly before a literal belongs to the literal. */
export function negationOf(operand: ExpressionNode, isLiteral: boolean, range: NodeRange): ExpressionNode {
  if (isLiteral && operand.kind === 'number')
    return { ...operand, value: operand.value === 0 ? 0 : -operand.value, ...range }
  if (isLiteral && operand.kind === 'duration')
    return { ...operand, nanos: -operand.nanos, text: `-${operand.text}`, ...range }
  return { kind: 'negation', operand, ...range }
}

/** An end of an interval: a number or a duration as it stands. */
export function boundOf(operand: Operand, report: Report): LiteralNode {
  if (operand.kind === 'number' || operand.kind === 'duration') return operand
  report(operand, 'the ends of an interval are numbers or durations', 'write it as in `200..299`')
  return placeholder(operand)
}

const TYPE_NAMES: readonly TypeName[] = [
  'string',
  'number',
  'duration',
  'boolean',
  'array',
  'map',
  'null',
  'json'
]
const OTHER_TYPE_NAMES: ReadonlyMap<string, TypeName> = new Map(
  Object.entries<TypeName>({
    text: 'string',
    str: 'string',
    int: 'number',
    integer: 'number',
    float: 'number',
    double: 'number',
    bool: 'boolean',
    object: 'map',
    dict: 'map',
    list: 'array',
    nil: 'null',
    undefined: 'null'
  })
)

/** The type after `is`. */
export function typeNameOf(word: string, range: NodeRange, report: Report): TypeName {
  const known = TYPE_NAMES.find(name => name === word)
  if (known !== undefined) return known
  const near = OTHER_TYPE_NAMES.get(word.toLowerCase()) ?? suggest(word, TYPE_NAMES)
  report(
    range,
    `there is no type \`${word}\``,
    word === 'empty'
      ? 'write `= ""` or `!= ""`'
      : near === undefined
        ? `the types are ${TYPE_NAMES.join(', ')}`
        : `did you mean \`${near}\`?`
  )
  return 'string'
}

function placeholder({ start, end }: NodeRange): LiteralNode {
  return { kind: 'null', start, end }
}

import type { ComparisonOperator } from '../language/ast.ts'
import { textOf } from '../language/values.ts'
import type { Reason } from '../model/verdict.ts'
import { contains, containsJson } from './contain.ts'
import { equals, isStructure, type Operand } from './equal.ts'
import { isOrdered } from './order.ts'
import { describeValue } from './text.ts'

/** Compares two values; nothing where their types do not go together, which {@link mismatch} puts into words. */
export function compareValues(
  operator: Exclude<ComparisonOperator, 'matches'>,
  left: Operand,
  right: Operand
): boolean | undefined {
  switch (operator) {
    case '=':
      return equals(left, right)
    case '!=':
      return negated(equals(left, right))
    case '<':
    case '<=':
    case '>':
    case '>=':
      return isOrdered(operator, left, right)
    case 'contains':
      return contains(left, right)
    case 'not-contains':
      return negated(contains(left, right))
    case 'json-contains':
      return containsJson(left, right)
    case 'starts-with':
    case 'ends-with': {
      if (isStructure(left.value) || isStructure(right.value)) return undefined
      const [whole, part] = [textOf(left.value), textOf(right.value)]
      return operator === 'starts-with' ? whole.startsWith(part) : whole.endsWith(part)
    }
  }
}

function negated(truth: boolean | undefined): boolean | undefined {
  return truth === undefined ? undefined : !truth
}

/** Whether a value lies between two others, both ends included. */
export function isBetween(value: Operand, low: Operand, high: Operand): boolean | undefined {
  const above = isOrdered('>=', value, low)
  const below = isOrdered('<=', value, high)
  if (above === false || below === false) return false
  return above && below
}

/** Whether a value is one of several. Items of another type are passed over, unless all are. */
export function isAmong(value: Operand, items: readonly Operand[]): boolean | undefined {
  let answer: boolean | undefined = items.length === 0 ? false : undefined
  for (const item of items) {
    const same = equals(value, item)
    if (same) return true
    answer ??= same
  }
  return answer
}

export function mismatch(left: Operand, right: Operand): Reason {
  const text = `${describeValue(left.value)} cannot be compared with ${describeValue(right.value)}`
  return { code: 'type', text }
}

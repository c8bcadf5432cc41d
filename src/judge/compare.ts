import type { ComparisonOperator } from '../language/ast.ts'
import { textOf } from '../language/values.ts'
import { contains, containsJson } from './contain.ts'
import { equals, isStructure, mismatch, type Operand } from './equal.ts'
import { isOrdered } from './order.ts'
import { notTruth, type Truth } from './truth.ts'

/** Compares two values by the operator; undetermined, naming both, where their types do not go together. */
export function compareValues(
  operator: Exclude<ComparisonOperator, 'matches'>,
  left: Operand,
  right: Operand
): Truth {
  switch (operator) {
    case '=':
      return equals(left, right)
    case '!=':
      return notTruth(equals(left, right))
    case '<':
    case '<=':
    case '>':
    case '>=':
      return isOrdered(operator, left, right)
    case 'contains':
      return contains(left, right)
    case 'not-contains':
      return notTruth(contains(left, right))
    case 'json-contains':
      return containsJson(left, right)
    case 'starts-with':
    case 'ends-with': {
      if (isStructure(left.value) || isStructure(right.value)) return mismatch(left.value, right.value)
      const [whole, part] = [textOf(left.value), textOf(right.value)]
      return operator === 'starts-with' ? whole.startsWith(part) : whole.endsWith(part)
    }
  }
}

/** Whether a value lies between two others, both ends included. */
export function isBetween(value: Operand, low: Operand, high: Operand): Truth {
  const above = isOrdered('>=', value, low)
  if (above === false) return false
  const below = isOrdered('<=', value, high)
  return below === false || above === true ? below : above
}

/** Whether a value is one of several. Items of another type are passed over, unless all are. */
export function isAmong(value: Operand, items: readonly Operand[]): Truth {
  let answer: Truth | undefined
  for (const item of items) {
    const same = equals(value, item)
    if (same === true) return true
    if (answer === undefined || same === false) answer = same
  }
  return answer ?? false
}

import type { Ordering } from '../language/ast.ts'
import { isDuration, NOTHING, type Nothing, type Value } from '../language/values.ts'
import { isNumeric, type Operand, readTime, timeOf } from './equal.ts'
import { readDuration, readInstant, readNumber } from './readings.ts'

/** Whether two values stand in an order; nothing where they have none. */
export function isOrdered(
  operator: '<' | '<=' | '>' | '>=',
  left: Operand,
  right: Operand
): boolean | undefined {
  const pair = orderable(left.value, right.value)
  // What is no number stands in no order, and `not` must not make one of it.
  if (pair === undefined || Number.isNaN(pair[0]) || Number.isNaN(pair[1])) return undefined
  return holdsOrder(operator, pair[0], pair[1])
}

/** Whether two whole numbers or times are further apart than so many nanoseconds. */
export function isFurtherApart(a: Value | Nothing, b: Value | Nothing, nanos: bigint): boolean {
  const pair = a === NOTHING || b === NOTHING ? undefined : orderable(a, b)
  if (typeof pair?.[0] !== 'bigint' || typeof pair[1] !== 'bigint') return false
  const distance = pair[0] - pair[1]
  return distance > nanos || -distance > nanos
}

function holdsOrder(
  operator: Exclude<Ordering, '=' | '!='>,
  a: bigint | number,
  b: bigint | number
): boolean {
  switch (operator) {
    case '<':
      return a < b
    case '<=':
      return a <= b
    case '>':
      return a > b
    case '>=':
      return a >= b
  }
}

type Pair = readonly [bigint | number, bigint | number]

/** Two values as numbers of the same meaning: plain numbers, nanoseconds, or moments. */
function orderable(a: Value, b: Value): Pair | undefined {
  if (isNumeric(a) && isNumeric(b)) return [a, b]
  if (typeof a === 'string' && typeof b === 'string') return orderableTexts(a, b)
  if (isDuration(a) || isDuration(b)) {
    const left = typeof a === 'string' ? readTime(a) : timeOf(a)
    const right = typeof b === 'string' ? readTime(b) : timeOf(b)
    return left && right ? [left.nanos, right.nanos] : undefined
  }
  if (typeof a === 'string' && isNumeric(b)) return orderableText(a, b)
  if (isNumeric(a) && typeof b === 'string') {
    const pair = orderableText(b, a)
    return pair && [pair[1], pair[0]]
  }
  return undefined
}

function orderableText(text: string, other: bigint | number): Pair | undefined {
  const number = readNumber(text)
  if (number !== undefined) return [number, other]
  const duration = typeof other === 'bigint' ? readDuration(text) : undefined
  return duration && [duration.nanos, other]
}

function orderableTexts(a: string, b: string): Pair | undefined {
  for (const read of [readNumber, readTime, readInstant] as const) {
    const left = read(a)
    const right = left === undefined ? undefined : read(b)
    if (left !== undefined && right !== undefined)
      return [isDuration(left) ? left.nanos : left, isDuration(right) ? right.nanos : right]
  }
  return undefined
}

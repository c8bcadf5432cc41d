import type { BinaryNode } from '../language/ast.ts'
import { durationOf, isDuration, type Value } from '../language/values.ts'
import { readDuration, readNumber } from './readings.ts'
import { describeValue } from './text.ts'
import { type Evaluated, undetermined } from './truth.ts'

type Operator = BinaryNode['operator']

const VERBS: Readonly<Record<Operator, string>> = {
  '+': 'be added to',
  '-': 'have subtracted from it',
  '*': 'be multiplied by',
  '/': 'be divided by',
  '%': 'be divided by'
}

/** Computes with ints, doubles and durations; a text that says one of them counts as it. */
export function calculate(operator: Operator, left: Value, right: Value): Evaluated {
  const a = quantityOf(left)
  const b = quantityOf(right)
  if ((operator === '/' || operator === '%') && b !== undefined && isZero(b))
    return undetermined('division-by-zero', () => ({ text: `${describeValue(left)} is divided by zero` }))
  const result = a === undefined || b === undefined ? undefined : compute(operator, a, b)
  return (
    result ??
    undetermined('type', () => ({
      text: `${describeValue(left)} cannot ${VERBS[operator]} ${describeValue(right)}`
    }))
  )
}

/** The value with its sign changed; undetermined for what has none. */
export function negative(value: Value): Evaluated {
  const quantity = quantityOf(value)
  if (quantity === undefined)
    return undetermined('type', () => ({ text: `${describeValue(value)} has no sign to change` }))
  return quantity.isTime ? durationOf(-(quantity.amount as bigint)) : -quantity.amount
}

/** A number, or nanoseconds that are known to be a time. */
interface Quantity {
  readonly amount: bigint | number
  readonly isTime: boolean
}

function quantityOf(value: Value): Quantity | undefined {
  if (typeof value === 'bigint' || typeof value === 'number') return { amount: value, isTime: false }
  if (isDuration(value)) return { amount: value.nanos, isTime: true }
  if (typeof value !== 'string') return undefined
  const number = readNumber(value)
  if (number !== undefined) return { amount: number, isTime: false }
  const duration = readDuration(value)
  return duration && { amount: duration.nanos, isTime: true }
}

function isZero({ amount }: Quantity): boolean {
  return typeof amount === 'bigint' ? amount === 0n : amount === 0
}

function compute(operator: Operator, a: Quantity, b: Quantity): Value | undefined {
  if (!a.isTime && !b.isTime) return computeNumbers(operator, a.amount, b.amount)
  switch (operator) {
    case '+':
    case '-': {
      // A number beside a duration counts nanoseconds, of which there are only whole ones.
      if (typeof a.amount === 'number' || typeof b.amount === 'number') return undefined
      return durationOf(operator === '+' ? a.amount + b.amount : a.amount - b.amount)
    }
    case '*':
      return a.isTime && b.isTime ? undefined : timeOf(multiply(a.amount, b.amount))
    case '/':
      if (a.isTime && b.isTime) return computeNumbers('/', a.amount, b.amount)
      return a.isTime ? timeOf(divide(a.amount, b.amount)) : undefined
    case '%':
      return a.isTime && b.isTime ? durationOf((a.amount as bigint) % (b.amount as bigint)) : undefined
  }
}

function computeNumbers(operator: Operator, a: bigint | number, b: bigint | number): bigint | number {
  if (operator === '*') return multiply(a, b)
  if (operator === '/') return divide(a, b)
  if (typeof a === 'bigint' && typeof b === 'bigint')
    return operator === '+' ? a + b : operator === '-' ? a - b : a % b
  const [left, right] = [Number(a), Number(b)]
  return operator === '+' ? left + right : operator === '-' ? left - right : left % right
}

function multiply(a: bigint | number, b: bigint | number): bigint | number {
  return typeof a === 'bigint' && typeof b === 'bigint' ? a * b : Number(a) * Number(b)
}

/** An int where two ints divide without a rest, else a double. */
export function divide(a: bigint | number, b: bigint | number): bigint | number {
  if (typeof a === 'bigint' && typeof b === 'bigint' && a % b === 0n) return a / b
  return Number(a) / Number(b)
}

/** Whole nanoseconds of a computed time, rounded; nothing where it has become none. */
function timeOf(amount: bigint | number): Value | undefined {
  if (typeof amount === 'bigint') return durationOf(amount)
  return Number.isFinite(amount) ? durationOf(BigInt(Math.round(amount))) : undefined
}

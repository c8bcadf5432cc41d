import type { AggregateName } from '../language/ast.ts'
import { durationOf, isArray, isDuration, isMap, kindOf, type Value } from '../language/values.ts'
import { divide } from './arithmetic.ts'
import { readNumber } from './readings.ts'
import { describeValue } from './text.ts'
import { type Evaluated, undetermined } from './truth.ts'

const PERCENTILES: Partial<Record<AggregateName, number>> = { p50: 50, p90: 90, p95: 95, p99: 99 }

/** One value of many, none of them missing. Nothing can be said of no values but their number. */
export function aggregateValues(name: Exclude<AggregateName, 'count'>, values: readonly Value[]): Evaluated {
  if (name === 'distinct') return countDistinct(values)
  const amounts: (bigint | number)[] = []
  let times = 0
  for (const value of values) {
    const amount = amountOf(value)
    if (amount === undefined)
      return undetermined('type', () => ({
        text: `${name}() wants numbers or durations, not ${describeValue(value)}`
      }))
    if (Number.isNaN(amount))
      return undetermined('type', () => ({ text: `${name}() wants numbers, and one of them is NaN` }))
    if (isDuration(value)) times++
    amounts.push(amount)
  }
  if (amounts.length === 0)
    return undetermined('missing', () => ({ text: `${name}() has no spans to range over` }))
  // Ints beside durations are nanoseconds; a double has no place among them.
  if (times > 0 && amounts.some(amount => typeof amount === 'number'))
    return undetermined('type', () => ({ text: `${name}() cannot take durations and doubles together` }))
  const amount = aggregateAmounts(name, amounts)
  if (times === 0) return amount
  return durationOf(typeof amount === 'bigint' ? amount : BigInt(Math.round(amount)))
}

function amountOf(value: Value): bigint | number | undefined {
  if (typeof value === 'bigint' || typeof value === 'number') return value
  if (isDuration(value)) return value.nanos
  return typeof value === 'string' ? readNumber(value) : undefined
}

function aggregateAmounts(
  name: Exclude<AggregateName, 'count' | 'distinct'>,
  amounts: readonly (bigint | number)[]
): bigint | number {
  switch (name) {
    case 'sum':
      return sumOf(amounts)
    case 'avg':
      return divide(sumOf(amounts), BigInt(amounts.length))
    case 'min':
      return bestOf(amounts, (amount, best) => amount < best)
    case 'max':
      return bestOf(amounts, (amount, best) => amount > best)
    case 'p50':
    case 'p90':
    case 'p95':
    case 'p99': {
      // The nearest rank: the least value that at least so many percent of all do not exceed.
      const sorted = sortAmounts(amounts)
      const rank = Math.ceil((PERCENTILES[name]! * sorted.length) / 100)
      return sorted[Math.max(rank, 1) - 1]!
    }
  }
}

const MOST_INT = 2n ** 63n - 1n

function sortAmounts(amounts: readonly (bigint | number)[]): ArrayLike<bigint | number> {
  // Ints of 64 bits, which nearly all are, are sorted without calling back.
  const areInts = amounts.every(
    amount => typeof amount === 'bigint' && amount <= MOST_INT && amount >= -MOST_INT
  )
  if (areInts) return BigInt64Array.from(amounts as readonly bigint[]).sort()
  return [...amounts].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
}

function bestOf(
  amounts: readonly (bigint | number)[],
  isBetter: (amount: bigint | number, best: bigint | number) => boolean
): bigint | number {
  let best = amounts[0]!
  for (const amount of amounts) if (isBetter(amount, best)) best = amount
  return best
}

/** Exact where all are ints. */
function sumOf(amounts: readonly (bigint | number)[]): bigint | number {
  let ints = 0n
  let doubles = 0
  let hasDoubles = false
  for (const amount of amounts)
    if (typeof amount === 'bigint') ints += amount
    else {
      doubles += amount
      hasDoubles = true
    }
  return hasDoubles ? Number(ints) + doubles : ints
}

/** Equal values count once: an int and the double of its value, maps whatever the order of their keys. */
function countDistinct(values: readonly Value[]): bigint {
  const texts = new Set<string>()
  const others = new Set<string>()
  for (const value of values)
    if (typeof value === 'string') texts.add(value)
    else others.add(identityOf(value))
  return BigInt(texts.size + others.size)
}

/** A text that two values share when they are equal: an int and the double of its value, maps in any order. */
function identityOf(value: Value): string {
  if (typeof value === 'number' && Number.isInteger(value)) return `int ${BigInt(value)}`
  if (isArray(value)) return `array ${JSON.stringify(value.map(identityOf))}`
  if (isMap(value)) {
    const entries = Object.keys(value)
      .sort()
      .map(key => [key, identityOf(value[key]!)])
    return `map ${JSON.stringify(entries)}`
  }
  if (isDuration(value)) return `duration ${value.nanos}`
  return `${kindOf(value)} ${value instanceof Uint8Array ? value.join() : String(value)}`
}

import { durationOf, isDuration } from '../language/values.ts'
import { divide } from './arithmetic.ts'
import { type Row, rowSize } from './row.ts'
import { type Evaluated, isUndetermined } from './truth.ts'

/** Sums of an expression over any row of one array, each without looking at its spans again. */
export interface PrefixSums {
  /** The sum or average over a row; undetermined where a value of the row is; nothing over no spans. */
  over(row: Row, name: 'sum' | 'avg'): Evaluated | undefined
}

/** Prepares sums of values that stand in the order of an array; nothing where some are neither ints nor durations. */
export function prefixSums(values: readonly Evaluated[]): PrefixSums | undefined {
  const sums: bigint[] = [0n]
  const times = new Int32Array(values.length + 1)
  const nextOpen = new Int32Array(values.length + 1).fill(values.length)
  for (const [at, value] of values.entries()) {
    const amount = isUndetermined(value) ? 0n : isDuration(value) ? value.nanos : value
    if (typeof amount !== 'bigint') return undefined
    sums.push(sums[at]! + amount)
    times[at + 1] = times[at]! + (isDuration(value) ? 1 : 0)
  }
  for (let at = values.length - 1; at >= 0; at--)
    nextOpen[at] = isUndetermined(values[at]) ? at : nextOpen[at + 1]!
  return {
    over(row, name) {
      let sum = 0n
      let isTime = false
      for (let slice = 0; slice < row.slices.length; slice += 2) {
        const [from, to] = [row.slices[slice]!, row.slices[slice + 1]!]
        if (nextOpen[from]! < to) return values[nextOpen[from]!]
        sum += sums[to]! - sums[from]!
        isTime ||= times[to]! > times[from]!
      }
      const size = rowSize(row)
      if (size === 0) return undefined
      const amount = name === 'sum' ? sum : divide(sum, BigInt(size))
      if (!isTime) return amount
      return durationOf(typeof amount === 'bigint' ? amount : BigInt(Math.round(amount)))
    }
  }
}

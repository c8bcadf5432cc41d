import { UsageError } from '../errors/errors.ts'
import type { Shard } from '../model/run-event.ts'
import type { RunOptions } from './options.ts'

const MOST_SHARDS = 10_000
const MOST_FAILURES = 100_000

/** Reads a whole number; `origin` is the flag or variable that gives it. */
export function parseWhole(
  text: string,
  origin: string,
  [lowest, highest]: readonly [number, number]
): number {
  const value = /^\d{1,9}$/.test(text.trim()) ? Number(text) : Number.NaN
  if (value >= lowest && value <= highest) return value
  throw new UsageError(`${origin}: expected a whole number from ${lowest} to ${highest}, found "${text}"`)
}

/** Reads how many tests may fail before no further one is started. */
export function parseBail(text: string, origin: string): number {
  return parseWhole(text, origin, [1, MOST_FAILURES])
}

/** Reads `2/5`. */
export function parseShard(text: string, origin: string): Shard {
  const [, first = '', last = ''] = /^\s*(\d{1,9})\s*\/\s*(\d{1,9})\s*$/.exec(text) ?? []
  const [index, count] = [Number(first), Number(last)]
  if (first === '' || count < 1 || count > MOST_SHARDS)
    throw new UsageError(`${origin}: expected INDEX/TOTAL such as 2/5, found "${text}"`)
  if (index < 1 || index > count)
    throw new UsageError(`${origin}: there is no shard ${index} of ${count}`, {
      hint: `the first is 1/${count}, the last ${count}/${count}`
    })
  return { index, count }
}

/** What variables of the process say where flags say nothing: those that are no settings of a project. */
export function withVariables<T extends Pick<RunOptions, 'bail' | 'shard'>>(
  options: T,
  variables: Readonly<Record<string, string | undefined>>
): T {
  const { TRACERUN_BAIL: bail = '', TRACERUN_SHARD: shard = '' } = variables
  return {
    ...options,
    ...(options.bail === undefined && bail !== '' ? { bail: parseBail(bail, 'TRACERUN_BAIL') } : {}),
    ...(options.shard === undefined && shard !== '' ? { shard: parseShard(shard, 'TRACERUN_SHARD') } : {})
  }
}

/** `--bail` may have a count, which is told from a file by being a number. */
export function withBailCount(words: readonly string[]): readonly string[] {
  const end = words.indexOf('--')
  return words.map((word, position) => {
    const isFlag = word === '--bail' && (end < 0 || position < end)
    return isFlag && !/^\d+$/.test(words[position + 1] ?? '') ? '--bail=1' : word
  })
}

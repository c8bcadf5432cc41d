import { formatDate } from './date-format.ts'
import { FilterError } from './filter-error.ts'
import { parseNumber } from './literals.ts'
import { randomCreditCard, randomDigits, randomInt, randomName, randomUuid } from './random-data.ts'
import { textOf, type Value } from './values.ts'

/** What functions take from the world. */
export interface FunctionSources {
  /** From 0 to 1, without 1. */
  readonly random: () => number
  readonly nowUnixNano: () => bigint
}

export interface FunctionParameter {
  readonly name: string
  readonly type: 'text' | 'int'
  readonly isOptional: boolean
}

/** What may be called in an expression. */
export interface LanguageFunction {
  readonly parameters: readonly FunctionParameter[]
  readonly returns: 'text' | 'int'
  /** One sentence for the reference. */
  readonly summary: string
  /** Throws a `FilterError` where an argument is not what it works on. */
  readonly call: (sources: FunctionSources, args: readonly Value[]) => Value
}

const INT = (name: string): FunctionParameter => ({ name, type: 'int', isOptional: false })
const FORMAT: FunctionParameter = { name: 'format', type: 'text', isOptional: true }

/** Every function, by name. Each call is evaluated once a test. */
export const functions: ReadonlyMap<string, LanguageFunction> = new Map<string, LanguageFunction>([
  ['uuid', text('A random UUID.', sources => randomUuid(sources.random))],
  ['firstName', text('A first name.', sources => randomName(sources.random).first)],
  ['lastName', text('A last name.', sources => randomName(sources.random).last)],
  [
    'fullName',
    text('A first and a last name.', sources => {
      const { first, last } = randomName(sources.random)
      return `${first} ${last}`
    })
  ],
  [
    'email',
    text('An address at example.com.', sources => {
      const { first, last } = randomName(sources.random)
      return `${first}.${last}.${randomDigits(sources.random, 4)}@example.com`.toLowerCase()
    })
  ],
  ['phone', text('A telephone number of ten digits.', sources => `555${randomDigits(sources.random, 7)}`)],
  [
    'creditCard',
    text('A card number of 16 digits with a right check digit.', sources => randomCreditCard(sources.random))
  ],
  ['creditCardCvv', text('A card code of three digits.', sources => randomDigits(sources.random, 3))],
  [
    'creditCardExpDate',
    text('A card date to come, as in 07/29.', sources => {
      const months = randomInt(sources.random, 1n, 48n)
      const now = dateOf(sources.nowUnixNano())
      return formatDate('MM/YY', new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + Number(months))))
    })
  ],
  [
    'randomInt',
    {
      parameters: [INT('low'), INT('high')],
      returns: 'int',
      summary: 'An int from the first to the second, both included.',
      call: (sources, [low, high]) => {
        const from = intOf(low)
        const to = intOf(high)
        if (from > to) throw new FilterError(`wants the lower number first: ${from} is above ${to}`)
        return randomInt(sources.random, from, to)
      }
    }
  ],
  [
    'date',
    {
      parameters: [FORMAT],
      returns: 'text',
      summary: 'Today in UTC, `YYYY-MM-DD` unless a format says otherwise.',
      call: (sources, [format]) => formatDate(formatOf(format, 'YYYY-MM-DD'), dateOf(sources.nowUnixNano()))
    }
  ],
  [
    'dateTime',
    {
      parameters: [FORMAT],
      returns: 'text',
      summary: 'The time in UTC, RFC 3339 with seconds unless a format says otherwise.',
      call: (sources, [format]) =>
        formatDate(formatOf(format, 'YYYY-MM-DDThh:mm:ssZ'), dateOf(sources.nowUnixNano()))
    }
  ],
  [
    'now',
    {
      parameters: [],
      returns: 'int',
      summary: 'The time as nanoseconds since 1970, as `start` and `end` of a span are.',
      call: sources => sources.nowUnixNano()
    }
  ]
])

function text(summary: string, call: (sources: FunctionSources) => string): LanguageFunction {
  return { parameters: [], returns: 'text', summary, call }
}

function intOf(value: Value | undefined): bigint {
  const int = typeof value === 'string' ? parseNumber(value) : value
  if (typeof int === 'bigint') return int
  throw new FilterError(`wants whole numbers, not ${value === undefined ? 'nothing' : textOf(value)}`)
}

function formatOf(value: Value | undefined, otherwise: string): string {
  if (value === undefined) return otherwise
  if (typeof value === 'string') return value
  throw new FilterError(`wants a format such as 'DD/MM/YYYY', not ${textOf(value)}`)
}

function dateOf(unixNano: bigint): Date {
  return new Date(Number(unixNano / 1_000_000n))
}

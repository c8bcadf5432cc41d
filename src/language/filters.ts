import { FilterError } from './filter-error.ts'
import { parseJson } from './json.ts'
import { nanosOfUnit, parseDuration, parseNumber } from './literals.ts'
import { compilePattern, queryJsonPath } from './patterns.ts'
import {
  durationOf,
  isArray,
  isDuration,
  isMap,
  kindOf,
  NOTHING,
  type Nothing,
  textOf,
  type Value
} from './values.ts'

export interface FilterParameter {
  readonly name: string
  readonly type: 'text' | 'index' | 'unit'
  readonly isOptional: boolean
}

/** What may stand after `|`. */
export interface LanguageFilter {
  readonly parameters: readonly FilterParameter[]
  /** One sentence for the reference. */
  readonly summary: string
  /** Throws a `FilterError` where the input or an argument is not what it works on. */
  readonly apply: (input: Value | Nothing, args: readonly Value[]) => Value | Nothing
}

const TEXT = (name: string): readonly FilterParameter[] => [{ name, type: 'text', isOptional: false }]

/** Every filter, by name. */
export const filters: ReadonlyMap<string, LanguageFilter> = new Map<string, LanguageFilter>([
  [
    'json_path',
    {
      parameters: TEXT('path'),
      summary: 'What a JSONPath finds in JSON: one result as it is, several as an array.',
      apply: (input, [path]) => queryJsonPath(argumentText(path), jsonOf(present(input)))
    }
  ],
  [
    'regex',
    {
      parameters: TEXT('pattern'),
      summary: 'All matches of a regular expression: one as it is, none or several as an array.',
      apply: (input, [pattern]) => oneOrAll(compilePattern(argumentText(pattern)).findAll(subject(input)))
    }
  ],
  [
    'regex_group',
    {
      parameters: TEXT('pattern'),
      summary:
        'The capture groups of all matches of a regular expression: one as it is, none or several as an array.',
      apply: (input, [pattern]) => oneOrAll(compilePattern(argumentText(pattern)).findGroups(subject(input)))
    }
  ],
  [
    'get_index',
    {
      parameters: [{ name: 'index', type: 'index', isOptional: false }],
      summary: "The element of an array at an index from 0, or `'last'`.",
      apply: (input, [index]) => elementOf(present(input), index ?? 0n)
    }
  ],
  [
    'length',
    {
      parameters: [],
      summary: 'The number of characters of a text, or of elements of an array or map.',
      apply: lengthOf
    }
  ],
  [
    'type',
    {
      parameters: [],
      summary: 'The type in the words of Tracetest: string, number, duration, json, array or nil.',
      apply: typeOf
    }
  ],
  ['lower', textFilter('The text in lower case.', text => text.toLowerCase())],
  ['upper', textFilter('The text in upper case.', text => text.toUpperCase())],
  ['trim', textFilter('The text without white space at its ends.', text => text.trim())],
  [
    'number',
    {
      parameters: [],
      summary: 'The number that a text is written as.',
      apply: input => numberOf(present(input))
    }
  ],
  [
    'duration',
    {
      parameters: [{ name: 'unit', type: 'unit', isOptional: true }],
      summary:
        'The duration that a text is written as, or that a number counts in a unit (`ns` where none is named).',
      apply: (input, [unit]) => durationFrom(present(input), unit)
    }
  ],
  [
    'json',
    {
      parameters: [],
      summary: 'The value that a JSON text stands for.',
      apply: input => jsonOf(present(input))
    }
  ]
])

function textFilter(summary: string, change: (text: string) => string): LanguageFilter {
  return { parameters: [], summary, apply: input => change(subject(input)) }
}

function present(input: Value | Nothing): Value {
  if (input === NOTHING)
    throw new FilterError('there is nothing to work on: the JSONPath before it found nothing')
  return input
}

/** The text that a filter of texts works on. */
function subject(input: Value | Nothing): string {
  const value = present(input)
  if (isArray(value) || isMap(value)) throw new FilterError(`works on text, not on ${described(value)}`)
  return textOf(value)
}

function argumentText(value: Value | undefined): string {
  if (typeof value !== 'string') throw new FilterError('wants a text as its argument')
  return value
}

function jsonOf(value: Value): Value {
  if (typeof value !== 'string') return value
  const json = parseJson(value)
  if (json === undefined) throw new FilterError(`the text is no JSON: ${shortened(value)}`)
  return json
}

function oneOrAll(results: readonly string[]): Value {
  const [first] = results
  return results.length === 1 && first !== undefined ? first : results
}

function elementOf(value: Value, index: Value): Value {
  // What a filter found once is no array; its first element is itself.
  const elements = isArray(value) ? value : [value]
  const at = index === 'last' ? elements.length - 1 : indexOf(index)
  const element = elements[at]
  if (element === undefined)
    throw new FilterError(
      elements.length === 0
        ? 'the array is empty'
        : `there is no element ${at}: the last one is ${elements.length - 1}`
    )
  return element
}

function indexOf(value: Value): number {
  const index = typeof value === 'string' ? parseNumber(value) : value
  if (typeof index !== 'bigint' || index < 0n)
    throw new FilterError(`wants an index from 0, or 'last', not ${shortened(textOf(value))}`)
  return Number(index)
}

function lengthOf(input: Value | Nothing): Value {
  if (input === NOTHING) return 0n
  if (typeof input === 'string') return BigInt([...input].length)
  if (isArray(input)) return BigInt(input.length)
  if (isMap(input)) return BigInt(Object.keys(input).length)
  if (input instanceof Uint8Array) return BigInt(input.length)
  throw new FilterError(`${described(input)} has no length`)
}

function typeOf(input: Value | Nothing): Value {
  if (input === NOTHING || input === null) return 'nil'
  if (typeof input === 'string') return typeOfText(input)
  if (typeof input === 'bigint' || typeof input === 'number') return 'number'
  if (isDuration(input)) return 'duration'
  if (isArray(input)) return 'array'
  // Tracetest has no booleans and bytes: it sees their text.
  return isMap(input) ? 'json' : 'string'
}

function typeOfText(text: string): string {
  if (parseNumber(text) !== undefined) return 'number'
  if (parseDuration(text) !== undefined) return 'duration'
  const json = /^\s*[[{]/.test(text) ? parseJson(text) : undefined
  if (json === undefined) return 'string'
  return isArray(json) && !json.every(isMap) ? 'array' : 'json'
}

function numberOf(value: Value): Value {
  if (typeof value === 'bigint' || typeof value === 'number') return value
  if (isDuration(value)) return value.nanos
  const number = typeof value === 'string' ? parseNumber(value.trim()) : undefined
  if (number === undefined) throw new FilterError(`${described(value)} is not written as a number`)
  return number
}

function durationFrom(value: Value, unit: Value | undefined): Value {
  if (isDuration(value)) return value
  const facts = typeof value === 'string' ? parseDuration(value.trim()) : undefined
  if (facts !== undefined) return durationOf(facts.nanos)
  const number = typeof value === 'string' ? parseNumber(value.trim()) : value
  const nanos = nanosOfUnit(unit === undefined ? 'ns' : argumentText(unit))
  if (nanos === undefined) throw new FilterError('wants one of the units ns, us, ms, s, m, h')
  if (typeof number === 'bigint') return durationOf(number * nanos)
  if (typeof number === 'number' && Number.isFinite(number) && unit !== undefined)
    return durationOf(BigInt(Math.round(number * Number(nanos))))
  throw new FilterError(`${described(value)} is not written as a duration`)
}

function described(value: Value): string {
  const kind = kindOf(value)
  const article = kind === 'array' || kind === 'int' ? 'an' : 'a'
  return kind === 'string' ? `the text ${JSON.stringify(shortened(textOf(value)))}` : `${article} ${kind}`
}

function shortened(text: string): string {
  return text.length > 60 ? `${text.slice(0, 59)}…` : text
}

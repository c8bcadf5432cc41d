import { editDistance } from '../errors/suggest.ts'
import type { CompareFilterNode } from '../language/ast.ts'
import { compilePattern } from '../language/patterns.ts'
import { isDuration, kindOf, textOf, type Value } from '../language/values.ts'
import { compareValues } from './compare.ts'
import { isNumeric } from './equal.ts'
import { literalValue } from './literal-value.ts'
import { plainSpelling } from './near-key.ts'
import { readNumber } from './readings.ts'
import type { SelectContext } from './select.ts'
import { printWanted } from './selector-text.ts'
import { describeValue, showValue } from './text.ts'

/** How far a span is from meeting a filter, and the sentence for it. */
export interface Shortfall {
  /** 0 would be met. */
  readonly distance: number
  readonly text: string
}

/** From here on nothing says that this span was meant. */
export const TOO_FAR = 1

/** Why a value is not one that a comparison accepts. */
export type ValueComparer = (actual: Value) => Shortfall

/** For one comparison. Thousands of spans have the same few texts: each is looked at once. */
export function createValueComparer(filter: CompareFilterNode, context: SelectContext): ValueComparer {
  const known = new Map<string, Shortfall>()
  const wanted = wantedValues(filter, context)
  const isWhole = (filter.operator === '=' || filter.operator === 'in') && wanted.length > 0
  const compare = (actual: Value): Shortfall =>
    isWhole ? compareWhole(filter, wanted, actual) : comparePart(filter, wanted, actual)
  return actual => {
    if (typeof actual !== 'string') return compare(actual)
    let shortfall = known.get(actual)
    if (shortfall === undefined) {
      shortfall = compare(actual)
      known.set(actual, shortfall)
    }
    return shortfall
  }
}

function wantedValues({ value }: CompareFilterNode, context: SelectContext): readonly Value[] {
  if (value.kind === 'interval') return []
  const nodes = value.kind === 'list' ? value.items : [value]
  return nodes.map(node => (node.kind === 'string' ? context.textOf(node) : literalValue(node)))
}

const ENUMERATED: ReadonlySet<string> = new Set(['kind', 'status', 'tracetest.span.type'])
const SAME_BUT_FOR_CASE = 0.15
const SPELLED_OTHERWISE = 0.2
const OTHER_TYPE = 0.6
const PART_OF_THE_OTHER = 0.75

/** A comparison with whole values: `=`, `in`. */
function compareWhole({ key }: CompareFilterNode, wanted: readonly Value[], actual: Value): Shortfall {
  const foreign = wanted.find(value => !isOfOneKind(value, actual))
  if (foreign !== undefined) {
    const text = `${key.name} is ${describeValue(actual)}, and the selector asks for ${describeValue(foreign)}`
    return { distance: OTHER_TYPE, text }
  }
  const shown = `${key.name} is ${showValue(actual)}`
  const other = `${shown}, not ${wanted.map(value => showValue(value)).join(' or ')}`
  if (typeof actual !== 'string')
    return { distance: Math.min(...wanted.map(value => distanceOfNumbers(actual, value))), text: other }
  const texts = wanted.map(textOf)
  const plain = plainSpelling(actual)
  for (const text of texts) {
    const slip = slipBetween(text, same => same(actual) === same(text))
    if (slip) return { distance: SAME_BUT_FOR_CASE, text: `${shown}: ${slip}` }
    if (plainSpelling(text) === plain)
      return { distance: SPELLED_OTHERWISE, text: `${shown}: spelled otherwise than ${JSON.stringify(text)}` }
  }
  const nearest = Math.min(...texts.map(text => distanceOfTexts(actual, text)))
  // A kind or a status says little of which span is meant, so that it is the likelier mistake.
  return { distance: nearest * (ENUMERATED.has(key.name) ? 0.7 : 1), text: other }
}

/** A comparison that asks for something of a value: `contains`, `<`. */
function comparePart(filter: CompareFilterNode, [wanted]: readonly Value[], actual: Value): Shortfall {
  const { operator, key } = filter
  const shown = `${key.name} is ${showValue(actual)}`
  if (typeof actual === 'string' && typeof wanted === 'string') {
    const slip = slipBetween(wanted, same => holdsOf(operator, same(actual), same(wanted)))
    if (slip) return { distance: SAME_BUT_FOR_CASE, text: `${shown}: ${slip}` }
    if (operator === 'matches' && compilePattern(`(?i)${wanted}`).matches(actual))
      return {
        distance: SAME_BUT_FOR_CASE,
        text: `${shown}: letter case differs from ${JSON.stringify(wanted)}`
      }
  }
  return { distance: TOO_FAR, text: `${shown}, which ${FAILING[operator]} ${printWanted(filter)}` }
}

const FAILING: Readonly<Record<CompareFilterNode['operator'], string>> = {
  '=': 'is not',
  '!=': 'is',
  '<': 'is not <',
  '<=': 'is not <=',
  '>': 'is not >',
  '>=': 'is not >=',
  contains: 'does not contain',
  'not-contains': 'contains',
  'starts-with': 'does not start with',
  'ends-with': 'does not end with',
  matches: 'does not match',
  'json-contains': 'does not contain the JSON',
  in: 'is not in',
  'not in': 'is in'
}

function holdsOf(operator: CompareFilterNode['operator'], actual: string, wanted: string): boolean {
  switch (operator) {
    case 'contains':
    case 'starts-with':
    case 'ends-with':
      return (
        compareValues(operator, { value: actual, isLiteral: false }, { value: wanted, isLiteral: true }) ===
        true
      )
    default:
      return false
  }
}

/** What would have to be the same for a comparison to hold; undefined where that would not help. */
function slipBetween(
  wanted: string,
  wouldHold: (same: (text: string) => string) => boolean
): string | undefined {
  const words = [
    [lowerCased, 'letter case differs'],
    [spaced, 'white space differs'],
    [(text: string) => lowerCased(spaced(text)), 'letter case and white space differ']
  ] as const
  const found = words.find(([same]) => wouldHold(same))
  return found && `${found[1]} from ${JSON.stringify(wanted)}`
}

const lowerCased = (text: string): string => text.toLowerCase()
const spaced = (text: string): string => text.trim().replace(/\s+/g, ' ')

/** A number that is written as a text, by a store or by a person, is no other type unless it is the same number. */
function isOfOneKind(a: Value, b: Value): boolean {
  if (kindOf(a) === kindOf(b)) return true
  const [x, y] = [numberOf(a), numberOf(b)]
  return x !== undefined && y !== undefined && Number(x) !== Number(y)
}

function numberOf(value: Value): bigint | number | undefined {
  if (isDuration(value)) return value.nanos
  return typeof value === 'string' ? readNumber(value) : isNumeric(value) ? value : undefined
}

/** By what part of the larger one they differ. */
function distanceOfNumbers(a: Value, b: Value): number {
  const [x, y] = [Number(numberOf(a) ?? Number.NaN), Number(numberOf(b) ?? Number.NaN)]
  const part = Math.abs(x - y) / Math.max(Math.abs(x), Math.abs(y))
  return part < 1 / 3 ? SPELLED_OTHERWISE + part : TOO_FAR
}

const SHORTEST_PART = 3

function distanceOfTexts(a: string, b: string): number {
  const longest = Math.max(a.length, b.length)
  const limit = Math.max(2, Math.ceil(longest / 3))
  const edits = editDistance(a.toLowerCase(), b.toLowerCase(), limit)
  if (edits < limit) return SPELLED_OTHERWISE + edits / longest
  const isPart = Math.min(a.length, b.length) >= SHORTEST_PART && (a.includes(b) || b.includes(a))
  return isPart ? PART_OF_THE_OTHER : TOO_FAR
}

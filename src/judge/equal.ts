import { parseJsonStructure } from '../language/json.ts'
import { UNIT_NANOS } from '../language/literals.ts'
import {
  type Duration,
  durationOf,
  isArray,
  isDuration,
  isMap,
  textOf,
  type Value,
  type ValueMap,
  type WrittenPrecision
} from '../language/values.ts'
import { readDuration, readNumber } from './readings.ts'

/** One side of a comparison. A quoted text in the assertion is a literal; a text that was read is a value. */
export interface Operand {
  readonly value: Value
  readonly isLiteral: boolean
}

/** A value that was read, as a side of a comparison. */
export function asRead(value: Value): Operand {
  return { value, isLiteral: false }
}

export const isStructure = (value: Value): value is readonly Value[] | ValueMap =>
  isArray(value) || isMap(value)
export const isNumeric = (value: Value): value is bigint | number =>
  typeof value === 'bigint' || typeof value === 'number'

/** Whether two values are equal; nothing where their types do not go together. */
export function equals(left: Operand, right: Operand): boolean | undefined {
  const a = left.value
  const b = right.value
  if (typeof a === 'string' && typeof b === 'string') return a === b || equalsAsJson(a, b)
  if (typeof a === 'string') return sameText(right, left, a)
  if (typeof b === 'string') return sameText(left, right, b)
  if (a === null || b === null) return a === b
  if (isStructure(a)) return isStructure(b) ? equalsDeeply(a, b) : undefined
  if (isDuration(a) || isDuration(b)) return sameDuration(left, right)
  if (isNumeric(a) && isNumeric(b)) return sameNumber(a, b)
  if (typeof a === 'boolean' && typeof b === 'boolean') return a === b
  if (a instanceof Uint8Array && b instanceof Uint8Array) return textOf(a) === textOf(b)
  return undefined
}

/** A value that is no text against a text. A literal text stands for itself; one that was read is parsed. */
function sameText(other: Operand, text: Operand, written: string): boolean | undefined {
  const value = other.value
  if (isStructure(value)) {
    const parsed = parseJsonStructure(written)
    return parsed === undefined ? textOf(value) === written : equalsDeeply(value, parsed)
  }
  if (isDuration(value)) {
    const read = readTime(written)
    return read && sameDuration(other, { ...text, value: read })
  }
  if (text.isLiteral || value === null || value instanceof Uint8Array) {
    const duration = typeof value === 'bigint' ? readDuration(written) : undefined
    return duration ? sameDuration(other, { ...text, value: duration }) : textOf(value) === written
  }
  if (isNumeric(value)) {
    const read = readNumber(written)
    return read === undefined ? undefined : sameNumber(value, read)
  }
  return written === 'true' || written === 'false' ? written === textOf(value) : undefined
}

/** Exact, an int with a double too; NaN equals nothing. */
function sameNumber(a: bigint | number, b: bigint | number): boolean {
  return a >= b && a <= b
}

function equalsAsJson(a: string, b: string): boolean {
  const left = parseJsonStructure(a)
  if (left === undefined) return false
  const right = parseJsonStructure(b)
  return right !== undefined && equalsDeeply(left, right)
}

/** Structural: numbers by value, maps whatever the order of their keys, a text equal to nothing but a text. */
export function equalsDeeply(a: Value, b: Value): boolean {
  if (isArray(a))
    return isArray(b) && a.length === b.length && a.every((item, at) => equalsDeeply(item, b[at]!))
  if (isMap(a)) {
    if (!isMap(b)) return false
    const keys = Object.keys(a)
    return (
      keys.length === Object.keys(b).length &&
      keys.every(key => Object.hasOwn(b, key) && equalsDeeply(a[key]!, b[key]!))
    )
  }
  if (typeof a === 'string' || typeof b === 'string') return a === b
  return !isStructure(b) && equals(asRead(a), asRead(b)) === true
}

/** Against a literal a value is rounded as the literal was written; otherwise, and between literals, exact. */
function sameDuration(left: Operand, right: Operand): boolean | undefined {
  const [a, b] = [timeOf(left.value), timeOf(right.value)]
  if (!a || !b) return undefined
  if (left.isLiteral === right.isLiteral) return a.nanos === b.nanos
  const [literal, value] = left.isLiteral ? [a, b] : [b, a]
  return literal.written ? roundsTo(value.nanos, literal.nanos, literal.written) : a.nanos === b.nanos
}

/** Whether a value, rounded to the digits written but no coarser than fits its size, is the literal. */
function roundsTo(nanos: bigint, literal: bigint, { unit, decimals }: WrittenPrecision): boolean {
  if (nanos === literal) return true
  const scale = 10n ** BigInt(Math.min(decimals, 30))
  const writtenStep = UNIT_NANOS[unit] / scale
  const step = smaller(writtenStep * scale === UNIT_NANOS[unit] ? writtenStep : 1n, coarsestStep(nanos))
  const size = nanos < 0n ? -nanos : nanos
  const rounded = ((size + step / 2n) / step) * step
  return (nanos < 0n ? -rounded : rounded) === literal
}

function smaller(a: bigint, b: bigint): bigint {
  return a < b ? a : b
}

/** How coarsely a duration of this size may be rounded at most. */
function coarsestStep(nanos: bigint): bigint {
  const size = nanos < 0n ? -nanos : nanos
  if (size < UNIT_NANOS.us) return UNIT_NANOS.ns
  if (size < UNIT_NANOS.ms) return UNIT_NANOS.us
  if (size < UNIT_NANOS.s) return UNIT_NANOS.ms
  if (size < UNIT_NANOS.m) return UNIT_NANOS.s / 10n
  return size < UNIT_NANOS.h ? UNIT_NANOS.m / 10n : UNIT_NANOS.h / 10n
}

/** A duration, or an int as nanoseconds. */
export function timeOf(value: Value): Duration | undefined {
  if (isDuration(value)) return value
  return typeof value === 'bigint' ? durationOf(value) : undefined
}

/** A text as a duration: with a unit, or digits as nanoseconds. */
export function readTime(text: string): Duration | undefined {
  const duration = readDuration(text)
  if (duration) return duration
  const number = readNumber(text)
  return typeof number === 'bigint' ? durationOf(number) : undefined
}

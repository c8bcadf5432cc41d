/** Marks a duration, so that no map of attributes can pass for one. */
const DURATION: unique symbol = Symbol('duration')

/** A length of time, exact in nanoseconds. */
export interface Duration {
  readonly [DURATION]: true
  readonly nanos: bigint
  /** How a literal was written: an equality is meant no more finely than this. Absent for a measured or computed one. */
  readonly written?: WrittenPrecision
}

export interface WrittenPrecision {
  readonly unit: 'ns' | 'us' | 'ms' | 's' | 'm' | 'h'
  /** Digits after the point. */
  readonly decimals: number
}

/** A JSON object, or a map attribute. */
export interface ValueMap {
  readonly [key: string]: Value
}

/** What expressions are made of: attribute values (`bigint` an int, `number` a double) and durations. */
export type Value =
  | string
  | boolean
  | bigint
  | number
  | null
  | Uint8Array
  | Duration
  | readonly Value[]
  | ValueMap

/** What a `json_path` that finds nothing yields: missing, and yet equal to `""` and of length 0. */
export const NOTHING: unique symbol = Symbol('nothing')
export type Nothing = typeof NOTHING

export function durationOf(nanos: bigint, written?: WrittenPrecision): Duration {
  return written === undefined ? { [DURATION]: true, nanos } : { [DURATION]: true, nanos, written }
}

export function isDuration(value: unknown): value is Duration {
  return typeof value === 'object' && value !== null && DURATION in value
}

export function isArray(value: Value): value is readonly Value[] {
  return Array.isArray(value)
}

export function isMap(value: Value): value is ValueMap {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Uint8Array) &&
    !isDuration(value)
  )
}

export type ValueKind =
  | 'string'
  | 'boolean'
  | 'int'
  | 'double'
  | 'null'
  | 'bytes'
  | 'duration'
  | 'array'
  | 'map'

export function kindOf(value: Value): ValueKind {
  switch (typeof value) {
    case 'string':
      return 'string'
    case 'boolean':
      return 'boolean'
    case 'bigint':
      return 'int'
    case 'number':
      return 'double'
    default:
      if (value === null) return 'null'
      if (value instanceof Uint8Array) return 'bytes'
      if (isArray(value)) return 'array'
      return isDuration(value) ? 'duration' : 'map'
  }
}

/** The text of a value where it meets text: in `"${…}"`, in a comparison with a string, in a report. */
export function textOf(value: Value): string {
  switch (typeof value) {
    case 'string':
      return value
    case 'boolean':
    case 'bigint':
    case 'number':
      return String(value)
    default:
      if (value === null) return 'null'
      if (value instanceof Uint8Array) return base64(value)
      if (isDuration(value)) return durationText(value.nanos)
      return isArray(value) ? `[${value.map(jsonText).join(', ')}]` : jsonText(value)
  }
}

/** JSON, ints in full: what no JSON can hold is written as its text. */
export function jsonText(value: Value): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value)
    case 'boolean':
    case 'bigint':
      return String(value)
    case 'number':
      return Number.isFinite(value) ? String(value) : JSON.stringify(String(value))
    default:
      if (value === null) return 'null'
      if (value instanceof Uint8Array || isDuration(value)) return JSON.stringify(textOf(value))
      if (isArray(value)) return `[${value.map(jsonText).join(',')}]`
      return `{${Object.keys(value)
        .map(key => `${JSON.stringify(key)}:${jsonText(value[key]!)}`)
        .join(',')}}`
  }
}

const TEXT_UNITS = [
  ['s', 9],
  ['ms', 6],
  ['us', 3]
] as const

/** The exact duration in its largest decimal unit: `25.187564ms`, `90s`. */
export function durationText(nanos: bigint): string {
  if (nanos < 0n) return `-${durationText(-nanos)}`
  for (const [unit, digits] of TEXT_UNITS) {
    const scale = 10n ** BigInt(digits)
    if (nanos < scale) continue
    const fraction = (nanos % scale).toString().padStart(digits, '0').replace(/0+$/, '')
    return `${nanos / scale}${fraction === '' ? '' : `.${fraction}`}${unit}`
  }
  return `${nanos}ns`
}

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

function base64(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += 3) {
    const group = (bytes[at]! << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0)
    text += BASE64[group >> 18]! + BASE64[(group >> 12) & 63]!
    text += at + 1 < bytes.length ? BASE64[(group >> 6) & 63]! : '='
    text += at + 2 < bytes.length ? BASE64[group & 63]! : '='
  }
  return text
}

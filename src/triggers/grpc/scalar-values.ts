import type { Field } from 'protobufjs'
import protobuf from 'protobufjs'
import protojson from 'protobufjs/ext/protojson.js'

/** The lowest and the highest value of each type of integers. */
const RANGES: ReadonlyMap<string, readonly [bigint, bigint]> = new Map(
  ([32, 64] as const).flatMap(bits => {
    const signed = [-(2n ** BigInt(bits - 1)), 2n ** BigInt(bits - 1) - 1n] as const
    const unsigned = [0n, 2n ** BigInt(bits) - 1n] as const
    return [
      ...['int', 'sint', 'sfixed'].map(name => [`${name}${bits}`, signed] as const),
      ...['uint', 'fixed'].map(name => [`${name}${bits}`, unsigned] as const)
    ]
  })
)

const NUMBER = 'a number, "NaN", "Infinity" or "-Infinity"'
const WANTED: Readonly<Record<string, string | undefined>> = {
  float: NUMBER,
  double: NUMBER,
  bool: 'true or false',
  string: 'a text in double quotes',
  bytes: 'base64 in double quotes'
}

/** How a value of a scalar type is written, in words. */
export function wantedOf(type: string): string {
  const [low, high] = RANGES.get(type) ?? []
  if (low === undefined || high === undefined) return WANTED[type] ?? 'something else'
  const range = low === 0n ? `not below 0, up to ${high}` : `from ${low} to ${high}`
  return `an integer, as a number or in quotes, ${range}`
}

/** Whether a value of JSON stands for one value of a field that holds a scalar or an enum. */
export function fitsScalar(field: Field, value: unknown): boolean {
  if (value === null && field.resolvedType?.fullName !== '.google.protobuf.NullValue') return false
  const shaped =
    field instanceof protobuf.MapField
      ? { [field.keyType === 'bool' ? 'true' : '1']: value }
      : field.repeated
        ? [value]
        : value
  try {
    protojson.fromJson(field.parent as protobuf.Type, { [jsonKeyOf(field)]: shaped })
    return true
  } catch {
    return false
  }
}

/** Whether the name of a member stands for a key of a map. */
export function fitsKey(keyType: string, key: string): boolean {
  if (keyType === 'string') return true
  if (keyType === 'bool') return key === 'true' || key === 'false'
  const [low, high] = RANGES.get(keyType) ?? [0n, 0n]
  return /^-?\d+$/.test(key) && BigInt(key) >= low && BigInt(key) <= high
}

/** The name of a field in JSON: `[shop.v1.coupon]` for an extension, which protobufjs names `.shop.v1.coupon`. */
export function jsonKeyOf({ name, jsonName }: Field): string {
  return isExtension(name) ? `[${name.slice(1)}]` : jsonName
}

/** Whether a field was declared outside of its message. */
export function isExtension(name: string): boolean {
  return name.startsWith('.')
}

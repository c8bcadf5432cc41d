import type { Type } from 'protobufjs'
import protojson from 'protobufjs/ext/protojson.js'

const WRAPPED: Readonly<Record<string, string>> = {
  DoubleValue: 'a number',
  FloatValue: 'a number',
  Int64Value: 'an integer',
  UInt64Value: 'an integer, not below 0',
  Int32Value: 'an integer',
  UInt32Value: 'an integer, not below 0',
  BoolValue: 'true or false',
  StringValue: 'a text',
  BytesValue: 'base64'
}

const WANTED: ReadonlyMap<string, string> = new Map([
  ...Object.entries(WRAPPED).map(
    ([name, words]) => [`google.protobuf.${name}`, `it is written as ${words}`] as const
  ),
  ['google.protobuf.Timestamp', 'it is written like "2026-01-31T12:00:00Z"'],
  ['google.protobuf.Duration', 'it is written like "1.5s"'],
  ['google.protobuf.FieldMask', 'it is written like "name,address.city"'],
  ['google.protobuf.Struct', 'it is a JSON object'],
  ['google.protobuf.Value', 'it is any JSON value'],
  ['google.protobuf.ListValue', 'it is a JSON array'],
  ['google.protobuf.Any', 'it names a type that is known: `"@type": "type.googleapis.com/pkg.Message"`']
])

/** Whether JSON has a form of its own for a type of protobuf's. */
export function isSpecial(name: string): boolean {
  return WANTED.has(name)
}

/** Why a value does not stand for a message of such a type; undefined where it does. */
export function refuseSpecial(type: Type, value: unknown): string | undefined {
  try {
    protojson.fromJson(type, value)
    return undefined
  } catch {
    return WANTED.get(type.fullName.replace(/^\./, '')) ?? 'it has a form of its own'
  }
}

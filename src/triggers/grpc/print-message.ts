import type { Field, Message } from 'protobufjs'
import protobuf from 'protobufjs'
import protojson from 'protobufjs/ext/protojson.js'
import { isExtension, jsonKeyOf } from './scalar-values.ts'
import { isSpecial } from './special-types.ts'

/**
 * A message as JSON text the way Tracetest prints it: by field number, with the defaults of what is not set,
 * two spaces deep, `{\n  \n}` where there is nothing.
 */
export function printMessage(type: protobuf.Type, bytes: Uint8Array): string {
  return printValue(type, type.decode(bytes), 0)
}

type Decoded = Message | { readonly [name: string]: unknown }

function printValue(type: protobuf.Type, message: Decoded, depth: number): string {
  if (isSpecial(type.fullName.slice(1))) {
    const text = printSpecial(type, message)
    if (text !== undefined) return text.replaceAll('\n', `\n${indent(depth)}`)
  }
  const lines = [...type.fieldsArray]
    .sort((a, b) => a.id - b.id)
    .flatMap(field =>
      printField(field.resolve() as Field, message as { readonly [name: string]: unknown }, depth + 1)
    )
  return block('{', lines, '}', depth)
}

/** Values that their own rules refuse, such as a time out of range, are printed as any other message. */
function printSpecial(type: protobuf.Type, message: Decoded): string | undefined {
  try {
    return JSON.stringify(protojson.toJson(type, message), null, 2)
  } catch {
    return undefined
  }
}

function printField(
  field: Field,
  message: { readonly [name: string]: unknown },
  depth: number
): readonly string[] {
  const isSet = Object.hasOwn(message, field.name) && message[field.name] != null
  const value = isSet ? message[field.name] : undefined
  if (!isSet && (field.partOf || isExtension(field.name))) return []
  return [`${JSON.stringify(jsonKeyOf(field))}: ${printAny(field, value, depth)}`]
}

function printAny(field: Field, value: unknown, depth: number): string {
  if (field instanceof protobuf.MapField) {
    const entries = Object.entries((value ?? {}) as Readonly<Record<string, unknown>>)
      .map(([key, item]) => [keyText(field, key), item] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1))
    const lines = entries.map(([key, item]) => `${JSON.stringify(key)}: ${printOne(field, item, depth + 1)}`)
    return block('{', lines, '}', depth)
  }
  if (field.repeated)
    return block(
      '[',
      ((value ?? []) as readonly unknown[]).map(item => printOne(field, item, depth + 1)),
      ']',
      depth
    )
  if (value === undefined && field.resolvedType instanceof protobuf.Type) return 'null'
  return printOne(field, value ?? field.typeDefault, depth)
}

function printOne({ resolvedType, type }: Field, value: unknown, depth: number): string {
  if (resolvedType instanceof protobuf.Type) return printValue(resolvedType, value as Decoded, depth)
  if (resolvedType instanceof protobuf.Enum) {
    if (resolvedType.fullName === '.google.protobuf.NullValue') return 'null'
    return JSON.stringify(resolvedType.valuesById[value as number] ?? value)
  }
  if (type === 'bytes') return JSON.stringify(Buffer.from(value as Uint8Array).toString('base64'))
  if (typeof value === 'number' && !Number.isFinite(value)) return JSON.stringify(String(value))
  if (type === 'float') return JSON.stringify(shortFloat(value as number))
  return typeof value === 'object' || LONG.test(type) ? JSON.stringify(String(value)) : JSON.stringify(value)
}

const LONG = /64$/

/** The fewest digits that stand for the same float: 0.1, not 0.10000000149011612. */
function shortFloat(value: number): number {
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits))
    if (Math.fround(short) === value) return short
  }
  return value
}

/** protobufjs keeps 64-bit keys as the eight characters of a hash. */
function keyText({ keyType }: protobuf.MapField, key: string): string {
  const isUnsigned = keyType === 'uint64' || keyType === 'fixed64'
  return LONG.test(keyType) ? String(protobuf.util.longFromKey(key, isUnsigned)) : key
}

function block(open: string, lines: readonly string[], close: string, depth: number): string {
  const inner = indent(depth + 1)
  return `${open}\n${inner}${lines.join(`,\n${inner}`)}\n${indent(depth)}${close}`
}

function indent(depth: number): string {
  return '  '.repeat(depth)
}

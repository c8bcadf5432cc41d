import type { Field, Message } from 'protobufjs'
import protobuf from 'protobufjs'
import protojson from 'protobufjs/ext/protojson.js'
import { suggest } from '../../errors/suggest.ts'
import type { JsonMember, JsonNode } from './json-text.ts'
import { isSpecial, refuseSpecial } from './special-types.ts'

/** A part of the JSON that the message does not take, by its place in the text. */
export interface Misfit {
  readonly start: number
  readonly end: number
  readonly message: string
  readonly hint?: string
}

/** The message that a JSON value stands for, or everything in it that does not fit. */
export type Fitted = { readonly message: Message } | { readonly misfits: readonly Misfit[] }

/** Reads a JSON value as a message of a type, by the JSON mapping of protobuf; unknown fields do not fit. */
export function fitMessage(type: protobuf.Type, node: JsonNode): Fitted {
  const misfits: Misfit[] = []
  const value = new Fitter(misfits).readMessage(type, node, '')
  if (misfits.length > 0) return { misfits }
  try {
    return { message: protojson.fromJson(type, value) }
  } catch (error) {
    return {
      misfits: [{ start: node.start, end: node.end, message: `the request does not fit: ${saidBy(error)}` }]
    }
  }
}

class Fitter {
  readonly #misfits: Misfit[]
  constructor(misfits: Misfit[]) {
    this.#misfits = misfits
  }

  readMessage(type: protobuf.Type, node: JsonNode, path: string): unknown {
    const name = nameOf(type)
    if (isSpecial(name)) {
      const value = plainOf(node)
      const refusal = refuseSpecial(type, value)
      if (refusal !== undefined)
        this.#refuse(node, `${subject(path)} is a ${name}, and ${show(node)} does not fit: ${refusal}`)
      return value
    }
    if (node.kind !== 'object') {
      this.#refuse(
        node,
        `${subject(path)} is a message ${name}, not ${show(node)}`,
        'write it as a JSON object: `{ … }`'
      )
      return undefined
    }
    const taken = new Map<string, string>()
    const entries = node.members.flatMap((member): readonly (readonly [string, unknown])[] => {
      if (/^\[.*\]$/.test(member.key)) return [[member.key, plainOf(member.value)]]
      const field = fieldOf(type, member.key)
      if (field === undefined) {
        this.#refuseUnknown(type, member, path)
        return []
      }
      if (member.value.kind === 'word' && member.value.value === null) return [[member.key, null]]
      const group = field.partOf?.name
      const rival = group === undefined ? undefined : taken.get(group)
      if (rival !== undefined)
        this.#refuse(
          member.keyPlace,
          `${subject(join(path, member.key))} and \`${rival}\` exclude each other: they are of one oneof, \`${group}\``
        )
      if (group !== undefined) taken.set(group, member.key)
      return [[member.key, this.#readField(type, field, member.value, join(path, member.key))]]
    })
    const given = new Set(node.members.map(({ key }) => fieldOf(type, key)))
    for (const field of type.fieldsArray)
      if (field.required && !given.has(field))
        this.#refuse(node, `${nameOf(type)} requires the field \`${field.jsonName}\`, which is missing`)
    return Object.fromEntries(entries)
  }

  #readField(type: protobuf.Type, field: Field, node: JsonNode, path: string): unknown {
    if (field instanceof protobuf.MapField) {
      if (node.kind !== 'object') {
        this.#refuse(
          node,
          `${subject(path)} is a map, not ${show(node)}`,
          'write it as a JSON object: `{ "key": … }`'
        )
        return undefined
      }
      return Object.fromEntries(
        node.members.map(member => {
          this.#checkKey(field, member, path)
          return [member.key, this.#readOne(type, field, member.value, join(path, member.key))]
        })
      )
    }
    if (!field.repeated) return this.#readOne(type, field, node, path)
    if (node.kind === 'array')
      return node.items.map((item, index) => this.#readOne(type, field, item, `${path}[${index}]`))
    this.#refuse(
      node,
      `${subject(path)} is repeated, and ${show(node)} is no list`,
      'write it as a JSON array: `[ … ]`'
    )
    return undefined
  }

  #readOne(type: protobuf.Type, field: Field, node: JsonNode, path: string): unknown {
    const { resolvedType } = field
    if (resolvedType instanceof protobuf.Type) return this.readMessage(resolvedType, node, path)
    const value = plainOf(node, !/^(?:double|float)$/.test(field.type))
    const shaped =
      field instanceof protobuf.MapField
        ? { [sampleKey(field.keyType)]: value }
        : field.repeated
          ? [value]
          : value
    try {
      if (node.kind === 'word' && node.value === null && !isNullValue(resolvedType)) throw new Error('null')
      protojson.fromJson(type, { [field.jsonName]: shaped })
    } catch {
      this.#refuseScalar(field, node, path)
    }
    return value
  }

  #checkKey(field: protobuf.MapField, { key, keyPlace }: JsonMember, path: string): void {
    const { keyType } = field
    if (keyType === 'string') return
    const isFit = keyType === 'bool' ? /^(?:true|false)$/.test(key) : /^-?\d+$/.test(key)
    if (!isFit) this.#refuse(keyPlace, `the keys of ${subject(path)} are ${keyType}, and "${key}" is none`)
  }

  #refuseScalar({ resolvedType, type }: Field, node: JsonNode, path: string): void {
    if (!(resolvedType instanceof protobuf.Enum)) {
      const wanted = WANTED[type]
      const message = `${subject(path)} is ${/^[aei]/.test(type) ? 'an' : 'a'} ${type}, and ${show(node)} does not fit`
      this.#refuse(node, wanted === undefined ? message : `${message}: it wants ${wanted}`)
      return
    }
    const names = Object.keys(resolvedType.values)
    const near = node.kind === 'string' ? nearName(node.value, names) : undefined
    this.#refuse(
      node,
      `${subject(path)} is of the enum ${nameOf(resolvedType)}, which has no ${show(node)}`,
      near === undefined ? `it has ${listed(names)}` : `did you mean "${near}"?`
    )
  }

  #refuseUnknown(type: protobuf.Type, { key, keyPlace }: JsonMember, path: string): void {
    const names = type.fieldsArray.map(field => field.jsonName)
    const near = suggest(key, names)
    const fields = names.length === 0 ? 'it has no field at all' : `its fields are ${listed(names)}`
    this.#refuse(
      keyPlace,
      `${nameOf(type)} has no field \`${key}\`${path === '' ? '' : ` (at ${subject(path)})`}`,
      near === undefined ? fields : `did you mean \`${near}\`?`
    )
  }

  #refuse(
    { start, end }: { readonly start: number; readonly end: number },
    message: string,
    hint?: string
  ): void {
    this.#misfits.push({ start, end, message, ...(hint === undefined ? {} : { hint }) })
  }
}

const INTEGER = 'an integer, as a number or in quotes'
const UNSIGNED = `${INTEGER}, not below 0`
const WANTED: Readonly<Record<string, string | undefined>> = {
  int32: `${INTEGER}, from -2147483648 to 2147483647`,
  sint32: `${INTEGER}, from -2147483648 to 2147483647`,
  sfixed32: `${INTEGER}, from -2147483648 to 2147483647`,
  uint32: `${UNSIGNED}, up to 4294967295`,
  fixed32: `${UNSIGNED}, up to 4294967295`,
  int64: INTEGER,
  sint64: INTEGER,
  sfixed64: INTEGER,
  uint64: UNSIGNED,
  fixed64: UNSIGNED,
  float: 'a number, "NaN", "Infinity" or "-Infinity"',
  double: 'a number, "NaN", "Infinity" or "-Infinity"',
  bool: 'true or false',
  string: 'a text in double quotes',
  bytes: 'base64 in double quotes'
}

function fieldOf(type: protobuf.Type, key: string): Field | undefined {
  return type.fieldsArray
    .map(field => field.resolve() as Field)
    .find(field => field.jsonName === key || field.protoName === key || field.name === key)
}

/** A value of JSON as JavaScript has it; where `keepsDigits`, integers that a double cannot hold stay texts. */
function plainOf(node: JsonNode, keepsDigits = false): unknown {
  switch (node.kind) {
    case 'object':
      return Object.fromEntries(node.members.map(({ key, value }) => [key, plainOf(value)]))
    case 'array':
      return node.items.map(item => plainOf(item))
    case 'number': {
      const value = Number(node.text)
      return keepsDigits && !Number.isSafeInteger(value) ? node.text : value
    }
    default:
      return node.value
  }
}

function show(node: JsonNode): string {
  switch (node.kind) {
    case 'object':
      return 'an object'
    case 'array':
      return 'a list'
    case 'number':
      return node.text
    case 'string':
      return node.value.length > 40 ? 'this text' : JSON.stringify(node.value)
    case 'word':
      return String(node.value)
  }
}

/** Names of an enum begin with its own by custom: WEB stands for CHANNEL_WEB. */
function nearName(word: string, names: readonly string[]): string | undefined {
  return names.find(name => name.endsWith(`_${word.toUpperCase()}`)) ?? suggest(word, names)
}

function listed(names: readonly string[]): string {
  const few = names.slice(0, 8).map(name => `\`${name}\``)
  return few.length < names.length ? `${few.join(', ')}, …` : few.join(', ')
}

function subject(path: string): string {
  return path === '' ? 'the request' : `\`${path}\``
}

function join(path: string, key: string): string {
  const step = /^\w+$/.test(key) ? key : JSON.stringify(key)
  return path === '' ? step : `${path}.${step}`
}

function sampleKey(keyType: string): string {
  return keyType === 'bool' ? 'true' : '1'
}

function isNullValue(type: protobuf.ReflectionObject | null): boolean {
  return type?.fullName === '.google.protobuf.NullValue'
}

function nameOf({ fullName }: protobuf.ReflectionObject): string {
  return fullName.replace(/^\./, '')
}

function saidBy(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

import type { Field, Message } from 'protobufjs'
import protobuf from 'protobufjs'
import protojson from 'protobufjs/ext/protojson.js'
import { suggest } from '../../errors/suggest.ts'
import type { JsonMember, JsonNode } from './json-text.ts'
import { fitsKey, fitsScalar, isExtension, jsonKeyOf, wantedOf } from './scalar-values.ts'
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

type JsonObject = Extract<JsonNode, { readonly kind: 'object' }>

class Fitter {
  readonly #misfits: Misfit[]
  constructor(misfits: Misfit[]) {
    this.#misfits = misfits
  }

  readMessage(type: protobuf.Type, node: JsonNode, path: string): unknown {
    const name = nameOf(type)
    if (name === ANY && node.kind === 'object' && node.members.length > 0)
      return this.#readAny(type, node, path)
    if (isSpecial(name)) {
      const value = plainOf(node, /Int64Value$/.test(name))
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
    return this.#readMembers(type, node, path)
  }

  #readMembers(type: protobuf.Type, node: JsonObject, path: string): object {
    const taken = new Map<string, string>()
    const entries = node.members.flatMap((member): readonly (readonly [string, unknown])[] => {
      const field = fieldOf(type, member.key)
      if (field === undefined) {
        this.#refuseUnknown(type, member, path)
        return []
      }
      if (isNull(member.value) && !takesNull(field)) return []
      const place = join(path, member.key)
      const twin = taken.get(field.name)
      if (twin !== undefined)
        this.#refuse(member.keyPlace, `${subject(place)} and \`${twin}\` are two names of one field`)
      const group = field.partOf?.name
      const rival = group === undefined || twin !== undefined ? undefined : taken.get(`oneof ${group}`)
      if (rival !== undefined)
        this.#refuse(
          member.keyPlace,
          `${subject(place)} and \`${rival}\` exclude each other: they are of one oneof, \`${group}\``
        )
      taken.set(field.name, member.key)
      if (group !== undefined) taken.set(`oneof ${group}`, member.key)
      return [[jsonKeyOf(field), this.#readField(field, member.value, place)]]
    })
    for (const field of type.fieldsArray)
      if (field.required && !taken.has(field.name))
        this.#refuse(node, `${nameOf(type)} requires the field \`${jsonKeyOf(field)}\`, which is missing`)
    return Object.fromEntries(entries)
  }

  /** A message that says by itself of which type it is. */
  #readAny(type: protobuf.Type, node: JsonObject, path: string): unknown {
    const url = node.members.find(({ key }) => key === '@type')?.value
    if (url?.kind !== 'string') {
      this.#refuse(
        url ?? node,
        `${subject(path)} is a ${ANY}, and names no type`,
        'write `"@type": "type.googleapis.com/pkg.Message"` into it'
      )
      return undefined
    }
    const name = url.value.slice(url.value.lastIndexOf('/') + 1)
    const inner = type.root.lookup(`.${name}`, [protobuf.Type])
    // The lookup takes the last part of a name for the whole.
    if (!(inner instanceof protobuf.Type) || nameOf(inner) !== name) {
      this.#refuse(
        url,
        `${subject(path)} names the type ${name}, which is not known`,
        'the definition must import the file that it stands in'
      )
      return undefined
    }
    const members = node.members.filter(({ key }) => key !== '@type')
    if (!isSpecial(name))
      return { '@type': url.value, ...this.#readMembers(inner, { ...node, members }, path) }
    const [value, ...others] = members
    if (value?.key !== 'value' || others.length > 0) {
      this.#refuse(node, `${subject(path)} holds a ${name}, which stands under \`value\`, and nothing else`)
      return undefined
    }
    return { '@type': url.value, value: this.readMessage(inner, value.value, join(path, 'value')) }
  }

  #readField(field: Field, node: JsonNode, path: string): unknown {
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
        node.members.map(({ key, keyPlace, value }) => {
          const { keyType } = field
          if (!fitsKey(keyType, key))
            this.#refuse(keyPlace, `the keys of ${subject(path)} are ${keyType}, and "${key}" is none`)
          return [key, this.#readOne(field, value, join(path, key))]
        })
      )
    }
    if (!field.repeated) return this.#readOne(field, node, path)
    if (node.kind === 'array')
      return node.items.map((item, index) => this.#readOne(field, item, `${path}[${index}]`))
    this.#refuse(
      node,
      `${subject(path)} is repeated, and ${show(node)} is no list`,
      'write it as a JSON array: `[ … ]`'
    )
    return undefined
  }

  #readOne(field: Field, node: JsonNode, path: string): unknown {
    if (field.resolvedType instanceof protobuf.Type) return this.readMessage(field.resolvedType, node, path)
    const value = plainOf(node, !/^(?:double|float)$/.test(field.type))
    if (!fitsScalar(field, value)) this.#refuseScalar(field, node, path)
    return value
  }

  #refuseScalar({ resolvedType, type }: Field, node: JsonNode, path: string): void {
    if (!(resolvedType instanceof protobuf.Enum)) {
      const article = type === 'bytes' ? '' : /^[aei]/.test(type) ? 'an ' : 'a '
      this.#refuse(
        node,
        `${subject(path)} is ${article}${type}, and ${show(node)} does not fit: it wants ${wantedOf(type)}`
      )
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
    const names = type.fieldsArray.map(jsonKeyOf)
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

const ANY = 'google.protobuf.Any'

function fieldOf(type: protobuf.Type, key: string): Field | undefined {
  return type.fieldsArray
    .map(field => field.resolve() as Field)
    .find(field =>
      isExtension(field.name)
        ? jsonKeyOf(field) === key
        : field.jsonName === key || field.protoName === key || field.name === key
    )
}

function isNull(node: JsonNode): boolean {
  return node.kind === 'word' && node.value === null
}

/** Everywhere else null says that a field is not set. */
function takesNull({ resolvedType, repeated, map }: Field): boolean {
  return !repeated && !map && /^\.google\.protobuf\.(?:Null)?Value$/.test(resolvedType?.fullName ?? '')
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

function nameOf({ fullName }: protobuf.ReflectionObject): string {
  return fullName.replace(/^\./, '')
}

function saidBy(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

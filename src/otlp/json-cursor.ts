import { DecodeError } from '../errors/decode-error.ts'

export type JsonObject = { readonly [key: string]: unknown }

/** Makes the error for a problem and its place. */
export type ToDecodeError = (problem: string, at: string) => DecodeError

/**
 * Reads a parsed JSON value field by field and knows where it is, so that errors name the place: `$.spans[3].kind`.
 * Absent and null are the same everywhere: the default of the type.
 */
export class JsonCursor {
  readonly #toError: ToDecodeError
  readonly #path: (string | number)[] = []

  constructor(toError: ToDecodeError = (problem, at) => new DecodeError(problem, at)) {
    this.#toError = toError
  }

  /** The error to throw about a field of the value that is being read, or about that value. */
  error(problem: string, name?: string): DecodeError {
    return this.#toError(problem, name === undefined ? this.at() : `${this.at()}.${name}`)
  }

  at(): string {
    return this.#path.reduce<string>(
      (path, step) => path + (typeof step === 'number' ? `[${step}]` : `.${step}`),
      '$'
    )
  }

  object(value: unknown): JsonObject {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject
    throw this.error(`${describeJson(value)} where an object must be`)
  }

  text(value: JsonObject, name: string, alias: string = name): string {
    const content = value[name] ?? value[alias]
    if (typeof content === 'string') return content
    if (!isPresent(content)) return ''
    throw this.error(`${describeJson(content)} where a string must be`, name)
  }

  /** A number of at most 64 bits, as a number or as text. */
  integer(value: JsonObject, name: string, alias: string = name): bigint {
    const content = value[name] ?? value[alias]
    if (!isPresent(content) || content === '') return 0n
    if (typeof content === 'bigint') return content
    if (typeof content === 'number' && Number.isInteger(content)) return BigInt(content)
    if (typeof content === 'string' && /^-?\d{1,20}$/.test(content)) return BigInt(content)
    throw this.error(`${describeJson(content)} where an integer must be`, name)
  }

  double(content: unknown, name: string): number {
    if (typeof content === 'number') return content
    if (typeof content === 'bigint') return Number(content)
    if (typeof content === 'string') {
      if (content === 'NaN') return Number.NaN
      const number = content.trim() === '' ? Number.NaN : Number(content)
      if (!Number.isNaN(number)) return number
    }
    throw this.error(`${describeJson(content)} where a number must be`, name)
  }

  boolean(content: unknown, name: string): boolean {
    if (typeof content === 'boolean') return content
    if (content === 'true' || content === 'false') return content === 'true'
    throw this.error(`${describeJson(content)} where true or false must be`, name)
  }

  child<Result>(value: JsonObject, name: string, read: (child: JsonObject) => Result): Result | undefined {
    const content = value[name]
    return isPresent(content) ? this.within(name, () => read(this.object(content))) : undefined
  }

  /** Reads each object of a list; an absent list has none. */
  list(value: JsonObject, name: string, read: (item: JsonObject) => void): void {
    const content = this.#entriesOf(value, name)
    if (content) this.within(name, () => this.each(content, item => read(this.object(item))))
  }

  /** What is read of each entry of a list, of whatever type; an absent list has none. */
  items<Item>(value: JsonObject, name: string, read: (item: unknown) => Item): readonly Item[] {
    const items: Item[] = []
    const content = this.#entriesOf(value, name)
    if (content) this.within(name, () => this.each(content, item => items.push(read(item))))
    return items
  }

  #entriesOf(value: JsonObject, name: string): readonly unknown[] | undefined {
    const content = value[name]
    if (!isPresent(content)) return undefined
    if (!Array.isArray(content)) throw this.error(`${describeJson(content)} where a list must be`, name)
    return content
  }

  each(items: readonly unknown[], read: (item: unknown) => void): void {
    const last = this.#path.length
    this.#path.push(0)
    for (let index = 0; index < items.length; index++) {
      this.#path[last] = index
      read(items[index])
    }
    this.#path.pop()
  }

  within<Result>(name: string, read: () => Result): Result {
    this.#path.push(name)
    const result = read()
    this.#path.pop()
    return result
  }
}

export function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null
}

/** A value in an error message, in few words. */
export function describeJson(value: unknown): string {
  if (!isPresent(value)) return 'nothing'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'an object'
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value)
  return text.length > 40 ? `${text.slice(0, 40)}…` : text
}

import type { Location, Range, SourceText } from '../source/source-text.ts'
import { isLocation } from '../source/source-text.ts'
import { isOwnWord } from './own-words.ts'
import type { SecretPatterns } from './secret-patterns.ts'
import { compileSecrets, findSecrets } from './secret-patterns.ts'

/** What stands where a secret stood. */
export const MASKED = '***'

/** A shorter text would blank out half a report: it is not searched for. */
export const SHORTEST_SECRET = 4

/** Hides secrets in whatever leaves the process. More may become known while a run goes on. */
export interface Mask {
  /** Hides these too from now on; texts shorter than {@link SHORTEST_SECRET} are not searched for. */
  add(secrets: Iterable<string>): void
  text(text: string): string
  /** A copy of the value with every secret in it hidden; the value itself where it holds none of them. */
  value<T>(value: T): T
}

/** Hides the secrets in every encoding in which a system may repeat them: raw, URL, base64, hex, JSON, HTML, shell. */
export function createMask(secrets: Iterable<string> = []): Mask {
  const known = new Set<string>()
  let masking: Masking | undefined
  const add = (more: Iterable<string>): void => {
    for (const secret of more) {
      if (secret.length < SHORTEST_SECRET || known.has(secret)) continue
      known.add(secret)
      masking = undefined
    }
  }
  const current = (): Masking => {
    masking ??= new Masking(known)
    return masking
  }
  add(secrets)
  return {
    add,
    text: text => (known.size === 0 ? text : current().text(text)),
    value: <T>(value: T): T => (known.size === 0 ? value : (current().value(value, '', false) as T))
  }
}

/** Random digits that look like a short secret by chance; what they refer to must be found again. */
const ID_KEYS: ReadonlySet<string> = new Set([
  'traceId',
  'joinedTraceIds',
  'spanId',
  'parentSpanId',
  'spans',
  'selected'
])

/** Keys, names and hosts repeat themselves with every span. */
const LONGEST_REMEMBERED = 100
const MOST_REMEMBERED = 10_000

const ERROR_KEYS = ['message', 'stack', 'hint', 'cause', 'diagnostics', 'errors'] as const

interface MaskedSource {
  readonly source: SourceText
  readonly found: readonly Replacement[]
}

interface Replacement extends Range {
  readonly by: string
}

/** The work of one set of secrets: remembers what it has masked, since the last report repeats the earlier ones. */
class Masking {
  readonly #secrets: ReadonlySet<string>
  readonly #patterns: SecretPatterns
  readonly #masked = new WeakMap<object, unknown>()
  readonly #texts = new Map<string, string>()
  readonly #sources = new WeakMap<SourceText, MaskedSource>()

  constructor(secrets: ReadonlySet<string>) {
    this.#secrets = new Set(secrets)
    this.#patterns = compileSecrets(this.#secrets)
  }

  text(text: string): string {
    if (text.length > LONGEST_REMEMBERED) return replaceRanges(text, findSecrets(this.#patterns, text))
    let masked = this.#texts.get(text)
    if (masked === undefined) {
      masked = replaceRanges(text, findSecrets(this.#patterns, text))
      if (this.#texts.size === MOST_REMEMBERED) this.#texts.clear()
      this.#texts.set(text, masked)
    }
    return masked
  }

  /** `isData` below the maps, where keys and values come from the tested system. */
  value(value: unknown, key: string, isData: boolean): unknown {
    if (typeof value === 'string') return !isData && isOurs(key, value) ? value : this.text(value)
    if (typeof value === 'bigint' || typeof value === 'number')
      return isData && this.#secrets.has(String(value)) ? MASKED : value
    if (typeof value !== 'object' || value === null) return value
    const known = this.#masked.get(value)
    if (known !== undefined) return known
    // Also ends a cycle, which only the causes of an error could form.
    this.#masked.set(value, value)
    const masked = this.#object(value, key, isData)
    this.#masked.set(value, masked)
    if (typeof masked === 'object' && masked !== null) this.#masked.set(masked, masked)
    return masked
  }

  #object(value: object, key: string, isData: boolean): unknown {
    if (value instanceof Error) return this.#error(value)
    if (value instanceof Uint8Array) return this.#bytes(value)
    if (ArrayBuffer.isView(value)) return value
    if (value instanceof Map) return this.#map(value)
    if (value instanceof Set) {
      const items = this.#list([...value], key, isData)
      return items.some(item => !value.has(item)) ? new Set(items) : value
    }
    if (Array.isArray(value)) {
      const items = this.#list(value, key, isData)
      return items.some((item, index) => item !== value[index]) ? items : value
    }
    if (isLocation(value)) return this.#location(value)
    const copy: Record<string, unknown> = {}
    let isChanged = false
    for (const [name, field] of Object.entries(value)) {
      const maskedName = isData ? this.text(name) : name
      copy[maskedName] = this.value(field, name, isData)
      if (maskedName !== name || copy[maskedName] !== field) isChanged = true
    }
    return isChanged ? copy : value
  }

  #list(items: readonly unknown[], key: string, isData: boolean): readonly unknown[] {
    return items.map(item => this.value(item, key, isData))
  }

  #map(map: ReadonlyMap<unknown, unknown>): unknown {
    const copy = new Map<unknown, unknown>()
    let isChanged = false
    for (const [key, value] of map) {
      const maskedKey = typeof key === 'string' ? this.text(key) : key
      const masked = this.value(value, '', true)
      if (maskedKey !== key || masked !== value) isChanged = true
      copy.set(maskedKey, masked)
    }
    return isChanged ? copy : map
  }

  /** Bytes are printed in base64 later on, so they are searched now: as Latin-1, which keeps those that are no text. */
  #bytes(bytes: Uint8Array): Uint8Array {
    let text = ''
    for (const byte of bytes) text += String.fromCharCode(byte)
    const masked = this.text(text)
    return masked === text ? bytes : Uint8Array.from(masked, letter => letter.charCodeAt(0))
  }

  /** An error of the same class, so that its code and exit code stay readable. */
  #error(error: Error): Error {
    const masked = Object.create(error) as Error
    const define = (name: string, value: unknown, enumerable = false): void => {
      Object.defineProperty(masked, name, { value, enumerable, configurable: true })
    }
    // What libraries add to an error may hold what was sent.
    for (const name of new Set([...Object.keys(error), ...ERROR_KEYS]))
      if (name in error)
        define(name, this.value((error as unknown as Record<string, unknown>)[name], name, false))
    // Getters over private fields do not work through the prototype: their answers are copied.
    for (const name of ['name', 'code', 'exitCode'] as const)
      if (name in error) define(name, (error as unknown as Record<string, unknown>)[name])
    return masked
  }

  #location(location: Location): Location {
    const { source, found } = this.#source(location.source)
    if (source === location.source) return location
    const { start, end } = location.range
    return { source, range: { start: shift(start, found, 'start'), end: shift(end, found, 'end') } }
  }

  #source(source: SourceText): MaskedSource {
    const known = this.#sources.get(source)
    if (known) return known
    // Lines keep their numbers.
    const found = findSecrets(this.#patterns, source.text).map(({ start, end }) => ({
      start,
      end,
      by: source.text.slice(start, end).replace(/.+/g, MASKED)
    }))
    const name = this.text(source.name)
    const isClean = found.length === 0 && name === source.name
    const masked: MaskedSource = {
      source: isClean ? source : { name, text: replaceRanges(source.text, found) },
      found
    }
    this.#sources.set(source, masked)
    return masked
  }
}

/** What is decided by; a password may be "test" or "server", and still a test that failed has failed. */
function isOurs(key: string, text: string): boolean {
  return (ID_KEYS.has(key) && isHexId(text)) || isOwnWord(key, text)
}

function isHexId(text: string): boolean {
  return (text.length === 16 || text.length === 32) && /^[0-9a-f]+$/.test(text)
}

function replaceRanges(text: string, found: readonly (Range & Partial<Replacement>)[]): string {
  if (found.length === 0) return text
  let masked = ''
  let at = 0
  for (const { start, end, by = MASKED } of found) {
    masked += text.slice(at, start) + by
    at = end
  }
  return masked + text.slice(at)
}

/** Where an offset lies once the found ranges are replaced; one inside a range moves to its nearer border. */
function shift(offset: number, found: readonly Replacement[], border: 'start' | 'end'): number {
  let moved = offset
  for (const { start, end, by } of found) {
    if (start >= offset) break
    if (end <= offset) moved += by.length - (end - start)
    else return moved - (offset - start) + (border === 'start' ? 0 : by.length)
  }
  return moved
}

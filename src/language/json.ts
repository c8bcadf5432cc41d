import type { Value } from './values.ts'

const DEEPEST = 512
const TOKEN = /[ \t\n\r]*(?:([{}[\],:"])|(true|false|null)|(-?(?:0|[1-9]\d*))(\.\d+)?([eE][+-]?\d+)?)/y

/** A JSON text as a value, or undefined where it is none. Ints stay exact at any length; the last of equal keys wins. */
export function parseJson(text: string): Value | undefined {
  const reader = new Reader(text)
  const value = reader.value(0)
  return value !== undefined && reader.isAtEnd() ? value : undefined
}

/** A JSON object or array, or undefined for any other text. */
export function parseJsonStructure(text: string): Value | undefined {
  return /^[ \t\n\r]*[{[]/.test(text) ? parseJson(text) : undefined
}

class Reader {
  readonly #text: string
  #at = 0
  #match: RegExpExecArray | null = null

  constructor(text: string) {
    this.#text = text
  }

  isAtEnd(): boolean {
    return /^[ \t\n\r]*$/.test(this.#text.slice(this.#at))
  }

  value(depth: number): Value | undefined {
    if (!this.#next()) return undefined
    const [, mark, word, whole, fraction, exponent] = this.#match!
    if (whole !== undefined)
      return fraction === undefined && exponent === undefined
        ? BigInt(whole)
        : Number(`${whole}${fraction ?? ''}${exponent ?? ''}`)
    if (word !== undefined) return word === 'null' ? null : word === 'true'
    if (mark === '"') return this.#string()
    if (depth === DEEPEST) return undefined
    if (mark === '{') return this.#object(depth + 1)
    return mark === '[' ? this.#array(depth + 1) : undefined
  }

  #object(depth: number): Value | undefined {
    const entries: [string, Value][] = []
    if (this.#skips('}')) return {}
    do {
      const key = this.#skips('"') ? this.#string() : undefined
      if (key === undefined || !this.#skips(':')) return undefined
      const value = this.value(depth)
      if (value === undefined) return undefined
      entries.push([key, value])
    } while (this.#skips(','))
    return this.#skips('}') ? Object.fromEntries(entries) : undefined
  }

  #array(depth: number): Value | undefined {
    const items: Value[] = []
    if (this.#skips(']')) return items
    do {
      const value = this.value(depth)
      if (value === undefined) return undefined
      items.push(value)
    } while (this.#skips(','))
    return this.#skips(']') ? items : undefined
  }

  /** From behind the opening quote; searched by hand, since a pattern would need stack for every character. */
  #string(): string | undefined {
    const start = this.#at
    for (let end = this.#text.indexOf('"', start); end >= 0; end = this.#text.indexOf('"', end + 1)) {
      let backslashes = 0
      while (this.#text[end - 1 - backslashes] === '\\' && end - 1 - backslashes >= start) backslashes++
      if (backslashes % 2 === 1) continue
      this.#at = end + 1
      try {
        return JSON.parse(this.#text.slice(start - 1, end + 1)) as string
      } catch {
        return undefined
      }
    }
    return undefined
  }

  #next(): boolean {
    TOKEN.lastIndex = this.#at
    this.#match = TOKEN.exec(this.#text)
    if (this.#match) this.#at = TOKEN.lastIndex
    return this.#match !== null
  }

  #skips(mark: string): boolean {
    const before = this.#at
    if (this.#next() && this.#match![1] === mark) return true
    this.#at = before
    return false
  }
}

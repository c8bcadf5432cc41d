interface Placed {
  readonly start: number
  readonly end: number
}

export interface JsonMember {
  readonly key: string
  readonly keyPlace: Placed
  readonly value: JsonNode
}

/** A JSON value that knows where it stands in its text; numbers are kept as they are written. */
export type JsonNode = Placed &
  (
    | { readonly kind: 'object'; readonly members: readonly JsonMember[] }
    | { readonly kind: 'array'; readonly items: readonly JsonNode[] }
    | { readonly kind: 'string'; readonly value: string }
    | { readonly kind: 'number'; readonly text: string }
    | { readonly kind: 'word'; readonly value: boolean | null }
  )

/** A text that is no JSON. */
export class JsonMistake extends Error {
  readonly start: number
  readonly end: number
  constructor(message: string, { start, end }: Placed) {
    super(message)
    this.start = start
    this.end = end
  }
}

const TOKEN =
  /[\s\uFEFF]*(?:([{}[\],:])|("(?:[^"\\\r\n]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.]))|(true|false|null)(?!\w)|$)/y
const MAX_DEPTH = 100

/** The values of a text, one after the other, with nothing but white space between them. Throws `JsonMistake`. */
export function readJsonValues(text: string): readonly JsonNode[] {
  const reader = new JsonReader(text)
  const values: JsonNode[] = []
  while (!reader.isAtEnd) values.push(reader.readValue(0))
  return values
}

interface Token extends Placed {
  readonly kind: 'mark' | 'string' | 'number' | 'word' | 'end'
  readonly text: string
}

class JsonReader {
  readonly #text: string
  #token: Token

  constructor(text: string) {
    this.#text = text
    this.#token = this.#read(0)
  }

  get isAtEnd(): boolean {
    return this.#token.kind === 'end'
  }

  isAt(mark: string): boolean {
    return this.#token.kind === 'mark' && this.#token.text === mark
  }

  advance(): Token {
    const token = this.#token
    this.#token = this.#read(token.end)
    return token
  }

  readValue(depth: number): JsonNode {
    if (depth > MAX_DEPTH) throw new JsonMistake('the JSON is nested too deeply', this.#token)
    if (this.isAt('{')) return this.#readObject(depth)
    if (this.isAt('[')) return this.#readArray(depth)
    const { kind, text, start, end } = this.#token
    if (kind === 'mark' || kind === 'end') throw this.#unexpected('a value')
    this.advance()
    if (kind === 'number') return { kind, text, start, end }
    return kind === 'string'
      ? { kind, value: textOf({ text, start, end }), start, end }
      : { kind, value: JSON.parse(text) as boolean | null, start, end }
  }

  #readObject(depth: number): JsonNode {
    const { start } = this.advance()
    const members: JsonMember[] = []
    const keys = new Set<string>()
    const end = this.#readList('}', () => {
      if (this.#token.kind !== 'string') throw this.#unexpected('a name in double quotes')
      const { text, ...keyPlace } = this.advance()
      const key = textOf({ text, ...keyPlace })
      if (keys.has(key)) throw new JsonMistake(`${text} stands here twice`, keyPlace)
      keys.add(key)
      if (!this.isAt(':')) throw this.#unexpected('a colon')
      this.advance()
      members.push({ key, keyPlace, value: this.readValue(depth + 1) })
    })
    return { kind: 'object', members, start, end }
  }

  #readArray(depth: number): JsonNode {
    const { start } = this.advance()
    const items: JsonNode[] = []
    const end = this.#readList(']', () => void items.push(this.readValue(depth + 1)))
    return { kind: 'array', items, start, end }
  }

  /** Answers where the list ends. */
  #readList(close: string, readOne: () => void): number {
    if (this.isAt(close)) return this.advance().end
    for (;;) {
      readOne()
      if (this.isAt(close)) return this.advance().end
      if (!this.isAt(',')) throw this.#unexpected(`a comma or \`${close}\``)
      this.advance()
    }
  }

  #unexpected(wanted: string): JsonMistake {
    const { kind, text } = this.#token
    const found = kind === 'end' ? 'the end of the text' : `\`${text}\``
    return new JsonMistake(`the request is no JSON: ${wanted} was expected, not ${found}`, this.#token)
  }

  #read(from: number): Token {
    TOKEN.lastIndex = from
    const match = TOKEN.exec(this.#text)
    if (match === null) {
      const start = from + /^\s*/.exec(this.#text.slice(from))![0].length
      const word = /^(?:[\w.+-]+|.?)/su.exec(this.#text.slice(start))![0]
      const hint =
        word === "'"
          ? ': JSON wants double quotes'
          : word === '"'
            ? ': a text is not closed, or holds a line break'
            : ''
      throw new JsonMistake(`the request is no JSON: \`${word}\` cannot stand here${hint}`, {
        start,
        end: start + word.length
      })
    }
    const [all, mark, string, number, word] = match
    const text = mark ?? string ?? number ?? word ?? ''
    const end = from + all.length
    const kind = mark ? 'mark' : string ? 'string' : number ? 'number' : word ? 'word' : 'end'
    return { kind, text, start: end - text.length, end }
  }
}

function textOf({ text, ...place }: Placed & { readonly text: string }): string {
  try {
    return JSON.parse(text) as string
  } catch {
    throw new JsonMistake('the request is no JSON: a text holds a control character, such as a tab', place)
  }
}

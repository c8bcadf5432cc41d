const NEWLINE = 0x0a
const OPENING = 0x7b
const CLOSING = 0x7d
const OPENING_LIST = 0x5b
const CLOSING_LIST = 0x5d
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf])
const LARGEST_DOCUMENT = 64 * 1024 * 1024

/** What lies between two line ends, or from `{` to `}` alone on their lines. */
export interface TextPiece {
  /** Of its first line, from 1. */
  readonly line: number
  readonly bytes: Buffer
  /** Why it cannot be a document, whatever its bytes are. */
  readonly damage?: string
}

/** A document that is spread over lines, as far as it has come. */
interface Spread {
  readonly line: number
  readonly isList: boolean
  parts: Buffer[]
  size: number
  isTooLarge: boolean
}

/** Cuts bytes into documents, however they come: one document a line, or one over several lines as pretty-printers write it. */
export class LineSplitter {
  readonly #largest: number
  #line = 1
  /** The unfinished line. */
  #parts: Buffer[] = []
  #size = 0
  #isOverlong = false
  #spread: Spread | undefined

  constructor(largest: number = LARGEST_DOCUMENT) {
    this.#largest = largest
  }

  /** Whether there is an end without its line end or its bracket. */
  get isUnfinished(): boolean {
    return this.#spread?.isTooLarge === false || trimEnd(this.#unfinishedLine()).byteLength > 0
  }

  /** Takes the next bytes; answers with what they complete. */
  push(bytes: Buffer): TextPiece[] {
    const pieces: TextPiece[] = []
    let start = 0
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, start)) {
      this.#keep(bytes.subarray(start, end), pieces)
      this.#endLine(pieces)
      start = end + 1
    }
    this.#keep(bytes.subarray(start), pieces)
    return pieces
  }

  /** The unfinished end as a document, if it may be a whole one; `drop` it once it was taken. */
  candidate(): TextPiece | undefined {
    const rest = trimEnd(this.#unfinishedLine())
    if (this.#isOverlong || (rest.at(-1) !== CLOSING && rest.at(-1) !== CLOSING_LIST)) return undefined
    if (this.#spread === undefined) return { line: this.#line, bytes: rest }
    if (this.#spread.isTooLarge || !closes(rest, this.#spread.isList)) return undefined
    return { line: this.#spread.line, bytes: Buffer.concat([...this.#spread.parts, rest]) }
  }

  /** The unfinished end, whatever it is; nothing if there is none. */
  remainder(): TextPiece | undefined {
    if (!this.isUnfinished) return undefined
    const parts = [...(this.#spread?.parts ?? []), ...this.#parts]
    return { line: this.#spread?.line ?? this.#line, bytes: Buffer.concat(parts) }
  }

  /** Forgets the unfinished end. */
  drop(): void {
    this.#clearLine()
    this.#spread = undefined
  }

  #unfinishedLine(): Buffer {
    if (this.#parts.length > 1) this.#parts = [Buffer.concat(this.#parts)]
    return this.#parts[0] ?? Buffer.alloc(0)
  }

  #clearLine(): void {
    this.#parts = []
    this.#size = 0
    this.#isOverlong = false
  }

  #keep(bytes: Buffer, pieces: TextPiece[]): void {
    if (bytes.byteLength === 0 || this.#isOverlong) return
    this.#size += bytes.byteLength
    if (this.#size > this.#largest) {
      pieces.push(this.#tooLarge(this.#line))
      this.#clearLine()
      this.#isOverlong = true
      return
    }
    this.#parts.push(bytes)
  }

  #endLine(pieces: TextPiece[]): void {
    const isOverlong = this.#isOverlong
    const bytes = trimEnd(withoutMark(this.#unfinishedLine(), this.#line))
    const line = this.#line++
    this.#clearLine()
    if (isOverlong || bytes.byteLength === 0) return
    const open = this.#spread
    // A line that begins a document of its own shows that the one before was never finished.
    if (open !== undefined && !open.isList && bytes[0] === OPENING) {
      this.#spread = undefined
      if (!open.isTooLarge)
        pieces.push({ line: open.line, bytes: Buffer.concat(open.parts), damage: 'it is not finished' })
    }
    if (this.#spread !== undefined) this.#continueSpread(bytes, this.#spread, pieces)
    else if (isAlone(bytes, OPENING) || isAlone(bytes, OPENING_LIST))
      this.#spread = {
        line,
        isList: isAlone(bytes, OPENING_LIST),
        parts: [bytes],
        size: bytes.byteLength,
        isTooLarge: false
      }
    else pieces.push({ line, bytes })
  }

  #continueSpread(bytes: Buffer, spread: Spread, pieces: TextPiece[]): void {
    spread.size += bytes.byteLength
    if (!spread.isTooLarge && spread.size > this.#largest) {
      pieces.push(this.#tooLarge(spread.line))
      spread.isTooLarge = true
      spread.parts = []
    }
    if (!spread.isTooLarge) spread.parts.push(bytes)
    if (!closes(bytes, spread.isList)) return
    this.#spread = undefined
    if (!spread.isTooLarge) pieces.push({ line: spread.line, bytes: Buffer.concat(spread.parts) })
  }

  #tooLarge(line: number): TextPiece {
    const bytes = Buffer.alloc(0)
    return { line, bytes, damage: `it is larger than ${this.#largest / 1024 / 1024} MiB` }
  }
}

function isAlone(bytes: Buffer, bracket: number): boolean {
  return bytes.byteLength === 1 && bytes[0] === bracket
}

function closes(bytes: Buffer, isList: boolean): boolean {
  return isAlone(bytes, isList ? CLOSING_LIST : CLOSING)
}

/** Without the byte order mark at the start of a file. */
function withoutMark(bytes: Buffer, line: number): Buffer {
  return line === 1 && bytes.subarray(0, 3).equals(BYTE_ORDER_MARK) ? bytes.subarray(3) : bytes
}

/** Without the blanks at its end: a carriage return, most of all. */
function trimEnd(bytes: Buffer): Buffer {
  let end = bytes.byteLength
  while (end > 0 && bytes[end - 1]! <= 0x20 && bytes[end - 1] !== 0) end--
  return bytes.subarray(0, end)
}

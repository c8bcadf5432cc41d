import { OtlpDecodeError } from './decode-error.ts'

/** The wire types of protobuf, as the lower three bits of a tag hold them. */
const VARINT = 0
const FIXED64 = 1
const LENGTH = 2
const GROUP_START = 3
const GROUP_END = 4
const FIXED32 = 5

const DEEPEST_GROUP = 64

/**
 * Reads the protobuf wire format. Nested messages are read in place: `enter` narrows the reader to one, `leave` widens it again.
 * Every read is checked against the innermost message; what does not fit throws `OtlpDecodeError` with the byte it is about.
 */
export class WireReader {
  readonly #bytes: Buffer
  readonly #view: DataView
  #position = 0
  #end: number

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#end = bytes.byteLength
  }

  hasMore(): boolean {
    return this.#position < this.#end
  }

  /** The error to throw about what was read last. */
  error(problem: string): OtlpDecodeError {
    return new OtlpDecodeError(problem, `byte ${this.#position}`)
  }

  /** Field number and wire type, still in one number: `field << 3 | type`. */
  tag(): number {
    const tag = this.uint32()
    if (tag < 8) throw this.error('field number 0')
    return tag
  }

  /** Begins the message of a length-delimited field; hand the answer to `leave`. */
  enter(): number {
    const end = this.#take(this.uint32())
    const outer = this.#end
    this.#end = end
    return outer
  }

  leave(outer: number): void {
    this.#position = this.#end
    this.#end = outer
  }

  /** A varint as an unsigned 32-bit number; higher bits are dropped, as protobuf does. */
  uint32(): number {
    const bytes = this.#bytes
    const end = this.#end
    let position = this.#position
    if (position < end && bytes[position]! < 0x80) {
      this.#position = position + 1
      return bytes[position]!
    }
    let value = 0
    for (let shift = 0; shift < 70; shift += 7) {
      if (position >= end) throw this.error('truncated varint')
      const byte = bytes[position++]!
      if (shift < 32) value |= (byte & 0x7f) << shift
      if (byte < 0x80) {
        this.#position = position
        return value >>> 0
      }
    }
    throw this.error('varint of more than 10 bytes')
  }

  bool(): boolean {
    return this.int64() !== 0n
  }

  int64(): bigint {
    const bytes = this.#bytes
    const end = this.#end
    let position = this.#position
    let low = 0
    let high = 0
    for (let shift = 0; shift < 70; shift += 7) {
      if (position >= end) throw this.error('truncated varint')
      const byte = bytes[position++]!
      const bits = byte & 0x7f
      if (shift < 28) low |= bits << shift
      else if (shift === 28) {
        low |= bits << 28
        high = bits >>> 4
      } else high |= bits << (shift - 32)
      if (byte < 0x80) {
        this.#position = position
        return high === 0 ? BigInt(low >>> 0) : (BigInt(high | 0) << 32n) | BigInt(low >>> 0)
      }
    }
    throw this.error('varint of more than 10 bytes')
  }

  fixed32(): number {
    const start = this.#position
    this.#position = this.#take(4)
    return this.#view.getUint32(start, true)
  }

  fixed64(): bigint {
    const start = this.#position
    this.#position = this.#take(8)
    return this.#view.getBigUint64(start, true)
  }

  double(): number {
    const start = this.#position
    this.#position = this.#take(8)
    return this.#view.getFloat64(start, true)
  }

  /** A copy: nothing that is kept may hold on to the whole request. */
  bytes(): Uint8Array {
    const end = this.#take(this.uint32())
    const copy = new Uint8Array(this.#bytes.subarray(this.#position, end))
    this.#position = end
    return copy
  }

  /** Text; what is not UTF-8 in it is replaced, as losing a whole batch for one bad byte would help nobody. */
  string(): string {
    const end = this.#take(this.uint32())
    const text = strings.read(this.#bytes, this.#position, end)
    this.#position = end
    return text
  }

  /** Bytes as lower-case hexadecimal digits. */
  hex(): string {
    const end = this.#take(this.uint32())
    const text = this.#bytes.toString('hex', this.#position, end)
    this.#position = end
    return text
  }

  /** Passes over the value of a field that is unknown, or known with another wire type. */
  skip(tag: number, depth = 0): void {
    switch (tag & 7) {
      case VARINT:
        this.uint32()
        return
      case FIXED64:
        this.#position = this.#take(8)
        return
      case LENGTH:
        this.#position = this.#take(this.uint32())
        return
      case FIXED32:
        this.#position = this.#take(4)
        return
      case GROUP_START:
        this.#skipGroup(tag >>> 3, depth + 1)
        return
      default:
        throw this.error(`unexpected wire type ${tag & 7}`)
    }
  }

  #skipGroup(field: number, depth: number): void {
    if (depth > DEEPEST_GROUP) throw this.error('groups nested too deep')
    for (;;) {
      if (!this.hasMore()) throw this.error('truncated group')
      const tag = this.tag()
      if ((tag & 7) === GROUP_END) {
        if (tag >>> 3 !== field) throw this.error('end of another group')
        return
      }
      this.skip(tag, depth)
    }
  }

  /** Where a value of so many bytes ends. */
  #take(length: number): number {
    const end = this.#position + length
    if (end > this.#end)
      throw this.error(`truncated: ${length} bytes announced, ${this.#end - this.#position} left`)
    return end
  }
}

const CACHE_SIZE = 1024
const LONGEST_CACHED = 48

/** Attribute keys and common values repeat thousands of times: each is made into a string once, and lies in memory once. */
class StringCache {
  readonly #slots: (string | undefined)[] = new Array<string | undefined>(CACHE_SIZE).fill(undefined)

  read(bytes: Buffer, start: number, end: number): string {
    const length = end - start
    if (length === 0) return ''
    if (length > LONGEST_CACHED) return bytes.toString('utf8', start, end)
    let hash = length
    for (let index = start; index < end; index++) {
      const byte = bytes[index]!
      // Only ASCII has one byte a character, which is what the comparison below goes by.
      if (byte >= 0x80) return bytes.toString('utf8', start, end)
      hash = (Math.imul(hash, 31) + byte) | 0
    }
    const slot = (hash ^ (hash >>> 10)) & (CACHE_SIZE - 1)
    const known = this.#slots[slot]
    if (known !== undefined && isText(known, bytes, start, length)) return known
    const text = bytes.toString('latin1', start, end)
    this.#slots[slot] = text
    return text
  }
}

/** Of all messages: the batches of one system resemble each other. */
const strings = new StringCache()

function isText(text: string, bytes: Buffer, start: number, length: number): boolean {
  if (text.length !== length) return false
  for (let index = 0; index < length; index++)
    if (text.charCodeAt(index) !== bytes[start + index]) return false
  return true
}

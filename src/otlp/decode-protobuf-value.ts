import type { AttributeValue } from '../model/attributes.ts'
import { OtlpTooLargeError } from './decode-error.ts'
import { DEEPEST_VALUE, MOST_ITEMS, setEntry } from './span-draft.ts'
import type { WireReader } from './wire.ts'

/** Decodes OTLP's attribute values, and counts what a request holds. */
export class ProtobufValues {
  readonly #reader: WireReader
  #items = 0

  constructor(reader: WireReader) {
    this.#reader = reader
  }

  /** One more span, event, link or value: throws when a request holds too many. */
  count(): void {
    if (++this.#items > MOST_ITEMS)
      throw new OtlpTooLargeError(
        `more than ${MOST_ITEMS} spans, events, links and values in one request`,
        'its end'
      )
  }

  /** Reads the `KeyValue` that comes next and sets it; of a key that comes twice, the last one counts. */
  keyValue(target: Map<string, AttributeValue>): void {
    const reader = this.#reader
    const outer = reader.enter()
    let key = ''
    let value: AttributeValue = null
    while (reader.hasMore()) {
      const tag = reader.tag()
      if (tag === 0x0a) key = reader.string()
      else if (tag === 0x12) value = this.#anyValue(1)
      else reader.skip(tag)
    }
    reader.leave(outer)
    this.count()
    target.set(key, value)
  }

  #anyValue(depth: number): AttributeValue {
    const reader = this.#reader
    if (depth > DEEPEST_VALUE) throw reader.error(`a value nested deeper than ${DEEPEST_VALUE} levels`)
    const outer = reader.enter()
    let value: AttributeValue = null
    while (reader.hasMore()) {
      const tag = reader.tag()
      switch (tag) {
        case 0x0a:
          value = reader.string()
          break
        case 0x10:
          value = reader.bool()
          break
        case 0x18:
          value = reader.int64()
          break
        case 0x21:
          value = reader.double()
          break
        case 0x2a:
          value = this.#arrayValue(depth)
          break
        case 0x32:
          value = this.#kvlistValue(depth)
          break
        case 0x3a:
          value = reader.bytes()
          break
        default:
          reader.skip(tag)
      }
    }
    reader.leave(outer)
    return value
  }

  #arrayValue(depth: number): AttributeValue {
    const reader = this.#reader
    const outer = reader.enter()
    const values: AttributeValue[] = []
    while (reader.hasMore()) {
      const tag = reader.tag()
      if (tag === 0x0a) {
        this.count()
        values.push(this.#anyValue(depth + 1))
      } else reader.skip(tag)
    }
    reader.leave(outer)
    return values
  }

  #kvlistValue(depth: number): AttributeValue {
    const reader = this.#reader
    const outer = reader.enter()
    const entries: { [key: string]: AttributeValue } = {}
    while (reader.hasMore()) {
      const tag = reader.tag()
      if (tag === 0x0a) this.#kvlistEntry(entries, depth)
      else reader.skip(tag)
    }
    reader.leave(outer)
    return entries
  }

  #kvlistEntry(target: { [key: string]: AttributeValue }, depth: number): void {
    const reader = this.#reader
    const outer = reader.enter()
    let key = ''
    let value: AttributeValue = null
    while (reader.hasMore()) {
      const tag = reader.tag()
      if (tag === 0x0a) key = reader.string()
      else if (tag === 0x12) value = this.#anyValue(depth + 1)
      else reader.skip(tag)
    }
    reader.leave(outer)
    this.count()
    setEntry(target, key, value)
  }
}

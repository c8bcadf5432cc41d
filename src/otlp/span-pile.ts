import type { Span } from '../model/span.ts'
import { pack, unpack } from './pack.ts'

/** Spans in order of arrival, loose or packed. */
export class SpanPile {
  #loose: Span[] | undefined = []
  #packed: Uint8Array | undefined
  #length = 0

  get length(): number {
    return this.#length
  }

  /** Packed ones are equal to those that were put in, and others each time. */
  get all(): readonly Span[] {
    return this.#loose ?? (unpack(this.#packed!) as Span[])
  }

  push(span: Span): void {
    this.#unpack().push(span)
    this.#length++
  }

  /** Takes the last ones away. */
  drop(count: number): void {
    this.#length -= count
    this.#unpack().length = this.#length
  }

  /** Answers with the bytes that they take from now on. */
  pack(): number {
    this.#packed ??= pack(this.#loose)
    this.#loose = undefined
    return this.#packed.byteLength
  }

  #unpack(): Span[] {
    this.#loose ??= unpack(this.#packed!) as Span[]
    this.#packed = undefined
    return this.#loose
  }
}

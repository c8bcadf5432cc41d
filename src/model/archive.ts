/** How values that are hardly ever looked at again are made small. */
export interface Packing<Value, Packed> {
  /** So many values stay as they are. */
  readonly above: number
  pack(value: Value): Packed
  /** An equal of what was packed. */
  unpack(packed: Packed): Value
}

/** The last value of each key: of many, those that were put in first are packed. */
export class Archive<Value, Packed> {
  readonly #packing: Packing<Value, Packed>
  /** What was put in last comes last. */
  readonly #loose = new Map<string, Value>()
  readonly #packed = new Map<string, Packed>()

  constructor(packing: Packing<Value, Packed>) {
    this.#packing = packing
  }

  put(key: string, value: Value): void {
    this.#packed.delete(key)
    this.#loose.delete(key)
    this.#loose.set(key, value)
    for (const [first, one] of this.#loose) {
      if (this.#loose.size <= this.#packing.above) return
      this.#loose.delete(first)
      this.#packed.set(first, this.#packing.pack(one))
    }
  }

  /** A packed value is another object each time. */
  get(key: string): Value | undefined {
    const loose = this.#loose.get(key)
    if (loose !== undefined) return loose
    const packed = this.#packed.get(key)
    return packed === undefined ? undefined : this.#packing.unpack(packed)
  }
}

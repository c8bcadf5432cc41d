import { SpanPile } from './span-pile.ts'

/** The spans of one trace, and what they weigh. */
export class MeasuredSpans {
  pile: SpanPile = new SpanPile()
  /** Of memory, as estimated. */
  bytes = 0
  /** Unless they are packed, the same. */
  looseBytes = 0
  lastArrivalMs: number

  constructor(nowMs: number) {
    this.lastArrivalMs = nowMs
  }
}

export interface MemoryLimits {
  readonly maxSpans: number
  /** Of memory, as estimated. */
  readonly maxBytes: number
  /** Above it, traces that have been quiet for a while are packed. */
  readonly looseBytes: number
}

/** So long without a span, a trace is not likely to get another. */
const QUIET_MS = 1000

/** Knows how much memory the spans of all traces take, and packs those that are not likely to be asked for. */
export class SpanMemory {
  readonly #limits: MemoryLimits
  /** Those that are not packed, in order of last arrival. */
  readonly #loose = new Set<MeasuredSpans>()
  #spans = 0
  #bytes = 0
  #looseBytes = 0

  constructor(limits: MemoryLimits) {
    this.#limits = limits
  }

  get isFull(): boolean {
    return this.#spans > this.#limits.maxSpans || this.#bytes > this.#limits.maxBytes
  }

  /** These are to take spans, as the last of all that did. */
  loosen(spans: MeasuredSpans): void {
    const wasLoose = this.#loose.delete(spans)
    this.#loose.add(spans)
    if (wasLoose) return
    this.#looseBytes += spans.bytes
    this.#weigh(spans, spans.looseBytes)
  }

  /** So many spans more, of so many bytes in all; or fewer. */
  resize(spans: MeasuredSpans, count: number, bytes: number): void {
    spans.looseBytes += bytes
    this.#weigh(spans, spans.bytes + bytes)
    this.#spans += count
  }

  empty(spans: MeasuredSpans): void {
    this.#spans -= spans.pile.length
    this.#weigh(spans, 0)
    this.#loose.delete(spans)
    spans.looseBytes = 0
    spans.pile = new SpanPile()
  }

  /** Of those that take the most memory for nothing, the ones that have been quiet for longest. */
  packQuiet(nowMs: number): void {
    for (const spans of this.#loose) {
      if (this.#looseBytes <= this.#limits.looseBytes || spans.lastArrivalMs > nowMs - QUIET_MS) return
      this.#looseBytes -= spans.bytes
      this.#loose.delete(spans)
      this.#weigh(spans, spans.pile.pack())
    }
  }

  #weigh(spans: MeasuredSpans, bytes: number): void {
    this.#bytes += bytes - spans.bytes
    if (this.#loose.has(spans)) this.#looseBytes += bytes - spans.bytes
    spans.bytes = bytes
  }
}

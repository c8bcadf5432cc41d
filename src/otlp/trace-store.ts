import type { TraceId } from '../model/ids.ts'
import type { Span } from '../model/span.ts'
import { serviceName } from '../model/span.ts'
import { estimateOriginBytes, estimateSpanBytes } from './span-size.ts'

export interface TraceStoreLimits {
  readonly maxSpans: number
  /** Of memory, as estimated. */
  readonly maxBytes: number
  /** How long a trace that nobody asked for is kept after its last span. */
  readonly ttlMs: number
}

const DEFAULT_STORE_LIMITS: TraceStoreLimits = {
  maxSpans: 1_000_000,
  maxBytes: 256 * 1024 * 1024,
  ttlMs: 10 * 60_000
}

/** What is kept of a trace. Never shrinks but by eviction, which `truncated` tells. */
export interface StoredTrace {
  /** Every report of every span, in order of arrival. */
  readonly spans: readonly Span[]
  /** Why spans of this trace are known to be lost for good. */
  readonly truncated?: string
}

/** A trace that nobody asked for. */
export interface UnclaimedTrace {
  readonly traceId: TraceId
  readonly services: readonly string[]
  readonly spans: number
}

interface Entry {
  spans: Span[]
  bytes: number
  truncated: string | undefined
  isClaimed: boolean
  lastArrivalMs: number
  readonly listeners: Set<() => void>
}

const NO_ROOM = 'the receiver had no room for all of its spans'
const MOST_SERVICES = 10
const MOST_UNCLAIMED = 1_000
const MOST_TOMBSTONES = 100_000

/**
 * Keeps spans by trace, also those that come before they are asked for, within bounds.
 * A trace is claimed by the first `fetch` or `subscribe`: from then on it counts as awaited, and what is lost of no known trace is
 * taken as lost of this one too. When memory is short, traces nobody claimed go first, then those nobody listens to, each in order of
 * silence; of the others new spans are refused.
 */
export class TraceStore {
  readonly #limits: TraceStoreLimits
  readonly #nowMs: () => number
  /** In order of last arrival or claim, the latest last. */
  readonly #entries = new Map<TraceId, Entry>()
  /** Traces that were evicted before anybody asked for them. */
  readonly #tombstones = new Map<TraceId, string>()
  #spans = 0
  #bytes = 0

  constructor(nowMs: () => number, limits: TraceStoreLimits = DEFAULT_STORE_LIMITS) {
    this.#nowMs = nowMs
    this.#limits = limits
  }

  /** Takes spans in; answers how many there was no room for. */
  add(spans: readonly Span[]): number {
    const growths = new Map<TraceId, Growth>()
    let resource: Span['resource'] | undefined
    for (const span of spans) {
      let growth = growths.get(span.traceId)
      if (growth === undefined) {
        growth = { entry: this.#touch(span.traceId), spans: 0, bytes: 0 }
        growths.set(span.traceId, growth)
      }
      const origin = span.resource === resource ? 0 : estimateOriginBytes(span)
      resource = span.resource
      growth.entry.spans.push(span)
      growth.spans++
      growth.bytes += estimateSpanBytes(span) + origin
    }
    for (const growth of growths.values()) this.#resize(growth.entry, growth.spans, growth.bytes)
    this.#expire()
    const refused = this.#makeRoom(growths)
    for (const { entry } of growths.values()) notify(entry)
    return refused
  }

  /** Notes that something was lost: of this trace or, where that cannot be known, of every claimed one. */
  truncate(reason: string, traceId?: TraceId): void {
    const entries =
      traceId === undefined
        ? [...this.#entries.values()].filter(entry => entry.isClaimed)
        : [this.#entry(traceId)]
    for (const entry of entries) {
      entry.truncated ??= reason
      notify(entry)
    }
  }

  /** What has come of a trace, undefined if nothing has; claims it. */
  fetch(traceId: TraceId): StoredTrace | undefined {
    const { spans, truncated } = this.#claim(traceId)
    if (truncated !== undefined) return { spans: [...spans], truncated }
    return spans.length === 0 ? undefined : { spans: [...spans] }
  }

  /** Calls back, soon after, each time there is more to fetch; claims the trace. */
  subscribe(traceId: TraceId, onMore: () => void): Disposable {
    const { listeners } = this.#claim(traceId)
    // A function of its own: the same callback may be subscribed twice.
    const listener = (): void => onMore()
    listeners.add(listener)
    return { [Symbol.dispose]: () => void listeners.delete(listener) }
  }

  /** Traces that came and that nobody claimed, the latest first. */
  unclaimed(): readonly UnclaimedTrace[] {
    const traces: UnclaimedTrace[] = []
    for (const [traceId, entry] of [...this.#entries].reverse()) {
      if (entry.isClaimed || entry.spans.length === 0) continue
      const services = new Set<string>()
      for (const span of entry.spans) {
        if (services.size < MOST_SERVICES) services.add(serviceName(span))
      }
      traces.push({ traceId, services: [...services], spans: entry.spans.length })
      if (traces.length === MOST_UNCLAIMED) break
    }
    return traces
  }

  #claim(traceId: TraceId): Entry {
    const entry = this.#entry(traceId)
    entry.isClaimed = true
    return entry
  }

  #entry(traceId: TraceId): Entry {
    let entry = this.#entries.get(traceId)
    if (entry === undefined) {
      const truncated = this.#tombstones.get(traceId)
      this.#tombstones.delete(traceId)
      entry = {
        spans: [],
        bytes: 0,
        truncated,
        isClaimed: false,
        lastArrivalMs: this.#nowMs(),
        listeners: new Set()
      }
      this.#entries.set(traceId, entry)
    }
    return entry
  }

  /** The entry of a trace, moved behind all others. */
  #touch(traceId: TraceId): Entry {
    const entry = this.#entry(traceId)
    entry.lastArrivalMs = this.#nowMs()
    this.#entries.delete(traceId)
    this.#entries.set(traceId, entry)
    return entry
  }

  #isFull(): boolean {
    return this.#spans > this.#limits.maxSpans || this.#bytes > this.#limits.maxBytes
  }

  #resize(entry: Entry, spans: number, bytes: number): void {
    entry.bytes += bytes
    this.#spans += spans
    this.#bytes += bytes
  }

  #expire(): void {
    const limit = this.#nowMs() - this.#limits.ttlMs
    for (const [traceId, entry] of this.#entries) {
      if (entry.lastArrivalMs > limit) return
      if (!entry.isClaimed)
        this.#evict(traceId, entry, 'its spans were dropped: they came long before anybody asked for them')
    }
  }

  /** Evicts until the limits hold again; answers how many of the new spans that cost. */
  #makeRoom(growths: Map<TraceId, Growth>): number {
    let refused = 0
    const evictable = [
      (entry: Entry): boolean => !entry.isClaimed,
      (entry: Entry): boolean => entry.listeners.size === 0
    ]
    for (const isEvictable of evictable) {
      for (const [traceId, entry] of this.#entries) {
        if (!this.#isFull()) return refused
        if (entry.spans.length === 0 || !isEvictable(entry)) continue
        refused += growths.get(traceId)?.spans ?? 0
        growths.delete(traceId)
        this.#evict(traceId, entry, NO_ROOM)
      }
    }
    // Only awaited traces are left. What is there of them is worth more than what comes when memory is short.
    for (const { entry, spans, bytes } of growths.values()) {
      if (!this.#isFull()) return refused
      entry.spans.length -= spans
      entry.truncated ??= NO_ROOM
      this.#resize(entry, -spans, -bytes)
      refused += spans
    }
    return refused
  }

  #evict(traceId: TraceId, entry: Entry, reason: string): void {
    this.#resize(entry, -entry.spans.length, -entry.bytes)
    entry.spans = []
    entry.truncated ??= reason
    if (entry.isClaimed) return
    this.#entries.delete(traceId)
    this.#tombstones.set(traceId, entry.truncated)
    const [oldest] = this.#tombstones.keys()
    if (this.#tombstones.size > MOST_TOMBSTONES && oldest !== undefined) this.#tombstones.delete(oldest)
  }
}

/** What one request added to one trace. */
interface Growth {
  readonly entry: Entry
  spans: number
  bytes: number
}

function notify(entry: Entry): void {
  // Not at once: whoever listens must not be able to make the sender's request fail.
  for (const listener of entry.listeners)
    queueMicrotask(() => {
      if (entry.listeners.has(listener)) listener()
    })
}

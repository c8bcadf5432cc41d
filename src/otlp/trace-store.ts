import type { TraceId } from '../model/ids.ts'
import type { Reach } from '../model/joins.ts'
import type { Span } from '../model/span.ts'
import { serviceName } from '../model/span.ts'
import { LinkIndex } from './link-index.ts'
import { MeasuredSpans, type MemoryLimits, SpanMemory } from './span-memory.ts'
import { estimateOriginBytes, estimateSpanBytes } from './span-size.ts'

export interface TraceStoreLimits extends MemoryLimits {
  /** How long a trace that nobody asked for is kept after its last span. */
  readonly ttlMs: number
}

const DEFAULT_STORE_LIMITS: TraceStoreLimits = {
  maxSpans: 1_000_000,
  maxBytes: 256 * 1024 * 1024,
  ttlMs: 10 * 60_000,
  looseBytes: 4 * 1024 * 1024
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
  readonly spans: MeasuredSpans
  /** Grows with all that changes what is answered of it. */
  version: number
  truncated: string | undefined
  /** Why spans that linked to this trace are lost for good. */
  linkLoss: string | undefined
  isClaimed: boolean
  /** Claimed with the traces that link to it. */
  isFollowed: boolean
  readonly listeners: Set<() => void>
  /** Those of them that listen to the traces that link to it as well. */
  readonly followers: Set<() => void>
}

const NO_ROOM = 'the receiver had no room for all of its spans'
const MOST_SERVICES = 10
const MOST_UNCLAIMED = 1_000
const MOST_TOMBSTONES = 100_000
const MOST_JOINED = 1_000
/** Of memory, for knowing that one trace links to another. */
const LINK_BYTES = 200

/**
 * Keeps spans by trace, also those that come before they are asked for, within bounds.
 * A trace is claimed by the first `fetch` or `subscribe`: from then on it counts as awaited, and what is lost of no known trace is
 * taken as lost of this one too. With `linked`, so are the traces that link to it, and those that link to them: what they are is
 * known when the first such link comes, before or after their other spans. When memory is short, traces nobody claimed go first, then those nobody listens to, each in order of
 * silence; of the others new spans are refused.
 */
export class TraceStore {
  readonly #limits: TraceStoreLimits
  readonly #nowMs: () => number
  /** In order of last arrival or claim, the latest last. */
  readonly #entries = new Map<TraceId, Entry>()
  /** Traces that were evicted before anybody asked for them. */
  readonly #tombstones = new Map<TraceId, string>()
  /** Traces that nobody had asked for when a trace that links to them was evicted. */
  readonly #linkLosses = new Map<TraceId, string>()
  readonly #links = new LinkIndex()
  readonly #memory: SpanMemory

  constructor(nowMs: () => number, limits: TraceStoreLimits = DEFAULT_STORE_LIMITS) {
    this.#nowMs = nowMs
    this.#limits = limits
    this.#memory = new SpanMemory(limits)
  }

  /** Takes spans in; answers how many there was no room for. */
  add(spans: readonly Span[]): number {
    const growths = new Map<TraceId, Growth>()
    let resource: Span['resource'] | undefined
    for (const span of spans) {
      let growth = growths.get(span.traceId)
      if (growth === undefined) {
        growth = { entry: this.#touch(span.traceId), spans: 0, bytes: 0, links: 0 }
        this.#memory.loosen(growth.entry.spans)
        growths.set(span.traceId, growth)
      }
      const origin = span.resource === resource ? 0 : estimateOriginBytes(span)
      resource = span.resource
      growth.entry.spans.pile.push(span)
      growth.entry.version++
      growth.spans++
      const links = span.links.length === 0 ? 0 : this.#links.add(span)
      growth.links += links
      growth.bytes += estimateSpanBytes(span) + origin + links * LINK_BYTES
    }
    for (const [traceId, growth] of growths) {
      this.#memory.resize(growth.entry.spans, growth.spans, growth.bytes)
      if (growth.links > 0) this.#claimJoined(traceId)
    }
    const grown = [...growths]
    this.#expire()
    const refused = this.#makeRoom(growths)
    this.#memory.packQuiet(this.#nowMs())
    for (const [traceId, { entry }] of grown) this.#announce(traceId, entry)
    return refused
  }

  /** Notes that something was lost: of this trace or, where that cannot be known, of every claimed one. `linked`: it linked to those. */
  truncate(reason: string, traceId?: TraceId, linked: readonly TraceId[] = []): void {
    const entries: readonly (readonly [TraceId, Entry])[] =
      traceId === undefined
        ? [...this.#entries].filter(([, entry]) => entry.isClaimed)
        : [[traceId, this.#entry(traceId)]]
    for (const [id, entry] of entries) {
      entry.truncated ??= reason
      entry.version++
      this.#announce(id, entry)
    }
    for (const id of linked) this.#loseLink(id, reason)
  }

  /** What has come of a trace, undefined if nothing has; claims it. */
  fetch(traceId: TraceId, reach: Reach = 'alone'): StoredTrace | undefined {
    const entry = this.#claim(traceId, reach)
    const spans = [...entry.spans.pile.all]
    let { truncated } = entry
    if (reach === 'linked') {
      truncated ??= entry.linkLoss
      const joined = this.#links.leadingFrom(traceId, MOST_JOINED)
      if (joined.size > MOST_JOINED) truncated ??= `more than ${MOST_JOINED} traces link to it`
      for (const id of joined) {
        const other = this.#entries.get(id)
        truncated ??= other?.truncated ?? other?.linkLoss
        for (const span of other?.spans.pile.all ?? []) spans.push(span)
      }
    }
    if (truncated !== undefined) return { spans, truncated }
    return spans.length === 0 ? undefined : { spans }
  }

  /** Changes with what `fetch` would answer; claims nothing. */
  versionOf(traceId: TraceId, reach: Reach = 'alone'): number {
    const joined = reach === 'linked' ? this.#links.leadingFrom(traceId, MOST_JOINED) : []
    let version = 0
    for (const id of [traceId, ...joined]) version += 1 + (this.#entries.get(id)?.version ?? 0)
    return version
  }

  /** Calls back, soon after, each time there is more to fetch; claims the trace. */
  subscribe(traceId: TraceId, onMore: () => void, reach: Reach = 'alone'): Disposable {
    const { listeners, followers } = this.#claim(traceId, reach)
    // A function of its own: the same callback may be subscribed twice.
    const listener = (): void => onMore()
    listeners.add(listener)
    if (reach === 'linked') followers.add(listener)
    return {
      [Symbol.dispose]: () => {
        listeners.delete(listener)
        followers.delete(listener)
      }
    }
  }

  /** Traces that came and that nobody claimed, the latest first. */
  unclaimed(): readonly UnclaimedTrace[] {
    const traces: UnclaimedTrace[] = []
    for (const [traceId, entry] of [...this.#entries].reverse()) {
      if (entry.isClaimed || entry.spans.pile.length === 0) continue
      const services = new Set<string>()
      for (const span of entry.spans.pile.all) {
        if (services.size < MOST_SERVICES) services.add(serviceName(span))
      }
      traces.push({ traceId, services: [...services], spans: entry.spans.pile.length })
      if (traces.length === MOST_UNCLAIMED) break
    }
    return traces
  }

  #claim(traceId: TraceId, reach: Reach): Entry {
    const entry = this.#entry(traceId)
    entry.isClaimed = true
    if (reach === 'linked' && !entry.isFollowed) {
      entry.isFollowed = true
      this.#claimJoined(traceId)
    }
    return entry
  }

  /** A trace that leads to a followed one is awaited like that one, and so is what leads to it. */
  #claimJoined(traceId: TraceId): void {
    const isFollowed = (id: TraceId): boolean => this.#entries.get(id)?.isFollowed === true
    if (!isFollowed(traceId) && ![...this.#links.leadingTo(traceId)].some(isFollowed)) return
    for (const id of [traceId, ...this.#links.leadingFrom(traceId, MOST_JOINED)]) {
      const entry = this.#entries.get(id)
      if (entry !== undefined) entry.isClaimed = true
    }
  }

  /** Tells all who listen to a trace, or to one that it leads to. */
  #announce(traceId: TraceId, entry: Entry): void {
    notify(entry.listeners)
    for (const id of this.#links.leadingTo(traceId)) {
      const followers = this.#entries.get(id)?.followers
      if (followers !== undefined) notify(followers)
    }
  }

  #isListenedTo(traceId: TraceId, entry: Entry): boolean {
    if (entry.listeners.size > 0) return true
    for (const id of this.#links.leadingTo(traceId))
      if ((this.#entries.get(id)?.followers.size ?? 0) > 0) return true
    return false
  }

  #entry(traceId: TraceId): Entry {
    let entry = this.#entries.get(traceId)
    if (entry === undefined) {
      const truncated = this.#tombstones.get(traceId)
      this.#tombstones.delete(traceId)
      entry = {
        spans: new MeasuredSpans(this.#nowMs()),
        version: 0,
        truncated,
        linkLoss: this.#linkLosses.get(traceId),
        isClaimed: false,
        isFollowed: false,
        listeners: new Set(),
        followers: new Set()
      }
      this.#linkLosses.delete(traceId)
      this.#entries.set(traceId, entry)
    }
    return entry
  }

  /** The entry of a trace, moved behind all others. */
  #touch(traceId: TraceId): Entry {
    const entry = this.#entry(traceId)
    entry.spans.lastArrivalMs = this.#nowMs()
    this.#entries.delete(traceId)
    this.#entries.set(traceId, entry)
    return entry
  }

  #expire(): void {
    const limit = this.#nowMs() - this.#limits.ttlMs
    for (const [traceId, entry] of this.#entries) {
      if (entry.spans.lastArrivalMs > limit) return
      if (!entry.isClaimed)
        this.#evict(traceId, entry, 'its spans were dropped: they came long before anybody asked for them')
    }
  }

  /** Evicts until the limits hold again; answers how many of the new spans that cost. */
  #makeRoom(growths: Map<TraceId, Growth>): number {
    let refused = 0
    const evictable = [
      (_: TraceId, entry: Entry): boolean => !entry.isClaimed,
      (traceId: TraceId, entry: Entry): boolean => !this.#isListenedTo(traceId, entry)
    ]
    for (const isEvictable of evictable) {
      for (const [traceId, entry] of this.#entries) {
        if (!this.#memory.isFull) return refused
        if (entry.spans.pile.length === 0 || !isEvictable(traceId, entry)) continue
        refused += growths.get(traceId)?.spans ?? 0
        growths.delete(traceId)
        this.#evict(traceId, entry, NO_ROOM)
      }
    }
    // Only awaited traces are left. What is there of them is worth more than what comes when memory is short.
    for (const { entry, spans, bytes } of growths.values()) {
      if (!this.#memory.isFull) return refused
      entry.spans.pile.drop(spans)
      entry.version++
      entry.truncated ??= NO_ROOM
      this.#memory.resize(entry.spans, -spans, -bytes)
      refused += spans
    }
    return refused
  }

  #evict(traceId: TraceId, entry: Entry, reason: string): void {
    this.#memory.empty(entry.spans)
    entry.version++
    entry.truncated ??= reason
    if (entry.isClaimed) return
    this.#entries.delete(traceId)
    bury(this.#tombstones, traceId, entry.truncated)
    for (const target of [...this.#links.targetsOf(traceId)]) this.#loseLink(target, entry.truncated)
    this.#links.forget(traceId)
  }

  /** A span that linked to this trace is lost for good. */
  #loseLink(target: TraceId, reason: string): void {
    const entry = this.#entries.get(target)
    if (entry === undefined) bury(this.#linkLosses, target, reason)
    else {
      entry.linkLoss ??= reason
      entry.version++
      this.#announce(target, entry)
    }
  }
}

/** What one request added to one trace. */
interface Growth {
  readonly entry: Entry
  spans: number
  bytes: number
  /** To traces that it did not link to before. */
  links: number
}

function bury(graves: Map<TraceId, string>, traceId: TraceId, reason: string): void {
  graves.set(traceId, reason)
  const [oldest] = graves.keys()
  if (graves.size > MOST_TOMBSTONES && oldest !== undefined) graves.delete(oldest)
}

function notify(listeners: ReadonlySet<() => void>): void {
  // Not at once: whoever listens must not be able to make the sender's request fail.
  for (const listener of listeners)
    queueMicrotask(() => {
      if (listeners.has(listener)) listener()
    })
}

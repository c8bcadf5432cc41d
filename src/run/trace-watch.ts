import type { TraceId } from '../model/ids.ts'
import type { Reach } from '../model/joins.ts'
import type { Clock } from '../plugin/context.ts'
import type { Collector } from './collector.ts'
import { createCollector } from './collector.ts'
import { lookOnce } from './look-once.ts'
import { startNap } from './nap.ts'
import type { OpenBackend } from './sessions.ts'

/** How one look ended. */
export interface Look {
  /** When it was begun: what came later, it cannot have seen. */
  readonly begunUnixNano: bigint
  /** The trace is not what it was before. */
  readonly isNew: boolean
  /** The backend did not answer in substance, and why. */
  readonly busy?: { readonly reason: string; readonly retryAfterMs: number }
}

/** Follows one trace of a session, from before the request is sent. Disposing of it ends the subscription. */
export interface TraceWatch extends Disposable {
  readonly collector: Collector
  /** How often the backend was asked. */
  readonly looks: number
  /**
   * Looks once, as soon as the backend may be asked; counts as busy if that is not within so many milliseconds. Rejects
   * with what the session throws.
   */
  look(signal: AbortSignal, patienceMs: number): Promise<Look>
  /** Whether another look is sure to bring nothing. */
  isUpToDate(): boolean
  /** Resolves when there is more to fetch, or after so many milliseconds; rejects when the signal is aborted. */
  waitForMore(ms: number, signal: AbortSignal): Promise<void>
  /** Something came that no look has shown yet. */
  readonly hasMore: boolean
  /** Calls back each time something comes, in the place of every wait. */
  listen(onMore: () => void): void
  /** Takes in what is pushed until the signal is aborted: a span is known by when it came, not by when we had time. */
  gather(until: AbortSignal): Promise<void>
}

/** Longer than any request: news end this wait. */
const FOREVER_MS = 2_000_000_000

/** Starts to follow a trace; `linked`: with the traces that link to it. */
export function watchTrace(
  backend: OpenBackend,
  traceId: TraceId,
  clock: Clock,
  reach: Reach = 'alone'
): TraceWatch {
  return new SessionWatch({ backend, traceId, clock, reach })
}

interface Followed {
  readonly backend: OpenBackend
  readonly traceId: TraceId
  readonly clock: Clock
  readonly reach: Reach
}

interface News {
  readonly sinceUnixNano: bigint
  readonly untilUnixNano: bigint
}

/** A class, since a run keeps one for each test: see the collector. */
class SessionWatch implements TraceWatch {
  readonly collector: Collector
  private readonly followed: Followed
  private readonly isPushed: boolean
  private readonly subscription: Disposable | undefined
  // One object: whoever stands in front of a watch by inheriting from it changes the same.
  private readonly now: {
    more?: News | undefined
    wake?: (() => void) | undefined
    looks: number
    seenVersion?: number | undefined
  } = { looks: 0 }

  constructor(followed: Followed) {
    const { traceId, reach, clock, backend } = followed
    const { session } = backend
    this.followed = followed
    this.isPushed = session.subscribe !== undefined
    this.collector = createCollector(traceId, this.isPushed, reach === 'linked')
    const { now } = this
    const onMore = (): void => {
      const nowUnixNano = clock.now()
      now.more = { sinceUnixNano: now.more?.sinceUnixNano ?? nowUnixNano, untilUnixNano: nowUnixNano }
      now.wake?.()
    }
    this.subscription = session.subscribe?.(traceId, onMore, reach)
  }

  get looks(): number {
    return this.now.looks
  }

  async look(signal: AbortSignal, patienceMs: number): Promise<Look> {
    const { now, followed, collector } = this
    const { backend, traceId, clock, reach } = followed
    const { session, gate, lookTimeoutMs } = backend
    const refusal = await gate.enter(patienceMs, signal)
    const begunUnixNano = clock.now()
    if (refusal !== undefined)
      return { begunUnixNano, isNew: false, busy: { reason: refusal, retryAfterMs: 0 } }
    const pushed = now.more
    now.more = undefined
    now.looks++
    const version = session.versionOf?.(traceId, reach)
    const result = await lookOnce(session, traceId, { clock, signal, lookTimeoutMs, reach })
    const isNew = collector.absorb(result, {
      begunUnixNano,
      seenUnixNano: pushed?.untilUnixNano ?? clock.now(),
      ...(pushed ? { sinceUnixNano: pushed.sinceUnixNano } : {})
    })
    if (result.status !== 'busy') {
      now.seenVersion = version
      return { begunUnixNano, isNew }
    }
    const retryAfterMs = result.retryAfterMs ?? 0
    gate.pause(retryAfterMs, result.reason)
    return { begunUnixNano, isNew, busy: { reason: result.reason, retryAfterMs } }
  }

  isUpToDate(): boolean {
    const { backend, traceId, reach } = this.followed
    const { seenVersion } = this.now
    return seenVersion !== undefined && seenVersion === backend.session.versionOf?.(traceId, reach)
  }

  async waitForMore(ms: number, signal: AbortSignal): Promise<void> {
    const { now, followed } = this
    signal.throwIfAborted()
    if (now.more !== undefined) return
    const nap = startNap(followed.clock, ms, signal)
    now.wake = nap.end
    try {
      await nap.isOverdue
    } finally {
      now.wake = undefined
    }
  }

  get hasMore(): boolean {
    return this.now.more !== undefined
  }

  listen(onMore: () => void): void {
    this.now.wake = onMore
  }

  async gather(until: AbortSignal): Promise<void> {
    if (!this.isPushed) return
    try {
      for (;;) {
        await this.waitForMore(FOREVER_MS, until)
        if (this.hasMore) await this.look(until, FOREVER_MS)
      }
    } catch {
      // Either the signal, or a look that failed: waiting will repeat it, and report what it rejects with.
    }
  }

  [Symbol.dispose](): void {
    this.subscription?.[Symbol.dispose]()
  }
}

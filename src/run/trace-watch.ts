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
  const { session, gate, lookTimeoutMs } = backend
  const isPushed = session.subscribe !== undefined
  const collector = createCollector(traceId, isPushed, reach === 'linked')
  let more: { readonly sinceUnixNano: bigint; readonly untilUnixNano: bigint } | undefined
  let wake: (() => void) | undefined
  let looks = 0
  let seenVersion: number | undefined
  const onMore = (): void => {
    const now = clock.now()
    more = { sinceUnixNano: more?.sinceUnixNano ?? now, untilUnixNano: now }
    wake?.()
  }
  const subscription = session.subscribe?.(traceId, onMore, reach)

  async function look(signal: AbortSignal, patienceMs: number): Promise<Look> {
    const refusal = await gate.enter(patienceMs, signal)
    const begunUnixNano = clock.now()
    if (refusal !== undefined)
      return { begunUnixNano, isNew: false, busy: { reason: refusal, retryAfterMs: 0 } }
    const pushed = more
    more = undefined
    looks++
    const version = session.versionOf?.(traceId, reach)
    const result = await lookOnce(session, traceId, { clock, signal, lookTimeoutMs, reach })
    const isNew = collector.absorb(result, {
      begunUnixNano,
      seenUnixNano: pushed?.untilUnixNano ?? clock.now(),
      ...(pushed ? { sinceUnixNano: pushed.sinceUnixNano } : {})
    })
    if (result.status !== 'busy') {
      seenVersion = version
      return { begunUnixNano, isNew }
    }
    const retryAfterMs = result.retryAfterMs ?? 0
    gate.pause(retryAfterMs, result.reason)
    return { begunUnixNano, isNew, busy: { reason: result.reason, retryAfterMs } }
  }

  async function waitForMore(ms: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    if (more !== undefined) return
    const nap = startNap(clock, ms, signal)
    wake = nap.end
    try {
      await nap.isOverdue
    } finally {
      wake = undefined
    }
  }

  async function gather(until: AbortSignal): Promise<void> {
    if (!isPushed) return
    try {
      for (;;) {
        await waitForMore(FOREVER_MS, until)
        if (more !== undefined) await look(until, FOREVER_MS)
      }
    } catch {
      // Either the signal, or a look that failed: waiting will repeat it, and report what it rejects with.
    }
  }

  return {
    collector,
    get looks() {
      return looks
    },
    look,
    isUpToDate: () => seenVersion !== undefined && seenVersion === session.versionOf?.(traceId, reach),
    waitForMore,
    gather,
    [Symbol.dispose]: () => subscription?.[Symbol.dispose]()
  }
}

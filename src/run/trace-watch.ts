import type { TraceId } from '../model/ids.ts'
import type { Clock } from '../plugin/context.ts'
import type { FetchResult, TraceSession } from '../plugin/trace-backend.ts'
import type { Collector } from './collector.ts'
import { createCollector } from './collector.ts'

/** How one look ended. */
export interface Look {
  /** The trace is not what it was before. */
  readonly isNew: boolean
  /** The backend did not answer in substance, and why. */
  readonly busy?: { readonly reason: string; readonly retryAfterMs: number }
}

/** Follows one trace of a session, from before the request is sent. Disposing of it ends the subscription. */
export interface TraceWatch extends Disposable {
  readonly collector: Collector
  /** Looks once. Rejects with what the session throws. */
  look(signal: AbortSignal): Promise<Look>
  /** Resolves when there is more to fetch, or after so many milliseconds; rejects when the signal is aborted. */
  waitForMore(ms: number, signal: AbortSignal): Promise<void>
  /** Takes in what is pushed until the signal is aborted: a span is known by when it came, not by when we had time. */
  gather(until: AbortSignal): Promise<void>
}

/** No session may keep a test beyond this: a look that takes longer counts as busy. */
const LOOK_TIMEOUT_MS = 15_000

/** Starts to follow a trace. */
export function watchTrace(session: TraceSession, traceId: TraceId, clock: Clock): TraceWatch {
  const isPushed = session.subscribe !== undefined
  const collector = createCollector(traceId, isPushed)
  let more: { readonly sinceUnixNano: bigint; readonly untilUnixNano: bigint } | undefined
  let wake: (() => void) | undefined
  const subscription = session.subscribe?.(traceId, () => {
    const now = clock.now()
    more = { sinceUnixNano: more?.sinceUnixNano ?? now, untilUnixNano: now }
    wake?.()
  })

  async function look(signal: AbortSignal): Promise<Look> {
    const begunUnixNano = clock.now()
    const pushed = more
    more = undefined
    const result = await fetchInTime(session, traceId, clock, signal)
    const seenUnixNano = pushed?.untilUnixNano ?? clock.now()
    const isNew = collector.absorb(result, {
      begunUnixNano,
      seenUnixNano,
      ...(pushed ? { sinceUnixNano: pushed.sinceUnixNano } : {})
    })
    if (result.status !== 'busy') return { isNew }
    return { isNew, busy: { reason: result.reason, retryAfterMs: result.retryAfterMs ?? 0 } }
  }

  async function waitForMore(ms: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    if (more !== undefined) return
    const awake = new AbortController()
    wake = () => awake.abort()
    try {
      await clock.sleep(ms, AbortSignal.any([signal, awake.signal]))
    } catch (error) {
      if (signal.aborted || !awake.signal.aborted) throw error
    } finally {
      wake = undefined
    }
  }

  async function gather(until: AbortSignal): Promise<void> {
    if (!isPushed) return
    try {
      for (;;) {
        await waitForMore(LOOK_TIMEOUT_MS, until)
        if (more !== undefined) await look(until)
      }
    } catch {
      // Either the signal, or a look that failed: waiting will repeat it, and report what it rejects with.
    }
  }

  return { collector, look, waitForMore, gather, [Symbol.dispose]: () => subscription?.[Symbol.dispose]() }
}

/** One look, given up after its time. */
async function fetchInTime(
  session: TraceSession,
  traceId: TraceId,
  clock: Clock,
  signal: AbortSignal
): Promise<FetchResult> {
  const given = new AbortController()
  const done = new AbortController()
  const timer = clock.sleep(LOOK_TIMEOUT_MS, AbortSignal.any([signal, done.signal])).then((): FetchResult => {
    given.abort(new Error('the look took too long'))
    return { status: 'busy', reason: `it did not answer within ${LOOK_TIMEOUT_MS / 1000} s` }
  })
  try {
    return await Promise.race([session.fetch(traceId, AbortSignal.any([signal, given.signal])), timer])
  } finally {
    done.abort()
    timer.catch(() => undefined)
  }
}

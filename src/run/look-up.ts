import type { TraceId } from '../model/ids.ts'
import type { Loss } from '../model/run-event.ts'
import type { Trace } from '../model/trace.ts'
import type { Clock } from '../plugin/context.ts'
import type { BackendCaps, FetchResult, TraceSession } from '../plugin/trace-backend.ts'
import type { Collector } from './collector.ts'
import { createCollector } from './collector.ts'
import { lookOnce } from './look-once.ts'

/** What looking for a trace that was not made by a test of ours came to. */
export type LookUp =
  | {
      readonly status: 'found'
      readonly trace: Trace
      readonly completeness: Collector['completeness']
      /** Why the trace is cut, in words of the store. */
      readonly note: string | undefined
      readonly losses: readonly Loss[]
    }
  | { readonly status: 'absent' }
  | { readonly status: 'busy'; readonly reason: string }

export interface LookUpOptions {
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly caps: Pick<BackendCaps, 'isPushed' | 'lookTimeoutMs' | 'stepMs' | 'looksPerSecond'>
  /** Looks again until nothing new has come for so long; 0 looks once. */
  readonly quietMs: number
}

/** Looks for one trace. Rejects with `BackendError`, or with the signal's reason. */
export async function lookUpTrace(
  session: TraceSession,
  traceId: TraceId,
  options: LookUpOptions
): Promise<LookUp> {
  const { clock, signal, caps, quietMs } = options
  const collector = createCollector(traceId, caps.isPushed)
  const stepMs = Math.max(caps.stepMs.first, 1000 / (caps.looksPerSecond ?? Number.POSITIVE_INFINITY))
  const startedUnixNano = clock.now()
  for (;;) {
    const begunUnixNano = clock.now()
    const result = await lookOnce(session, traceId, {
      clock,
      signal,
      lookTimeoutMs: caps.lookTimeoutMs
    })
    const seenUnixNano = clock.now()
    collector.absorb(result, { begunUnixNano, seenUnixNano })
    const isFinal = collector.completeness === 'complete' || collector.completeness === 'truncated'
    const quietSince = collector.lastNewUnixNano ?? startedUnixNano
    const leftMs = quietMs - Number(seenUnixNano - quietSince) / 1e6
    if (isFinal || leftMs <= 0) return outcomeOf(collector, result)
    const askedMs = result.status === 'busy' ? (result.retryAfterMs ?? 0) : 0
    await clock.sleep(Math.max(1, Math.min(leftMs, Math.max(stepMs, askedMs))), signal)
  }
}

function outcomeOf(collector: Collector, last: FetchResult): LookUp {
  const { completeness, note, losses, spanCount } = collector
  if (spanCount > 0 || completeness === 'truncated')
    return { status: 'found', trace: collector.buildTrace(), completeness, note, losses: [...losses] }
  return last.status === 'busy' ? { status: 'busy', reason: last.reason } : { status: 'absent' }
}

import type { TraceId } from '../model/ids.ts'
import type { Loss } from '../model/run-event.ts'
import type { Trace } from '../model/trace.ts'
import type { Clock } from '../plugin/context.ts'
import type { BackendCaps, TraceSession } from '../plugin/trace-backend.ts'
import type { Collector } from './collector.ts'
import { guardSession } from './sessions.ts'
import { watchTrace } from './trace-watch.ts'

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
  readonly caps: Pick<BackendCaps, 'lookTimeoutMs' | 'stepMs' | 'looksPerSecond'>
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
  using watch = watchTrace(guardSession(session, caps, clock), traceId, clock)
  const { collector } = watch
  const startedUnixNano = clock.now()
  const leftMs = (): number =>
    Math.max(0, quietMs - Number(clock.now() - (collector.lastNewUnixNano ?? startedUnixNano)) / 1e6)
  for (;;) {
    const { busy } = await watch.look(signal, leftMs())
    const isFinal = collector.completeness === 'complete' || collector.completeness === 'truncated'
    if (isFinal || leftMs() === 0) return outcomeOf(collector, busy?.reason)
    const restMs = Math.max(caps.stepMs.first, busy?.retryAfterMs ?? 0)
    await clock.sleep(Math.max(1, Math.min(leftMs(), restMs)), signal)
  }
}

function outcomeOf(collector: Collector, busyReason: string | undefined): LookUp {
  const { completeness, note, losses, spanCount } = collector
  if (spanCount > 0 || completeness === 'truncated')
    return { status: 'found', trace: collector.buildTrace(), completeness, note, losses: [...losses] }
  return busyReason === undefined ? { status: 'absent' } : { status: 'busy', reason: busyReason }
}

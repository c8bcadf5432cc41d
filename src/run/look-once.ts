import type { TraceId } from '../model/ids.ts'
import type { Reach } from '../model/joins.ts'
import type { Clock } from '../plugin/context.ts'
import type { FetchResult, TraceSession } from '../plugin/trace-backend.ts'
import { renderSeconds } from './ground.ts'

export interface LookOptions {
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly lookTimeoutMs: number
  readonly reach?: Reach
}

/** One look; one that takes longer than the store may take counts as busy. */
export async function lookOnce(
  session: TraceSession,
  traceId: TraceId,
  { clock, signal, lookTimeoutMs, reach }: LookOptions
): Promise<FetchResult> {
  const given = new AbortController()
  const done = new AbortController()
  const timer = clock.sleep(lookTimeoutMs, AbortSignal.any([signal, done.signal])).then((): FetchResult => {
    given.abort(new Error('the look took too long'))
    return { status: 'busy', reason: `it did not answer within ${renderSeconds(lookTimeoutMs)}` }
  })
  try {
    return await Promise.race([session.fetch(traceId, AbortSignal.any([signal, given.signal]), reach), timer])
  } finally {
    done.abort()
    timer.catch(() => undefined)
  }
}

import type { TraceId } from '../model/ids.ts'
import type { Reach } from '../model/joins.ts'
import type { Clock } from '../plugin/context.ts'
import type { FetchResult, TraceSession } from '../plugin/trace-backend.ts'
import { renderSeconds } from './ground.ts'
import { abortWith, startNap } from './nap.ts'

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
  // What is pushed is at hand: there is nothing to call off.
  const looking = session.subscribe === undefined ? new AbortController() : undefined
  using _ = looking && abortWith(looking, signal)
  const answer = session.fetch(traceId, looking?.signal ?? signal, reach)
  if (!(answer instanceof Promise)) return answer
  const limit = startNap(clock, lookTimeoutMs, signal)
  const overdue = limit.isOverdue.then((isOverdue): FetchResult => {
    if (isOverdue) looking?.abort(new Error('the look took too long'))
    return { status: 'busy', reason: `it did not answer within ${renderSeconds(lookTimeoutMs)}` }
  })
  try {
    return await Promise.race([answer, overdue])
  } finally {
    limit.end()
  }
}

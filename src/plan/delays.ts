import type { BackendCaps } from '../plugin/trace-backend.ts'
import type { WaitSettings } from './plan.ts'

/** What the batch processors of the SDKs do unless they are told otherwise. */
export const DEFAULT_FLUSH_MS = 5000
const DEFAULT_ASYNC_MS = 20_000
const DEFAULT_ABSENCE_WINDOW_MS = 2000

/** How long spans may be under way, as declared or by default. All times in milliseconds. */
export interface Delays {
  /** How long a process of the system keeps a span. */
  readonly flushMs: number
  /** From accepting a span to showing it; 0 where nobody knows. */
  readonly lagMs: number
  readonly isLagKnown: boolean
  /** Who says how long the lag is. */
  readonly lag: 'declared' | 'backend' | 'unknown'
  readonly marginMs: number
  /** From the end of a producer span to its consumer. */
  readonly asyncMs: number
  readonly absenceWindowMs: number
}

/** What a test declares, what its backend promises, and the defaults. */
export function delaysOf(caps: BackendCaps, settings: WaitSettings): Delays {
  const { isPushed } = caps
  const declaredLag = settings.lagMs ?? caps.lagMs ?? (isPushed ? 0 : undefined)
  return {
    flushMs: settings.flushDelayMs ?? DEFAULT_FLUSH_MS,
    lagMs: (declaredLag ?? 0) + (settings.tailSamplingMs ?? 0),
    isLagKnown: declaredLag !== undefined,
    lag: settings.lagMs !== undefined ? 'declared' : declaredLag !== undefined ? 'backend' : 'unknown',
    marginMs: isPushed ? 150 : 700,
    asyncMs: settings.asyncMs ?? DEFAULT_ASYNC_MS,
    absenceWindowMs: settings.absenceWindowMs ?? DEFAULT_ABSENCE_WINDOW_MS
  }
}

/** From the end of a span to the moment at which it must have been seen. */
export function settleMs(delays: Pick<Delays, 'flushMs' | 'lagMs' | 'marginMs'>): number {
  return 1.1 * delays.flushMs + delays.lagMs + delays.marginMs
}

/** As {@link settleMs}, of a process that has sent nothing yet: nothing shows that it keeps a declared delay, so it is given no less than the default. */
export function unprovenSettleMs(delays: Pick<Delays, 'flushMs' | 'lagMs' | 'marginMs'>): number {
  return settleMs({ ...delays, flushMs: Math.max(delays.flushMs, DEFAULT_FLUSH_MS) })
}

/**
 * From the answer to the moment at which even the slowest trace is known to be complete, and was watched, where every
 * service keeps the delays that are declared.
 */
export function declaredWaitMs(delays: Delays): number {
  return delays.asyncMs + settleMs(delays) + delays.absenceWindowMs + 1000
}

/** The same with a service that sends nothing, of which nothing shows what it keeps. */
export function longestWaitMs(delays: Delays): number {
  return declaredWaitMs(delays) - settleMs(delays) + unprovenSettleMs(delays)
}

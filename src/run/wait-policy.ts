import type { WaitSettings } from '../plan/plan.ts'
import type { BackendCaps } from '../plugin/trace-backend.ts'

/** How long to wait for a trace, and for what. All times in milliseconds. */
export interface WaitPolicy {
  /** Spans come to us: nothing polls. */
  readonly isPushed: boolean
  readonly stepMs: { readonly first: number; readonly longest: number }
  /** How long a process of the system keeps a span. */
  readonly flushMs: number
  /** Said by the user: relied on, and checked. */
  readonly isFlushDeclared: boolean
  /** From accepting a span to showing it; 0 where nobody knows. */
  readonly lagMs: number
  readonly isLagKnown: boolean
  readonly marginMs: number
  /** Without a new span, at least, before a trace counts as complete. */
  readonly restMs: number
  /** From the end of a producer span to its consumer. */
  readonly asyncMs: number
  readonly absenceWindowMs: number
  /** Said by the user: the window holds for every check that is watched. */
  readonly isWindowDeclared: boolean
  /** After the answer. */
  readonly deadlineMs: number
}

const DEFAULT_FLUSH_MS = 5000
const DEFAULT_ASYNC_MS = 20_000
const DEFAULT_ABSENCE_WINDOW_MS = 2000

/** What holds for a test: its settings, the abilities of its backend, and the defaults. */
export function buildWaitPolicy(caps: BackendCaps, settings: WaitSettings): WaitPolicy {
  const { isPushed } = caps
  const declaredLag = settings.lagMs ?? caps.lagMs ?? (isPushed ? 0 : undefined)
  const longest = settings.longestStepMs ?? caps.stepMs.longest
  const policy = {
    isPushed,
    stepMs: { first: Math.min(caps.stepMs.first, longest), longest },
    flushMs: settings.flushDelayMs ?? DEFAULT_FLUSH_MS,
    isFlushDeclared: settings.flushDelayMs !== undefined,
    lagMs: (declaredLag ?? 0) + (settings.tailSamplingMs ?? 0),
    isLagKnown: declaredLag !== undefined,
    marginMs: isPushed ? 150 : 700,
    restMs: isPushed ? 100 : 250,
    asyncMs: settings.asyncMs ?? DEFAULT_ASYNC_MS,
    absenceWindowMs: settings.absenceWindowMs ?? DEFAULT_ABSENCE_WINDOW_MS,
    isWindowDeclared: settings.absenceWindowMs !== undefined
  }
  const least = policy.asyncMs + settleMs(policy) + policy.absenceWindowMs + 1000
  return { ...policy, deadlineMs: settings.timeoutMs ?? Math.max(caps.deadlineMs, least) }
}

type Delays = Pick<WaitPolicy, 'flushMs' | 'lagMs' | 'marginMs'>

/** From the end of a span to the moment at which it must have been seen. */
export function settleMs(delays: Delays): number {
  return 1.1 * delays.flushMs + delays.lagMs + delays.marginMs
}

/** How long the server span of a client span may take, from the end of the client span; longer for a peer that is known to send spans. */
export function calleeGraceMs(delays: Delays, isProven: boolean): number {
  return isProven ? silenceMs(delays) : settleMs(delays)
}

/** After so long without a new span, nothing more is expected of a trace that has holes. */
export function silenceMs(delays: Delays): number {
  return 2 * delays.flushMs + 4000 + delays.lagMs
}

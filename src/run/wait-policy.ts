import type { Reliance } from '../model/verdict.ts'
import type { Delays } from '../plan/delays.ts'
import { delaysOf, longestWaitMs, unprovenSettleMs } from '../plan/delays.ts'
import type { WaitSettings } from '../plan/plan.ts'
import type { BackendCaps } from '../plugin/trace-backend.ts'

/** How long to wait for a trace, and for what. All times in milliseconds. */
export interface WaitPolicy extends Delays {
  /** Spans come to us: nothing polls. */
  readonly isPushed: boolean
  readonly stepMs: { readonly first: number; readonly longest: number }
  /** Said by the user: relied on, and checked. */
  readonly isFlushDeclared: boolean
  /** What `flushMs` would be if nothing had been learned. */
  readonly unlearnedFlushMs: number
  /** Without a new span, at least, before a trace counts as complete. */
  readonly restMs: number
  /** After the answer. */
  readonly deadlineMs: number
}

/**
 * What holds for a test: its settings, the abilities of its backend, and the defaults. `learnedMs`: how long spans were
 * under way before. That lengthens the delay where none is declared, and never the deadline.
 */
export function buildWaitPolicy(caps: BackendCaps, settings: WaitSettings, learnedMs = 0): WaitPolicy {
  const { isPushed } = caps
  const longest = settings.longestStepMs ?? caps.stepMs.longest
  const delays = delaysOf(caps, settings)
  const isFlushDeclared = settings.flushDelayMs !== undefined
  const learnedFlushMs = isFlushDeclared ? 0 : learnedMs - delays.lagMs - delays.marginMs
  return {
    ...delays,
    flushMs: Math.max(delays.flushMs, learnedFlushMs),
    unlearnedFlushMs: delays.flushMs,
    isPushed,
    stepMs: { first: Math.min(caps.stepMs.first, longest), longest },
    isFlushDeclared,
    restMs: isPushed ? 100 : 250,
    deadlineMs: settings.timeoutMs ?? Math.max(caps.deadlineMs, longestWaitMs(delays))
  }
}

/** Who says how long a process may keep a span. */
export function flushSourceOf(policy: WaitPolicy): Reliance['flush'] {
  if (policy.isFlushDeclared) return 'declared'
  return policy.flushMs > policy.unlearnedFlushMs ? 'learned' : 'default'
}

/** The same without what was learned. */
export function withoutLearned(policy: WaitPolicy): WaitPolicy {
  return { ...policy, flushMs: policy.unlearnedFlushMs }
}

type Path = Pick<Delays, 'flushMs' | 'lagMs' | 'marginMs'>

/** How long the server span of a client span may take, from the end of the client span. */
export function calleeGraceMs(delays: Path, isProven: boolean): number {
  return isProven ? silenceMs(delays) : unprovenSettleMs(delays)
}

/** After so long without a new span, nothing more is expected of a trace that has holes. */
export function silenceMs(delays: Path): number {
  return 2 * delays.flushMs + 4000 + delays.lagMs
}

import type { GroundKind } from '../model/verdict.ts'
import { settleMs } from '../plan/delays.ts'
import type { WaitPolicy } from './wait-policy.ts'
import { silenceMs } from './wait-policy.ts'

/** What has arrived, as far as waiting is concerned. Times in milliseconds after the answer; they may be negative. */
export interface Evidence {
  /** Spans of the system: the trigger span is ours and does not count. */
  readonly spanCount: number
  /** What the store says of its answer. */
  readonly completeness: 'complete' | 'truncated' | 'partial' | 'unknown'
  /** An entry span and every parent are here, and nothing contradicts what was declared. */
  readonly isConnected: boolean
  /** Callees and consumers that are not here. */
  readonly missing: readonly MissingPeer[]
  /** The end of the last span, on our clock. */
  readonly lastEndMs: number
  /** When the last new span was seen. */
  readonly lastNewMs: number
  /** As of when it is known what the store had: no look that was begun later showed it. */
  readonly knownMs: number
  /** Every check is final: nothing that can come changes one. */
  readonly isFinal: boolean
  /** A check holds without being final. */
  readonly isWatched: boolean
}

/** A span that should have an answer from another process, and how long that may take. */
export interface MissingPeer {
  readonly graceEndMs: number
  /** The other side is known to send spans: without its span, the trace is not whole. */
  readonly isHole: boolean
}

export type Decision =
  /** Time alone changes nothing before `wakeAtMs`. `watching`: the trace is complete, and observed for what would speak against a check. */
  | { readonly next: 'look'; readonly wakeAtMs: number; readonly phase: 'waiting' | 'watching' }
  | {
      readonly next: 'stop'
      readonly ground: StopGround
      /** When the trace counted as complete, where it did. */
      readonly completeAtMs?: number
    }

/** `nothing`: not one span of the system came. */
export type StopGround =
  | Extract<
      GroundKind,
      'asserted' | 'stated' | 'truncated' | 'structural' | 'quiet' | 'incomplete' | 'timeout'
    >
  | 'nothing'

/**
 * Whether to stop waiting, as of a look that was begun at `elapsedMs`. Pure: the whole policy of waiting, without a
 * clock. Where it says to look, it says by when: no later than the deadline, and no later than anything could change.
 */
export function decide(evidence: Evidence, elapsedMs: number, policy: WaitPolicy): Decision {
  const hasSpans = evidence.spanCount > 0
  if (hasSpans && evidence.isFinal) return { next: 'stop', ground: 'asserted' }
  if (evidence.completeness === 'truncated') return { next: 'stop', ground: 'truncated' }
  if (evidence.completeness === 'complete')
    return hasSpans
      ? { next: 'stop', ground: 'stated', completeAtMs: elapsedMs }
      : { next: 'stop', ground: 'nothing' }

  const stop = hasSpans ? plannedStop(evidence, policy) : undefined
  // Time that passed while the store gave no answer proves nothing.
  const asOfMs = Math.min(elapsedMs, evidence.knownMs)
  if (stop !== undefined && asOfMs >= stop.atMs) return stop.decision
  if (elapsedMs >= policy.deadlineMs) return { next: 'stop', ground: hasSpans ? 'timeout' : 'nothing' }
  const isWatching = stop?.completeAtMs !== undefined && asOfMs >= stop.completeAtMs
  const moments = [...(isWatching ? [] : [stop?.completeAtMs]), stop?.atMs, policy.deadlineMs]
  const wakeAtMs = moments.find(moment => moment !== undefined && moment > elapsedMs) ?? policy.deadlineMs
  return {
    next: 'look',
    wakeAtMs: Math.min(wakeAtMs, policy.deadlineMs),
    phase: isWatching ? 'watching' : 'waiting'
  }
}

interface PlannedStop {
  readonly atMs: number
  readonly completeAtMs?: number
  readonly decision: Extract<Decision, { next: 'stop' }>
}

/** Where waiting ends if nothing more comes: every condition of time holds from some moment on, and stays so. */
function plannedStop(evidence: Evidence, policy: WaitPolicy): PlannedStop {
  const graceEndMs = Math.max(
    ...evidence.missing.map(missing => missing.graceEndMs),
    Number.NEGATIVE_INFINITY
  )
  const canBeWhole =
    evidence.isConnected &&
    evidence.completeness !== 'partial' &&
    !evidence.missing.some(missing => missing.isHole)
  if (!canBeWhole) {
    const atMs = Math.max(evidence.lastNewMs + silenceMs(policy), graceEndMs)
    return { atMs, decision: { next: 'stop', ground: 'incomplete' } }
  }
  const settledMs = policy.isLagKnown
    ? Math.max(evidence.lastEndMs + settleMs(policy), evidence.lastNewMs + policy.restMs)
    : evidence.lastNewMs + policy.flushMs + 1000 + policy.lagMs
  const completeAtMs = Math.max(settledMs, graceEndMs)
  return {
    atMs: completeAtMs + (evidence.isWatched ? policy.absenceWindowMs : 0),
    completeAtMs,
    decision: { next: 'stop', ground: policy.isLagKnown ? 'structural' : 'quiet', completeAtMs }
  }
}

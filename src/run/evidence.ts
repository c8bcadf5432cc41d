import type { Span } from '../model/span.ts'
import type { Trace } from '../model/trace.ts'
import type { TriggerTimes } from '../model/trigger-span.ts'
import type { Hole } from '../model/verdict.ts'
import { unprovenSettleMs } from '../plan/delays.ts'
import type { Collector } from './collector.ts'
import type { Evidence } from './decide.ts'
import { renderSeconds } from './ground.ts'
import { findLateSpans, findOverdue, policyAfter, warnOfLateness } from './lateness.ts'
import type { Call } from './peers.ts'
import { findCalls, nameOfSpan, reachedNobody } from './peers.ts'
import type { SpanClock } from './span-clock.ts'
import { readSpanClock } from './span-clock.ts'
import type { StructureOptions } from './structure.ts'
import { inspectStructure } from './structure.ts'
import type { WaitPolicy } from './wait-policy.ts'
import { calleeGraceMs } from './wait-policy.ts'

/** What the reading of a trace depends on, beside the trace itself. */
export interface ReadingOptions extends StructureOptions {
  readonly policy: WaitPolicy
  readonly externalHosts: readonly string[]
  /** The trigger handed over a message. */
  readonly isMessage: boolean
  /** Links are to be followed, and the store cannot be asked who links to a trace. */
  readonly missesLinks: boolean
  /** Peers that sent the server span of a client span in this run. Grows. */
  readonly provenPeers: Set<string>
  readonly times: TriggerTimes
  /** The moment from which waiting is counted. */
  readonly answeredUnixNano: bigint
}

type StructuralEvidence = Omit<Evidence, 'isFinal' | 'isWatched'>

/** A trace as the policy of waiting sees it, and the words for what is missing. */
export interface Reading {
  /** What holds from here on: a declared delay that was not kept is not relied on. */
  readonly policy: WaitPolicy
  readonly warnings: readonly string[]
  /** How many came later than a declared delay allows. */
  readonly lateSpans: number
  readonly evidence: StructuralEvidence
  /** What is known to be missing by now. */
  readonly holes: readonly Hole[]
  /** Callees and consumers whose time is not over. */
  readonly pending: readonly Hole[]
  /** What did not come in its time although nobody can say that it should: the trace counts as whole without. */
  readonly doubts: readonly string[]
}

/** Reads what was collected as of `elapsedMs`. */
export function readEvidence(
  trace: Trace,
  collector: Collector,
  options: ReadingOptions,
  elapsedMs: number
): Reading {
  const isOverdue = findOverdue(trace, collector, options.policy)
  const clock = readSpanClock(trace, collector.sightings, options.times, isOverdue)
  const structure = inspectStructure(trace, options)
  const calls = findCalls(trace, options.externalHosts, options.isMessage)
  for (const { kind, isAnswered, peer } of calls)
    if (kind === 'callee' && isAnswered && peer !== undefined) options.provenPeers.add(peer)

  const late = findLateSpans(trace, collector, clock, options.policy)
  const policy = policyAfter(late, options.policy)
  const toMs = (unixNano: bigint): number => Number(unixNano - options.answeredUnixNano) / 1e6
  const missing = calls
    .filter(call => !call.isAnswered)
    .map(call => missingPeer(call, clock, toMs, { ...options, policy }))
  // Whatever came under the id of our own span is not a span of the system.
  const spanCount = systemSpans(trace).length
  const lateHoles = late.filter(({ isHole }) => isHole).map(({ hole }) => hole)
  const holes = [
    ...structure.holes,
    ...lateHoles,
    ...missing.filter(({ isHole, graceEndMs }) => isHole && graceEndMs <= elapsedMs).map(({ hole }) => hole)
  ]
  return {
    policy,
    lateSpans: late.reduce((sum, { spans }) => sum + spans, 0),
    warnings: policy === options.policy ? [] : warnOfLateness(late, policy),
    evidence: {
      spanCount,
      completeness: collector.completeness,
      isConnected: structure.hasEntry && structure.holes.length === 0 && lateHoles.length === 0,
      missing,
      lastEndMs: lastEndMs(trace, clock, toMs),
      knownMs:
        collector.knownUnixNano === undefined ? Number.NEGATIVE_INFINITY : toMs(collector.knownUnixNano),
      lastNewMs: collector.lastNewUnixNano === undefined ? 0 : toMs(collector.lastNewUnixNano)
    },
    holes: structure.hasEntry || spanCount === 0 || holes.length > 0 ? holes : [NO_ENTRY],
    pending: missing.filter(({ graceEndMs }) => graceEndMs > elapsedMs).map(({ hole }) => hole),
    doubts: [
      ...missing
        .filter(({ isHole, graceEndMs }) => !isHole && graceEndMs <= elapsedMs)
        .map(({ doubt }) => doubt),
      ...trace.joining.shared.map(
        span =>
          `the trace of ${nameOfSpan(span)} links to others as well: what it did for those is taken for part of this one`
      )
    ]
  }
}

const NO_ENTRY: Hole = {
  kind: 'orphan',
  text: 'no span was caused by the request itself: the first service did not take the trace context from it'
}

interface Missing {
  readonly graceEndMs: number
  readonly isHole: boolean
  readonly hole: Hole
  readonly doubt: string
}

function missingPeer(
  call: Call,
  clock: SpanClock,
  toMs: (unixNano: bigint) => number,
  options: ReadingOptions
): Missing {
  const { span, kind, peer } = call
  const endMs = toMs(clock.endUnixNano(span) ?? span.startUnixNano)
  const name = nameOfSpan(span)
  if (kind === 'consumer') return missingConsumer(span, endMs, options)
  const isProven = peer !== undefined && options.provenPeers.has(peer)
  const text = `${peer ?? 'the peer'} sent no span for the call ${name}`
  const advice = peer === undefined ? '' : `: if it never does, declare external: [${peer}]`
  return {
    graceEndMs: endMs + calleeGraceMs(options.policy, isProven),
    isHole: isProven && !reachedNobody(span),
    hole: {
      kind: 'missing-callee',
      spanId: span.spanId,
      text: `${text}${isProven ? ', although it sent one for another call' : advice}`
    },
    doubt: `${text}${advice}; what it did is not checked`
  }
}

/** Where nobody can be asked for consumers with traces of their own, one that is not here may be in such a trace. */
function missingConsumer(span: Span, endMs: number, { policy, missesLinks }: ReadingOptions): Missing {
  const text = `no consumer took the message of ${nameOfSpan(span)}`
  const unseen =
    ' in this trace, and which traces link to it cannot be asked of this data store: let tracerun receive the spans itself, or declare links: ignore'
  return {
    // It may have waited for so long when it was taken, and its span still has to come.
    graceEndMs: endMs + policy.asyncMs + unprovenSettleMs(policy),
    isHole: missesLinks,
    hole: {
      kind: 'missing-consumer',
      spanId: span.spanId,
      text: missesLinks ? `${text}${unseen}` : text
    },
    doubt: `${text} within ${renderSeconds(policy.asyncMs)}`
  }
}

function lastEndMs(trace: Trace, clock: SpanClock, toMs: (unixNano: bigint) => number): number {
  let last = Number.NEGATIVE_INFINITY
  for (const span of systemSpans(trace)) {
    const end = clock.endUnixNano(span)
    if (end !== undefined) last = Math.max(last, toMs(end))
  }
  return last === Number.NEGATIVE_INFINITY ? 0 : last
}

function systemSpans(trace: Trace): readonly Span[] {
  return trace.trigger < 0 ? trace.spans : trace.spans.slice(trace.trigger + 1)
}

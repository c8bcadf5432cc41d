import type { Span } from '../model/span.ts'
import { processKey } from '../model/span.ts'
import type { Trace } from '../model/trace.ts'
import type { Hole } from '../model/verdict.ts'
import { DEFAULT_FLUSH_MS, settleMs } from '../plan/delays.ts'
import type { Collector } from './collector.ts'
import { renderSeconds } from './ground.ts'
import { nameOfSpan } from './peers.ts'
import type { SpanClock } from './span-clock.ts'
import type { WaitPolicy } from './wait-policy.ts'

/** A busy machine delays a batch by less; whatever is later than this was declared wrongly. */
const LATE_TOLERANCE_MS = 1000

/** Spans of one process that came later than the declared delay allows: those of one batch are late together. */
export interface Lateness {
  readonly isHole: boolean
  readonly lateMs: number
  readonly spans: number
  /** What happened, in words. */
  readonly text: string
  readonly hole: Hole
}

/** What came later than a declared delay allows, one entry a process; nothing where none is declared. */
export function findLateSpans(
  trace: Trace,
  collector: Collector,
  clock: SpanClock,
  policy: WaitPolicy
): readonly Lateness[] {
  if (!policy.isFlushDeclared || !policy.isLagKnown) return []
  const allowedMs = settleMs(policy)
  const { absences } = collector
  const latest = new Map<string, { readonly span: Span; readonly lateMs: number; readonly count: number }>()
  for (const span of trace.spans) {
    const absentUntil = absences.get(trace.keyOf(span))
    const end = clock.endUnixNano(span)
    if (absentUntil === undefined || end === undefined) continue
    const lateMs = Number(absentUntil - end) / 1e6
    if (lateMs <= allowedMs) continue
    const known = latest.get(processKey(span))
    const worst = known !== undefined && known.lateMs >= lateMs ? known : { span, lateMs }
    latest.set(processKey(span), { ...worst, count: (known?.count ?? 0) + 1 })
  }
  return [...latest.values()].map(({ span, lateMs, count }) => {
    const others = count === 1 ? '' : `, as ${count - 1} more of this service did`
    const declared = `the declared flushDelay of ${renderSeconds(policy.flushMs)}`
    const text = `${nameOfSpan(span)} came ${renderSeconds(lateMs)} after it had ended, later than ${declared} allows${others}`
    return {
      isHole: lateMs > allowedMs + LATE_TOLERANCE_MS,
      lateMs,
      spans: count,
      text,
      hole: {
        kind: 'late-span',
        spanId: span.spanId,
        text: `${text}: declare a longer one, or let the service send sooner`
      }
    }
  })
}

/**
 * Which spans came later than the default delay explains, where none is declared: either that does not hold here, or the clock
 * of their host is behind.
 */
export function findOverdue(
  trace: Trace,
  { absences }: Pick<Collector, 'absences'>,
  policy: WaitPolicy
): (span: Span) => boolean {
  if (policy.isFlushDeclared || !policy.isLagKnown) return () => false
  const allowedMs = settleMs(policy)
  return span => {
    const absentUntil = absences.get(trace.keyOf(span))
    if (absentUntil === undefined || span.endUnixNano === undefined) return false
    return Number(absentUntil - span.endUnixNano) / 1e6 > allowedMs
  }
}

/**
 * A delay that was just missed is forgotten, as if it had not been declared, and one that is longer than the default is
 * taken as longer still, by all that may be missed without being a hole: that is slower, and no less safe.
 */
export function policyAfter(late: readonly Lateness[], policy: WaitPolicy): WaitPolicy {
  if (late.length === 0 || late.some(({ isHole }) => isHole)) return policy
  const flushMs = Math.max(policy.flushMs + LATE_TOLERANCE_MS, DEFAULT_FLUSH_MS)
  return { ...policy, flushMs, unlearnedFlushMs: flushMs, isFlushDeclared: false }
}

/** One sentence for all processes that were just too late: the latest speaks for the others. */
export function warnOfLateness(late: readonly Lateness[], { flushMs }: WaitPolicy): readonly string[] {
  const worst = late.reduce<Lateness | undefined>(
    (latest, next) => (latest === undefined || next.lateMs > latest.lateMs ? next : latest),
    undefined
  )
  if (worst === undefined) return []
  const others = late.length === 1 ? '' : `, as did spans of ${late.length - 1} more of the services`
  const what = flushMs === DEFAULT_FLUSH_MS ? 'the default of ' : ''
  const instead = `${what}${renderSeconds(flushMs)} was waited for instead`
  return [`${worst.text}${others}: ${instead}`]
}

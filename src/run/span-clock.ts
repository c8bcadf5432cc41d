import type { Span } from '../model/span.ts'
import { processKey } from '../model/span.ts'
import type { Trace } from '../model/trace.ts'
import { isBroughtAlong } from '../model/trace.ts'
import type { TriggerTimes } from '../model/trigger-span.ts'

/** When spans ended, told by our own clock. */
export interface SpanClock {
  /** Undefined while a span is in progress. Never later than the first sighting; that itself for a host with a skewed clock. */
  endUnixNano(span: Span): bigint | undefined
  isSkewed(span: Span): boolean
}

/** Clocks of one machine differ by less, as SDKs read them; margins of waiting are many times this. */
const TOLERANCE_NANOS = 20_000_000n

/**
 * Compares the clocks of hosts with ours and with one another. A host is shown to be skewed by a span that was seen
 * before it ended, by a span that we caused and that began before its request, or a server's after the answer, or by a child
 * that began before its parent on another host; of such a pair, either may be the one, so both count as skewed. That a server
 * ends after its client shows nothing: it has things to do once its answer is out, and a clock that is ahead makes a wait
 * longer, not shorter. `isOverdue`: a span came later than any that ended when it says it did.
 */
export function readSpanClock(
  trace: Trace,
  sightings: ReadonlyMap<string, bigint>,
  times: TriggerTimes,
  isOverdue: (span: Span) => boolean = () => false
): SpanClock {
  const skewed = new Set<string>()
  trace.spans.forEach((span, position) => {
    if (position === trace.trigger) return
    if (isOverdue(span)) skewed.add(hostKey(span))
    const seen = sightings.get(trace.keyOf(span))
    if (seen !== undefined && span.endUnixNano !== undefined && span.endUnixNano > seen + TOLERANCE_NANOS)
      skewed.add(hostKey(span))
    const parent = trace.spans[trace.parents[position]!]
    if (parent === undefined || isBroughtAlong(trace, position)) return
    if (trace.parents[position] === trace.trigger) {
      if (!beganWithin(span, times)) skewed.add(hostKey(span))
    } else if (
      hostKey(parent) !== hostKey(span) &&
      span.startUnixNano < parent.startUnixNano - TOLERANCE_NANOS
    ) {
      skewed.add(hostKey(parent))
      skewed.add(hostKey(span))
    }
  })
  const isSkewed = (span: Span): boolean => skewed.size > 0 && skewed.has(hostKey(span))
  return {
    isSkewed,
    endUnixNano: span => {
      const end = span.endUnixNano
      const seen = sightings.get(trace.keyOf(span))
      if (end === undefined || seen === undefined) return end
      return isSkewed(span) || end > seen ? seen : end
    }
  }
}

const hostKeys = new WeakMap<Span['resource'], string>()

/** Processes of one host share its clock; one that names no host stands for itself. */
function hostKey(span: Span): string {
  const { resource } = span
  const known = hostKeys.get(resource)
  if (known !== undefined) return known
  const host = resource.get('host.id') ?? resource.get('host.name')
  const key = typeof host === 'string' && host !== '' ? `host\0${host}` : processKey(span)
  hostKeys.set(resource, key)
  return key
}

function beganWithin(span: Span, times: TriggerTimes): boolean {
  if (span.startUnixNano < times.sentUnixNano - TOLERANCE_NANOS) return false
  const answered = span.kind === 'server' ? times.answeredUnixNano : undefined
  return answered === undefined || span.startUnixNano <= answered + TOLERANCE_NANOS
}

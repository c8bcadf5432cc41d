import type { Trace } from '../../model/trace.ts'

/** The spans of a trace on a scale from 0 to 1: from the first start to the last end that is drawn. */
export interface TimeScale {
  readonly spanNanos: number
  startOf(position: number): number
  /** A span that is still in progress lasts to the end. */
  endOf(position: number): number
  /** In nanoseconds; undefined while a span is in progress. */
  durationOf(position: number): number | undefined
}

/** Leaves the trigger span out of account if it is not drawn. */
export function buildTimeScale(trace: Trace, isTriggerDrawn: boolean): TimeScale {
  const { spans } = trace
  const first = trace.trigger === 0 && !isTriggerDrawn ? 1 : 0
  let from = spans[first]?.startUnixNano ?? 0n
  let to = from
  for (let at = first; at < spans.length; at++) {
    const { startUnixNano, endUnixNano = startUnixNano } = spans[at]!
    if (startUnixNano < from) from = startUnixNano
    if (startUnixNano > to) to = startUnixNano
    if (endUnixNano > to) to = endUnixNano
  }
  const spanNanos = Number(to - from)
  const clamp = (nanos: number): number => (spanNanos === 0 ? 0 : Math.min(1, Math.max(0, nanos / spanNanos)))
  return {
    spanNanos,
    startOf: position => clamp(Number(spans[position]!.startUnixNano - from)),
    endOf: position => {
      const end = spans[position]!.endUnixNano
      return end === undefined ? 1 : clamp(Number(end - from))
    },
    durationOf: position => {
      const { startUnixNano, endUnixNano } = spans[position]!
      return endUnixNano === undefined ? undefined : Number(endUnixNano - startUnixNano)
    }
  }
}

import type { SpanId, TraceId } from '../../model/ids.ts'
import type { Span } from '../../model/span.ts'

/**
 * The flags of spans, as they came first. Tempo drops them when it writes a span to a block, seconds after it came: the span
 * that is answered then is the same one, and not a second report that says something else.
 */
export class KnownFlags {
  readonly #traces = new Map<TraceId, Map<SpanId, number>>()

  /** The spans with the flags that they had when they were seen before. */
  restore(traceId: TraceId, spans: readonly Span[]): readonly Span[] {
    const known = this.#traces.get(traceId) ?? new Map<SpanId, number>()
    this.#traces.set(traceId, known)
    return spans.map(span => {
      const before = known.get(span.spanId)
      if (span.flags === undefined) return before === undefined ? span : { ...span, flags: before }
      if (before === undefined) known.set(span.spanId, span.flags)
      return span
    })
  }
}

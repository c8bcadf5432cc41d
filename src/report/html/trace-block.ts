import type { SpanId, TraceId } from '../../model/ids.ts'

/** The trace of one attempt as a page holds it: OTLP JSON, and what OTLP does not say. */
export interface TraceBlock {
  readonly traceId: TraceId
  readonly triggerSpanId?: SpanId
  /** Traces that link to it are joined to it. */
  readonly followsLinks: boolean
  readonly resourceSpans: readonly unknown[]
}

/** Stands where a trace would stand that the page was not given. */
export interface OmittedTrace {
  readonly omitted: string
}

import type { Trace } from '../model/trace.ts'
import { buildTrace } from '../model/trace.ts'
import { decodeTracesJson } from '../otlp/decode-json.ts'
import type { TraceBlock } from '../report/html/trace-block.ts'

/** The trace that was written into the page, the same span for span. */
export function readTraceBlock(block: TraceBlock): Trace {
  const spans = decodeTracesJson(block, ({ reason }) => {
    throw new Error(`a span of the page cannot be read: ${reason}`)
  })
  const trigger = spans.find(
    ({ spanId, traceId }) => spanId === block.triggerSpanId && traceId === block.traceId
  )
  return buildTrace(block.traceId, spans, {
    followsLinks: block.followsLinks,
    ...(trigger ? { trigger } : {})
  })
}

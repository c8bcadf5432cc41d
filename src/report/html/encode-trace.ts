import type { Trace } from '../../model/trace.ts'
import { joinedTraceIds } from '../../model/trace.ts'
import { encodeOtlpJson } from '../../otlp/encode.ts'
import type { TraceBlock } from './trace-block.ts'

export function encodeTrace(trace: Trace): TraceBlock {
  const trigger = trace.spans[trace.trigger]
  return {
    traceId: trace.traceId,
    ...(trigger ? { triggerSpanId: trigger.spanId } : {}),
    followsLinks: joinedTraceIds(trace).length > 0,
    ...encodeOtlpJson(trace.spans)
  }
}

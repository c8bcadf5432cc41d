import type { BoundTrigger } from '../plan/plan.ts'

/** A format of the trace context. */
export type Propagator = BoundTrigger['propagation'][number]

/** What the headers of a request say, whatever their format. The trace is sampled. */
export interface Propagated {
  readonly traceId: string
  readonly spanId: string
  /** Of `traceparent`. */
  readonly flags: string
  readonly traceState: string
  readonly baggage: string
}

type Headers = Readonly<Record<string, string>>

const FORMATS: Readonly<Record<Propagator, (context: Propagated) => Headers>> = {
  tracecontext: ({ traceId, spanId, flags, traceState }) => ({
    traceparent: `00-${traceId}-${spanId}-${flags}`,
    tracestate: traceState
  }),
  baggage: ({ baggage }) => ({ baggage }),
  b3: ({ traceId, spanId }) => ({ b3: `${traceId}-${spanId}-1` }),
  b3multi: ({ traceId, spanId }) => ({
    'x-b3-traceid': traceId,
    'x-b3-spanid': spanId,
    'x-b3-sampled': '1'
  }),
  jaeger: ({ traceId, spanId }) => ({ 'uber-trace-id': `${traceId}:${spanId}:0:1` }),
  xray: ({ traceId, spanId }) => ({
    'x-amzn-trace-id': `Root=1-${traceId.slice(0, 8)}-${traceId.slice(8)};Parent=${spanId};Sampled=1`
  })
}

/** The headers of all formats that are asked for. */
export function headersOf(formats: readonly Propagator[], context: Propagated): Headers {
  return Object.assign({}, ...formats.map(format => FORMATS[format](context))) as Headers
}

/** The names of the headers of any format, in the order in which they are shown. */
export const PROPAGATION_HEADERS: readonly string[] = [
  'traceparent',
  'tracestate',
  'baggage',
  'b3',
  'x-b3-traceid',
  'x-b3-spanid',
  'x-b3-sampled',
  'uber-trace-id',
  'x-amzn-trace-id'
]

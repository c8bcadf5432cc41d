import { propagation, ROOT_CONTEXT, type TextMapPropagator, TraceFlags, trace } from '@opentelemetry/api'
import { W3CBaggagePropagator, W3CTraceContextPropagator } from '@opentelemetry/core'
import { AWSXRayPropagator } from '@opentelemetry/propagator-aws-xray'
import { B3InjectEncoding, B3Propagator } from '@opentelemetry/propagator-b3'
import { JaegerPropagator } from '@opentelemetry/propagator-jaeger'

/** What came with a request or a message, by the names of its headers. */
export type Carrier = Readonly<Record<string, string | Uint8Array>>

/** The formats by their names in OTEL_PROPAGATORS that carry a span. */
export const SPAN_FORMATS = ['tracecontext', 'b3', 'b3multi', 'jaeger', 'xray'] as const

export type SpanFormat = (typeof SPAN_FORMATS)[number]

const READERS: Readonly<Record<SpanFormat, TextMapPropagator>> = {
  tracecontext: new W3CTraceContextPropagator(),
  b3: new B3Propagator(),
  b3multi: new B3Propagator({ injectEncoding: B3InjectEncoding.MULTI_HEADER }),
  jaeger: new JaegerPropagator(),
  xray: new AWSXRayPropagator()
}

/** What a service that is told to read one format learns of its parent. */
export interface ExtractedParent {
  readonly traceId: string
  readonly spanId: string
  readonly isSampled: boolean
}

/** Reads the parent as the SDK of a service does; undefined where it sees none. */
export function extractParent(format: SpanFormat, carrier: Carrier): ExtractedParent | undefined {
  const read = READERS[format].extract(ROOT_CONTEXT, ofFormat(format, texts(carrier)), GETTER)
  const parent = trace.getSpanContext(read)
  if (parent === undefined) return undefined
  const { traceId, spanId, traceFlags } = parent
  return { traceId, spanId, isSampled: (traceFlags & TraceFlags.SAMPLED) !== 0 }
}

/** Reads the `tracestate` as the SDK of a service does. */
export function extractTraceState(carrier: Carrier): string | undefined {
  const read = READERS.tracecontext.extract(ROOT_CONTEXT, texts(carrier), GETTER)
  return trace.getSpanContext(read)?.traceState?.serialize()
}

/** Reads W3C baggage as the SDK of a service does. */
export function extractBaggage(carrier: Carrier): Readonly<Record<string, string>> {
  const read = new W3CBaggagePropagator().extract(ROOT_CONTEXT, texts(carrier), GETTER)
  const entries = propagation.getBaggage(read)?.getAllEntries() ?? []
  return Object.fromEntries(entries.map(([key, { value }]) => [key, value]))
}

type Texts = Readonly<Record<string, string>>

/** The propagator for B3 reads both of its forms, the short one first: each must do alone. */
function ofFormat(format: SpanFormat, carrier: Texts): Texts {
  if (format !== 'b3' && format !== 'b3multi') return carrier
  const isOurs = (name: string): boolean => (format === 'b3' ? name === 'b3' : name.startsWith('x-b3-'))
  return Object.fromEntries(Object.entries(carrier).filter(([name]) => isOurs(name)))
}

const GETTER = {
  get: (carrier: Texts, key: string): string | undefined => carrier[key],
  keys: (carrier: Texts): string[] => Object.keys(carrier)
}

/** Brokers carry bytes. */
function texts(carrier: Carrier): Texts {
  return Object.fromEntries(
    Object.entries(carrier).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : Buffer.from(value).toString('utf8')
    ])
  )
}

/** Formats of the trace context, by their names in OTEL_PROPAGATORS. */
export const PROPAGATORS = ['tracecontext', 'baggage', 'b3', 'b3multi', 'jaeger', 'xray'] as const

export type Propagator = (typeof PROPAGATORS)[number]

/** A list of them without those that are none: a schema has spoken of those. */
export function propagatorsOf(names: readonly string[]): readonly Propagator[] {
  return PROPAGATORS.filter(name => names.includes(name))
}

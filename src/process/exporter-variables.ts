/** What the SDKs of a command are told, so that its spans come to us soon. */
export interface ExporterVariables {
  readonly variables: Readonly<Record<string, string | undefined>>
  /** How long a process that heeds them keeps an ended span. */
  readonly flushDelayMs: number
}

/** Batches of 5 s, as SDKs make them by themselves, would only be waited for. */
export const SHORT_FLUSH_MS = 200

/**
 * The variables of the OpenTelemetry SDKs for a command that is to export to one of these URLs. `given` holds what is set
 * already: that which decides where spans go is replaced, the rest is left as it is. A name that is undefined is taken away.
 */
export function exporterVariables(
  endpoints: readonly string[],
  given: Readonly<Record<string, string | undefined>>,
  shortMs: number = SHORT_FLUSH_MS
): ExporterVariables {
  const endpoint = endpoints.find(url => url.endsWith(':4318')) ?? endpoints[0] ?? ''
  const isSet = (name: string): boolean => (given[name] ?? '') !== ''
  const exporters = given['OTEL_TRACES_EXPORTER'] ?? ''
  const delay = Number(given['OTEL_BSP_SCHEDULE_DELAY'])
  const isDelayGiven = isSet('OTEL_BSP_SCHEDULE_DELAY') && Number.isInteger(delay) && delay >= 0
  return {
    variables: {
      OTEL_EXPORTER_OTLP_ENDPOINT: reachable(endpoint),
      // These would win over the endpoint for all signals.
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: undefined,
      OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: undefined,
      OTEL_TRACES_EXPORTER: exporters.split(',').includes('otlp') ? exporters : 'otlp',
      ...(isSet('OTEL_EXPORTER_OTLP_PROTOCOL') ? {} : { OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf' }),
      ...(/^true$/i.test(given['OTEL_SDK_DISABLED'] ?? '') ? { OTEL_SDK_DISABLED: undefined } : {}),
      ...(isDelayGiven ? {} : { OTEL_BSP_SCHEDULE_DELAY: String(shortMs) })
    },
    flushDelayMs: isDelayGiven ? delay : shortMs
  }
}

/** Listening on every address is no address to send to. */
function reachable(url: string): string {
  return url.replace('//0.0.0.0:', '//127.0.0.1:').replace('//[::]:', '//[::1]:')
}

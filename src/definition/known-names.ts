/** Triggers that Tracetest has. */
export const TRACETEST_TRIGGERS: readonly string[] = [
  'http',
  'grpc',
  'graphql',
  'kafka',
  'traceid',
  'cypress',
  'playwright',
  'artillery',
  'k6',
  'playwrightengine'
]

/** Data stores that Tracetest has. */
export const TRACETEST_BACKENDS: readonly string[] = [
  'otlp',
  'agent',
  'jaeger',
  'tempo',
  'opensearch',
  'elasticapm',
  'signalfx',
  'awsxray',
  'azureappinsights',
  'sumologic',
  'newrelic',
  'lightstep',
  'datadog',
  'honeycomb',
  'signoz',
  'dynatrace',
  'instana',
  'dash0'
]

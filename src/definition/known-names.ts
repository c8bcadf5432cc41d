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

/** The kinds of documents that are read. */
export const DOCUMENT_KINDS: readonly string[] = ['Test', 'DataStore', 'PollingProfile']

/** Kinds of documents that are still to come, and what they do. */
export const COMING_KINDS: ReadonlyMap<string, string> = new Map([
  ['TestSuite', 'tests run one after the other'],
  ['Transaction', 'tests run one after the other'],
  ['VariableSet', 'sets of variables'],
  ['Environment', 'sets of variables'],
  ['Analyzer', 'rating the quality of traces'],
  ['Linter', 'rating the quality of traces'],
  ['TestRunner', 'required gates'],
  ['Monitor', 'running tests on a schedule']
])

/** Kinds of documents that configure Tracetest's server and mean nothing without it. */
export const SERVER_KINDS: readonly string[] = [
  'Config',
  'Demo',
  'RunGroup',
  'Invite',
  'EnvironmentToken',
  'Organization',
  'Wizard'
]

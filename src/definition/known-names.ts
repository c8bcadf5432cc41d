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

/** Triggers of Tracetest that are not to come, and what to do instead. */
export const DECLINED_TRIGGERS: ReadonlyMap<string, { readonly reason: string; readonly hint: string }> =
  new Map([
    [
      'playwrightengine',
      {
        reason: 'the trigger `playwrightengine` needs a browser engine, which tracerun does not have',
        hint: 'let Playwright run the script: `type: exec` with `command: [npx, playwright, test]`, or run it before and judge its trace: `type: playwright` with the variable TRACE_ID'
      }
    ]
  ])

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
export const DOCUMENT_KINDS: readonly string[] = [
  'Test',
  'TestSuite',
  'Transaction',
  'VariableSet',
  'Environment',
  'DataStore',
  'PollingProfile'
]

/** Kinds of documents that are still to come, and what they do. */
export const COMING_KINDS: ReadonlyMap<string, string> = new Map([
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

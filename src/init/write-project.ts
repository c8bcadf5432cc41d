import { Document } from 'yaml'

/** What the project file of a new project says. */
export interface SketchedProject {
  readonly tests: string
  readonly endpoint?: string
  readonly dataStore?: string
  readonly otlpListen: readonly string[]
  readonly flushDelay?: string
  readonly timeout?: string
  /** The longest that a span was under way, where one request has shown it. */
  readonly measured?: string
}

/** The variable that stands in the place of the password of a data store. */
export const STORE_PASSWORD = 'DATA_STORE_PASSWORD'

const ADDRESS = /(:\/\/[^/?#@:]*:)([^/?#@]+)@/

/** The password in the address of a data store. */
export function passwordOf(dataStore: string): string | undefined {
  return ADDRESS.exec(dataStore)?.[2]
}

function concealAddress(dataStore: string): string {
  return dataStore.replace(ADDRESS, (_, before: string) => `${before}\${${STORE_PASSWORD}}@`)
}

/** The YAML of `tracerun.yaml`. */
export function renderProject(project: SketchedProject): string {
  const { tests, endpoint, dataStore, otlpListen, flushDelay, timeout } = project
  const document = new Document({
    tests: [tests],
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(dataStore === undefined ? {} : { dataStore: concealAddress(dataStore) }),
    ...(otlpListen.length === 0 ? {} : { otlpListen }),
    ...(timeout === undefined ? {} : { timeout }),
    ...(flushDelay === undefined ? {} : { flushDelay })
  })
  document.commentBefore = ' Defaults of all tests; a flag of the same name stands above each.'
  return `${document.toString({ lineWidth: 0 })}\n${delayRemark(project)
    .map(line => `# ${line}\n`)
    .join('')}`
}

function delayRemark({ flushDelay, measured }: SketchedProject): readonly string[] {
  const unless =
    'If OTEL_BSP_SCHEDULE_DELAY of a service is longer, declare that: spans that come later are missed.'
  if (measured !== undefined && flushDelay !== undefined)
    return [`flushDelay: the spans of one request came up to ${measured} after their ends.`, unless]
  if (flushDelay !== undefined) return [`flushDelay: ${unless}`]
  return [
    'flushDelay is not declared, so each test allows for the 5 s that SDKs keep spans by default.',
    ...(measured === undefined ? [] : [`The spans of one request came up to ${measured} after their ends.`]),
    'Faster: set OTEL_BSP_SCHEDULE_DELAY=200 for your services, and declare `flushDelay: 200ms` here.'
  ]
}

/** Where a workflow is run. */
export type CiKind = 'github' | 'gitlab'

export interface SketchedWorkflow {
  readonly kind: CiKind
  /** Variables that the tests read. */
  readonly secrets: readonly string[]
  /** The system is started by Docker Compose. */
  readonly hasCompose: boolean
  /** Where spans are sent to; absent where they are read from a store. */
  readonly endpoint?: string
}

/** The path of the workflow, below the project. */
export const WORKFLOW_PATHS: Readonly<Record<CiKind, string>> = {
  github: '.github/workflows/trace-tests.yml',
  gitlab: '.gitlab/trace-tests.yml'
}

/** The YAML of the workflow that runs the tests. */
export function renderWorkflow(workflow: SketchedWorkflow): string {
  return workflow.kind === 'github' ? renderGithub(workflow) : renderGitlab(workflow)
}

function howToStart({ endpoint }: SketchedWorkflow): readonly string[] {
  if (endpoint === undefined) return ['Start your system here, and wait until it answers.']
  return [
    'Start your system here, its spans sent to tracerun every 200 ms, and wait until it answers:',
    `  OTEL_EXPORTER_OTLP_ENDPOINT=${endpoint} OTEL_BSP_SCHEDULE_DELAY=200 npm start &`
  ]
}

function renderGithub(workflow: SketchedWorkflow): string {
  const { secrets, hasCompose, endpoint } = workflow
  const start = hasCompose
    ? [
        '      - run: docker compose up -d --wait',
        ...(endpoint === undefined
          ? []
          : [
              '        env:',
              `          OTEL_EXPORTER_OTLP_ENDPOINT: http://host.docker.internal:${portOf(endpoint)}`,
              '          OTEL_BSP_SCHEDULE_DELAY: 200'
            ])
      ]
    : howToStart(workflow).map(line => `      # ${line}`)
  const env = secrets.map(name => `          ${name}: \${{ secrets.${name} }}`)
  return lines(
    'name: trace tests',
    'on: [push, pull_request]',
    'jobs:',
    '  traces:',
    '    runs-on: ubuntu-latest',
    '    steps:',
    '      - uses: actions/checkout@v4',
    '      - uses: actions/setup-node@v4',
    '        with:',
    '          node-version: 22',
    ...start,
    // Containers do not reach the loopback address of their host.
    `      - run: npx tracerun run${hasCompose && endpoint !== undefined ? ` --otlp-listen 0.0.0.0:${portOf(endpoint)}` : ''}`,
    ...(env.length === 0 ? [] : ['        env:', ...env]),
    '      - uses: actions/upload-artifact@v4',
    '        if: failure()',
    '        with:',
    '          name: traces',
    '          path: .tracerun/last',
    '          include-hidden-files: true'
  )
}

function renderGitlab(workflow: SketchedWorkflow): string {
  const { secrets } = workflow
  return lines(
    '# In .gitlab-ci.yml:  include: [{ local: .gitlab/trace-tests.yml }]',
    ...(secrets.length === 0 ? [] : [`# Set under Settings, CI/CD, Variables: ${secrets.join(', ')}`]),
    'trace-tests:',
    '  image: node:22',
    '  script:',
    ...howToStart(workflow).map(line => `    # ${line}`),
    '    - npx tracerun run',
    '  artifacts:',
    '    when: on_failure',
    '    paths: [.tracerun/last]'
  )
}

function portOf(endpoint: string): string {
  return /:(\d+)$/.exec(endpoint)?.[1] ?? '4318'
}

function lines(...texts: readonly string[]): string {
  return `${texts.join('\n')}\n`
}

import { cp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eventSchema } from '../../src/report/event-schema.ts'
import type { JsonReport } from '../../src/report/json-report.ts'
import { jsonReportSchema } from '../../src/report/json-schema.ts'
import { freePort } from '../support/free-port.ts'
import { junitFaults } from '../support/junit-schema.ts'
import type { InlineResult, Workspace } from '../support/run-inline.ts'
import { openWorkspace } from '../support/run-inline.ts'
import type { SystemUnderTest } from '../support/system-under-test.ts'
import { sendSpans, startSystem } from '../support/system-under-test.ts'

const ajv = new Ajv2020({ strict: true, strictTypes: false, allErrors: true, formats: { 'date-time': true } })

interface Sketch {
  readonly name: string
  readonly url: string
  readonly assertion?: string
  readonly extra?: string
}

function fileOf({ name, url, assertion = 'count() = 1', extra = '' }: Sketch): string {
  return `type: Test
spec:
  name: ${JSON.stringify(name)}
  timeout: 8s
  flushDelay: 1s
  absenceWindow: 100ms
${extra}  trigger: { type: http, httpRequest: { url: ${url} } }
  specs:
    - selector: span[service.name="gateway"]
      assertions: ${JSON.stringify([assertion])}
`
}

const GITHUB = { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: 'summary.md' }

let workspace: Workspace
let system: SystemUnderTest
let port: number
/** Of one run of all tests, with every reporter. */
let run: InlineResult

beforeAll(async () => {
  port = await freePort()
  let flakyCalls = 0
  system = await startSystem(async request => {
    const isExtra = request.path === '/flaky' && flakyCalls++ === 0
    const spanId = (letter: string): string => letter.repeat(16)
    const own = { traceId: request.traceId, parentSpanId: request.parentSpanId }
    await sendSpans(port, [
      { ...own, spanId: spanId('a'), name: '::error::from the system' },
      ...(isExtra ? [{ ...own, spanId: spanId('b') }] : [])
    ])
    return { status: 200, body: '{}' }
  })
  workspace = await openWorkspace({
    'tests/passes.yaml': fileOf({ name: 'passes', url: `${system.url}/passes` }),
    'tests/fails.yaml': fileOf({
      name: 'fails ##[error]now',
      url: `${system.url}/fails`,
      assertion: 'count() = 3'
    }),
    'tests/errs.yaml': fileOf({ name: 'errs', url: 'http://127.0.0.1:9/' }),
    'tests/skipped.yaml': fileOf({ name: 'is skipped', url: system.url, extra: '  skip: not built yet\n' }),
    'tests/flaky.yaml': fileOf({ name: 'is flaky', url: `${system.url}/flaky`, extra: '  retries: 1\n' })
  })
  run = await workspace.run(
    [
      ...['run', 'tests', '--otlp-listen', `127.0.0.1:${port}`, '-j', 'out/junit.xml'],
      ...['--reporter', 'json=out/report.json', '--reporter', 'ndjson=out/events.ndjson']
    ],
    { env: { ...GITHUB, GITHUB_WORKSPACE: workspace.path } }
  )
})

afterAll(async () => {
  await workspace[Symbol.asyncDispose]()
  await system[Symbol.asyncDispose]()
})

async function reportAt(path: string): Promise<JsonReport> {
  return JSON.parse(await readFile(join(workspace.path, path), 'utf8')) as JsonReport
}

describe('one run with every reporter', () => {
  test('ends with the gravest exit code, and each tells of each test', async () => {
    expect(run.exitCode).toBe(1)
    expect((await reportAt('out/report.json')).summary).toMatchObject({
      passed: 1,
      flaky: 1,
      failed: 1,
      errored: 1,
      skipped: 1
    })
    const junit = await workspace.read('out/junit.xml')
    expect(await junitFaults(junit)).toEqual([])
    expect(junit).toContain('tests="5" failures="1" errors="1"')
    for (const element of ['<failure ', '<error ', '<skipped ', '<flakyFailure '])
      expect(junit).toContain(element)
    expect(junit).toContain('<testcase name="passes" classname="tests.passes"')
  })

  test('writes events that the published schema describes', async () => {
    const validate = ajv.compile(eventSchema)
    const lines = (await workspace.read('out/events.ndjson')).trim().split('\n')
    const events = lines.map(line => JSON.parse(line) as { readonly type: string })
    for (const event of events) {
      validate(event)
      expect(validate.errors, event.type).toBeNull()
    }
    expect(new Set(events.map(event => event.type))).toContain('test-retried')
  })

  test('marks failures in the repository, and writes the page of the job', async () => {
    const commands = run.stdout.split('\n').filter(line => line.startsWith('::'))
    expect(commands.slice(0, 3).map(command => /^::\w+ file=[^,]+/.exec(command)?.[0])).toEqual([
      '::error file=tests/fails.yaml',
      '::error file=tests/errs.yaml',
      '::warning file=tests/flaky.yaml'
    ])
    expect(commands[0]).toContain(',line=10,col=21,')
    const summary = await workspace.read('summary.md')
    expect(summary).toContain('| 1 | 1 | 1 | 1 | 1 |')
    expect(summary).toMatch(/```text\n[\s\S]*count\(\) = 3[\s\S]*█/)
  })

  test('lets no word of the system or of a file be a command', () => {
    const lines = `${run.stdout}\n${run.stderr}`.split('\n').filter(line => !line.startsWith('::'))
    expect(lines.filter(line => /^\s*::|##\[/.test(line))).toEqual([])
    expect(run.stdout).toContain('fails ## [error]now')
  })

  test('saves a report that its schema describes', async () => {
    const validate = ajv.compile(jsonReportSchema)
    const saved = await reportAt('.tracerun/last/report.json')
    validate(saved)
    expect(validate.errors).toBeNull()
    expect(saved.tests.map(({ name, saved: file }) => [name, file !== undefined])).toContainEqual([
      'fails ##[error]now',
      true
    ])
  })
})

test('annotations go to standard error where standard output is data', async () => {
  const result = await workspace.run(
    ['run', 'tests/errs.yaml', 'tests/fails.yaml', '-o', 'json', '--otlp-listen', `127.0.0.1:${port}`],
    { env: { ...GITHUB, GITHUB_STEP_SUMMARY: '' } }
  )
  expect(JSON.parse(result.stdout)).toMatchObject({ outcome: 'failed' })
  expect(result.stdout).not.toContain('##[')
  expect(result.stderr).toMatch(/^::error file=/m)
})

test('a job that wants no annotations has none', async () => {
  const result = await workspace.run(['run', 'tests/errs.yaml', '--otlp-listen', `127.0.0.1:${port}`], {
    env: { ...GITHUB, TRACERUN_GITHUB: '0' }
  })
  expect(result.exitCode).toBe(3)
  expect(result.stdout).not.toMatch(/^::/m)
})

describe('merge', () => {
  /** Runs some files as a shard, and keeps what the run has saved. */
  async function runShard(index: number, count: number, files: readonly string[]): Promise<string> {
    await workspace.run(['run', ...files, '--otlp-listen', `127.0.0.1:${port}`])
    const folder = `shards/${index}`
    await cp(join(workspace.path, '.tracerun/last'), join(workspace.path, folder), { recursive: true })
    const report = await reportAt(`${folder}/report.json`)
    const path = join(workspace.path, folder, 'report.json')
    await writeFile(path, JSON.stringify({ ...report, shard: { index, count } }))
    return folder
  }

  let shards: readonly string[]
  beforeAll(async () => {
    shards = [
      await runShard(1, 2, ['tests/passes.yaml', 'tests/fails.yaml']),
      await runShard(2, 2, ['tests/errs.yaml'])
    ]
  })

  test('makes one report of all shards, with their failures and traces', async () => {
    const merged = await workspace.run(
      ['merge', ...shards, '-j', 'merged/junit.xml', '--reporter', 'json=merged/report.json'],
      { env: { ...GITHUB, GITHUB_STEP_SUMMARY: 'merged.md' } }
    )
    expect(merged.exitCode).toBe(1)
    expect(merged.stderr).toBe('')
    expect(merged.stdout).toMatch(
      /✗ fails [\s\S]*count\(\) = 3[\s\S]*█[\s\S]*3 tests: 1 failed, 1 errored, 1 passed/
    )
    expect(merged.stdout).toContain('2 runs merged')
    const validate = ajv.compile(jsonReportSchema)
    const report = await reportAt('merged/report.json')
    validate(report)
    expect(validate.errors).toBeNull()
    expect(report).toMatchObject({
      outcome: 'failed',
      exitCode: 1,
      summary: { passed: 1, failed: 1, errored: 1 }
    })
    expect(await junitFaults(await workspace.read('merged/junit.xml'))).toEqual([])
    expect(await workspace.read('merged.md')).toContain('█')
  })

  test.each([
    ['missing', () => [shards[1]!], 'shard 1 of 2 is missing'],
    ['there twice', () => [...shards, shards[0]!], 'is named twice'],
    ['without a report', () => [...shards, 'tests'], 'there is no report of a run in this folder']
  ])('refuses a shard that is %s', async (_, paths, message) => {
    const merged = await workspace.run(['merge', ...paths(), '-j', 'never.xml'])
    expect(merged.exitCode).toBe(2)
    expect(merged.stderr).toContain(message)
    expect(merged.stdout).toBe('')
  })

  test('refuses a damaged report, and does without a damaged trace', async () => {
    const copy = join(workspace.path, 'damaged')
    await cp(join(workspace.path, shards[0]!), copy, { recursive: true })
    const text = await readFile(join(copy, 'report.json'), 'utf8')
    const failed = (JSON.parse(text) as JsonReport).tests.find(({ outcome }) => outcome === 'failed')
    await writeFile(join(copy, failed!.saved!), '{"resourceSpans":')
    const drawn = await workspace.run(['merge', 'damaged', shards[1]!])
    expect(drawn.exitCode).toBe(1)
    expect(drawn.stderr).toContain('is not drawn: ')
    expect(drawn.stdout).toContain('count() = 3')
    await writeFile(join(copy, 'report.json'), text.slice(0, -20))
    const refused = await workspace.run(['merge', 'damaged', shards[1]!])
    expect(refused.exitCode).toBe(2)
    expect(refused.stderr).toContain('damaged/report.json is damaged')
  })

  test('has no events to write', async () => {
    const merged = await workspace.run(['merge', ...shards, '--reporter', 'ndjson'])
    expect(merged.exitCode).toBe(2)
    expect(merged.stderr).toContain('merge has no events to write')
  })
})

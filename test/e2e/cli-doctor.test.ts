import { appendFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { freePort } from '../support/free-port.ts'
import type { InlineResult, Workspace } from '../support/run-inline.ts'
import { openWorkspace, runInline } from '../support/run-inline.ts'
import type { SystemUnderTest } from '../support/system-under-test.ts'
import { sendSpans, startSystem } from '../support/system-under-test.ts'

/** A Collector that writes what it gets to the file of a workspace. */
function startCollector(
  workspace: Workspace,
  change: (body: string) => string = body => body
): Promise<SystemUnderTest> {
  return startSystem(async ({ body }) => {
    await appendFile(join(workspace.path, 'traces.jsonl'), `${change(body)}\n`)
    return { body: '{}' }
  })
}

const examine = (workspace: Workspace, url: string, ...more: string[]): Promise<InlineResult> =>
  workspace.run(['doctor', '--data-store', 'file=traces.jsonl', '--otlp-endpoint', url, ...more])

test('the embedded receiver is examined by canaries to each of its addresses', async () => {
  const port = await freePort()
  const { exitCode, stdout, stderr } = await runInline({}, ['doctor', '--otlp-listen', `127.0.0.1:${port}`])
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
  expect(stdout).toContain('traces are received by tracerun itself, as no data store is named')
  expect(stdout).toContain(`a canary came whole by 127.0.0.1:${port}`)
  expect(stdout).toMatch(/\nall is well\n$/)
})

test('a port that is taken is a problem that says who may have it', async () => {
  await using other = await startSystem(() => ({}))
  const { exitCode, stdout } = await runInline({}, ['doctor', '--otlp-listen', `127.0.0.1:${other.port}`])
  expect(exitCode).toBe(3)
  expect(stdout).toContain(`127.0.0.1:${other.port} is already in use, probably by`)
  expect(stdout).toContain('--otlp-listen')
  expect(stdout).toMatch(/\n1 problem\n$/)
})

test('a canary that comes back as it was sent makes all well', async () => {
  await using workspace = await openWorkspace({ 'traces.jsonl': '' })
  await using collector = await startCollector(workspace)
  const { exitCode, stdout } = await examine(workspace, collector.url)
  expect(stdout).toContain('traces are read from a data store of type file (--data-store)')
  expect(stdout).toContain('it answers, and knows of no trace')
  expect(stdout).toContain('a canary was sent and found again after')
  expect(stdout).toContain('it came back as it was sent')
  expect(exitCode).toBe(0)
  expect(collector.requests.map(({ method, path }) => `${method} ${path}`)).toEqual(['POST /v1/traces'])
})

test('what was changed on the way is a problem, said key by key', async () => {
  await using workspace = await openWorkspace({ 'traces.jsonl': '' })
  await using collector = await startCollector(workspace, body =>
    body.replace('{"key":"canary.digits","value":{"stringValue":"0042"}}', '{"key":"x","value":{}}')
  )
  const { exitCode, stdout } = await examine(workspace, collector.url, '-o', 'json')
  expect(exitCode).toBe(3)
  const { outcome, findings } = JSON.parse(stdout)
  expect(outcome).toBe('problem')
  expect(findings.find(({ status }: { status: string }) => status === 'problem')).toMatchObject({
    topic: 'canary',
    details: ['"Canary root": attribute canary.digits: did not come'],
    fix: expect.stringContaining('processor')
  })
})

test('an endpoint that refuses, or is not there, is a problem with a way out', async () => {
  await using workspace = await openWorkspace({ 'traces.jsonl': '' })
  await using collector = await startSystem(() => ({ status: 401, body: 'who are you?' }))
  const refused = await examine(workspace, collector.url)
  expect(refused.exitCode).toBe(3)
  expect(refused.stdout).toContain('401 Unauthorized: who are you?')
  expect(refused.stdout).toContain('OTEL_EXPORTER_OTLP_HEADERS')
  const closed = await examine(workspace, `http://127.0.0.1:${await freePort()}`)
  expect(closed.exitCode).toBe(3)
  expect(closed.stdout).toContain('no canary could be sent')
  expect(closed.stdout).toContain('ECONNREFUSED')
})

test('headers for exporters go along with the canary, and are shown nowhere', async () => {
  await using workspace = await openWorkspace({ 'traces.jsonl': '' })
  await using collector = await startSystem(({ headers }) => ({
    status: 403,
    body: `denied: ${headers.authorization}`
  }))
  const { stdout, stderr } = await workspace.run(['doctor', '--data-store', 'file=traces.jsonl'], {
    env: {
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20tok-4711-abc'
    }
  })
  expect(collector.requests[0]?.headers.authorization).toBe('Bearer tok-4711-abc')
  expect(stdout).toContain('403')
  expect(stdout + stderr).not.toContain('tok-4711-abc')
})

test('with a test file, the delay of its spans is measured, and the line to declare is told', async () => {
  const port = await freePort()
  await using system = await startSystem(async ({ traceId, parentSpanId }) => {
    await sendSpans(port, [{ traceId, spanId: 'aaaaaaaaaaaaaaa1', parentSpanId }])
    return {}
  })
  const file = `type: Test
spec:
  name: checkout
  trigger: { type: http, httpRequest: { url: "${system.url}/checkout" } }
  specs: [{ selector: span, assertions: [count() > 0] }]
`
  const { exitCode, stdout } = await runInline({ 'a.yaml': file }, [
    'doctor',
    '-f',
    'a.yaml',
    '--otlp-listen',
    `127.0.0.1:${port}`
  ])
  expect(stdout).toContain('declare it in tracerun.yaml:  flushDelay: ')
  expect(stdout).toMatch(/gateway: \d+ms/)
  expect(exitCode).toBe(0)
  expect(system.requests).toHaveLength(1)
})

test.each([
  [['--otlp-endpoint', 'ftp://collector'], '--otlp-endpoint: "ftp://" is not HTTP', 'http://localhost:4318'],
  [['-f', 'store.yaml'], 'the files hold no test', 'type: Test'],
  [['--data-store', 'jaegr=http://localhost'], 'unknown data store `jaegr`', 'did you mean `jaeger`?']
])('%j is a usage error with a way out', async (args, message, hint) => {
  const files = {
    'store.yaml': 'type: DataStore\nspec: { name: files, type: file, file: { path: a.jsonl } }\n'
  }
  const { exitCode, stdout, stderr } = await runInline(files, ['doctor', ...args])
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
  expect(stderr).toContain(message)
  expect(stderr).toContain(hint)
})

test('an endpoint of the shell that is no URL is a problem, not a bug', async () => {
  await using workspace = await openWorkspace({ 'traces.jsonl': '' })
  const { exitCode, stdout } = await workspace.run(['doctor', '--data-store', 'file=traces.jsonl'], {
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: 'ftp://collector' }
  })
  expect(exitCode).toBe(3)
  expect(stdout.replace(/\s+/g, ' ')).toContain('"ftp://" is not HTTP')
})

import { readFile } from 'node:fs/promises'
import { afterEach, describe, expect, test } from 'vitest'
import { freePort } from '../support/free-port.ts'
import { sendSpans, startSystem } from '../support/system-under-test.ts'
import { type Job, openJob } from './run-action.ts'

const cleanups: AsyncDisposable[] = []
afterEach(async () => {
  for (const resource of cleanups.splice(0)) await resource[Symbol.asyncDispose]()
})

async function openTests(files: Readonly<Record<string, string>>): Promise<Job> {
  const job = await openJob(files)
  cleanups.push(job)
  return job
}

function testFile(url: string, assertion: string): string {
  return `type: Test
spec:
  name: checkout
  timeout: 8s
  flushDelay: 500ms
  absenceWindow: 100ms
  async: 300ms
  trigger: { type: http, httpRequest: { method: POST, url: "${url}/checkout" } }
  specs:
    - selector: span[service.name="gateway"]
      assertions: [${assertion}]
`
}

interface Shop extends Job {
  readonly listen: string
}

/** A service that sends one span a request and answers 200 from its second request on, and tests of it. */
async function openShop(
  files: Readonly<Record<string, string>> = { 'checkout.yaml': 'count() = 1' }
): Promise<Shop> {
  const port = await freePort()
  let requests = 0
  const system = await startSystem(async ({ traceId, parentSpanId }) => {
    requests++
    await sendSpans(port, [{ traceId, spanId: 'aaaaaaaaaaaaaaa1', parentSpanId }])
    return { status: requests === 1 ? 503 : 200, body: '{}' }
  })
  cleanups.push(system)
  const written = Object.entries(files).map(([name, assertion]) => [name, testFile(system.url, assertion)])
  const job = await openTests(Object.fromEntries(written) as Record<string, string>)
  return { ...job, listen: `--otlp-listen 127.0.0.1:${port}` }
}

describe('the Action', () => {
  test('passes with the tests, and counts them', async () => {
    const { run, listen } = await openShop()
    const { exitCode, stdout, stderr, outputs } = await run({
      files: 'checkout.yaml',
      args: listen,
      version: 'local'
    })
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    expect(stdout).toContain('1 passed')
    expect(outputs).toMatchObject({ passed: '1', failed: '0', flaky: '0', 'exit-code': '0' })
    expect(JSON.parse(await readFile(outputs['report']!, 'utf8'))).toMatchObject({ outcome: 'passed' })
  })

  test('fails with a test, with its exit code', async () => {
    const { run, listen } = await openShop({ 'checkout.yaml': 'count() = 2', 'more.yaml': 'count() = 1' })
    const { exitCode, stdout, outputs } = await run({
      files: 'checkout.yaml\nmore.yaml\n',
      args: listen,
      version: 'local'
    })
    expect(exitCode).toBe(1)
    expect(stdout).toContain('checkout.yaml:')
    expect(outputs).toMatchObject({ passed: '1', failed: '1', 'exit-code': '1' })
  })

  test.each([
    ['', 0],
    ['--fail-on-flaky', 1]
  ])(
    'counts a test that passes at its second attempt as flaky; with %j it ends with %i',
    async (flag, code) => {
      const { run, listen } = await openShop({ 'checkout.yaml': 'response:status = 200' })
      const args = `${listen} --retries 1 ${flag}`
      const { exitCode, outputs } = await run({ files: 'checkout.yaml', args, version: 'local' })
      expect(outputs).toMatchObject({ passed: '0', flaky: '1', failed: '0', 'exit-code': String(code) })
      expect(exitCode).toBe(code)
    }
  )

  test('passes where no test is meant only if that is said', async () => {
    const { run, listen } = await openShop()
    const args = `${listen} --grep none`
    expect(await run({ files: 'checkout.yaml', args, version: 'local' })).toMatchObject({ exitCode: 2 })
    const told = await run({ files: 'checkout.yaml', args: `${args} --pass-with-no-tests`, version: 'local' })
    expect(told).toMatchObject({ exitCode: 0, outputs: { passed: '0', failed: '0' } })
  })

  test('shows what failed at its line, and in the summary of the job', async () => {
    const { run, listen } = await openShop({ 'checkout.yaml': 'count() = 2' })
    const { stdout, summary } = await run({ files: 'checkout.yaml', args: listen, version: 'local' })
    expect(stdout).toMatch(/^::error [^\n]*file=checkout\.yaml,[^\n]*line=11/m)
    expect(summary).toContain('count() = 2')
  })

  test('counts what could not be judged as failed', async () => {
    const { run } = await openTests({ 'away.yaml': testFile('http://127.0.0.1:1', 'count() = 1') })
    const { exitCode, outputs } = await run({
      files: 'away.yaml',
      args: `--otlp-listen 127.0.0.1:${await freePort()}`,
      version: 'local'
    })
    expect(exitCode).toBe(3)
    expect(outputs).toMatchObject({ passed: '0', failed: '1', 'exit-code': '3' })
  })

  test('finds files in folders with blanks in their names, one a line, and writes the reports asked for', async () => {
    const { run, listen, workspace } = await openShop({
      'my shop/trace tests/check out.yaml': 'count() = 1',
      'my shop/more.yaml': 'count() = 1'
    })
    const { exitCode, outputs } = await run({
      files: '\n  trace tests/check out.yaml  \r\nmore.yaml',
      reporters: 'ndjson=our reports/events.ndjson',
      args: `${listen} --grep "check"'out'`,
      version: 'local',
      'working-directory': 'my shop'
    })
    expect(exitCode).toBe(0)
    expect(outputs['passed']).toBe('2')
    expect(await workspace.read('my shop/our reports/events.ndjson')).toContain('checkout')
  })

  test('starts the system itself where a command is given, with its arguments', async () => {
    const { run, listen, workspace } = await openShop()
    await workspace.write('start it.js', "console.error('up', process.argv[2]); setInterval(() => {}, 1000)")
    const { exitCode, stderr, stdout } = await run({
      files: 'checkout.yaml',
      start: `"${process.execPath}" 'start it.js' "on port $PORT"`,
      args: `${listen} --wait-for http://127.0.0.1:1/ --wait-timeout 300ms`,
      version: 'local'
    })
    expect(stdout + stderr).toContain('up on port $PORT')
    expect(exitCode).toBe(3)
  })

  // There are no signals to other processes on Windows.
  test.skipIf(process.platform === 'win32')(
    'tells tracerun that the job is cancelled, and counts what was done',
    async () => {
      let requested = (): void => {}
      const cancel = new Promise<void>(resolve => {
        requested = resolve
      })
      const system = await startSystem(() => {
        requested()
        return new Promise(() => {})
      })
      cleanups.push(system)
      const { run } = await openTests({ 'checkout.yaml': testFile(system.url, 'count() = 1') })
      const args = `--otlp-listen 127.0.0.1:${await freePort()}`
      const { exitCode, outputs } = await run({ files: 'checkout.yaml', args, version: 'local' }, { cancel })
      expect(exitCode).toBe(130)
      expect(outputs).toMatchObject({ passed: '0', 'exit-code': '130' })
    }
  )
})

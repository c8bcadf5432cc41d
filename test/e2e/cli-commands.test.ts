import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { freePort } from '../support/free-port.ts'
import { isRunning, pidsIn, until } from '../support/processes.ts'
import { openWorkspace, runInline } from '../support/run-within.ts'
import { sendSpans, startSystem } from '../support/system-under-test.ts'

const fixture = (name: string): string =>
  fileURLToPath(new URL(`../fixtures/processes/${name}`, import.meta.url))

const exec = (options: string, assertions: readonly string[], more = ''): string => `type: Test
spec:
  name: a job
  absenceWindow: 100ms
  flushDelay: 200ms
${more}  trigger:
    type: exec
    exec: ${options}
  specs:
    - selector: span[service.name="jobs"]:entry
      assertions: ${JSON.stringify(assertions)}
`

describe('a command as trigger', () => {
  const job = (env = '{}'): string => `{ command: [node, "${fixture('job.mjs')}"], env: ${env} }`

  test('continues the trace on the real SDK, and what it said is data', async () => {
    const assertions = [
      'count() = 1',
      'attr:name = "job"',
      'response:status = 4',
      'response:body = "job done"',
      'response:stderr = "slow disk"'
    ]
    const listen = ['--otlp-listen', `127.0.0.1:${await freePort()}`]
    await using workspace = await openWorkspace({ 'job.yaml': exec(job('{ EXIT_CODE: "4" }'), assertions) })
    const { exitCode, stdout, stderr } = await workspace.run([
      'run',
      '-f',
      'job.yaml',
      '--allow-exec',
      ...listen
    ])
    expect([exitCode, stderr, stdout]).toEqual([0, '', expect.stringContaining('1 passed')])
    const offline = await workspace.run(['check', '-f', 'job.yaml', '--trace', '.tracerun/last/a-job.json'])
    expect([offline.exitCode, offline.stderr]).toEqual([0, ''])
  })

  test.each([
    ['by nobody', [], {}, '', 2],
    ['by a flag', ['--allow-exec'], {}, '', 3],
    ['by a variable of the process', [], { TRACERUN_ALLOW_EXEC: '1' }, '', 3],
    ['not by a variable that says no', [], { TRACERUN_ALLOW_EXEC: '0' }, '', 2],
    ['not by the project file', [], {}, 'allowExec: true\n', 2]
  ])('is allowed %s', async (_, flags, env, project, exitCode) => {
    const files = {
      'job.yaml': exec('{ command: [no-such-program-here] }', ['count() = 1']),
      'tracerun.yaml': project
    }
    const listen = ['--otlp-listen', `127.0.0.1:${await freePort()}`]
    const result = await runInline(files, ['run', '-f', 'job.yaml', ...listen, ...flags], { env })
    expect([result.exitCode, result.stderr]).toEqual([
      exitCode,
      exitCode === 3 ? '' : expect.stringMatching(/which was not allowed|unknown key `allowExec`/)
    ])
  })

  test('is not run by validate, which says what run will need', async () => {
    const files = { 'job.yaml': exec('{ command: [no-such-program-here] }', ['count() = 1']) }
    const { exitCode, stdout } = await runInline(files, ['validate', 'job.yaml'])
    expect([exitCode, stdout]).toEqual([0, expect.stringContaining('run needs --allow-exec')])
  })

  test('that takes too long is ended, with all that it started', async () => {
    await using workspace = await openWorkspace()
    const pids = join(workspace.path, 'pids')
    const server = `{ command: [node, "${fixture('server.mjs')}"], env: { MANNERS: stubborn, PORT: "0", PIDS: "${pids}" } }`
    const file = exec(server, ['response:status = 0'], '  skipTraceCollection: true\n').replace(
      'type: exec',
      'type: exec\n    timeout: 4s'
    )
    await workspace.write('job.yaml', file)
    const { exitCode, stdout } = await workspace.run(['run', '-f', 'job.yaml', '--allow-exec'])
    expect([exitCode, stdout]).toEqual([3, expect.stringContaining('no answer within 4.0 s')])
    const started = await pidsIn(pids, 1)
    await until(async () => (await Promise.all(started.map(isRunning))).every(running => !running))
  })

  test('shows no secret that it is given', async () => {
    const options =
      '{ command: [node, -e, "console.log(process.env.API_TOKEN)"], env: { API_TOKEN: sesame-open } }'
    const file = exec(options, ['response:body = "x"'], '  skipTraceCollection: true\n').replace(
      'span[service.name="jobs"]:entry',
      ':root'
    )
    const { exitCode, stdout, stderr } = await runInline({ 'job.yaml': file }, [
      'run',
      '-f',
      'job.yaml',
      '--allow-exec'
    ])
    expect([exitCode, stdout]).toEqual([1, expect.stringContaining('***')])
    expect(stdout + stderr).not.toContain('sesame-open')
  })
})

const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736'

describe('a trace that something else began', () => {
  const file = (trigger: string): string => `type: Test
spec:
  name: the journey
  absenceWindow: 100ms
  flushDelay: 200ms
  trigger: ${trigger}
  specs:
    - selector: span[service.name="gateway"]
      assertions: [count() = 1]
`

  test.each([
    ['{ type: traceid, traceid: { id: "${var:TRACE_ID}" } }', `${TRACE_ID}`],
    ['{ type: playwright }', `00-${TRACE_ID}-00f067aa0ba902b7-01`],
    ['{ type: k6, k6: {} }', `1-${TRACE_ID.slice(0, 8)}-${TRACE_ID.slice(8)}`]
  ])('%s, by %s', async (trigger, id) => {
    const port = await freePort()
    await using workspace = await openWorkspace({ 'journey.yaml': file(trigger) })
    const args = [
      'run',
      '-f',
      'journey.yaml',
      '--vars',
      `TRACE_ID=${id}`,
      '--otlp-listen',
      `127.0.0.1:${port}`
    ]
    let hasSent = false
    const { exitCode, stdout, stderr } = await workspace.run([...args, '--debug'], {
      onStart: child =>
        child.stderr.on('data', (chunk: Buffer) => {
          if (hasSent || !String(chunk).includes('listening')) return
          hasSent = true
          void sendSpans(port, [{ traceId: TRACE_ID, spanId: '00f067aa0ba902b8' }])
        })
    })
    expect([exitCode, stderr]).toEqual([0, expect.stringContaining('listening')])
    expect(stdout).toContain('1 passed')
  })

  test('whose id is not said is a mistake said before anything: 2', async () => {
    const { exitCode, stderr } = await runInline({ 'journey.yaml': file('{ type: artillery }') }, [
      'run',
      '-f',
      'journey.yaml'
    ])
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('--vars TRACE_ID=…')])
  })

  test('whose file is not there ends with 3, and says when it is read', async () => {
    const files = { 'journey.yaml': file('{ type: cypress, cypress: { traceFile: ./trace-id.txt } }') }
    const args = ['run', '-f', 'journey.yaml', '--otlp-listen', `127.0.0.1:${await freePort()}`]
    const { exitCode, stdout } = await runInline(files, args)
    expect([exitCode, stdout]).toEqual([3, expect.stringContaining('must have written its id there by then')])
  })
})

describe('--wait-for', () => {
  const file = (url: string): string => `type: Test
spec:
  name: ready
  skipTraceCollection: true
  trigger: { type: http, httpRequest: { url: "${url}/cart" } }
  specs:
    - selector: :root
      assertions: [response:status = 200]
`

  test.each([
    ['a flag', (url: string) => ({ args: ['--wait-for', url], env: {}, project: '' })],
    ['a variable', (url: string) => ({ args: [], env: { TRACERUN_WAIT_FOR: url }, project: '' })],
    ['the project file', (url: string) => ({ args: [], env: {}, project: `waitFor: [${url}]\n` })]
  ])('by %s: the first request goes out once the system answers', async (_, by) => {
    const statuses = [503, 503]
    await using system = await startSystem(({ path }) => ({
      status: path === '/health' ? (statuses.shift() ?? 200) : 200
    }))
    const { args, env, project } = by(`${system.url}/health`)
    const files = { 'cart.yaml': file(system.url), 'tracerun.yaml': project }
    const { exitCode } = await runInline(files, ['run', '-f', 'cart.yaml', ...args], { env })
    expect(exitCode).toBe(0)
    expect(system.requests.map(({ path }) => path)).toEqual(['/health', '/health', '/health', '/cart'])
  })

  test('that is never answered ends with 3, the last cause, and no request', async () => {
    await using system = await startSystem(() => ({ status: 503 }))
    const args = ['run', '-f', 'cart.yaml', '--wait-for', `${system.url}/health`, '--wait-timeout', '300ms']
    const { exitCode, stdout, stderr } = await runInline({ 'cart.yaml': file(system.url) }, args)
    expect([exitCode, stdout]).toEqual([3, ''])
    expect(stderr).toMatch(/did not answer within 0\.3 s: it answered 503 Service\s+Unavailable/)
    expect(system.requests.map(({ path }) => path)).not.toContain('/cart')
  })

  test('of what is no address is a mistake: 2', async () => {
    const args = ['run', '-f', 'cart.yaml', '--wait-for', 'tcp://localhost:99999']
    const { exitCode, stderr } = await runInline({ 'cart.yaml': file('http://localhost:1') }, args)
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('cannot wait for tcp://localhost:99999')])
  })
})

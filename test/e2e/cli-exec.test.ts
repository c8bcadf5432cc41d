import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, test } from 'vitest'
import { freePort } from '../support/free-port.ts'
import { isRunning, pidsIn, until } from '../support/processes.ts'
import type { InlineOptions, InlineResult, Workspace } from '../support/run-inline.ts'
import { openWorkspace } from '../support/run-inline.ts'

const fixture = (name: string): string =>
  fileURLToPath(new URL(`../fixtures/processes/${name}`, import.meta.url))
const SERVER = fixture('server.mjs')
const JOB = fixture('job.mjs')

const cleanups: AsyncDisposable[] = []
afterEach(async () => {
  for (const resource of cleanups.splice(0)) await resource[Symbol.asyncDispose]()
})

function testFile(port: number, { path = '/checkout', more = '' } = {}): string {
  return `type: Test
spec:
  name: checkout
  absenceWindow: 100ms
${more}  trigger:
    type: http
    httpRequest: { method: POST, url: "http://127.0.0.1:${port}${path}" }
  specs:
    - selector: span[service.name="gateway"]
      assertions: [count() = 1, response:status = 200]
`
}

interface Scene {
  readonly workspace: Workspace
  readonly port: number
  readonly pidFile: string
  exec(args?: readonly string[], options?: InlineOptions): Promise<InlineResult>
}

async function openScene(options: { path?: string; more?: string } = {}): Promise<Scene> {
  const [port, otlpPort] = [await freePort(), await freePort()]
  const workspace = await openWorkspace({ 'checkout.yaml': testFile(port, options) })
  cleanups.push(workspace)
  const pidFile = join(workspace.path, 'pids')
  return {
    workspace,
    port,
    pidFile,
    exec: (args = [], inline = {}) =>
      workspace.run(
        [
          'exec',
          '-f',
          'checkout.yaml',
          '--otlp-listen',
          `127.0.0.1:${otlpPort}`,
          ...args,
          '--',
          process.execPath,
          SERVER
        ],
        { ...inline, env: { PORT: String(port), PIDS: pidFile, ...inline.env } }
      )
  }
}

async function expectGone({ pidFile }: Scene): Promise<void> {
  const pids = await pidsIn(pidFile, 2)
  await until(async () => (await Promise.all(pids.map(isRunning))).every(running => !running))
}

describe('exec', () => {
  test('starts the system, tests it on the real SDK, and leaves nothing of it running', async () => {
    const scene = await openScene()
    const { exitCode, stdout, stderr } = await scene.exec(['-o', 'json'], {
      env: { API_TOKEN: 'sesame-open' }
    })
    expect([exitCode, stderr]).toEqual([
      0,
      expect.stringMatching(/^node \| up with http:\/\/127\.0\.0\.1:\d+$/m)
    ])
    const report = JSON.parse(stdout)
    expect(report).toMatchObject({ outcome: 'passed', summary: { passed: 1 } })
    // It was told to send soon, so that is known, and little was waited for.
    expect(report.tests[0].completeness.reliedOn).toMatchObject({ flushMs: 200, flush: 'declared' })
    await expectGone(scene)
  })

  test('lets what is declared stand over what it tells the system', async () => {
    const scene = await openScene({ more: '  flushDelay: 1s\n' })
    const { stdout } = await scene.exec(['-o', 'json'])
    expect(JSON.parse(stdout).tests[0].completeness.reliedOn).toMatchObject({ flushMs: 1000 })
  })

  test('waits for what it is told to wait for', async () => {
    const scene = await openScene()
    const { exitCode, stderr } = await scene.exec([
      '--debug',
      '--wait-for',
      `http://127.0.0.1:${scene.port}/health`
    ])
    expect([exitCode, stderr]).toEqual([0, expect.stringContaining('/health answers')])
  })

  test('ends with the exit code of the run, and ends the system then too', async () => {
    const scene = await openScene({ path: '/nowhere', more: '  tags: [smoke]\n' })
    await scene.workspace.write('checkout.yaml', testFile(scene.port).replace('count() = 1', 'count() = 2'))
    expect((await scene.exec()).exitCode).toBe(1)
    await expectGone(scene)
  })

  test('kills what does not heed being told to end', async () => {
    const scene = await openScene()
    const { exitCode } = await scene.exec([], { env: { MANNERS: 'stubborn' } })
    expect(exitCode).toBe(0)
    await expectGone(scene)
  })

  test('hides secrets in what the system says', async () => {
    const scene = await openScene()
    const { stderr } = await scene.exec(['--secret', 'API_TOKEN'], { env: { API_TOKEN: 'sesame-open' } })
    expect(stderr).toContain('the token is ***')
    expect(stderr).not.toContain('sesame-open')
  })

  test('takes a free port where the usual ones are taken', async () => {
    const port = await freePort()
    const taken = [4317, 4318].map(usual => createServer().listen(usual, '127.0.0.1'))
    // Somebody else may hold them already, which is as good.
    for (const server of taken) server.on('error', () => undefined)
    const workspace = await openWorkspace({ 'checkout.yaml': testFile(port) })
    cleanups.push(workspace)
    const { exitCode, stderr } = await workspace.run(
      ['exec', '-f', 'checkout.yaml', '--', process.execPath, SERVER],
      { env: { PORT: String(port) } }
    )
    for (const server of taken) server.close()
    expect([exitCode, stderr]).toEqual([
      0,
      expect.stringMatching(/up with http:\/\/127\.0\.0\.1:(?!4317|4318)\d+/)
    ])
  })
})

describe('interrupted', () => {
  const signalled = (
    signal: NodeJS.Signals,
    times: number
  ): { readonly onStart: (child: ChildProcessWithoutNullStreams) => void; pid: number } => {
    const scene = {
      pid: 0,
      onStart: (child: ChildProcessWithoutNullStreams): void => {
        scene.pid = child.pid!
        child.stderr.on('data', (chunk: Buffer) => {
          if (!String(chunk).includes('never answered')) return
          child.kill(signal)
          // The second as soon as the first was taken.
          if (times > 1) setImmediate(() => child.kill(signal))
        })
      }
    }
    return scene
  }

  test.each([
    ['SIGINT', 1],
    ['SIGINT', 2],
    ['SIGTERM', 1],
    ['SIGHUP', 1]
  ] as const)('by %s, %i times, it leaves nothing running', async (signal, times) => {
    const scene = await openScene({ path: '/hang' })
    const env = { MANNERS: times === 2 ? 'stubborn' : 'polite' }
    const { exitCode, stdout } = await scene.exec([], { onStart: signalled(signal, times).onStart, env })
    expect([exitCode, stdout]).toEqual([
      130,
      times === 1 ? expect.stringContaining('interrupted') : expect.anything()
    ])
    await expectGone(scene)
  })

  test('by being killed, it leaves nothing running either', async () => {
    const scene = await openScene({ path: '/hang' })
    const { exitCode } = await scene.exec([], { onStart: signalled('SIGKILL', 1).onStart })
    expect(exitCode).toBe(null)
    await expectGone(scene)
  })
})

describe('exec says why it cannot', () => {
  const withCommand = async (
    command: readonly string[],
    args: readonly string[] = []
  ): Promise<InlineResult> => {
    const workspace = await openWorkspace({ 'checkout.yaml': testFile(await freePort()) })
    cleanups.push(workspace)
    const listen = ['--otlp-listen', `127.0.0.1:${await freePort()}`]
    return workspace.run(['exec', '-f', 'checkout.yaml', ...listen, ...args, '--', ...command])
  }

  test('the command ends before the system answers: 3, with what it said last', async () => {
    const script = 'console.error("port is taken"); process.exitCode = 7'
    const { exitCode, stderr } = await withCommand([process.execPath, '-e', script])
    expect([exitCode, stderr]).toEqual([
      3,
      expect.stringMatching(
        /ended with exit code 7 before\s+tcp:\/\/127\.0\.0\.1:\d+ answered\s+its last lines:\s+port is taken/
      )
    ])
  })

  test('the system does not answer in time: 3, and the command is ended', async () => {
    const { exitCode, stderr } = await withCommand(
      [process.execPath, '-e', 'console.log(process.pid); setInterval(() => {}, 1000)'],
      ['--wait-timeout', '1s']
    )
    expect([exitCode, stderr]).toEqual([3, expect.stringContaining('did not answer within 1 s')])
    const [, pid] = /node \| (\d+)/.exec(stderr) ?? []
    expect(await isRunning(Number(pid))).toBe(false)
  })

  test('another system answers there already: 3', async () => {
    const scene = await openScene()
    const stranger = createServer().listen(scene.port, '127.0.0.1')
    const { exitCode, stderr } = await scene.exec()
    stranger.close()
    expect([exitCode, stderr]).toEqual([
      3,
      expect.stringContaining('answers already, before the command was started')
    ])
  })

  test('the command is not there: 2', async () => {
    const { exitCode, stderr } = await withCommand(['no-such-program-here'])
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('no-such-program-here cannot be started')])
  })

  test.each([
    [['exec', '-f', 'checkout.yaml'], 'there is no command to start'],
    [['exec', '-f', 'checkout.yaml', 'npm', 'start'], 'it stands after --'],
    [['exec', '-f', 'checkout.yaml', '--wait-for', 'localhost', '--', 'npm'], '--wait-for: expected URLs']
  ])('%j: 2', async (args, message) => {
    const workspace = await openWorkspace({ 'checkout.yaml': testFile(1) })
    cleanups.push(workspace)
    const { exitCode, stderr } = await workspace.run(args)
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining(message)])
  })

  test('no test calls an address that is known before: 2', async () => {
    const file = testFile(1).replace(/type: http\n.*/, 'type: exec\n    exec: { command: [node] }')
    const workspace = await openWorkspace({ 'checkout.yaml': file })
    cleanups.push(workspace)
    const args = ['exec', '-f', 'checkout.yaml', '--allow-exec', '--', process.execPath, '-e', '']
    const { exitCode, stderr } = await workspace.run(args)
    expect([exitCode, stderr]).toEqual([
      2,
      expect.stringContaining('--wait-for http://localhost:8080/health')
    ])
  })
})

describe('a command that begins the traces itself', () => {
  const file = `type: Test
spec:
  name: the job charges
  absenceWindow: 100ms
  trigger:
    type: traceid
    traceid: { traceFile: ./trace-id.txt }
  specs:
    - selector: span[name="job"] > span[name="charge"]
      assertions: [count() = 1]
`
  const run = async (env: Readonly<Record<string, string>>): Promise<InlineResult> => {
    const workspace = await openWorkspace({ 'job.yaml': file })
    cleanups.push(workspace)
    const listen = ['--otlp-listen', `127.0.0.1:${await freePort()}`]
    return workspace.run(['exec', '-f', 'job.yaml', ...listen, '--', process.execPath, JOB], {
      env: { TRACE_FILE: join(workspace.path, 'trace-id.txt'), ...env }
    })
  }

  test('is run to its end, and its trace is judged', async () => {
    const { exitCode, stdout, stderr } = await run({})
    expect([exitCode, stderr]).toEqual([0, expect.stringContaining('node | job done')])
    expect(stdout).toContain('1 passed')
  })

  test('that fails is not judged', async () => {
    const { exitCode, stdout, stderr } = await run({ EXIT_CODE: '4' })
    expect([exitCode, stdout]).toEqual([3, ''])
    // The path of Node may be so long that the line is broken.
    expect(stderr.replace(/\s+/g, ' ')).toContain('ended with exit code 4')
  })
})

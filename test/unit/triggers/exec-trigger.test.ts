import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { TriggerError } from '../../../src/errors/errors.ts'
import type { Trigger, TriggerContext, TriggerResult } from '../../../src/plugin/trigger.ts'
import { examineCommand } from '../../../src/triggers/exec/examine.ts'
import { execTrigger } from '../../../src/triggers/exec/index.ts'
import type { ExecOptions } from '../../../src/triggers/exec/options.ts'
import { splitWords } from '../../../src/triggers/exec/words.ts'
import { contextOf, describeTrigger, PARENT, type Situation } from '../../contract/trigger.ts'
import { isRunning, until } from '../../support/processes.ts'

const commands = { cwd: process.cwd(), variables: process.env }

/** As it runs where the user allows it. */
const allowed: Trigger<ExecOptions> = {
  ...execTrigger,
  run: (options, parent, context) => execTrigger.run(options, parent, { ...context, commands })
}

const node = (script: string, ...args: readonly string[]): readonly string[] => [
  process.execPath,
  '-e',
  script,
  ...args
]

const run = (
  options: Partial<ExecOptions> & { readonly command: ExecOptions['command'] },
  context: Partial<TriggerContext> = {}
): Promise<TriggerResult> => execTrigger.run(options, PARENT, { ...contextOf(context), commands, ...context })

const SCRIPTS: Readonly<Record<Situation, string>> = {
  welcoming: '',
  refusing: 'process.exitCode = 3',
  silent: 'setInterval(() => {}, 1000)',
  broken: '',
  absent: ''
}

/** Names of headers, as they were before they became names of variables. */
const HEADERS = ['traceparent', 'tracestate', 'baggage', 'b3', 'x-b3-traceid', 'x-b3-spanid', 'x-b3-sampled']
const OLDER = ['uber-trace-id', 'x-amzn-trace-id']

describeTrigger<ExecOptions>({
  trigger: allowed,
  without: {
    broken: 'a command that is killed has ended, which is data',
    'own headers': 'variables have other names than headers: a test of its own is below'
  },
  async start(situation) {
    const folder = await mkdtemp(join(tmpdir(), 'tracerun-exec-'))
    const file = join(folder, 'environment')
    const script = `require('node:fs').appendFileSync(process.env.FILE, JSON.stringify(process.env) + '\\n'); ${SCRIPTS[situation]}`
    return {
      options: {
        command: situation === 'absent' ? ['no-such-program-here'] : node(script),
        env: { FILE: file }
      },
      get received() {
        // A line that has no end yet is still being written.
        const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : []
        return lines.map(line => {
          const environment = JSON.parse(line) as Readonly<Record<string, string>>
          return Object.fromEntries(
            [...HEADERS, ...OLDER].flatMap(name => {
              const value = environment[name.toUpperCase().replaceAll('-', '_')]
              return value === undefined ? [] : [[name, value]]
            })
          )
        })
      },
      [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true })
    }
  }
})

describe('a command', () => {
  test('is not run where nobody allowed it', async () => {
    const running = execTrigger.run({ command: node('') }, PARENT, contextOf())
    await expect(running).rejects.toMatchObject({
      name: 'TriggerError',
      message: expect.stringContaining('nobody allowed tests to run commands'),
      hint: expect.stringContaining('--allow-exec')
    })
  })

  test('answers with its exit code and what it wrote', async () => {
    const { response } = await run({
      command: node('console.log("order 7"); console.error("slow disk"); process.exitCode = 3')
    })
    expect(response).toEqual({
      status: 3,
      statusText: 'exit code 3',
      headers: [],
      body: 'order 7',
      stderr: 'slow disk'
    })
  })

  test('that a signal ends counts as shells count it', async () => {
    const { response } = await run({ command: node('process.kill(process.pid, "SIGKILL")') })
    expect([response.status, response.statusText]).toEqual([137, 'ended by SIGKILL'])
  })

  test('reads what it is given', async () => {
    const echo = node('process.stdin.pipe(process.stdout)')
    expect((await run({ command: echo, stdin: '{"order":7}' })).response.body).toBe('{"order":7}')
    const readFile = (): Promise<Uint8Array> => Promise.resolve(Buffer.from('of a file'))
    const fromFile = await run({ command: echo, stdin: { file: '/orders.json' } }, { readFile })
    expect(fromFile.response.body).toBe('of a file')
  })

  test('sees the variables of tracerun, over them those of the exporter, over them its own', async () => {
    const { response } = await run(
      {
        command: node('console.log(process.env.A, process.env.B, process.env.OTEL_EXPORTER_OTLP_ENDPOINT)'),
        env: { B: 'own' }
      },
      {
        commands: { cwd: process.cwd(), variables: { ...process.env, A: 'ours', B: 'ours' } },
        otlpEndpoints: ['http://127.0.0.1:4318']
      }
    )
    expect(response.body).toBe('ours own http://127.0.0.1:4318')
  })

  test('is told nothing of an exporter where spans are not sent to us', async () => {
    const command = node('console.log(process.env.OTEL_TRACES_EXPORTER)')
    const { response } = await run({ command, env: { OTEL_TRACES_EXPORTER: 'console' } })
    expect(response.body).toBe('console')
  })

  test('gets our trace context, whatever the test gives it, and the test is told', async () => {
    const { response, warnings } = await run({
      command: node('console.log(process.env.TRACEPARENT)'),
      env: { TRACEPARENT: '00-1-2-01' }
    })
    expect(response.body).toBe(PARENT.headers['traceparent'])
    expect(warnings).toEqual([
      'the variable TRACEPARENT of the test was replaced: it carries the trace context'
    ])
  })

  test('that is given up is gone, with what it said last', async () => {
    const stop = new AbortController()
    let pid = 0
    const running = run(
      {
        command: node('console.log(process.pid); console.error("still waiting"); setInterval(() => {}, 1000)')
      },
      { signal: stop.signal, debug: () => undefined }
    )
    const outcome = running.catch((error: unknown) => error)
    const late = new TriggerError({ code: 'TRIGGER_TIMEOUT', message: 'no answer within 1.0 s' })
    await until(() => {
      if (pid === 0) pid = childOf(process.pid)
      return pid !== 0
    })
    stop.abort(late)
    expect(await outcome).toMatchObject({
      code: 'TRIGGER_TIMEOUT',
      message: expect.stringContaining('no answer within')
    })
    expect(await isRunning(pid)).toBe(false)
  })

  test('that writes without end is ended', async () => {
    const script = 'const line = "x".repeat(1e6); setInterval(() => process.stdout.write(line), 0)'
    await expect(run({ command: node(script) })).rejects.toThrow('wrote more than 16 MiB')
  })

  test('that cannot be started says why', async () => {
    await expect(run({ command: ['no-such-program-here'] })).rejects.toMatchObject({
      code: 'TRIGGER_UNREACHABLE',
      message: expect.stringContaining('there is no such program'),
      hint: expect.stringContaining('PATH')
    })
    await expect(run({ command: [process.cwd()] })).rejects.toThrow('that is not permitted')
  })
})

/** The newest process that another one started and that runs node; 0 where there is none. */
function childOf(parent: number): number {
  const children = readFileSync(`/proc/${parent}/task/${parent}/children`, 'utf8').trim()
  const pids = children === '' ? [] : children.split(' ').map(Number)
  return pids.findLast(pid => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('still waiting')) ?? 0
}

describe('a command in one text', () => {
  test.each([
    ['node enqueue.js --order 7', ['node', 'enqueue.js', '--order', '7']],
    ["  echo 'two words' \"and three more\" a'b c'd ", ['echo', 'two words', 'and three more', 'ab cd']],
    ['grep "a|b" \'$HOME\' C:\\orders', ['grep', 'a|b', '$HOME', 'C:\\orders']],
    ['echo "" x', ['echo', '', 'x']]
  ])('%s', (text, words) => {
    expect(splitWords(text)).toEqual(words)
  })

  test.each([
    ['echo "a', 'a quote is never closed'],
    ['echo a | wc', '`|` means something to a shell only'],
    ['make all && ls', '`&&` means something to a shell only'],
    ['ls > /tmp/x', '`>` means something to a shell only'],
    ['echo $(date)', '`$(date)` means something to a shell only']
  ])('%s is refused', (text, message) => {
    expect(splitWords(text)).toEqual({ problem: expect.stringContaining(message) })
  })

  const problemsOf = (
    options: Partial<ExecOptions>,
    filling: 'none' | 'part' | 'whole' = 'none'
  ): readonly string[] => examineCommand(options, { fillingAt: () => filling }).map(({ message }) => message)

  test('may not have holes that are filled in, unless a shell reads it', () => {
    expect(problemsOf({ command: 'echo 7' }, 'part')).toEqual([expect.stringContaining('cannot be one text')])
    expect(problemsOf({ command: 'echo 7', shell: true }, 'part')).toEqual([])
    expect(problemsOf({ command: ['echo', '7'] })).toEqual([])
  })

  test('is what a shell takes, and no list', () => {
    expect(problemsOf({ command: 'echo a | wc', shell: true })).toEqual([])
    expect(problemsOf({ command: ['echo'], shell: true })).toEqual([
      '`shell: true` takes the command as one text'
    ])
    expect(problemsOf({ command: 'echo a | wc' })).toHaveLength(1)
  })
})

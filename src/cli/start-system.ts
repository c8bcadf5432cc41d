import { basename } from 'node:path'
import { BackendError, TriggerError, UsageError } from '../errors/errors.ts'
import type { BoundBackend, PlannedTest } from '../plan/plan.ts'
import { exporterVariables, SHORT_FLUSH_MS } from '../process/exporter-variables.ts'
import type { Ending, StartedProcess } from '../process/spawn.ts'
import { StartError, startProcess } from '../process/spawn.ts'
import type { WaitTarget } from '../process/wait-for.ts'
import { isAnswering, waitForAnswers } from '../process/wait-for.ts'
import type { CommandOutput } from './command-output.ts'
import { createCommandOutput } from './command-output.ts'
import type { PreparedSystem, Unprepared } from './prepare.ts'
import { namedTargets, waitOptions } from './prepare.ts'
import { quoteForShell } from './shell.ts'
import { testedAddresses } from './tested-addresses.ts'

type Words = readonly [string, ...string[]]

const LAST_LINES = 15
/** Longer than any run. */
const FOREVER_MS = 2_000_000_000

/**
 * Opens the receiver, starts the command with its address, and waits until the system answers; where all tests judge traces
 * that the command itself begins, until it has ended.
 */
export async function startSystem(words: Words, unprepared: Unprepared): Promise<PreparedSystem> {
  const { settings, environment } = unprepared
  const toRun = unprepared.tests.filter(test => test.skip === undefined)
  const isJob = settings.waitFor === undefined && toRun.every(test => test.trigger.sendsNothing)
  const targets = isJob ? [] : await targetsOf(toRun, unprepared)
  const endpoints = await openReceivers(toRun, unprepared)
  const { variables, flushDelayMs } = exportersFor(endpoints, toRun, unprepared)
  await refuseStrangers(targets, unprepared)

  const name = words.map(quoteForShell).join(' ')
  const output = createCommandOutput(basename(words[0]), environment)
  const env = { ...environment.variables, ...variables }
  const started = await start(words, name, { cwd: environment.cwd, env, output })
  let ending: Ending | undefined
  void started.ended.then(end => {
    ending = end
  })
  const stop = async (): Promise<void> => {
    await started.stop()
    output.close()
  }
  try {
    const system: Starting = { started, name, output }
    if (isJob) await waitForEnd(system, unprepared)
    else await waitUntilUp(system, targets, unprepared)
  } catch (error) {
    await stop()
    throw withLastLines(error, output)
  }
  return {
    tests: unprepared.tests.map(test =>
      withFlushDelay(test, endpoints.length > 0 ? flushDelayMs : undefined)
    ),
    afterReport: exitCode => {
      if (exitCode === 0 || exitCode === 2) return
      if (ending !== undefined && !isJob)
        environment.stderr.write(`${name} ${describeEnding(ending)} before the tests had ended\n`)
      if (environment.stdout.isTty) sayLastLines(output, environment)
    },
    [Symbol.asyncDispose]: stop
  }
}

interface Starting {
  readonly started: StartedProcess
  readonly name: string
  readonly output: CommandOutput
}

/** What is waited for: what the user names, else the addresses that the tests call. */
async function targetsOf(
  tests: readonly PlannedTest[],
  { settings }: Unprepared
): Promise<readonly WaitTarget[]> {
  const targets =
    settings.waitFor === undefined ? testedAddresses(tests, settings) : await namedTargets(settings)
  if (targets.length > 0) return targets
  throw new UsageError(
    'exec cannot tell when the system is up: no test calls an address that is known before',
    {
      hint: 'say what answers then: --wait-for http://localhost:8080/health, or tcp://localhost:8080'
    }
  )
}

/** Where spans can be sent to. Only receivers have such addresses: a store that is asked has none. */
async function openReceivers(
  tests: readonly PlannedTest[],
  { sessions, environment }: Unprepared
): Promise<readonly string[]> {
  const backends = new Map<string, BoundBackend>(
    tests
      .filter(({ backend, collectsTrace }) => backend.caps.isPushed && collectsTrace)
      .map(({ backend }) => [backend.key, backend])
  )
  const endpoints: string[] = []
  for (const backend of backends.values()) {
    const { session } = await sessions.open(withFreePorts(backend))
    endpoints.push(...(session.endpoints ?? []))
  }
  if (endpoints.length > 0) environment.debug(`exec: spans are received on ${endpoints.join(', ')}`)
  return endpoints
}

/** The command is told where to send: where the usual ports are taken, any free one will do. */
function withFreePorts(backend: BoundBackend): BoundBackend {
  return {
    ...backend,
    open: async context => {
      try {
        return await backend.open(context)
      } catch (error) {
        if (!(error instanceof BackendError)) throw error
        context.debug(`exec: ${error.message}`)
        return await backend.open(context, ['127.0.0.1:0']).catch(() => {
          throw error
        })
      }
    }
  }
}

function exportersFor(
  endpoints: readonly string[],
  tests: readonly PlannedTest[],
  { environment }: Unprepared
): ReturnType<typeof exporterVariables> {
  if (endpoints.length === 0) return { variables: {}, flushDelayMs: 0 }
  const declared = tests.flatMap(test => test.wait.flushDelayMs ?? [])
  return exporterVariables(endpoints, environment.variables, Math.min(SHORT_FLUSH_MS, ...declared))
}

/** What the command was told is known of it; a test that says otherwise is believed. */
function withFlushDelay(test: PlannedTest, flushDelayMs: number | undefined): PlannedTest {
  if (flushDelayMs === undefined || test.wait.flushDelayMs !== undefined || !test.backend.caps.isPushed)
    return test
  return { ...test, wait: { ...test.wait, flushDelayMs } }
}

/** Whoever answers before the command was started is another system, which would be tested in its place. */
async function refuseStrangers(targets: readonly WaitTarget[], { environment }: Unprepared): Promise<void> {
  const answers = await Promise.all(targets.map(target => isAnswering(target, environment)))
  if (targets.length === 0 || answers.includes(false)) return
  const names = targets.map(({ name }) => name).join(', ')
  throw new TriggerError({
    code: 'TRIGGER_UNREACHABLE',
    message: `${names} answers already, before the command was started: the tests would meet another system`,
    hint: 'stop what runs there; to test it as it is, use: tracerun run'
  })
}

async function start(
  words: Words,
  name: string,
  {
    cwd,
    env,
    output
  }: { cwd: string; env: Readonly<Record<string, string | undefined>>; output: CommandOutput }
): Promise<StartedProcess> {
  try {
    const onOutput = (chunk: Buffer, stream: 'stdout' | 'stderr'): void => output.take(chunk, stream)
    return await startProcess({ command: words, cwd, env, keepsStdin: true, onOutput })
  } catch (error) {
    if (!(error instanceof StartError)) throw error
    throw new UsageError(
      `${name} cannot be started: ${error.code === 'ENOENT' ? 'there is no such program' : error.message}`,
      {
        hint: 'is it installed, and on PATH? What a shell reads is started by one: -- sh -c "…"',
        cause: error
      }
    )
  }
}

async function waitUntilUp(
  { started, name }: Starting,
  targets: readonly WaitTarget[],
  { settings, environment }: Unprepared
): Promise<void> {
  const waiting = new AbortController()
  const signal = AbortSignal.any([environment.signal, waiting.signal])
  const ended = started.ended.then(ending => {
    const names = targets.map(target => target.name).join(', ')
    throw new TriggerError({
      code: 'TRIGGER_UNREACHABLE',
      message: `${name} ${describeEnding(ending)} before ${names} answered`
    })
  })
  const answered = waitForAnswers(targets, { ...waitOptions(settings, environment), signal })
  try {
    await Promise.race([ended, answered])
  } finally {
    waiting.abort(new Error('nothing is waited for any more'))
    ended.catch(() => undefined)
    await answered.catch(() => undefined)
  }
}

/** A command that begins the traces itself: they are whole once it has ended. */
async function waitForEnd(
  { started, name }: Starting,
  { settings: { waitTimeoutMs }, environment }: Unprepared
): Promise<void> {
  const { clock, signal } = environment
  const over = new AbortController()
  // Without a limit of the user there is none: such a command is a test run of its own.
  const limitMs = waitTimeoutMs?.value ?? FOREVER_MS
  const late = clock.sleep(limitMs, AbortSignal.any([signal, over.signal]))
  late.catch(() => undefined)
  try {
    const ending = await Promise.race([started.ended, late])
    if (ending?.exitCode === 0) return
    throw new TriggerError({
      code: 'TRIGGER_CRASHED',
      message:
        ending === undefined
          ? `${name} had not ended after ${limitMs / 1000} s`
          : `${name} ${describeEnding(ending)}`,
      hint:
        ending === undefined
          ? 'it may have longer: --wait-timeout 10m'
          : 'its traces are judged only if it succeeds'
    })
  } finally {
    over.abort(new Error('the command has ended'))
  }
}

function describeEnding({ exitCode, signal }: Ending): string {
  return signal === undefined ? `ended with exit code ${exitCode ?? 0}` : `was ended by ${signal}`
}

/** An error of the command says what that said last. */
function withLastLines(error: unknown, output: CommandOutput): unknown {
  const lines = output.lastLines(LAST_LINES)
  if (!(error instanceof TriggerError)) return error
  const said =
    lines.length === 0 ? 'it said nothing' : `its last lines:\n${lines.map(line => `  ${line}`).join('\n')}`
  return new TriggerError({
    code: error.code,
    message: `${error.message}\n${said}`,
    hint: error.hint,
    cause: error
  })
}

function sayLastLines(output: CommandOutput, { stderr }: Unprepared['environment']): void {
  const lines = output.lastLines(LAST_LINES)
  if (lines.length > 0)
    stderr.write(`the last lines of the command:\n${lines.map(line => `  ${line}\n`).join('')}`)
}

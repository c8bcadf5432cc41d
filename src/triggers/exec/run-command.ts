import { constants } from 'node:os'
import { TriggerError } from '../../errors/errors.ts'
import { invariant } from '../../errors/invariant.ts'
import type { Response } from '../../model/response.ts'
import type { TraceParent, TriggerContext, TriggerResult } from '../../plugin/trigger.ts'
import { exporterVariables } from '../../process/exporter-variables.ts'
import type { CommandLine, Ending, StartedProcess } from '../../process/spawn.ts'
import { StartError, startProcess } from '../../process/spawn.ts'
import { abortedError } from '../outcome.ts'
import type { ExecOptions } from './options.ts'
import { splitWords } from './words.ts'

/** Of either stream. */
const MAX_OUTPUT_BYTES = 16 * 1024 * 1024
/** A command that was given up has to end before the run goes on without it. */
const GRACE_MS = 500
const LAST_LINES = 5

/** Runs the command once. Rejects with `TriggerError` where it does not start, or does not end in time. */
export async function runCommand(
  options: ExecOptions,
  parent: TraceParent,
  context: TriggerContext
): Promise<TriggerResult> {
  const { commands, signal } = context
  if (commands === undefined)
    throw new TriggerError({
      code: 'TRIGGER_CRASHED',
      message: 'the command was not run: nobody allowed tests to run commands',
      hint: 'allow it with `tracerun run --allow-exec`, where you know the files'
    })
  const command = commandOf(options)
  const name = nameOf(command)
  if (signal.aborted) throw abortedError(name, signal.reason)
  const output = new Output()
  const carrier = carrierOf(parent)
  const own = options.env ?? {}
  const env = { ...commands.variables, ...own }
  const { otlpEndpoints = [] } = context
  const exporter = otlpEndpoints.length === 0 ? {} : exporterVariables(otlpEndpoints, env).variables
  const stdin = await readStdin(options, context)
  const sentUnixNano = context.clock.now()
  await using started = await start({
    command,
    cwd: options.cwd ?? commands.cwd,
    // Whoever names an exporter in the test itself means it.
    env: { ...commands.variables, ...exporter, ...own, ...carrier },
    stdin,
    onOutput: (chunk, stream) => output.take(chunk, stream),
    graceMs: GRACE_MS
  })
  const ending = await endOf(started, output, signal, name)
  const answeredUnixNano = context.clock.now()
  // What it left behind is ended too; what it wrote is read first.
  await started.stop()
  if (output.isTooLarge) throw tooLarge(name)
  return {
    response: responseOf(ending, output),
    sentUnixNano,
    answeredUnixNano,
    sentHeaders: Object.entries(parent.headers).map(([key, value]) => ({ key, value })),
    warnings: Object.keys(own)
      .filter(key => key in carrier)
      .map(key => `the variable ${key} of the test was replaced: it carries the trace context`)
  }
}

function commandOf({ command, shell = false }: ExecOptions): CommandLine {
  if (shell) return { shell: String(command) }
  const words = typeof command === 'string' ? splitWords(command) : command
  invariant(!('problem' in words), 'a text that cannot be taken apart was refused before')
  const [program = '', ...args] = words
  return [program, ...args]
}

function nameOf(command: CommandLine): string {
  return 'shell' in command ? `the command \`${command.shell}\`` : `the command \`${command.join(' ')}\``
}

/** As OpenTelemetry carries a context in the environment: the names of headers in upper case. */
function carrierOf({ headers }: TraceParent): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(headers).map(([key, value]) => [key.toUpperCase().replace(/[^A-Z0-9]/g, '_'), value])
  )
}

async function readStdin({ stdin }: ExecOptions, context: TriggerContext): Promise<string | Uint8Array> {
  if (stdin === undefined || typeof stdin === 'string') return stdin ?? ''
  try {
    return await context.readFile(stdin.file)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new TriggerError({
      code: 'TRIGGER_CRASHED',
      message: `the command was not run: its stdin cannot be read from ${stdin.file}: ${reason}`,
      cause
    })
  }
}

async function start(options: Parameters<typeof startProcess>[0]): Promise<StartedProcess> {
  try {
    return await startProcess(options)
  } catch (error) {
    if (!(error instanceof StartError)) throw error
    const { message, hint } = explainStart(error, options)
    throw new TriggerError({ code: 'TRIGGER_UNREACHABLE', message, hint, cause: error })
  }
}

function explainStart(
  { code, message }: StartError,
  { command, cwd }: { readonly command: CommandLine; readonly cwd: string }
): { readonly message: string; readonly hint: string } {
  const name = nameOf(command)
  switch (code) {
    case 'ENOENT':
      return {
        message: `${name} cannot be started: there is no such program, or no folder ${cwd}`,
        hint: 'is it installed, and on PATH? A path of its own starts at the folder in which it runs: `cwd`.'
      }
    case 'EACCES':
      return {
        message: `${name} cannot be started: that is not permitted`,
        hint: 'is the file executable, and is it a program? A script needs its interpreter: [node, script.js]'
      }
    default:
      return {
        message: `${name} cannot be started: ${message}`,
        hint: 'on Windows, what is no .exe needs `shell: true`'
      }
  }
}

async function endOf(
  { ended }: StartedProcess,
  output: Output,
  signal: AbortSignal,
  name: string
): Promise<Ending> {
  const given = new AbortController()
  const aborted = new Promise<undefined>(resolve => {
    const stop = (): void => resolve(undefined)
    signal.addEventListener('abort', stop, { once: true, signal: given.signal })
    output.onTooLarge = stop
  })
  const ending = await Promise.race([ended, aborted])
  given.abort()
  if (ending !== undefined) return ending
  if (output.isTooLarge) throw tooLarge(name)
  throw givenUp(name, signal.reason, output)
}

function givenUp(name: string, reason: unknown, output: Output): TriggerError {
  const error = abortedError(name, reason)
  const last = output.lastLines(LAST_LINES)
  if (last.length === 0) return error
  const { code, message, hint } = error
  const lines = [message, 'its last output:', ...last.map(line => `  ${line}`)]
  return new TriggerError({ code, message: lines.join('\n'), hint, cause: error })
}

function responseOf({ exitCode, signal }: Ending, output: Output): Response {
  const number = signal === undefined ? 0 : (constants.signals as Readonly<Record<string, number>>)[signal]
  return {
    // As shells count it.
    status: exitCode ?? 128 + (number ?? 0),
    statusText: signal === undefined ? `exit code ${exitCode ?? 0}` : `ended by ${signal}`,
    headers: [],
    // As a shell hands it on: without the line break at its end.
    body: output.text('stdout').replace(/\r?\n$/, ''),
    stderr: output.text('stderr').replace(/\r?\n$/, '')
  }
}

function tooLarge(name: string): TriggerError {
  return new TriggerError({
    code: 'TRIGGER_CRASHED',
    message: `${name} wrote more than ${MAX_OUTPUT_BYTES / 1024 / 1024} MiB, and was ended`,
    hint: 'Let it write to a file what no assertion reads.'
  })
}

/** What a command wrote, within bounds. */
class Output {
  isTooLarge = false
  onTooLarge: () => void = () => undefined
  readonly #chunks: Readonly<Record<'stdout' | 'stderr', Buffer[]>> = { stdout: [], stderr: [] }
  readonly #bytes = { stdout: 0, stderr: 0 }

  take(chunk: Buffer, stream: 'stdout' | 'stderr'): void {
    this.#bytes[stream] += chunk.byteLength
    if (this.#bytes[stream] <= MAX_OUTPUT_BYTES) {
      this.#chunks[stream].push(chunk)
      return
    }
    this.isTooLarge = true
    this.onTooLarge()
  }

  text(stream: 'stdout' | 'stderr'): string {
    return Buffer.concat(this.#chunks[stream]).toString('utf8')
  }

  /** Of standard error, or of standard output where there is nothing on it. */
  lastLines(count: number): readonly string[] {
    const text = [this.text('stderr'), this.text('stdout')].find(one => one.trim() !== '') ?? ''
    return text.trimEnd() === '' ? [] : text.trimEnd().split(/\r?\n/).slice(-count)
  }
}

import { availableParallelism } from 'node:os'
import { ReporterError } from '../errors/errors.ts'
import type { Mask } from '../model/mask.ts'
import { createMask } from '../model/mask.ts'
import type { Clock } from '../plugin/context.ts'
import { type Ask, askAtTerminal } from './ask.ts'
import { createSystemClock } from './clock.ts'
import { createDisarmer } from './disarm.ts'
import { createFootHolder, type FootHolder } from './foot-holder.ts'
import { keysAtTerminal, type ListenForKeys } from './keys.ts'
import { createRandom } from './random.ts'

/** A stream for people or programs, and what is known of it. */
export interface Output {
  write(text: string): void
  /** Writes a line that the service which runs the job reads as a command; `write` never does. */
  command(line: string): void
  readonly isTty: boolean
  readonly columns: number | undefined
  readonly rows: number | undefined
}

/** The world as commands see it; they touch nothing else of the process. */
export interface Environment {
  readonly cwd: string
  readonly platform: string
  /** How many processors this process may use. */
  readonly cores: number
  /** The variables of the process. */
  readonly variables: Readonly<Record<string, string | undefined>>
  readonly stdout: Output
  readonly stderr: Output
  /** Who draws at the foot of the terminal; what is written to standard error there goes above. */
  readonly footHolder: FootHolder
  readonly clock: Clock
  /** Aborted on the first Ctrl-C. */
  readonly signal: AbortSignal
  /** Hides what must not be seen in anything that is written. */
  readonly mask: Mask
  readonly isDebug: boolean
  /** A line for those who look for a fault, on standard error; nothing without `--debug`. */
  debug(message: string): void
  readStdin(): Promise<Uint8Array>
  /** The keys of the terminal; absent where there is none. */
  readonly keys?: ListenForKeys | undefined
  /** Asks whoever sits at the terminal; absent where nobody does. */
  readonly ask?: Ask | undefined
  /** So many strong random bytes. */
  random(size: number): Uint8Array
}

/** The real world: this process. */
export function processEnvironment(
  host: NodeJS.Process,
  options: {
    readonly signal: AbortSignal
    readonly isDebug: boolean
    /** Hears, once for each stream, that what was said could not be written. */
    onLostOutput(error: ReporterError): void
  }
): Environment {
  const { signal, isDebug, onLostOutput } = options
  const footHolder = createFootHolder(host)
  const createGuard = isOn(host.env['GITHUB_ACTIONS']) ? createDisarmer : () => asItIs
  const stderr = aboveFoot(
    streamOutput(host.stderr, 'standard error', { onLostOutput, guard: createGuard() }),
    footHolder
  )
  const mask = createMask()
  let clock: Clock | undefined
  return {
    cwd: host.cwd(),
    platform: host.platform,
    get cores(): number {
      return availableParallelism()
    },
    variables: host.env,
    stdout: streamOutput(host.stdout, 'standard output', { onLostOutput, guard: createGuard() }),
    stderr,
    footHolder,
    // Made when it is asked for: reading the time for the first time takes a while.
    get clock(): Clock {
      clock ??= createSystemClock()
      return clock
    },
    signal,
    mask,
    isDebug,
    debug: message => {
      if (isDebug) stderr.write(mask.text(`debug: ${sinceStart()} ${message}\n`))
    },
    readStdin: () => readAll(host.stdin, signal),
    // Looked for when they are asked for: opening standard input takes a while.
    get keys(): ListenForKeys | undefined {
      return keysAtTerminal(host)
    },
    get ask(): Ask | undefined {
      return askAtTerminal(host, signal)
    },
    random: createRandom()
  }
}

/** Seconds since the process began, in a column. */
function sinceStart(): string {
  return `${(performance.now() / 1000).toFixed(3).padStart(7)} s `
}

/** Rejects with the signal's reason when it is aborted: nobody may ever end what is typed. */
async function readAll(stream: NodeJS.ReadStream, signal: AbortSignal): Promise<Uint8Array> {
  const stop = (): void => {
    stream.destroy(signal.reason as Error)
  }
  signal.addEventListener('abort', stop, { once: true })
  try {
    const chunks: Uint8Array[] = []
    for await (const chunk of stream) chunks.push(chunk as Uint8Array)
    return Buffer.concat(chunks)
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

function streamOutput(
  stream: NodeJS.WriteStream,
  name: string,
  { onLostOutput, guard }: { onLostOutput(error: ReporterError): void; guard(text: string): string }
): Output {
  let isClosed = false
  stream.on('error', (cause: NodeJS.ErrnoException) => {
    const isFirst = !isClosed
    isClosed = true
    // A reader that has seen enough (`| head`) is no failure: what is left is said to nobody.
    if (!isFirst || cause.code === 'EPIPE' || cause.code === 'ERR_STREAM_DESTROYED') return
    const hint = cause.code === 'ENOSPC' ? 'make room on its disk' : undefined
    onLostOutput(new ReporterError(`${name} cannot be written: ${cause.message}`, { cause, hint }))
  })
  const write = (text: string): void => {
    if (!isClosed) stream.write(text)
  }
  return {
    write: text => write(guard(text)),
    command: line => {
      write(`${line}\n`)
      guard('\n')
    },
    isTty: stream.isTTY === true,
    get columns(): number | undefined {
      return stream.columns as number | undefined
    },
    get rows(): number | undefined {
      return stream.rows as number | undefined
    }
  }
}

/** What is drawn at the foot of a terminal is not torn by what another stream writes there. */
function aboveFoot(output: Output, holder: FootHolder): Output {
  if (!output.isTty) return output
  return {
    isTty: true,
    get columns(): number | undefined {
      return output.columns
    },
    get rows(): number | undefined {
      return output.rows
    },
    command: line => output.command(line),
    write: text => {
      if (holder.foot === undefined) output.write(text)
      else holder.foot.writeAbove(text)
    }
  }
}

function asItIs(text: string): string {
  return text
}

/** Whether a variable of the process switches something on. */
export function isOn(value: string | undefined): boolean {
  return value !== undefined && !['', '0', 'false'].includes(value.toLowerCase())
}

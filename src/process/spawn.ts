import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { guardTree } from './live-trees.ts'
import { endTree, isTreeAlive } from './tree-kill.ts'

/** A program and its arguments, or a text for the shell of the machine. */
export type CommandLine = readonly [program: string, ...args: string[]] | { readonly shell: string }

export interface ProcessOptions {
  readonly command: CommandLine
  readonly cwd: string
  /** All variables that it sees. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** What it reads; nothing if absent. */
  readonly stdin?: string | Uint8Array
  /** Its standard input stays open: servers that end with it go on. */
  readonly keepsStdin?: boolean
  onOutput(chunk: Buffer, stream: 'stdout' | 'stderr'): void
  /** How long its processes have to end by themselves once they are told to. */
  readonly graceMs?: number
}

/** How the first process of a command ended. */
export interface Ending {
  /** Absent where a signal ended it. */
  readonly exitCode?: number
  readonly signal?: string
}

/** A command that was started. Disposing of it ends all of its processes. */
export interface StartedProcess extends AsyncDisposable {
  readonly pid: number
  /** Resolves when its first process has ended; others of it may still run. */
  readonly ended: Promise<Ending>
  /** Ends every process of it, those that it started included; resolves when its output was read to the end. */
  stop(): Promise<void>
}

/** The command could not be started at all. */
export class StartError extends Error {
  readonly code: string
  constructor(cause: NodeJS.ErrnoException) {
    super(cause.message, { cause })
    this.code = cause.code ?? ''
  }
  override get name(): 'StartError' {
    return 'StartError'
  }
}

const DEFAULT_GRACE_MS = 5000
/** What was killed takes a moment to be gone. */
const LAST_MS = 1000
const STEP_MS = 10

/** Starts a command in a group of processes of its own. Rejects with `StartError`. */
export async function startProcess(options: ProcessOptions): Promise<StartedProcess> {
  const child = spawnChild(options)
  const ended = new Promise<Ending>(resolve => {
    child.once('exit', (code, signal) =>
      resolve({ ...(code === null ? {} : { exitCode: code }), ...(signal === null ? {} : { signal }) })
    )
  })
  const closed = new Promise<void>(resolve => {
    child.once('close', () => resolve())
  })
  child.stdout?.on('data', (chunk: Buffer) => options.onOutput(chunk, 'stdout'))
  child.stderr?.on('data', (chunk: Buffer) => options.onOutput(chunk, 'stderr'))
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve)
    child.once('error', (error: NodeJS.ErrnoException) => reject(new StartError(error)))
  })
  const pid = child.pid!
  const guard = guardTree(pid)
  child.on('error', () => undefined)
  // It may read nothing of it, or be gone already.
  child.stdin?.on('error', () => undefined)
  if (options.keepsStdin !== true) child.stdin?.end(options.stdin ?? '')

  let stopping: Promise<void> | undefined
  const stop = (): Promise<void> => {
    stopping ??= endAll({ pid, ended, closed, graceMs: options.graceMs ?? DEFAULT_GRACE_MS }).finally(() => {
      guard[Symbol.dispose]()
      // A process that left the group may hold them open for ever.
      child.stdout?.destroy()
      child.stderr?.destroy()
    })
    return stopping
  }
  return { pid, ended, stop, [Symbol.asyncDispose]: stop }
}

function spawnChild({ command, cwd, env }: ProcessOptions): ChildProcess {
  const options = {
    cwd,
    env: { ...env },
    // A group of its own: on Windows that would open a window.
    detached: process.platform !== 'win32',
    windowsHide: true,
    stdio: 'pipe'
  } as const
  try {
    if ('shell' in command) return spawn(command.shell, { ...options, shell: true })
    const [program, ...args] = command
    return spawn(program, args, options)
  } catch (error) {
    throw new StartError(error as NodeJS.ErrnoException)
  }
}

interface Running {
  readonly pid: number
  readonly ended: Promise<Ending>
  readonly closed: Promise<void>
  readonly graceMs: number
}

async function endAll({ pid, ended, closed, graceMs }: Running): Promise<void> {
  if (endTree(pid, 'SIGTERM') && !(await isGoneWithin(pid, ended, graceMs))) {
    endTree(pid, 'SIGKILL')
    await isGoneWithin(pid, ended, LAST_MS)
  }
  await Promise.race([closed, pause(LAST_MS)])
}

/** There is no event for the end of a group: it is asked for. */
async function isGoneWithin(pid: number, ended: Promise<Ending>, ms: number): Promise<boolean> {
  const untilMs = performance.now() + ms
  const first = { hasEnded: false }
  void ended.then(() => {
    first.hasEnded = true
  })
  for (;;) {
    await pause(STEP_MS)
    if (first.hasEnded && !isTreeAlive(pid)) return true
    if (performance.now() >= untilMs) return false
  }
}

function pause(ms: number): Promise<void> {
  return new Promise(resolve => {
    setTimeout(resolve, ms)
  })
}

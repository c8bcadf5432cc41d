import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pRetry from 'p-retry'

/** A server that runs until it is disposed of. */
export interface Server extends AsyncDisposable {
  /** A folder of its own, removed at the end. */
  readonly folder: string
}

interface ServerOptions {
  readonly name: string
  /** The command, when its folder is there. */
  readonly command: (folder: string) => Promise<readonly [string, ...string[]]>
  readonly env?: Readonly<Record<string, string>>
  /** Rejects while the server is not ready. */
  readonly isReady: () => Promise<void>
}

/**
 * Runs a command in a process group of its own and kills the whole group when its standard input is closed: that is at the
 * end of this process, however it ends. These servers keep everything in memory and have nothing to put in order.
 */
const GUARD =
  'exec 3<&0; "$@" </dev/null 3<&- & child=$!; { cat <&3 >/dev/null; kill -KILL 0; } & wait "$child"; kill -KILL 0'
const READY_WITHIN_MS = 60_000
const ASK_EVERY_MS = 50
const KEPT_OUTPUT = 4_000

/** Starts a server and waits until it is ready; rejects with the end of its output. */
export async function startServer({ name, command, env = {}, isReady }: ServerOptions): Promise<Server> {
  const folder = await mkdtemp(join(tmpdir(), `tracerun-${name}-`))
  const child = spawn('sh', ['-c', GUARD, 'sh', ...(await command(folder))], {
    cwd: folder,
    detached: true,
    env: { ...process.env, ...env },
    stdio: ['pipe', 'pipe', 'pipe']
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-KEPT_OUTPUT)
    })
  const stop = async (): Promise<void> => {
    await stopGroup(child)
    await rm(folder, { recursive: true, force: true })
  }
  try {
    await pRetry(isReady, {
      retries: READY_WITHIN_MS / ASK_EVERY_MS,
      minTimeout: ASK_EVERY_MS,
      factor: 1,
      maxRetryTime: READY_WITHIN_MS,
      shouldRetry: () => !hasEnded(child)
    })
  } catch (cause) {
    await stop()
    throw new Error(`${name} did not get ready; the end of its output:\n${output}`, { cause })
  }
  return { folder, [Symbol.asyncDispose]: stop }
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null
}

async function stopGroup(child: ChildProcess): Promise<void> {
  if (hasEnded(child) || child.pid === undefined) return
  const exited = once(child, 'exit')
  process.kill(-child.pid, 'SIGKILL')
  await exited
}

/** Rejects unless a request is answered with 200. */
export async function requireOk(url: string, init?: RequestInit): Promise<void> {
  const response = await fetch(url, init)
  await response.arrayBuffer()
  if (response.status !== 200) throw new Error(`${url} answered ${response.status}`)
}

/** Rejects unless an OTLP receiver takes an empty request. */
export function requireReceiver(endpoint: string): Promise<void> {
  const headers = { 'content-type': 'application/json' }
  return requireOk(`${endpoint}/v1/traces`, { method: 'POST', headers, body: '{}' })
}

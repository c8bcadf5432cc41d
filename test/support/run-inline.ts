import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The command as a user starts it. */
export const BIN = fileURLToPath(new URL('../../bin/tracerun.js', import.meta.url))
const BUILT = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))

export interface InlineResult {
  /** Null where a signal ended the process. */
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
  readonly durationMs: number
}

export interface InlineOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly stdin?: string
  readonly keepsStdinOpen?: boolean
  /** A folder below the workspace. */
  readonly folder?: string
  /** Called with the running process, to send it signals or to read along. */
  readonly onStart?: (child: ChildProcessWithoutNullStreams) => void
}

/** A folder with files in it, in which the built command line runs as a user's would. */
export interface Workspace extends AsyncDisposable {
  readonly path: string
  run(args: readonly string[], options?: InlineOptions): Promise<InlineResult>
  read(name: string): Promise<string>
  write(name: string, text: string): Promise<void>
}

export async function openWorkspace(files: Readonly<Record<string, string>> = {}): Promise<Workspace> {
  if (!existsSync(BUILT)) throw new Error('the command line is not built: npm run build')
  const path = await mkdtemp(join(tmpdir(), 'tracerun-e2e-'))
  const write = async (name: string, text: string): Promise<void> => {
    await mkdir(dirname(join(path, name)), { recursive: true })
    await writeFile(join(path, name), text)
  }
  for (const [name, text] of Object.entries(files)) await write(name, text)
  return {
    path,
    write,
    run: (args, options = {}) => runBuilt(folderOf(path, options), args, options),
    read: name => readFile(join(path, name), 'utf8'),
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true })
  }
}

/** One command in a folder of its own. */
export async function runInline(
  files: Readonly<Record<string, string>>,
  args: readonly string[],
  options: InlineOptions = {}
): Promise<InlineResult> {
  await using workspace = await openWorkspace(files)
  return await workspace.run(args, options)
}

/** Where a command runs. */
export function folderOf(path: string, { folder = '.' }: InlineOptions): string {
  return join(path, folder)
}

/** Of the surroundings only what Node needs to start: no variable of the machine decides a test. */
export function cleanEnvironment(): Record<string, string> {
  const kept = ['PATH', 'Path', 'HOME', 'SystemRoot', 'TEMP', 'TMP', 'USERPROFILE']
  return Object.fromEntries(
    kept.flatMap(name => (process.env[name] === undefined ? [] : [[name, process.env[name]]]))
  )
}

async function runBuilt(cwd: string, args: readonly string[], options: InlineOptions): Promise<InlineResult> {
  const started = performance.now()
  const child = spawn(process.execPath, [BIN, ...args], {
    cwd,
    env: { ...cleanEnvironment(), ...options.env }
  })
  child.stdin.on('error', () => {})
  if (!options.keepsStdinOpen) child.stdin.end(options.stdin ?? '')
  const stdout = collect(child.stdout)
  const stderr = collect(child.stderr)
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', code => resolve(code))
  })
  options.onStart?.(child)
  const exitCode = await ended
  return { exitCode, stdout: stdout(), stderr: stderr(), durationMs: performance.now() - started }
}

function collect(stream: NodeJS.ReadableStream): () => string {
  const chunks: Buffer[] = []
  stream.on('data', (chunk: Buffer) => chunks.push(chunk))
  return () => Buffer.concat(chunks).toString('utf8')
}

import { EventEmitter } from 'node:events'
import { PassThrough, Readable } from 'node:stream'
import { startProcess } from '../../src/cli/start.ts'
import type { InlineOptions, InlineResult, Workspace } from './run-inline.ts'
import { cleanEnvironment, folderOf, openWorkspace as openBuilt } from './run-inline.ts'

/**
 * As that of `run-inline.ts`, but its commands run in this process, from the sources: a child costs ten times as much.
 * Those that are sent signals, or read along with, are children here too; the wider suite runs all of them as such.
 */
export async function openWorkspace(files: Readonly<Record<string, string>> = {}): Promise<Workspace> {
  const workspace = await openBuilt(files)
  if (process.env['E2E_BUILT'] !== undefined) return workspace
  return {
    ...workspace,
    run: (args, options = {}) =>
      options.onStart || options.keepsStdinOpen
        ? workspace.run(args, options)
        : runWithin(folderOf(workspace.path, options), args, options)
  }
}

/** One command in a folder of its own, in this process but for the wider suite. */
export async function runInline(
  files: Readonly<Record<string, string>>,
  args: readonly string[],
  options: InlineOptions = {}
): Promise<InlineResult> {
  await using workspace = await openWorkspace(files)
  return await workspace.run(args, options)
}

/** What the command line uses of a process, with streams that are kept instead of shown. */
class Host extends EventEmitter {
  readonly platform = process.platform
  readonly stdin: Readable
  readonly stdout = new PassThrough()
  readonly stderr = new PassThrough()
  readonly folder: string
  readonly env: Readonly<Record<string, string>>
  readonly ended: Promise<number>
  #end!: (code: number) => void

  constructor(folder: string, env: Readonly<Record<string, string>>, stdin: string) {
    super()
    this.folder = folder
    this.env = env
    this.stdin = Readable.from(stdin === '' ? [] : [Buffer.from(stdin)])
    this.ended = new Promise(resolve => {
      this.#end = resolve
    })
  }

  cwd(): string {
    return this.folder
  }

  /** As that of a process it never returns: whatever follows is not run. */
  exit(code: number): Promise<never> {
    this.#end(code)
    return new Promise(() => {})
  }
}

async function runWithin(
  folder: string,
  args: readonly string[],
  options: InlineOptions
): Promise<InlineResult> {
  const started = performance.now()
  const host = new Host(folder, { ...cleanEnvironment(), ...options.env }, options.stdin ?? '')
  const [stdout, stderr] = [collect(host.stdout), collect(host.stderr)]
  void startProcess(host as unknown as NodeJS.Process, args)
  const exitCode = await host.ended
  return { exitCode, stdout: stdout(), stderr: stderr(), durationMs: performance.now() - started }
}

function collect(stream: PassThrough): () => string {
  const chunks: Buffer[] = []
  stream.on('data', (chunk: Buffer) => chunks.push(chunk))
  return () => Buffer.concat(chunks).toString('utf8')
}

import { BackendError } from '../../errors/errors.ts'
import type { FileKey, FileListener } from './open-file.ts'
import { OpenFile, statFile } from './open-file.ts'
import { expandPath, isPattern } from './paths.ts'

/** How long a file that was renamed or deleted is read on: who writes to it may not know yet. */
const FAREWELL_MS = 10_000
const MOST_FILES = 500

interface Entry {
  readonly file: OpenFile
  /** When it was last seen under one of the paths, or grew. */
  lastMs: number
}

/** The files that some paths mean, each read on from where reading ended. */
export class FileSet implements AsyncDisposable {
  readonly #paths: readonly string[]
  readonly #listener: FileListener
  readonly #nowMs: () => number
  /** Aborted where the rest of what is there is of no use any more. */
  readonly #signal: AbortSignal
  readonly #entries = new Map<FileKey, Entry>()
  #missing: readonly string[] = []

  constructor(paths: readonly string[], listener: FileListener, nowMs: () => number, signal: AbortSignal) {
    this.#paths = paths
    this.#listener = listener
    this.#nowMs = nowMs
    this.#signal = signal
  }

  /** Paths for which there was no file when they were last looked at. */
  get missing(): readonly string[] {
    return this.#missing
  }

  /** Reads what has come since the last call. Rejects with `BackendError`. */
  async read(): Promise<void> {
    const present = await this.#find()
    for (const entry of this.#entries.values()) {
      const hasGrown = await entry.file.read(this.#signal).catch(error => explain(error, entry.file.path))
      if (hasGrown || present.has(entry.file.key)) entry.lastMs = this.#nowMs()
      else if (this.#nowMs() - entry.lastMs > FAREWELL_MS) await this.#leave(entry.file)
    }
  }

  /** Takes what is there as all that will come. */
  finish(): void {
    for (const { file } of this.#entries.values()) file.finish()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(Array.from(this.#entries.values(), ({ file }) => file[Symbol.asyncDispose]()))
    this.#entries.clear()
  }

  /** Opens files that are new, and follows those that were renamed. */
  async #find(): Promise<ReadonlySet<FileKey>> {
    const present = new Set<FileKey>()
    const missing: string[] = []
    for (const path of this.#paths) {
      const files = await expandPath(path)
      let count = 0
      for (const file of files) {
        const key = await this.#follow(file, isPattern(path)).catch(error => explain(error, file))
        if (key === undefined) continue
        present.add(key)
        count++
      }
      if (count === 0) missing.push(path)
    }
    this.#missing = missing
    return present
  }

  async #follow(path: string, isOneOfMany: boolean): Promise<FileKey | undefined> {
    const stats = await statFile(path)
    if (stats === undefined) return undefined
    if (!stats.isFile) {
      if (isOneOfMany) return undefined
      throw unreadable(`${path} is a folder`, `name the files in it: ${path}/*.jsonl`)
    }
    const known = this.#entries.get(stats.key)
    if (known !== undefined) {
      known.file.path = path
      return stats.key
    }
    if (this.#entries.size >= MOST_FILES)
      throw unreadable(
        `more than ${MOST_FILES} files would have to be read, ${path} among them`,
        'name fewer, or remove those that are old'
      )
    const file = await OpenFile.open(path, this.#listener)
    // Between the two looks, another file may have taken the name.
    if (this.#entries.has(file.key)) await file[Symbol.asyncDispose]()
    else this.#entries.set(file.key, { file, lastMs: this.#nowMs() })
    return file.key
  }

  async #leave(file: OpenFile): Promise<void> {
    file.finish()
    this.#entries.delete(file.key)
    await file[Symbol.asyncDispose]()
  }
}

function explain(error: unknown, path: string): undefined {
  if (error instanceof BackendError) throw error
  const { code, message } = error as NodeJS.ErrnoException
  // Gone between two looks: the next will know.
  if (code === 'ENOENT') return undefined
  if (code === 'EACCES' || code === 'EPERM')
    throw unreadable(
      `${path} may not be read (${code})`,
      'give the user that runs tracerun the right to',
      error
    )
  throw unreadable(`${path} cannot be read: ${message}`, undefined, error)
}

function unreadable(message: string, hint?: string, cause?: unknown): BackendError {
  return new BackendError({ code: 'BACKEND_UNREACHABLE', message, hint, cause })
}

import type { BigIntStats } from 'node:fs'
import { type FileHandle, open, stat } from 'node:fs/promises'
import { HEAD_BYTES, refuseOtherFormats } from './format.ts'
import type { TextPiece } from './line-splitter.ts'
import { LineSplitter } from './line-splitter.ts'

const CHUNK_BYTES = 256 * 1024
/** So much of what was read last is compared before reading on: a file may be written anew and grow beyond where we were. */
const TAIL_BYTES = 64

/** What a file is known by, whatever it is called. */
export type FileKey = string

/** Hears of what is found in a file, in order. */
export interface FileListener {
  /** Answers whether the piece was a document; `isEnd`: it need not be one. */
  onPiece(piece: TextPiece, file: OpenFile, isEnd: boolean): boolean
  /** What was written last may be gone unread. */
  onRewrite(file: OpenFile): void
}

/** The file at a path now, undefined if there is none. */
export async function statFile(
  path: string
): Promise<{ readonly key: FileKey; readonly isFile: boolean } | undefined> {
  try {
    const stats = await stat(path, { bigint: true })
    return { key: keyOf(stats, path), isFile: !stats.isDirectory() }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw error
  }
}

/** Not every file system numbers its files. */
function keyOf({ dev, ino }: BigIntStats, path: string): FileKey {
  return ino === 0n ? path : `${dev}:${ino}`
}

/** A file that is read on from where reading ended, also after it was renamed. */
export class OpenFile implements AsyncDisposable {
  readonly key: FileKey
  path: string
  readonly #handle: FileHandle
  readonly #listener: FileListener
  #splitter = new LineSplitter()
  #offset = 0
  #tail: Buffer = Buffer.alloc(0)
  #triedAt = -1

  private constructor(handle: FileHandle, key: FileKey, path: string, listener: FileListener) {
    this.#handle = handle
    this.key = key
    this.path = path
    this.#listener = listener
  }

  static async open(path: string, listener: FileListener): Promise<OpenFile> {
    const handle = await open(path, 'r')
    try {
      const stats = await handle.stat({ bigint: true })
      return new OpenFile(handle, keyOf(stats, path), path, listener)
    } catch (error) {
      await handle.close()
      throw error
    }
  }

  /** Reads what has come; answers whether anything has. */
  async read(signal: AbortSignal): Promise<boolean> {
    const { size } = await this.#handle.stat()
    if (size < this.#offset || (size > this.#offset && !(await this.#isContinued()))) this.#restart()
    const start = this.#offset
    if (size > start) {
      if (start < HEAD_BYTES) await this.#checkFormat()
      while (!signal.aborted && (await this.#readChunk()));
    }
    if (this.#offset > start) return true
    this.#settle()
    return false
  }

  /** Takes what is there as all that will come. */
  finish(): void {
    this.#settle()
    const rest = this.#splitter.remainder()
    if (rest !== undefined) this.#listener.onPiece(rest, this, false)
    this.#splitter.drop()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#handle.close()
  }

  async #readChunk(): Promise<boolean> {
    const buffer = Buffer.allocUnsafe(CHUNK_BYTES)
    const { bytesRead } = await this.#handle.read(buffer, 0, CHUNK_BYTES, this.#offset)
    if (bytesRead === 0) return false
    const bytes = buffer.subarray(0, bytesRead)
    this.#offset += bytesRead
    this.#tail = Buffer.concat([this.#tail, bytes.subarray(-TAIL_BYTES)]).subarray(-TAIL_BYTES)
    for (const piece of this.#splitter.push(bytes)) this.#listener.onPiece(piece, this, false)
    return true
  }

  /** A document at the end may stay without its line end; it is tried once nothing follows it. */
  #settle(): void {
    if (this.#triedAt === this.#offset) return
    this.#triedAt = this.#offset
    const candidate = this.#splitter.candidate()
    if (candidate !== undefined && this.#listener.onPiece(candidate, this, true)) this.#splitter.drop()
  }

  async #isContinued(): Promise<boolean> {
    const length = this.#tail.byteLength
    const found = Buffer.alloc(length)
    await this.#handle.read(found, 0, length, this.#offset - length)
    return found.equals(this.#tail)
  }

  #restart(): void {
    this.#listener.onRewrite(this)
    this.#splitter = new LineSplitter()
    this.#offset = 0
    this.#tail = Buffer.alloc(0)
    this.#triedAt = -1
  }

  async #checkFormat(): Promise<void> {
    const head = Buffer.alloc(HEAD_BYTES)
    const { bytesRead } = await this.#handle.read(head, 0, HEAD_BYTES, 0)
    refuseOtherFormats(head.subarray(0, bytesRead), this.path)
  }
}

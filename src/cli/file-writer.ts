import type { Stats } from 'node:fs'
import { constants } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import { mkdir, open, realpath, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { Clock } from '../plugin/context.ts'
import type { Write } from '../report/writer.ts'

/** A file that a report goes into, from its beginning; folders are made. */
export interface FileWriter {
  readonly write: Write
  /** Rejects with whatever went wrong from the first write on. */
  close(): Promise<void>
  /** Instead of `close`, where the report is not to be: a part of it is not left in its place. */
  abandon(): Promise<void>
}

export interface FileWriterOptions {
  /** A reader may follow it while it grows; what is none is put in its place as a whole. */
  readonly isStream: boolean
  readonly clock: Clock
}

/** Opens the file at once: a place that cannot be written to is better known before the tests have run. */
export async function openFileWriter(path: string, options: FileWriterOptions): Promise<FileWriter> {
  await mkdir(dirname(path), { recursive: true })
  const found = await stat(path).catch(() => undefined)
  if (found?.isFIFO()) return await openPipe(path, options.clock)
  const isPlain = (found === undefined || found.isFile()) && !/^\/(?:dev|proc)\//.test(path)
  return isPlain && !options.isStream ? await openDraft(path, found) : writeTo(await open(path, 'w'))
}

/** Written beside its place, and moved there once it is whole. The report of an earlier run is away at once. */
async function openDraft(path: string, found: Stats | undefined): Promise<FileWriter> {
  const place = found === undefined ? path : await realpath(path)
  const draft = join(dirname(place), `.${basename(place)}.part`)
  // Some may write to the file, but not into its folder.
  const file = await open(draft, 'w').catch(() => undefined)
  if (file === undefined) return writeTo(await open(path, 'w'))
  const discard = (): Promise<void> => rm(draft, { force: true })
  try {
    await rm(place, { force: true })
  } catch (error) {
    await file.close()
    await discard()
    throw error
  }
  const writer = writeTo(file)
  return {
    write: writer.write,
    close: async () => {
      try {
        await writer.close()
        await rename(draft, place)
      } catch (error) {
        await discard()
        throw error
      }
    },
    abandon: async () => {
      await writer.abandon()
      await discard()
    }
  }
}

function writeTo(file: FileHandle): FileWriter {
  return inOrder({
    write: text => file.writeFile(text),
    close: () => file.close()
  })
}

const RETRY_MS = 20
const FOREVER = new AbortController().signal

/** Nobody may ever read a pipe: it is asked again and again, since a call that waits would keep the process from ending. */
async function openPipe(path: string, clock: Clock): Promise<FileWriter> {
  let file: FileHandle | undefined
  const insist = async <T>(attempt: () => Promise<T>): Promise<T> => {
    for (;;) {
      try {
        return await attempt()
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException
        if (code !== 'ENXIO' && code !== 'EAGAIN') throw error
        await clock.sleep(RETRY_MS, FOREVER)
      }
    }
  }
  return inOrder({
    write: async text => {
      file ??= await insist(() => open(path, constants.O_WRONLY | constants.O_NONBLOCK))
      const opened = file
      let rest = Buffer.from(text)
      while (rest.length > 0) rest = rest.subarray((await insist(() => opened.write(rest))).bytesWritten)
    },
    close: async () => await file?.close()
  })
}

/** One write after the other, of all that came meanwhile; none after one that failed. */
function inOrder(file: { write(text: string): Promise<void>; close(): Promise<void> }): FileWriter {
  let written: Promise<void> = Promise.resolve()
  let waiting = ''
  return {
    write: text => {
      const isFirst = waiting === ''
      waiting += text
      if (!isFirst) return written
      written = written.then(() => {
        const all = waiting
        waiting = ''
        return file.write(all)
      })
      // `close` reports it.
      written.catch(() => {})
      return written
    },
    close: async () => {
      try {
        await written
      } finally {
        await file.close()
      }
    },
    abandon: async () => {
      await file.close()
    }
  }
}

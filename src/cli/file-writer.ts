import type { FileHandle } from 'node:fs/promises'
import { mkdir, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Write } from '../report/writer.ts'

/** A file that a report goes into, from its beginning; folders are made. */
export interface FileWriter {
  readonly write: Write
  /** Rejects with whatever went wrong from the first write on. */
  close(): Promise<void>
}

/** Opens the file at once: a place that cannot be written to is better known before the tests have run. */
export async function openFileWriter(path: string): Promise<FileWriter> {
  await mkdir(dirname(path), { recursive: true })
  const file: FileHandle = await open(path, 'w')
  let written: Promise<void> = Promise.resolve()
  return {
    write: text => {
      written = written.then(async () => {
        await file.writeFile(text)
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
    }
  }
}

import { mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Mask } from '../model/mask.ts'
import type { RecordedDelays } from '../run/delay-memory.ts'
import { createDelayMemory } from '../run/delay-memory.ts'
import type { Environment } from './environment.ts'

/** `.tracerun/cache`: how long spans were under way in earlier runs. */
export interface DelayCache {
  readonly memory: RecordedDelays
  /** Keeps what was learned, all at once; never rejects. Nothing depends on it. */
  save(): Promise<void>
}

const FOLDER = join('.tracerun', 'cache')
const FILE = 'delays.json'
/** Far more than a thousand entries take. */
const MAX_BYTES = 1_000_000

/** Reads what was kept. What cannot be read is forgotten: the cache may be deleted, damaged or forged. */
export async function openDelayCache(
  { cwd, mask, clock, debug }: Pick<Environment, 'cwd' | 'mask' | 'clock' | 'debug'>,
  runId: string
): Promise<DelayCache> {
  const folder = join(cwd, FOLDER)
  const path = join(folder, FILE)
  const kept = await read(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') debug(`${path} is left out: ${error.message}`)
    return undefined
  })
  const memory = createDelayMemory(kept, Number(clock.now() / 1_000_000n))
  return {
    memory: withMaskedNames(memory, mask),
    async save() {
      const delays = memory.changes()
      if (delays === undefined) return
      const draft = join(folder, `.${FILE}-${runId}`)
      try {
        await mkdir(folder, { recursive: true })
        await writeFile(draft, `${JSON.stringify(delays, undefined, 1)}\n`)
        await rename(draft, path)
      } catch (error) {
        debug(`${path} could not be written: ${String(error)}`)
        await rm(draft, { force: true }).catch(() => undefined)
      }
    }
  }
}

async function read(path: string): Promise<unknown> {
  const file = await open(path)
  try {
    const { size } = await file.stat()
    if (size > MAX_BYTES) throw new Error(`it has ${size} bytes`)
  } finally {
    await file.close()
  }
  return JSON.parse(await readFile(path, 'utf8'))
}

/** A backend is called by its address, which may hold a secret. */
function withMaskedNames(memory: RecordedDelays, mask: Mask): RecordedDelays {
  return {
    ...memory,
    longestMs: backend => memory.longestMs(mask.text(backend)),
    note: (backend, service, gapMs) => memory.note(mask.text(backend), mask.text(service), gapMs)
  }
}

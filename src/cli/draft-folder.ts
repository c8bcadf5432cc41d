import { appendFile } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * Files of which nothing is needed before all are there: they are written late, when much waits or all is settled, since
 * what comes last for a file stands for what came before. A few at once, never two writes into one.
 */
export interface DraftFolder {
  /** Calls back when it is the file's turn. Of several that wait for one file, only the last has one. `size`: what it holds. */
  put(name: string, size: number, write: (path: string) => Promise<void>): void
  /** What waits for the end of one file is written together. */
  append(name: string, text: string): void
  /** The first thing that went wrong: from then on nothing is written, a disk that is full is not asked again. */
  readonly failure: { readonly cause: unknown } | undefined
  /** Resolves once nothing waits any more; never rejects. */
  settle(): Promise<void>
}

/** Written one by one, files could not keep up with the tests of a quick system. */
const MOST_AT_ONCE = 4
/** In spans, of some 2 KB, that a run keeps for other reasons as well. */
const MOST_WAITING = 8000
const BYTES_OF_A_SPAN = 2000

interface Waiting {
  readonly size: number
  write(path: string): Promise<void>
}

/** Writes nothing before `ready` has resolved. */
export function createDraftFolder(folder: string, ready: Promise<void>): DraftFolder {
  const puts = new Map<string, Waiting>()
  const appends = new Map<string, string[]>()
  let waiting = 0
  const busy = new Set<string>()
  let isReady = false
  let failure: { readonly cause: unknown } | undefined
  let onSettled: (() => void) | undefined

  function fail(cause: unknown): void {
    failure ??= { cause }
    puts.clear()
    appends.clear()
    waiting = 0
  }
  function next(): { readonly name: string; write(path: string): Promise<void> } | undefined {
    for (const [name, texts] of appends) {
      if (busy.has(name)) continue
      appends.delete(name)
      const all = texts.join('')
      waiting -= all.length / BYTES_OF_A_SPAN
      return { name, write: path => appendFile(path, all) }
    }
    for (const [name, { size, write }] of puts) {
      if (busy.has(name)) continue
      puts.delete(name)
      waiting -= size
      return { name, write }
    }
    return undefined
  }
  async function work(name: string, write: (path: string) => Promise<void>): Promise<void> {
    busy.add(name)
    try {
      await write(join(folder, name))
    } catch (error) {
      fail(error)
    }
    busy.delete(name)
    proceed()
  }
  function proceed(): void {
    while (isReady && busy.size < MOST_AT_ONCE && (waiting > MOST_WAITING || onSettled !== undefined)) {
      const task = next()
      if (task === undefined) break
      void work(task.name, task.write)
    }
    if (isReady && busy.size === 0) onSettled?.()
  }
  void ready.catch(fail).then(() => {
    isReady = true
    proceed()
  })

  return {
    put(name, size, write) {
      if (failure !== undefined) return
      waiting += size - (puts.get(name)?.size ?? 0)
      // It goes to the end: what changed last may change again.
      puts.delete(name)
      puts.set(name, { size, write })
      proceed()
    },
    append(name, text) {
      if (failure !== undefined) return
      const lines = appends.get(name)
      if (lines) lines.push(text)
      else appends.set(name, [text])
      waiting += text.length / BYTES_OF_A_SPAN
      proceed()
    },
    get failure() {
      return failure
    },
    settle: () =>
      new Promise(resolve => {
        onSettled = resolve
        proceed()
      })
  }
}

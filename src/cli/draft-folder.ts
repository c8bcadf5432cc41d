import { appendFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Files that are written while the run goes on: a few at once, never two writes into one. */
export interface DraftFolder {
  /** Calls back when it is the file's turn. Of several that wait for one file, only the last has one. */
  put(name: string, write: (path: string) => Promise<void>): void
  /** What waits for the end of one file is written together. */
  append(name: string, text: string): void
  /** The first thing that went wrong: from then on nothing is written, a disk that is full is not asked again. */
  readonly failure: { readonly cause: unknown } | undefined
  /** Resolves once nothing waits any more; never rejects. */
  settle(): Promise<void>
}

/** What waits holds whole traces: written one by one, files could not keep up with the tests of a quick system. */
const MOST_AT_ONCE = 4

/** Writes nothing before `ready` has resolved. */
export function createDraftFolder(folder: string, ready: Promise<void>): DraftFolder {
  const puts = new Map<string, (path: string) => Promise<void>>()
  const appends = new Map<string, string[]>()
  const busy = new Set<string>()
  let isReady = false
  let failure: { readonly cause: unknown } | undefined
  let onSettled: (() => void) | undefined

  function fail(cause: unknown): void {
    failure ??= { cause }
    puts.clear()
    appends.clear()
  }
  function next(): { readonly name: string; write(path: string): Promise<void> } | undefined {
    for (const [name, texts] of appends) {
      if (busy.has(name)) continue
      appends.delete(name)
      return { name, write: path => appendFile(path, texts.join('')) }
    }
    for (const [name, write] of puts) {
      if (busy.has(name)) continue
      puts.delete(name)
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
    while (isReady && busy.size < MOST_AT_ONCE) {
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
    put(name, write) {
      if (failure !== undefined) return
      puts.set(name, write)
      proceed()
    },
    append(name, text) {
      if (failure !== undefined) return
      const lines = appends.get(name)
      if (lines) lines.push(text)
      else appends.set(name, [text])
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

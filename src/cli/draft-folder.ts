import { appendFileSync, writeFileSync } from 'node:fs'
import { appendFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * Files of which nothing is needed before all are there: they are written late, when much waits or all is settled, since
 * what comes last for a file stands for what came before. A few at once, never two writes into one; where they do not keep
 * up with what comes, whoever brings it waits for the disk.
 */
export interface DraftFolder {
  /** Calls for the text when it is the file's turn. Of several that wait for one file, only the last has one. `size`: what it holds. */
  put(name: string, size: number, render: () => string): void
  /** What waits for the end of one file is written together. */
  append(name: string, text: string): void
  /** Little more will come: from now on no whole file waits. For when there is time to write, before the end of a run. */
  hurry(): void
  /** The first thing that went wrong: from then on nothing is written, a disk that is full is not asked again. */
  readonly failure: { readonly cause: unknown } | undefined
  /** Writes all that waits. For the end of a run: nothing else is done meanwhile. Never rejects. */
  settle(): Promise<void>
}

/** Written one by one, files could not keep up with the tests of a quick system. */
const MOST_AT_ONCE = 4
/** In spans, of some 2 KB, that a run keeps for other reasons as well. */
const MOST_WAITING = 2500
/** A busy process gives those that write beside it little time. */
const MOST_BEHIND = 2 * MOST_WAITING
const BYTES_OF_A_SPAN = 2000

interface Waiting {
  readonly size: number
  render(): string
}

/** Writes nothing before `ready` has resolved. */
export function createDraftFolder(folder: string, ready: Promise<void>): DraftFolder {
  const puts = new Map<string, Waiting>()
  const appends = new Map<string, string[]>()
  const busy = new Set<string>()
  let waiting = 0
  let mostWaiting = MOST_WAITING
  let isReady = false
  let onIdle: (() => void) | undefined
  let failure: { readonly cause: unknown } | undefined

  function fail(cause: unknown): void {
    failure ??= { cause }
    puts.clear()
    appends.clear()
    waiting = 0
  }
  function takeText(name: string, texts: readonly string[]): string {
    appends.delete(name)
    const text = texts.join('')
    waiting -= text.length / BYTES_OF_A_SPAN
    return text
  }
  function takeFile(name: string, { size, render }: Waiting): string {
    puts.delete(name)
    waiting -= size
    return render()
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
  function hasRoom(mostLeft: number): boolean {
    return isReady && onIdle === undefined && waiting > mostLeft && busy.size < MOST_AT_ONCE
  }
  function proceed(): void {
    for (const [name, texts] of appends)
      if (hasRoom(MOST_WAITING) && !busy.has(name))
        void work(name, path => appendFile(path, takeText(name, texts)))
    for (const [name, file] of puts) {
      if (!hasRoom(mostWaiting)) break
      if (!busy.has(name)) void work(name, path => writeFile(path, takeFile(name, file)))
    }
    if (busy.size === 0) onIdle?.()
  }
  function catchUp(mostLeft: number): void {
    try {
      for (const [name, texts] of appends)
        if (waiting > mostLeft && !busy.has(name)) appendFileSync(join(folder, name), takeText(name, texts))
      for (const [name, file] of puts)
        if (waiting > mostLeft && !busy.has(name)) writeFileSync(join(folder, name), takeFile(name, file))
    } catch (error) {
      fail(error)
    }
  }
  const prepared = ready.catch(fail).then(() => {
    isReady = true
    proceed()
  })

  return {
    put(name, size, render) {
      if (failure !== undefined) return
      waiting += size - (puts.get(name)?.size ?? 0)
      // It goes to the end: what changed last may change again.
      puts.delete(name)
      puts.set(name, { size, render })
      proceed()
      if (isReady) catchUp(MOST_BEHIND)
    },
    append(name, text) {
      if (failure !== undefined) return
      const lines = appends.get(name)
      if (lines) lines.push(text)
      else appends.set(name, [text])
      waiting += text.length / BYTES_OF_A_SPAN
      proceed()
    },
    hurry() {
      mostWaiting = 0
      proceed()
    },
    get failure() {
      return failure
    },
    async settle() {
      await prepared
      if (busy.size > 0)
        await new Promise<void>(resolve => {
          onIdle = resolve
        })
      // Nothing else is to be done now: to wait for each file would take longer than to write it.
      catchUp(Number.NEGATIVE_INFINITY)
    }
  }
}

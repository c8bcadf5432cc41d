import type { FSWatcher } from 'node:fs'
import { watch } from 'node:fs'
import { BackendError } from '../../errors/errors.ts'
import type { PluginContext } from '../../plugin/context.ts'
import type { FileSet } from './file-set.ts'
import { baseOf } from './paths.ts'

/** Shorter than the margin that waiting allows for what is pushed. Watching alone is not enough: containers and network file systems tell nothing. */
const POLL_MS = 100

/** Reads on until it is disposed of. */
export interface Following extends AsyncDisposable {
  /** Why reading has ended, if it has. */
  readonly failure: BackendError | undefined
  /** Calls back when reading ends before its time. */
  onFailure(callback: () => void): Disposable
}

/** Reads what comes to the files whenever something may have come. */
export function followFiles(
  paths: readonly string[],
  files: FileSet,
  { clock, debug }: Pick<PluginContext, 'clock' | 'debug'>
): Following {
  const listeners = new Set<() => void>()
  let failure: BackendError | undefined
  let isClosed = false
  let hasNews = false
  let nap = new AbortController()
  const wake = (): void => {
    hasNews = true
    nap.abort()
  }
  const watchers = watchFolders(new Set(paths.map(baseOf)), wake, debug)

  const isOpen = (): boolean => !isClosed

  async function follow(): Promise<void> {
    while (isOpen()) {
      nap = new AbortController()
      if (!hasNews) await clock.sleep(POLL_MS, nap.signal).catch(() => undefined)
      hasNews = false
      if (isOpen()) await files.read()
    }
  }

  const done = follow().catch((error: unknown) => {
    if (!(error instanceof BackendError)) throw error
    failure = error
    for (const listener of listeners) listener()
  })

  return {
    get failure() {
      return failure
    },
    onFailure: callback => {
      const listener = (): void => callback()
      listeners.add(listener)
      return { [Symbol.dispose]: () => void listeners.delete(listener) }
    },
    [Symbol.asyncDispose]: async () => {
      isClosed = true
      for (const watcher of watchers) watcher.close()
      nap.abort()
      await done
    }
  }
}

/** What cannot be watched is polled. */
function watchFolders(
  folders: ReadonlySet<string>,
  onEvent: () => void,
  debug: (message: string) => void
): readonly FSWatcher[] {
  return [...folders].flatMap(folder => {
    try {
      const watcher = watch(folder, onEvent)
      watcher.on('error', error => debug(`file: ${folder} is no longer watched: ${error.message}`))
      return [watcher]
    } catch (error) {
      debug(`file: ${folder} is not watched, only polled: ${String(error)}`)
      return []
    }
  })
}

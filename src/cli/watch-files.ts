import type { FSWatcher } from 'node:fs'
import { watch } from 'node:fs'
import { dirname, join } from 'node:path'
import { UsageError } from '../errors/errors.ts'

/** A save is several events: writing, renaming, changing times. */
const SETTLE_MS = 15

/** What begins with a dot is hidden, as the drafts of editors are. */
const YAML = /^[^.].*\.ya?ml$/i

/** Tells of changes to some files, until it is disposed of. */
export interface FileWatch extends Disposable {
  /** Resolves with the paths of all files that were saved since the last call, once there are any or the signal is aborted. */
  next(signal: AbortSignal): Promise<ReadonlySet<string>>
  /** Which files from now on, and in which folders every file of YAML: absolute paths. */
  follow(paths: Iterable<string>, inFolders?: Iterable<string>): void
}

/** Watches the folders of the files: an editor that saves by renaming replaces the file, and a watch on it would end. */
export function watchFiles(): FileWatch {
  const watchers = new Map<string, FSWatcher>()
  let followed = new Set<string>()
  let open = new Set<string>()
  let changed = new Set<string>()
  let isSettled = false
  let timer: NodeJS.Timeout | undefined
  let wake: (() => void) | undefined

  const onEvent = (folder: string, name: string | null): void => {
    if (name === null) return
    const path = join(folder, name)
    if (!followed.has(path) && !(open.has(folder) && YAML.test(name))) return
    changed.add(path)
    isSettled = false
    clearTimeout(timer)
    timer = setTimeout(() => {
      isSettled = true
      wake?.()
    }, SETTLE_MS)
  }

  return {
    follow(paths, inFolders = []) {
      followed = new Set(paths)
      open = new Set(inFolders)
      const folders = new Set([...[...followed].map(path => dirname(path)), ...open])
      for (const [folder, watcher] of watchers) {
        if (folders.has(folder)) continue
        watcher.close()
        watchers.delete(folder)
      }
      for (const folder of folders) {
        if (watchers.has(folder)) continue
        const watcher = watchFolder(folder, name => onEvent(folder, name))
        watcher.on('error', () => {})
        watchers.set(folder, watcher)
      }
    },
    next(signal) {
      return new Promise(resolve => {
        const finish = (): void => {
          signal.removeEventListener('abort', finish)
          wake = undefined
          const saved = changed
          changed = new Set()
          isSettled = false
          resolve(saved)
        }
        if (isSettled || signal.aborted) {
          finish()
          return
        }
        wake = finish
        signal.addEventListener('abort', finish, { once: true })
      })
    },
    [Symbol.dispose]() {
      clearTimeout(timer)
      for (const watcher of watchers.values()) watcher.close()
    }
  }
}

function watchFolder(folder: string, onEvent: (name: string | null) => void): FSWatcher {
  try {
    return watch(folder, (_, name) => onEvent(name))
  } catch (cause) {
    throw new UsageError(`--watch: ${folder} cannot be watched, ${(cause as Error).message}`, {
      hint: 'name files in folders that are there',
      cause
    })
  }
}

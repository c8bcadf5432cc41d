import type { FSWatcher } from 'node:fs'
import { watch } from 'node:fs'
import { basename, dirname } from 'node:path'

/** A save is several events: writing, renaming, changing times. */
const SETTLE_MS = 15

/** Tells of changes to some files, until it is disposed of. */
export interface FileWatch extends Disposable {
  /** Resolves with the path of a file that was saved since the last call; with undefined once the signal is aborted. */
  next(signal: AbortSignal): Promise<string | undefined>
  /** Which files from now on: absolute paths. */
  follow(paths: Iterable<string>): void
}

/** Watches the folders of the files: an editor that saves by renaming replaces the file, and a watch on it would end. */
export function watchFiles(): FileWatch {
  const watchers = new Map<string, FSWatcher>()
  let followed = new Set<string>()
  let changed: string | undefined
  let timer: NodeJS.Timeout | undefined
  let wake: (() => void) | undefined

  const onEvent = (folder: string, name: string | null): void => {
    const path = [...followed].find(
      candidate => dirname(candidate) === folder && basename(candidate) === name
    )
    if (path === undefined) return
    clearTimeout(timer)
    timer = setTimeout(() => {
      changed = path
      wake?.()
    }, SETTLE_MS)
  }

  return {
    follow(paths) {
      followed = new Set(paths)
      const folders = new Set([...followed].map(path => dirname(path)))
      for (const [folder, watcher] of watchers) {
        if (folders.has(folder)) continue
        watcher.close()
        watchers.delete(folder)
      }
      for (const folder of folders) {
        if (watchers.has(folder)) continue
        const watcher = watch(folder, (_, name) => onEvent(folder, name))
        watcher.on('error', () => {})
        watchers.set(folder, watcher)
      }
    },
    next(signal) {
      return new Promise(resolve => {
        const finish = (): void => {
          signal.removeEventListener('abort', finish)
          wake = undefined
          const path = changed
          changed = undefined
          resolve(signal.aborted ? undefined : path)
        }
        if (changed !== undefined || signal.aborted) {
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

import type { Shared } from '../plugin/trigger.ts'

/** What the requests of a run share, until it is disposed of. Disposing of it never rejects: what was measured stands. */
export function createShared(debug: (message: string) => void): Shared & AsyncDisposable {
  const opened = new Map<string, Promise<AsyncDisposable>>()
  return {
    async open<T extends AsyncDisposable>(key: string, open: () => Promise<T>): Promise<T> {
      const known = opened.get(key)
      // Under one key there is one kind of thing.
      if (known) return (await known) as T
      const opening = open()
      opened.set(key, opening)
      // Whoever comes next tries again, and is told in its own words why not.
      opening.catch(() => opened.delete(key))
      return await opening
    },
    async [Symbol.asyncDispose]() {
      for (const outcome of await Promise.allSettled(opened.values())) {
        if (outcome.status === 'rejected') continue
        try {
          await outcome.value[Symbol.asyncDispose]()
        } catch (error) {
          debug(`closing what requests shared failed: ${String(error)}`)
        }
      }
    }
  }
}

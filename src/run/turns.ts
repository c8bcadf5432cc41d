/** Lets what shares a name happen one after the other; the rest goes side by side. */
export interface Turns {
  /** Runs a task once all before it that share one of the names are over, however they ended. */
  take<T>(names: Iterable<string>, task: () => Promise<T>): Promise<T>
}

export function createTurns(): Turns {
  // Who comes later waits for all before it, so that no two ever wait for each other.
  const last = new Map<string, Promise<unknown>>()
  return {
    take(names, task) {
      const shared = [...new Set(names)]
      const before = shared.flatMap(name => last.get(name) ?? [])
      const done = before.length === 0 ? task() : Promise.all(before).then(task)
      const over = done.catch(() => undefined)
      for (const name of shared) last.set(name, over)
      return done
    }
  }
}

/** A bound on how many do something at once; who asks first is served first. */
export interface Slots {
  /** Resolves with what gives the slot back, which may be called more than once. */
  take(): Promise<() => void>
}

export function createSlots(count: number): Slots {
  let free = Math.max(1, count)
  const queue: (() => void)[] = []

  function release(): void {
    const next = queue.shift()
    if (next === undefined) free++
    else next()
  }
  return {
    // No more than a promise for each that waits: at first, those are all the tests of a run.
    take: () =>
      new Promise(resolve => {
        const grant = (): void => {
          let isTaken = true
          resolve(() => {
            if (isTaken) release()
            isTaken = false
          })
        }
        if (free === 0) queue.push(grant)
        else {
          free--
          grant()
        }
      })
  }
}

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
    async take() {
      if (free > 0) free--
      else await new Promise<void>(resolve => queue.push(resolve))
      let isTaken = true
      return () => {
        if (isTaken) release()
        isTaken = false
      }
    }
  }
}

import type { Clock } from '../../src/plugin/context.ts'
import { EPOCH } from './trace-builder.ts'

interface Sleeper {
  readonly wakeNano: bigint
  readonly wake: () => void
}

/** Time that moves only when a test says so. Milliseconds count from `EPOCH`, as those of built spans do. */
export interface ManualClock extends Clock {
  readonly nowMs: number
  /** Lets time go by in which nothing else is done. */
  pass(ms: number): void
  /** Does something at a moment to come. */
  at(ms: number, action: () => void): void
  /** Moves time on, step by step, until a promise is settled. Fails if nothing is left that could settle it. */
  run<T>(promise: Promise<T>): Promise<T>
  /** Moves time on to a moment, doing on the way what is due. */
  runTo(ms: number): Promise<void>
}

export function createManualClock(startMs = 0): ManualClock {
  let now = EPOCH + toNano(startMs)
  let sleepers: Sleeper[] = []

  const enqueue = (wakeNano: bigint, wake: () => void): Sleeper => {
    const sleeper = { wakeNano, wake }
    sleepers.push(sleeper)
    return sleeper
  }
  const remove = (sleeper: Sleeper): void => {
    sleepers = sleepers.filter(other => other !== sleeper)
  }
  const next = (): Sleeper | undefined =>
    sleepers.reduce<Sleeper | undefined>(
      (first, sleeper) => (first === undefined || sleeper.wakeNano < first.wakeNano ? sleeper : first),
      undefined
    )
  const wake = (sleeper: Sleeper): void => {
    remove(sleeper)
    if (sleeper.wakeNano > now) now = sleeper.wakeNano
    sleeper.wake()
  }

  return {
    get nowMs() {
      return Number(now - EPOCH) / 1e6
    },
    now: () => now,
    alarm: (ms, ring) => {
      const sleeper = enqueue(now + toNano(ms), ring)
      return () => remove(sleeper)
    },
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) {
          reject(signal.reason)
          return
        }
        const onAbort = (): void => {
          remove(sleeper)
          reject(signal.reason)
        }
        const sleeper = enqueue(now + toNano(ms), () => {
          signal.removeEventListener('abort', onAbort)
          resolve()
        })
        signal.addEventListener('abort', onAbort, { once: true })
      }),
    pass: ms => {
      now += toNano(ms)
    },
    at: (ms, action) => void enqueue(EPOCH + toNano(ms), action),
    async run(promise) {
      let isSettled = false
      const settle = (): void => {
        isSettled = true
      }
      promise.then(settle, settle)
      for (;;) {
        await quiesce()
        if (isSettled) return promise
        const sleeper = next()
        if (sleeper === undefined) throw new Error('the promise waits for something that never comes')
        wake(sleeper)
      }
    },
    async runTo(ms) {
      const target = EPOCH + toNano(ms)
      for (;;) {
        await quiesce()
        const sleeper = next()
        if (sleeper === undefined || sleeper.wakeNano > target) break
        wake(sleeper)
      }
      now = target
      await quiesce()
    }
  }
}

function toNano(ms: number): bigint {
  return BigInt(Math.round(ms * 1e6))
}

/** Lets every promise that can be settled settle. */
function quiesce(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve))
}

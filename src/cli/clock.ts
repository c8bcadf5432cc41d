import type { Clock } from '../plugin/context.ts'

/** The time of day at the start and a clock that never jumps from then on: an adjusted system clock moves no span. */
export function createSystemClock(): Clock {
  const startMicros = BigInt(Math.round((performance.timeOrigin + performance.now()) * 1000))
  const offset = startMicros * 1000n - process.hrtime.bigint()
  const alarm: Clock['alarm'] = (ms, ring) => {
    const timer = setTimeout(ring, ms)
    return () => clearTimeout(timer)
  }
  return {
    now: () => offset + process.hrtime.bigint(),
    alarm,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) {
          reject(reasonOf(signal))
          return
        }
        const onAbort = (): void => {
          cancel()
          reject(reasonOf(signal))
        }
        const cancel = alarm(ms, () => {
          signal.removeEventListener('abort', onAbort)
          resolve()
        })
        signal.addEventListener('abort', onAbort, { once: true })
      })
  }
}

function reasonOf({ reason }: AbortSignal): Error {
  return reason instanceof Error ? reason : new Error(String(reason))
}

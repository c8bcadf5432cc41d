import type { Clock } from '../plugin/context.ts'

/** The time of day at the start and a clock that never jumps from then on: an adjusted system clock moves no span. */
export function createSystemClock(): Clock {
  const startMicros = BigInt(Math.round((performance.timeOrigin + performance.now()) * 1000))
  const offset = startMicros * 1000n - process.hrtime.bigint()
  return {
    now: () => offset + process.hrtime.bigint(),
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) {
          reject(reasonOf(signal))
          return
        }
        const onAbort = (): void => {
          clearTimeout(timer)
          reject(reasonOf(signal))
        }
        const timer = setTimeout(() => {
          signal.removeEventListener('abort', onAbort)
          resolve()
        }, ms)
        signal.addEventListener('abort', onAbort, { once: true })
      })
  }
}

function reasonOf({ reason }: AbortSignal): Error {
  return reason instanceof Error ? reason : new Error(String(reason))
}

import type { Clock } from '../plugin/context.ts'

/** A wait that can be ended before its time. */
export interface Nap {
  /** Resolves with whether its time was over; rejects with the signal's reason when it is aborted. */
  readonly isOverdue: Promise<boolean>
  end(): void
}

/** Waits for so many milliseconds, unless it is ended. Each test naps often: a signal for each nap would cost more than a look. */
export function startNap(clock: Clock, ms: number, signal: AbortSignal): Nap {
  let end: (() => void) | undefined
  const isOverdue = new Promise<boolean>((resolve, reject) => {
    const onAbort = (): void => {
      cancel()
      reject(signal.reason as Error)
    }
    const settle = (isOver: boolean): void => {
      signal.removeEventListener('abort', onAbort)
      resolve(isOver)
    }
    const cancel = clock.alarm(ms, () => settle(true))
    if (signal.aborted) onAbort()
    else signal.addEventListener('abort', onAbort, { once: true })
    end = () => {
      cancel()
      settle(false)
    }
  })
  return { isOverdue, end: () => end?.() }
}

/** Passes an abort on until it is disposed of, for a third of what a signal made by `AbortSignal.any` costs. */
export function abortWith(controller: AbortController, signal: AbortSignal): Disposable {
  const abort = (): void => controller.abort(signal.reason)
  if (signal.aborted) abort()
  else signal.addEventListener('abort', abort, { once: true })
  return { [Symbol.dispose]: () => signal.removeEventListener('abort', abort) }
}

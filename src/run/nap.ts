import type { Clock } from '../plugin/context.ts'

/** A wait that can be ended before its time. */
export interface Nap {
  /** Resolves with whether its time was over; rejects with the signal's reason when it is aborted. */
  readonly isOverdue: Promise<boolean>
  end(): void
}

/** Made once: whoever makes an error for each nap pays for its stack, and each test naps often. */
const ENDED = new Error('the nap was ended')

/** Waits for so many milliseconds, unless it is ended. */
export function startNap(clock: Clock, ms: number, signal: AbortSignal): Nap {
  const waiting = new AbortController()
  const end = (): void => waiting.abort(ENDED)
  return { isOverdue: waitOut(clock, ms, signal, waiting), end }
}

async function waitOut(
  clock: Clock,
  ms: number,
  signal: AbortSignal,
  waiting: AbortController
): Promise<boolean> {
  using _ = abortWith(waiting, signal)
  try {
    await clock.sleep(ms, waiting.signal)
    return true
  } catch (error) {
    if (error === ENDED) return false
    throw error
  }
}

/** Passes an abort on until it is disposed of, for a third of what a signal made by `AbortSignal.any` costs. */
export function abortWith(controller: AbortController, signal: AbortSignal): Disposable {
  const abort = (): void => controller.abort(signal.reason)
  if (signal.aborted) abort()
  else signal.addEventListener('abort', abort, { once: true })
  return { [Symbol.dispose]: () => signal.removeEventListener('abort', abort) }
}

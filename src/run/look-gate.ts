import type { Clock } from '../plugin/context.ts'
import type { BackendCaps } from '../plugin/trace-backend.ts'
import { renderSeconds } from './ground.ts'

/** Spaces out the looks of all tests at one backend. Pure: times are milliseconds of any clock that only goes forward. */
export interface LookBucket {
  /** Takes the next free moment from now on, and tells it; takes none if that is later than `untilMs`. */
  take(nowMs: number, untilMs: number): number | undefined
  /** No look begins before. */
  pauseUntil(ms: number): void
  isPaused(nowMs: number): boolean
}

/** Without a rate, nothing but a pause keeps a look waiting. After a rest, the looks of one second may go at once. */
export function createLookBucket(looksPerSecond: number | undefined): LookBucket {
  const intervalMs = looksPerSecond === undefined ? 0 : 1000 / looksPerSecond
  const burstMs = Math.max(0, Math.floor(looksPerSecond ?? 1) - 1) * intervalMs
  let dueMs = Number.NEGATIVE_INFINITY
  let pausedUntilMs = Number.NEGATIVE_INFINITY

  return {
    take(nowMs, untilMs) {
      const atMs = Math.max(nowMs, dueMs - burstMs, pausedUntilMs)
      if (atMs > untilMs) return undefined
      dueMs = Math.max(dueMs, atMs) + intervalMs
      return atMs
    },
    pauseUntil(ms) {
      pausedUntilMs = Math.max(pausedUntilMs, ms)
      // Whoever was asked for restraint does not begin with a burst.
      dueMs = Math.max(dueMs, pausedUntilMs + burstMs)
    },
    isPaused: nowMs => nowMs < pausedUntilMs
  }
}

/** Lets the looks at one backend through, no faster than it can bear. */
export interface LookGate {
  /** Resolves when a look may begin; with the reason instead if that is not to be within so many milliseconds. */
  enter(patienceMs: number, signal: AbortSignal): Promise<string | undefined>
  /** The backend asked for a rest of so many milliseconds, and why: it holds for every trace. */
  pause(ms: number, reason: string): void
}

/** The gate of a backend that was opened. */
export function createLookGate(
  { looksPerSecond }: Pick<BackendCaps, 'looksPerSecond'>,
  clock: Clock
): LookGate {
  const bucket = createLookBucket(looksPerSecond)
  const openedUnixNano = clock.now()
  let pauseReason = ''
  const nowMs = (): number => Number(clock.now() - openedUnixNano) / 1e6

  return {
    async enter(patienceMs, signal) {
      let askedMs = nowMs()
      const untilMs = askedMs + patienceMs
      for (;;) {
        const atMs = bucket.take(askedMs, untilMs)
        if (atMs === undefined) return bucket.isPaused(askedMs) ? pauseReason : crowded(looksPerSecond)
        while (nowMs() < atMs) await clock.sleep(Math.ceil(atMs - nowMs()), signal)
        if (!bucket.isPaused(nowMs())) return undefined
        askedMs = nowMs()
      }
    },
    pause(ms, reason) {
      if (!(ms > 0)) return
      bucket.pauseUntil(nowMs() + ms)
      pauseReason = `${reason}; it asked for a rest of ${renderSeconds(ms)}`
    }
  }
}

function crowded(looksPerSecond: number | undefined): string {
  return `it may be asked ${looksPerSecond} times a second, and the looks of other tests came first`
}

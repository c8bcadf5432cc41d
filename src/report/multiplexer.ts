import { ReporterError } from '../errors/errors.ts'
import type { Clock } from '../plugin/context.ts'

/** A reporter, whatever it is told of. */
interface Listener<Event, Report> {
  readonly name: string
  onEvent(event: Event): void
  close(report: Report): Promise<void>
}

/** How long reporters may take to end: a disk may be slow, and a pipe that nobody reads is never done. */
export const CLOSING_LIMIT_MS = 10_000

/**
 * One reporter made of several. One that throws hears nothing more and disturbs neither the run nor the others;
 * `close` rejects with a `ReporterError` that names it, after all others have closed. One that does not end is
 * given up after {@link CLOSING_LIMIT_MS}.
 */
export function createMultiplexer<Event, Report>(
  reporters: readonly Listener<Event, Report>[],
  clock: Clock
): Listener<Event, Report> {
  const failures = new Map<Listener<Event, Report>, unknown>()
  return {
    name: 'multiplexer',
    onEvent(event: Event): void {
      for (const reporter of reporters) {
        if (failures.has(reporter)) continue
        try {
          reporter.onEvent(event)
        } catch (error) {
          failures.set(reporter, error)
        }
      }
    },
    async close(report: Report): Promise<void> {
      const closed = new AbortController()
      const late = clock.sleep(CLOSING_LIMIT_MS, closed.signal).then(() => {
        throw new Error(`it had not ended ${CLOSING_LIMIT_MS / 1000} s after the run`)
      })
      late.catch(() => {})
      const closing = reporters
        .filter(reporter => !failures.has(reporter))
        .map(async reporter => {
          try {
            await Promise.race([reporter.close(report), late])
          } catch (error) {
            failures.set(reporter, error)
          }
        })
      await Promise.all(closing)
      closed.abort(new Error('all reporters have ended'))
      if (failures.size > 0) throw reporterError(failures)
    }
  }
}

function reporterError(failures: ReadonlyMap<{ readonly name: string }, unknown>): ReporterError {
  const lines = [...failures].map(
    ([reporter, error]) => `the reporter "${reporter.name}" failed: ${reasonOf(error)}`
  )
  return new ReporterError(lines.join('\n'), { cause: failures.values().next().value })
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

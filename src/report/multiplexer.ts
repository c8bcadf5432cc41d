import { ReporterError } from '../errors/errors.ts'
import type { RunEvent, RunReport } from '../model/run-event.ts'
import type { Clock } from '../plugin/context.ts'
import type { Reporter } from '../plugin/reporter.ts'

/** How long reporters may take to end: a disk may be slow, and a pipe that nobody reads is never done. */
export const CLOSING_LIMIT_MS = 10_000

/**
 * One reporter made of several. One that throws hears nothing more and disturbs neither the run nor the others;
 * `close` rejects with a `ReporterError` that names it, after all others have closed. One that does not end is
 * given up after {@link CLOSING_LIMIT_MS}.
 */
export function createMultiplexer(reporters: readonly Reporter[], clock: Clock): Reporter {
  const failures = new Map<Reporter, unknown>()
  return {
    name: 'multiplexer',
    onEvent(event: RunEvent): void {
      for (const reporter of reporters) {
        if (failures.has(reporter)) continue
        try {
          reporter.onEvent(event)
        } catch (error) {
          failures.set(reporter, error)
        }
      }
    },
    async close(report: RunReport): Promise<void> {
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

function reporterError(failures: ReadonlyMap<Reporter, unknown>): ReporterError {
  const lines = [...failures].map(
    ([reporter, error]) => `the reporter "${reporter.name}" failed: ${reasonOf(error)}`
  )
  return new ReporterError(lines.join('\n'), { cause: failures.values().next().value })
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

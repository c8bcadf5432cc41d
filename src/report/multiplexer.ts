import { ReporterError } from '../errors/errors.ts'

/** A reporter, whatever it is told of. */
interface Listener<Event, Report> {
  readonly name: string
  onEvent(event: Event): void
  close(report: Report): Promise<void>
}

/**
 * One reporter made of several. One that throws hears nothing more and disturbs neither the run nor the others;
 * `close` rejects with a `ReporterError` that names it, after all others have closed.
 */
export function createMultiplexer<Event, Report>(
  reporters: readonly Listener<Event, Report>[]
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
      const closing = reporters
        .filter(reporter => !failures.has(reporter))
        .map(async reporter => {
          try {
            await reporter.close(report)
          } catch (error) {
            failures.set(reporter, error)
          }
        })
      await Promise.all(closing)
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

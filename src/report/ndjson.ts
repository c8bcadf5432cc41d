import type { RunEvent } from '../model/run-event.ts'
import type { Reporter } from '../plugin/reporter.ts'
import { projectEvent } from './projection.ts'
import { createOutlet, type Write } from './writer.ts'

/** Writes each event as it comes, as one line of JSON. */
export function createNdjsonReporter(write: Write): Reporter {
  const outlet = createOutlet(write)
  return {
    name: 'ndjson',
    onEvent(event: RunEvent): void {
      outlet.write(renderNdjsonEvent(event))
    },
    close(): Promise<void> {
      return outlet.flush()
    }
  }
}

/** One event as a line of the stream, with its line break. */
export function renderNdjsonEvent(event: RunEvent): string {
  return `${JSON.stringify(projectEvent(event))}\n`
}

import type { RunEvent } from '../model/run-event.ts'
import type { Reporter } from '../plugin/reporter.ts'
import { projectEvent } from './projection.ts'
import type { Write } from './writer.ts'

/** Writes each event as it comes, as one line of JSON. */
export function createNdjsonReporter(write: Write): Reporter {
  let written: Promise<unknown> = Promise.resolve()
  return {
    name: 'ndjson',
    onEvent(event: RunEvent): void {
      const writing = write(renderNdjsonEvent(event))
      if (writing === undefined) return
      written = Promise.all([written, writing])
      // `close` reports the failure; until then it must not count as unhandled.
      written.catch(() => {})
    },
    async close(): Promise<void> {
      await written
    }
  }
}

/** One event as a line of the stream, with its line break. */
export function renderNdjsonEvent(event: RunEvent): string {
  return `${JSON.stringify(projectEvent(event))}\n`
}

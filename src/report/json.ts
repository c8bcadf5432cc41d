import type { RunReport } from '../model/run-event.ts'
import type { Reporter } from '../plugin/reporter.ts'
import { projectRun } from './projection.ts'
import type { Write } from './writer.ts'

/** Writes one JSON document, described by `jsonReportSchema`, when the run is over. */
export function createJsonReporter(write: Write): Reporter {
  return {
    name: 'json',
    onEvent(): void {},
    async close(report: RunReport): Promise<void> {
      await write(renderJson(report))
    }
  }
}

/** The JSON report as text, with a line break at its end. */
export function renderJson(report: RunReport): string {
  return `${JSON.stringify(projectRun(report), undefined, 2)}\n`
}

import type { DocumentReporter } from './document-reporter.ts'
import type { JsonReport } from './json-report.ts'
import type { Write } from './writer.ts'

/** Writes one JSON document, described by `jsonReportSchema`, when the run is over. */
export function createJsonReporter(write: Write): DocumentReporter {
  return {
    name: 'json',
    async close(report: JsonReport): Promise<void> {
      await write(renderJson(report))
    }
  }
}

/** The JSON report as text, with a line break at its end. */
export function renderJson(report: JsonReport): string {
  return `${JSON.stringify(report, undefined, 2)}\n`
}

import type { RunEvent, RunReport } from '../model/run-event.ts'
import type { Trace } from '../model/trace.ts'
import type { Reporter } from '../plugin/reporter.ts'
import type { JsonReport, JsonTest } from './json-report.ts'
import { projectRun, projectTest } from './projection.ts'
import { createTestDocuments } from './test-documents.ts'

/** Renders a run from its documents, whether it has just ended or was saved before. */
export interface DocumentReporter {
  readonly name: string
  /**
   * An attempt of a test has ended, or what is known of it has changed: what is said last counts. The trace is not
   * kept by the caller: a reporter that shows it later keeps what it needs of it.
   */
  onTest?(test: JsonTest, trace: Trace | undefined): void
  /** Called once. The report holds the last attempt of each test, and the earlier ones within it. */
  close(report: JsonReport): Promise<void>
}

/** Hands what happens in a run to a reporter of documents. */
export function createEventReporter(inner: DocumentReporter): Reporter {
  const documents = createTestDocuments()
  return {
    name: inner.name,
    onEvent(event: RunEvent): void {
      switch (event.type) {
        case 'test-retried':
        case 'test-finished':
        case 'test-revised':
        case 'test-warned':
        case 'trace-grown': {
          const test = projectTest(event.report)
          if (event.type !== 'test-retried') documents.put(test.id, test)
          inner.onTest?.(test, event.report.trace)
          return
        }
        case 'run-started':
        case 'test-started':
        case 'test-progressed':
        case 'run-finished':
      }
    },
    async close(report: RunReport): Promise<void> {
      const projected = report.tests.map(test => documents.get(test.id) ?? projectTest(test))
      await inner.close(projectRun(report, projected))
    }
  }
}

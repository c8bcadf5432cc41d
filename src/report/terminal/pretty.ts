import type { RunEvent, RunReport, TestReport } from '../../model/run-event.ts'
import type { Reporter } from '../../plugin/reporter.ts'
import type { Screen } from '../screen.ts'
import type { Write } from '../writer.ts'

/** The passing of time, as far as lines that move need it. */
export interface Ticker {
  nowMs(): number
  /** Calls back again and again without keeping the process alive, until the returned function is called. */
  every(ms: number, callback: () => void): () => void
}

export interface PrettyOptions {
  readonly screen: Screen
  readonly write: Write
  /** The command that judges the saved trace of a test again, where it was saved. */
  readonly offlineCommand?: (report: TestReport) => string | undefined
  readonly ticker?: Ticker
}

/** Tells a person how a run goes and how it ended. */
export function createPrettyReporter(options: PrettyOptions): Reporter {
  return {
    name: 'pretty',
    onEvent(event: RunEvent): void {
      if (event.type === 'test-finished' || event.type === 'test-revised')
        void options.write(`${event.report.verdict.outcome} ${event.report.name}\n`)
    },
    async close(report: RunReport): Promise<void> {
      await options.write(`${report.summary.passed} passed, ${report.summary.failed} failed\n`)
    }
  }
}

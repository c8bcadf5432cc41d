import type { RunEvent, RunReport, TestReport } from '../../src/model/run-event.ts'
import type { Screen } from '../../src/report/screen.ts'
import { createPrettyReporter } from '../../src/report/terminal/pretty.ts'
import { buildRun } from './report-builder.ts'

/** A terminal of 100 columns without colours, in which nothing moves. */
export const PLAIN_SCREEN: Screen = {
  width: 100,
  colorLevel: 0,
  isInteractive: false,
  isCi: false,
  hasUnicode: true
}

const OFFLINE_COMMAND = 'tracerun check -f checkout.yaml --trace .tracerun/last/checkout.json'

/** All that the pretty reporter writes of some tests. */
export async function showRun(
  tests: readonly TestReport[],
  screen: Partial<Screen> = {},
  facts: Partial<RunReport> = {}
): Promise<string> {
  const finished = tests.map((report): RunEvent => ({ type: 'test-finished', report }))
  return showEvents([{ type: 'run-started', schemaVersion: 1, tests: tests.length }, ...finished], screen, {
    ...buildRun(tests),
    ...facts
  })
}

export async function showEvents(
  events: readonly RunEvent[],
  screen: Partial<Screen>,
  report: RunReport
): Promise<string> {
  let output = ''
  const reporter = createPrettyReporter({
    screen: { ...PLAIN_SCREEN, ...screen },
    write: text => {
      output += text
    },
    offlineCommand: test => (test.trace ? OFFLINE_COMMAND : undefined)
  })
  for (const event of events) reporter.onEvent(event)
  await reporter.close(report)
  return `\n${output}`
}

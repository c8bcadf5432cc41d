/** The public API: what a program needs to read the reports of a run. Tests are run by the command line. */
export { VERSION as version } from './cli/version.ts'
export type { ExitCode } from './errors/exit-code.ts'
export type {
  JsonAssertion,
  JsonCompleteness,
  JsonOutput,
  JsonReason,
  JsonReport,
  JsonSpan,
  JsonSpec,
  JsonSummary,
  JsonTest
} from './report/json-report.ts'

import { join, resolve } from 'node:path'
import { ReporterError, UsageError } from '../../errors/errors.ts'
import type { ExitCode } from '../../errors/exit-code.ts'
import { gravestExitCode } from '../../errors/exit-code.ts'
import type { Trace } from '../../model/trace.ts'
import type { DocumentReporter } from '../../report/document-reporter.ts'
import type { JsonReport, JsonTest } from '../../report/json-report.ts'
import type { MergedTest } from '../../report/merge.ts'
import { mergeReports } from '../../report/merge.ts'
import { createMultiplexer } from '../../report/multiplexer.ts'
import type { Environment } from '../environment.ts'
import { reportFailure } from '../failure.ts'
import type { MergeOptions } from '../options.ts'
import type { StoredReport } from '../read-report.ts'
import { readReport } from '../read-report.ts'
import { readTrace } from '../read-trace.ts'
import type { ReporterRequest } from '../reporters.ts'
import { createDocumentReporter, openEach, selectReporters, withJunit } from '../reporters.ts'

/** `tracerun merge`: one report of the runs of several shards. Its exit code is the gravest of theirs. */
export async function mergeRuns(options: MergeOptions, environment: Environment): Promise<ExitCode> {
  const requests = selectReporters(withJunit(options.reporter, options.junit), options.output, environment)
  if (requests.some(({ name }) => name === 'ndjson'))
    throw new UsageError('merge has no events to write: the runs are over', {
      hint: 'take json; the events of each run are in its run.ndjson'
    })
  const { report, tests } = mergeReports(await readReports(options.runs, environment))
  const reporters = await openReporters(requests, options.runs.length, environment)
  const isDrawn = reporters.some(reporter => reporter.onTest !== undefined)
  const all = createMultiplexer(reporters.map(asListener), environment.clock)
  for (const merged of tests) {
    const trace = isDrawn ? await loadTrace(merged, environment) : undefined
    all.onEvent({ test: withoutFile(merged.test), trace })
  }
  const codes: ExitCode[] = [report.exitCode]
  try {
    await all.close({ ...report, tests: report.tests.map(withoutFile) })
  } catch (error) {
    if (!(error instanceof ReporterError)) throw error
    codes.push(await reportFailure(error, environment))
  }
  return gravestExitCode(codes)
}

async function readReports(paths: readonly string[], { cwd }: Environment): Promise<readonly StoredReport[]> {
  const reports: StoredReport[] = []
  for (const path of paths) {
    const report = await readReport(path, cwd)
    const twin = reports.find(({ path: other }) => resolve(cwd, other) === resolve(cwd, report.path))
    if (twin !== undefined)
      throw new UsageError(`${report.path} is named twice`, { hint: 'name each run once' })
    reports.push(report)
  }
  return reports
}

async function openReporters(
  requests: readonly ReporterRequest[],
  runs: number,
  environment: Environment
): Promise<readonly DocumentReporter[]> {
  const place = { requests, environment }
  return await openEach<JsonReport, DocumentReporter>(place, async ({ name }, write, screen) => {
    if (name !== 'pretty' && name !== 'ndjson') return await createDocumentReporter(name, write, place)
    const { createDocumentPretty } = await import('../../report/document/pretty.ts')
    return createDocumentPretty({ screen, write, runs })
  })
}

interface ReadTest {
  readonly test: JsonTest
  readonly trace: Trace | undefined
}

interface Listener {
  readonly name: string
  onEvent(event: ReadTest): void
  close(report: JsonReport): Promise<void>
}

function asListener(reporter: DocumentReporter): Listener {
  return {
    name: reporter.name,
    onEvent: ({ test, trace }) => reporter.onTest?.(test, trace),
    close: report => reporter.close(report)
  }
}

/** The trace is for drawing alone: without it, the verdict is what it was. */
async function loadTrace(
  { test, source }: MergedTest<StoredReport>,
  environment: Environment
): Promise<Trace | undefined> {
  const { saved, traceId, spanCount = 0 } = test
  if (saved === undefined || traceId === undefined || spanCount === 0) return undefined
  const warn = (reason: string): undefined => {
    environment.stderr.write(`warning: the trace of "${test.name}" is not drawn: ${reason}\n`)
  }
  if (/[\\/]/.test(saved)) return warn(`${saved} is no file beside ${source.path}`)
  try {
    const path = join(source.folder, saved)
    const { trace } = await readTrace(path, { cwd: environment.cwd, label: path })
    return trace
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    return warn(error.message)
  }
}

/** The files are beside the reports that were merged, not beside this one. */
function withoutFile({ saved: _, earlierAttempts, ...test }: JsonTest): JsonTest {
  return earlierAttempts === undefined ? test : { ...test, earlierAttempts: earlierAttempts.map(withoutFile) }
}

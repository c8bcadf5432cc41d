import type { Settings } from '../definition/settings.ts'
import { ReporterError } from '../errors/errors.ts'
import type { ExitCode } from '../errors/exit-code.ts'
import { gravestExitCode } from '../errors/exit-code.ts'
import type { RunEvent, RunReport, TestReport } from '../model/run-event.ts'
import { pack, unpack } from '../otlp/pack.ts'
import type { Plan, PlannedTest } from '../plan/plan.ts'
import type { PluginContext } from '../plugin/context.ts'
import type { CommandSurroundings } from '../plugin/trigger.ts'
import type { Detail } from '../report/terminal/pretty.ts'
import { runPlan } from '../run/run-plan.ts'
import type { Sessions } from '../run/sessions.ts'
import { openDelayCache } from './delay-cache.ts'
import type { Environment } from './environment.ts'
import { reportFailure } from './failure.ts'
import type { RunOptions } from './options.ts'
import type { ReporterRequest } from './reporters.ts'
import { openReporters } from './reporters.ts'
import { quoteForShell } from './shell.ts'
import type { Store } from './store.ts'
import { createStore } from './store.ts'
import { applyStrictToEvent, applyStrictToRun } from './strict.ts'

/** More requests at once than this would rather measure the machine than the system. */
const MOST_DEFAULT_JOBS = 8
/** Of tests that have ended: some 10 MB. Those of a run of a few hundred tests are never packed, which takes longer than to judge them. */
const MOST_LOOSE_SPANS = 5_000
const MOST_LOOSE_REPORTS = 250

/** A test of an earlier round. */
export interface KeptTest {
  readonly report: TestReport
  /** Where it is saved, relative to the working directory. */
  readonly path: string
}

/** What is run at once and reported together. */
export interface Round {
  readonly plan: Plan
  readonly tests: readonly PlannedTest[]
  readonly settings: Settings
  readonly options: RunOptions
  readonly environment: Environment
  readonly requests: readonly ReporterRequest[]
  readonly context: PluginContext
  readonly sessions: Sessions
  readonly commands?: CommandSurroundings
  /** Of earlier rounds: what is saved of them stays beside what this one saves. */
  readonly kept?: readonly KeptTest[]
  /** The tests that this round leaves out, as they stand. */
  readonly remembered?: readonly TestReport[]
}

/** How a round ended. */
export interface RoundEnd {
  readonly exitCode: ExitCode
  readonly report: RunReport
  /** Where a test is saved, relative to the working directory. */
  pathOf(test: TestReport): string | undefined
}

/** Runs tests, reports them and saves what `check` needs. */
export async function runRound(round: Round): Promise<RoundEnd> {
  const { options, environment, context, settings, kept = [], remembered = [] } = round
  const { mask } = environment
  const runId = Buffer.from(environment.random(8)).toString('hex')
  const store = createStore({
    cwd: environment.cwd,
    mask,
    runId,
    failOnFlaky: options.failOnFlaky,
    remembered
  })
  const delays = await openDelayCache(environment, runId)
  const reporter = await openReporters(round.requests, environment, {
    detail: detailOf(options),
    offlineCommand: test => offlineCommand(test, store)
  })
  const onEvent = (event: RunEvent): void => {
    const told = options.strict ? applyStrictToEvent(event) : event
    store.onEvent(told)
    reporter.onEvent(mask.value(told))
  }
  const dependencies = {
    ...context,
    sessions: round.sessions,
    ...(round.commands ? { commands: round.commands } : {}),
    random: (size: number) => environment.random(size),
    jobs: settings.jobs?.value ?? Math.min(environment.cores, MOST_DEFAULT_JOBS),
    ...(options.bail === undefined ? {} : { bail: options.bail }),
    failOnFlaky: options.failOnFlaky,
    ...(options.shard ? { shard: options.shard } : {}),
    delays: delays.memory,
    runId,
    packer: { pack, unpack, aboveSpans: MOST_LOOSE_SPANS, aboveReports: MOST_LOOSE_REPORTS },
    hide: (text: string) => mask.add([text])
  }
  const measured = await runPlan({ ...round.plan, tests: round.tests }, dependencies, onEvent)
  await delays.save()
  const report = options.strict ? applyStrictToRun(measured) : measured
  for (const test of kept) store.keep(test.report, test.path)
  const notSaved = await store.close()
  const exitCode = await endRun(report, { reporter, notSaved, environment })
  return { exitCode, report, pathOf: test => store.pathOf(test) }
}

function detailOf({ quiet, verbose }: RunOptions): Detail {
  if (quiet) return 'quiet'
  return verbose ? 'verbose' : 'normal'
}

/** Says how it ended. What can no longer be said takes nothing away from what can. */
async function endRun(
  report: RunReport,
  parts: {
    readonly reporter: { close(report: RunReport): Promise<void> }
    /** Why the run is not saved. */
    readonly notSaved: string | undefined
    readonly environment: Environment
  }
): Promise<ExitCode> {
  const { reporter, notSaved, environment } = parts
  const codes: ExitCode[] = [report.exitCode]
  try {
    await reporter.close(environment.mask.value(report))
  } catch (error) {
    if (!(error instanceof ReporterError)) throw error
    codes.push(await reportFailure(error, environment))
  }
  for (const warning of report.warnings ?? [])
    environment.stderr.write(`warning: ${environment.mask.text(warning)}\n`)
  if (notSaved !== undefined) environment.stderr.write(`warning: ${notSaved}\n`)
  return gravestExitCode(codes)
}

/** Nothing to offer where there is no trace to judge, or none is kept, and for a test read from standard input. */
function offlineCommand(test: TestReport, store: Store): string | undefined {
  const file = test.location.source.name
  const hasSpans = test.trace?.spans.some((_, position) => position !== test.trace?.trigger) === true
  const trace = store.pathOf(test)
  if (!hasSpans || trace === undefined || file === '-' || file.startsWith('<')) return undefined
  return `tracerun check -f ${quoteForShell(file)} --trace ${quoteForShell(trace)}`
}

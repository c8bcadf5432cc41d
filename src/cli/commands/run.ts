import { ReporterError } from '../../errors/errors.ts'
import type { ExitCode } from '../../errors/exit-code.ts'
import { gravestExitCode } from '../../errors/exit-code.ts'
import type { RunEvent, RunReport, TestReport } from '../../model/run-event.ts'
import { pack, unpack } from '../../otlp/pack.ts'
import { repeatTests } from '../../plan/repeat.ts'
import { renderDiagnostics } from '../../report/diagnostics.ts'
import type { Detail } from '../../report/terminal/pretty.ts'
import { runPlan } from '../../run/run-plan.ts'
import { createSessions } from '../../run/sessions.ts'
import { commandsFor } from '../allow-exec.ts'
import { openDelayCache } from '../delay-cache.ts'
import type { Environment } from '../environment.ts'
import { reportFailure } from '../failure.ts'
import { failOnErrors, readInputs } from '../inputs.ts'
import type { RunOptions } from '../options.ts'
import { pluginContext } from '../plugin-context.ts'
import type { Prepare } from '../prepare.ts'
import { asItIs, waitForSystem } from '../prepare.ts'
import { openReporters, selectReporters, withJunit } from '../reporters.ts'
import { errorScreen } from '../screens.ts'
import { readSelection } from '../selection/read-selection.ts'
import { quoteForShell } from '../shell.ts'
import type { Store } from '../store.ts'
import { createStore } from '../store.ts'
import { applyStrictToEvent, applyStrictToRun } from '../strict.ts'

/** More requests at once than this would rather measure the machine than the system. */
const MOST_DEFAULT_JOBS = 8
/** Of tests that have ended: some 40 MB. */
const MOST_LOOSE_SPANS = 20_000

/** `tracerun run`: the main job. `prepare` gets the system under test ready. */
export async function runTests(
  options: RunOptions,
  environment: Environment,
  prepare: Prepare = waitForSystem
): Promise<ExitCode> {
  const { stderr, mask } = environment
  const { plan, settings, warnings } = await readInputs(options, environment)
  const reporters = withJunit(settings.reporters?.map(({ value }) => value) ?? [], options.junit)
  const requests = selectReporters(reporters, options.output, environment)
  const selection = await readSelection(plan.tests, options, environment)
  const tests = repeatTests(selection.tests, options.repeat ?? 1)
  const problems = [...warnings, ...selection.problems]
  failOnErrors(problems, options.strict)
  for (const note of selection.notes) stderr.write(mask.text(`${note}\n`))
  const hasWork = tests.some(test => test.skip === undefined)
  if (!hasWork && options.shard === undefined) return 0
  const commands = commandsFor(tests, options, environment)
  if (problems.length > 0) stderr.write(renderDiagnostics(mask.value(problems), errorScreen(environment)))

  const context = pluginContext(environment)
  await using sessions = createSessions(context)
  const ready = hasWork ? prepare : asItIs
  await using system = await ready({ tests, settings, sessions, environment })
  const runId = Buffer.from(environment.random(8)).toString('hex')
  const store = createStore({ cwd: environment.cwd, mask, runId })
  const delays = await openDelayCache(environment, runId)
  const reporter = await openReporters(requests, environment, {
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
    sessions,
    ...(commands ? { commands } : {}),
    random: (size: number) => environment.random(size),
    jobs: settings.jobs?.value ?? Math.min(environment.cores, MOST_DEFAULT_JOBS),
    ...(options.bail === undefined ? {} : { bail: options.bail }),
    failOnFlaky: options.failOnFlaky,
    ...(options.shard ? { shard: options.shard } : {}),
    delays: delays.memory,
    runId,
    packer: { pack, unpack, aboveSpans: MOST_LOOSE_SPANS },
    hide: (text: string) => mask.add([text])
  }
  const measured = await runPlan({ ...plan, tests: system.tests }, dependencies, onEvent)
  await delays.save()
  const report = options.strict ? applyStrictToRun(measured) : measured
  const exitCode = await endRun(report, { reporter, store, environment })
  system.afterReport?.(exitCode)
  return exitCode
}

function detailOf({ quiet, verbose }: RunOptions): Detail {
  if (quiet) return 'quiet'
  return verbose ? 'verbose' : 'normal'
}

/** Says and saves how it ended. What can no longer be said or saved takes nothing away from what can. */
async function endRun(
  report: RunReport,
  parts: {
    readonly reporter: { close(report: RunReport): Promise<void> }
    readonly store: Store
    readonly environment: Environment
  }
): Promise<ExitCode> {
  const { reporter, store, environment } = parts
  const codes: ExitCode[] = [report.exitCode]
  const notSaved = await store.close()
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

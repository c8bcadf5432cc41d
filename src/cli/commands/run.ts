import { ReporterError, UsageError } from '../../errors/errors.ts'
import type { ExitCode } from '../../errors/exit-code.ts'
import { gravestExitCode } from '../../errors/exit-code.ts'
import type { RunEvent, RunReport, TestReport } from '../../model/run-event.ts'
import { pack, unpack } from '../../otlp/pack.ts'
import type { Plan, PlannedTest } from '../../plan/plan.ts'
import { repeatTests } from '../../plan/repeat.ts'
import { unitOf } from '../../plan/suites.ts'
import { renderDiagnostics } from '../../report/diagnostics.ts'
import { runPlan } from '../../run/run-plan.ts'
import { createSessions } from '../../run/sessions.ts'
import { commandsFor } from '../allow-exec.ts'
import { openDelayCache } from '../delay-cache.ts'
import type { Environment } from '../environment.ts'
import { reportFailure } from '../failure.ts'
import { readInputs } from '../inputs.ts'
import type { RunOptions } from '../options.ts'
import { pluginContext } from '../plugin-context.ts'
import type { Prepare } from '../prepare.ts'
import { waitForSystem } from '../prepare.ts'
import { openReporters, selectReporters, withJunit } from '../reporters.ts'
import { errorScreen } from '../screens.ts'
import { quoteForShell } from '../shell.ts'
import type { Store } from '../store.ts'
import { createStore } from '../store.ts'
import { applyStrictToEvent, applyStrictToRun } from '../strict.ts'
import { parseTagExpression } from '../tags.ts'

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
  const tests = repeatTests(selectTests(plan.tests, options), options.repeat ?? 1)
  if (tests.every(test => test.skip !== undefined)) return endWithoutTests(plan, tests, options, environment)
  const commands = commandsFor(tests, options, environment)
  if (warnings.length > 0) stderr.write(renderDiagnostics(mask.value(warnings), errorScreen(environment)))

  const context = pluginContext(environment)
  await using sessions = createSessions(context)
  await using system = await prepare({ tests, settings, sessions, environment })
  const runId = Buffer.from(environment.random(8)).toString('hex')
  const store = createStore({ cwd: environment.cwd, mask, runId })
  const delays = await openDelayCache(environment, runId)
  const reporter = await openReporters(requests, environment, test => offlineCommand(test, store))
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

function selectTests(tests: readonly PlannedTest[], options: RunOptions): readonly PlannedTest[] {
  const knownTags = options.passWithNoTests ? undefined : new Set(tests.flatMap(tagsOf))
  const filters = options.tag.map(text => parseTagExpression(text, knownTags))
  const texts = options.grep.map(text => text.toLowerCase())
  // A suite is chosen as a whole, by its name or by that of a step.
  const chosen = new Set(
    tests
      .filter(test => filters.every(isMeant => isMeant(tagsOf(test))))
      .filter(test => texts.every(text => titleOf(test).toLowerCase().includes(text)))
      .map(unitOf)
  )
  return tests.filter(test => chosen.has(unitOf(test)))
}

function tagsOf(test: PlannedTest): readonly string[] {
  return test.step?.suite.tags ?? test.tags
}

function titleOf({ name, step }: PlannedTest): string {
  return step ? `${step.suite.name} ${name}` : name
}

/** Nothing that was run is no success, unless it is said to be one: a filter may be misspelt. */
function endWithoutTests(
  plan: Plan,
  selected: readonly PlannedTest[],
  options: RunOptions,
  environment: Environment
): ExitCode {
  const names = plan.tests.map(test => `"${test.name}"`)
  const filters = [...options.tag.map(text => `--tag ${text}`), ...options.grep.map(text => `--grep ${text}`)]
  const [reason, hint] =
    names.length === 0
      ? ['the files hold no test', 'a test is a document with "type: Test"']
      : selected.length === 0
        ? [`none of ${names.length} is meant by ${filters.join(' ')}`, `there are ${listed(names)}`]
        : [`every test that is meant is skipped: ${selected[0]?.skip}`, 'take `skip` out of one of them']
  if (!options.passWithNoTests) throw new UsageError(`no test was run: ${reason}`, { hint })
  environment.stderr.write(environment.mask.text(`no test was run: ${reason}\n`))
  return 0
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 5).join(', ')
  return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown
}

/** Nothing to offer where there is no trace to judge, or none is kept, and for a test read from standard input. */
function offlineCommand(test: TestReport, store: Store): string | undefined {
  const file = test.location.source.name
  const hasSpans = test.trace?.spans.some((_, position) => position !== test.trace?.trigger) === true
  const trace = store.pathOf(test)
  if (!hasSpans || trace === undefined || file === '-' || file.startsWith('<')) return undefined
  return `tracerun check -f ${quoteForShell(file)} --trace ${quoteForShell(trace)}`
}

import { relative, resolve } from 'node:path'
import { DefinitionError, UsageError } from '../../errors/errors.ts'
import type { ExitCode } from '../../errors/exit-code.ts'
import { suggest } from '../../errors/suggest.ts'
import type { PlannedTest } from '../../plan/plan.ts'
import { functionSources } from '../../run/function-sources.ts'
import type { Environment } from '../environment.ts'
import { reportFailure } from '../failure.ts'
import { readInputs } from '../inputs.ts'
import { judgeStored } from '../judge-stored.ts'
import type { CheckOptions } from '../options.ts'
import type { StoredTrace } from '../read-trace.ts'
import { readTrace } from '../read-trace.ts'
import { reportJudged } from '../report-judged.ts'
import type { ReporterRequest } from '../reporters.ts'
import { selectReporters, withJunit } from '../reporters.ts'
import { watchFiles } from '../watch-files.ts'

/** `tracerun check`: judges a stored trace against a file. */
export async function checkTrace(options: CheckOptions, environment: Environment): Promise<ExitCode> {
  const requests = selectReporters(withJunit(options.reporter, options.junit), options.output, environment)
  if (options.watch) return await checkOnSave(options, requests, environment)
  const stored = await readTrace(options.trace, { ...options, cwd: environment.cwd })
  const { tests } = await readTests(options, stored, environment)
  return await report(chooseTest(tests, stored, options), stored, { options, requests, environment })
}

/** Judges again on each save, until Ctrl-C. Mistakes that are made meanwhile are said, and may be mended. */
async function checkOnSave(
  options: CheckOptions,
  requests: readonly ReporterRequest[],
  environment: Environment
): Promise<ExitCode> {
  const { cwd, signal, stderr } = environment
  const tracePath = resolve(cwd, options.trace)
  let files = options.files.map(file => resolve(cwd, file))
  let stored: StoredTrace | undefined
  using watch = watchFiles()
  watch.follow([...files, tracePath])
  for (;;) {
    try {
      stored ??= await readTrace(options.trace, { ...options, cwd })
      const { tests, sourceNames } = await readTests(options, stored, environment)
      files = sourceNames.map(name => resolve(cwd, name))
      await report(chooseTest(tests, stored, options), stored, { options, requests, environment })
    } catch (error) {
      if (!(error instanceof DefinitionError || error instanceof UsageError)) throw error
      await reportFailure(error, environment)
    }
    watch.follow([...files, tracePath])
    const saved = await watch.next(signal)
    if (signal.aborted) return 130
    // A large trace is read anew only if it has changed.
    if (saved.has(tracePath)) stored = undefined
    const names = [...saved].map(path => relative(cwd, path))
    stderr.write(`\n${names.join(', ')} ${names.length === 1 ? 'was' : 'were'} saved\n`)
  }
}

interface Tests {
  readonly tests: readonly PlannedTest[]
  readonly sourceNames: readonly string[]
}

async function readTests(
  options: CheckOptions,
  { record }: StoredTrace,
  environment: Environment
): Promise<Tests> {
  // Nothing is sent: a URL that is relative to an endpoint needs none, and the record has what the run was given.
  const recorded = new Set(record?.variables.keys())
  const inputs = { ...options, endpoint: 'http://localhost', recorded }
  const { plan, sourceNames } = await readInputs(inputs, environment)
  return { tests: plan.tests, sourceNames }
}

/** The one that was named, the one of the record, or the only one. */
function chooseTest(tests: readonly PlannedTest[], stored: StoredTrace, options: CheckOptions): PlannedTest {
  const names = tests.map(test => test.name)
  if (tests.length === 0)
    throw new UsageError('the files hold no test', { hint: 'a test is a document with "type: Test"' })
  if (options.test !== undefined) {
    const named = tests.filter(test => test.name === options.test || test.id === options.test)
    if (named[0] && named.length === 1) return named[0]
    const near = suggest(options.test, names)
    throw new UsageError(
      `--test ${options.test}: there ${named.length === 0 ? 'is no test' : `are ${named.length} tests`} of that name`,
      { hint: near && near !== options.test ? `did you mean "${near}"?` : `there are ${listed(tests)}` }
    )
  }
  const { testName, testId } = stored.record ?? {}
  const namesakes = tests.filter(test => test.name === testName)
  const recorded = namesakes.length > 1 ? namesakes.filter(test => test.id === testId) : namesakes
  const [only] = recorded.length === 1 ? recorded : tests
  if (only && (recorded.length === 1 || tests.length === 1)) return only
  throw new UsageError(`the files hold ${tests.length} tests`, {
    hint: `name one with --test: ${listed(tests)}`
  })
}

/** By their names; by their ids, which tell the steps of suites apart, where one name is that of several. */
function listed(tests: readonly PlannedTest[]): string {
  const isShared = ({ name }: PlannedTest): boolean => tests.filter(test => test.name === name).length > 1
  return tests.map(test => `"${isShared(test) ? test.id : test.name}"`).join(', ')
}

interface ReportParts {
  readonly options: CheckOptions
  readonly requests: readonly ReporterRequest[]
  readonly environment: Environment
}

async function report(test: PlannedTest, stored: StoredTrace, parts: ReportParts): Promise<ExitCode> {
  const { options, requests, environment } = parts
  const { clock } = environment
  const started = clock.now()
  const judged = judgeStored(test, stored, { path: options.trace, sources: functionSources(environment) })
  const { exitCode } = await reportJudged({
    tests: [judged],
    durationMs: Number(clock.now() - started) / 1e6,
    isStrict: options.strict,
    requests,
    environment
  })
  return exitCode
}

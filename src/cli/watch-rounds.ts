import { relative } from 'node:path'
import { InternalError, UsageError } from '../errors/errors.ts'
import type { ExitCode } from '../errors/exit-code.ts'
import { gravestExitCode } from '../errors/exit-code.ts'
import type { TestReport } from '../model/run-event.ts'
import { exitCodeOf, failsRun } from '../model/summary.ts'
import type { PlannedTest } from '../plan/plan.ts'
import { unitOf } from '../plan/suites.ts'
import { functionSources } from '../run/function-sources.ts'
import { commandsFor } from './allow-exec.ts'
import type { Chosen } from './commands/run.ts'
import { chooseTests, hasNothingToRun, tellProblems } from './commands/run.ts'
import type { Environment } from './environment.ts'
import { judgeStored } from './judge-stored.ts'
import { createLastingSessions } from './lasting-sessions.ts'
import type { RunOptions } from './options.ts'
import { pluginContext } from './plugin-context.ts'
import { waitForSystem } from './prepare.ts'
import { readTrace } from './read-trace.ts'
import { reportJudged } from './report-judged.ts'
import { runRound } from './run-round.ts'
import { stateOf } from './test-state.ts'
import { describeRound } from './watch-words.ts'
import type { WatchedPaths } from './watched-paths.ts'
import { namedFiles, watchedPaths } from './watched-paths.ts'
import type { Changes, CurrentTest, KnownTest } from './what-changed.ts'
import { findChanges, isUnreached } from './what-changed.ts'

/** Why there is a round. */
export interface Reason {
  readonly kind: 'start' | 'all' | 'failed' | 'saved'
  /** Files since the last round. */
  readonly saved: ReadonlySet<string>
}

/** Rounds of tests that know of those before them. */
export interface Rounds extends AsyncDisposable {
  /** Answers with the gravest exit code of what is known of the tests. Rejects where the files are wrong. */
  run(reason: Reason): Promise<ExitCode>
}

/** `follow` hears which files matter before anything is sent, and again when more of them are known. */
export function openRounds(
  options: RunOptions,
  environment: Environment,
  follow: (paths: WatchedPaths) => void
): Rounds {
  const { cwd, stderr, mask, clock } = environment
  const known = new Map<string, KnownTest>()
  const read = new Set<string>()
  // A round that fails has done nothing about the files of its reason.
  const unheeded = new Set<string>()
  const plain = pluginContext(environment)
  const context: typeof plain = {
    ...plain,
    readFile: path => {
      read.add(path)
      return plain.readFile(path)
    }
  }
  const lasting = createLastingSessions(context)

  async function run(reason: Reason): Promise<ExitCode> {
    for (const path of reason.saved) unheeded.add(path)
    const chosen = await chooseTests(options, environment)
    const paths = watchedPaths(chosen.inputs, options.files, cwd)
    const followAll = (): void => follow({ ...paths, files: new Set([...paths.files, ...read]) })
    followAll()
    if (hasNothingToRun(chosen)) return 0
    const current = currentTests(chosen, unheeded, read)
    const { toRun, judged } = await settle(choose(reason, current), current)
    const names = [...unheeded].map(path => relative(cwd, path))
    if (reason.kind !== 'start') {
      const judgedTests = judged.map(({ test }) => test)
      stderr.write(mask.text(describeRound({ kind: reason.kind, saved: names, toRun, toJudge: judgedTests })))
    }
    const codes: ExitCode[] = []
    if (judged.length > 0) codes.push(await tellJudged(judged, chosen, toRun.length === 0))
    if (toRun.length > 0) {
      tellProblems(chosen, environment)
      codes.push(await send(toRun, current, chosen))
      followAll()
    }
    unheeded.clear()
    const reports = current.flatMap(({ test }) => known.get(test.id)?.report ?? [])
    return gravestExitCode([...codes, ...reports.map(report => exitCodeOf(report, options.failOnFlaky))])
  }

  function choose({ kind }: Reason, current: readonly CurrentTest[]): Changes {
    if (kind === 'start' || kind === 'all') return { toRun: current.map(({ test }) => test), toJudge: [] }
    const changes = findChanges(current, id => known.get(id))
    if (kind === 'saved') return changes
    const bad = current.flatMap(({ test }) => {
      const last = known.get(test.id)
      const isMeant = last && (failsRun(last.report, options.failOnFlaky) || isUnreached(test, last))
      return isMeant ? [unitOf(test)] : []
    })
    const units = new Set([...changes.toRun.map(unitOf), ...bad])
    return {
      toRun: current.map(({ test }) => test).filter(test => units.has(unitOf(test))),
      toJudge: changes.toJudge.filter(({ test }) => !units.has(unitOf(test)))
    }
  }

  /** Judges what needs no run; what turns out to need one is added to what is run. */
  async function settle(
    { toRun, toJudge }: Changes,
    current: readonly CurrentTest[]
  ): Promise<{ readonly toRun: readonly PlannedTest[]; readonly judged: readonly JudgedTest[] }> {
    const units = new Set(toRun.map(unitOf))
    const judged: JudgedTest[] = []
    for (const { test, state } of toJudge) {
      const report = await judgeAgain(test)
      if (report === undefined) units.add(unitOf(test))
      else judged.push({ test, state, report })
    }
    return {
      toRun: current.map(({ test }) => test).filter(test => units.has(unitOf(test))),
      judged: judged.filter(({ test }) => !units.has(unitOf(test)))
    }
  }

  /** As `check` judges it; undefined where what is saved is not of the run that is known, or no ground for a verdict. */
  async function judgeAgain(test: PlannedTest): Promise<TestReport | undefined> {
    const { path, ran } = known.get(test.id) ?? {}
    if (path === undefined || ran === undefined) return undefined
    const stored = await readTrace(path, { cwd, label: path }).catch((error: unknown) => {
      if (error instanceof UsageError) return undefined
      throw error
    })
    const { record } = stored ?? {}
    if (!stored || record?.startedUnixNano !== ran.startedUnixNano || record.traceId !== ran.traceId)
      return undefined
    const report = judgeStored(test, stored, { path, sources: functionSources(environment) })
    if (report.verdict.outcome === 'errored') return undefined
    const { ground } = report
    const { earlier } = ran
    const judged = earlier ? { ...report, earlier } : report
    return ground
      ? { ...judged, ground: { ...ground, text: `${ground.text}; judged again, nothing was sent` } }
      : judged
  }

  async function tellJudged(
    judged: readonly JudgedTest[],
    { requests }: Chosen,
    isAlone: boolean
  ): Promise<ExitCode> {
    const started = clock.now()
    const { tests, exitCode } = await reportJudged({
      tests: judged.map(({ report }) => report),
      durationMs: Number(clock.now() - started) / 1e6,
      isStrict: options.strict,
      // A file is for those that are run, where some are.
      requests: isAlone ? requests : requests.filter(({ path }) => path === undefined),
      environment
    })
    for (const [at, { test, state }] of judged.entries()) {
      const last = known.get(test.id)
      if (last) known.set(test.id, { ...last, state, report: tests[at] ?? last.report })
    }
    return exitCode
  }

  async function send(
    toRun: readonly PlannedTest[],
    current: readonly CurrentTest[],
    { inputs, requests }: Chosen
  ): Promise<ExitCode> {
    const { settings, plan } = inputs
    const commands = commandsFor(toRun, options, environment)
    const sessions = await lasting.forRound(current.map(({ test }) => test.backend))
    await using system = await waitForSystem({ tests: toRun, settings, sessions, environment })
    const ids = new Set(toRun.map(({ id }) => id))
    const kept = current.flatMap(({ test }) => {
      const { ran, path } = known.get(test.id) ?? {}
      return ids.has(test.id) || ran === undefined || path === undefined ? [] : [{ report: ran, path }]
    })
    const remembered = current.flatMap(({ test }) =>
      ids.has(test.id) ? [] : (known.get(test.id)?.report ?? [])
    )
    const round = { plan, settings, options, environment, requests, context, sessions, kept, remembered }
    const ended = await runRound({ ...round, tests: system.tests, ...(commands ? { commands } : {}) })
    for (const [id, last] of known) known.set(id, { ...last, path: ended.pathOf(last.ran) })
    for (const ran of ended.report.tests) {
      const state = current.find(({ test }) => test.id === ran.id)?.state
      if (state === undefined) throw new InternalError(new Error(`the test ${ran.id} is not of this round`))
      known.set(ran.id, { state, ran, report: ran, path: ended.pathOf(ran) })
    }
    return ended.exitCode
  }

  return {
    run,
    async [Symbol.asyncDispose]() {
      for (const warning of await lasting.close()) stderr.write(`warning: ${mask.text(warning)}\n`)
    }
  }
}

interface JudgedTest extends Omit<CurrentTest, 'hasNewFile'> {
  readonly report: TestReport
}

function currentTests(
  { inputs: { definitions, settings, examined }, tests }: Chosen,
  saved: ReadonlySet<string>,
  read: ReadonlySet<string>
): readonly CurrentTest[] {
  const byPlace = new Map(
    definitions.flatMap(one => (one.kind === 'test' ? [[one.location, one] as const] : []))
  )
  const named = new Set([...byPlace.values()].flatMap(namedFiles))
  // Of a file that another one leads to, such as an imported .proto, it is not known which tests read it.
  const concernsAll = (path: string): boolean => !named.has(path) && (examined.has(path) || read.has(path))
  return tests.map(test => {
    const definition = byPlace.get(test.location)
    if (definition === undefined) throw new InternalError(new Error(`the test ${test.id} stands nowhere`))
    const own = namedFiles(definition)
    return {
      test,
      state: stateOf(test, definition, settings),
      hasNewFile: [...saved].some(path => own.includes(path) || concernsAll(path))
    }
  })
}

import { gravestExitCode } from '../errors/exit-code.ts'
import { createCallMemo } from '../judge/calls.ts'
import type { RunEvent, RunReport, Shard } from '../model/run-event.ts'
import { EVENT_SCHEMA_VERSION } from '../model/run-event.ts'
import { exitCodeOf, isBad, outcomeOf, summarizeTests } from '../model/summary.ts'
import type { Plan, PlannedTest } from '../plan/plan.ts'
import { unitOf } from '../plan/suites.ts'
import type { Clock, PluginContext } from '../plugin/context.ts'
import type { CommandSurroundings } from '../plugin/trigger.ts'
import type { RunScope } from './attempt.ts'
import type { DelayMemory } from './delay-memory.ts'
import { functionSources } from './function-sources.ts'
import { createLastWord } from './last-word.ts'
import type { Packer } from './packer.ts'
import { createReportArchive } from './report-archive.ts'
import { runSuite } from './run-suite.ts'
import { runTest } from './run-test.ts'
import type { Sessions } from './sessions.ts'
import { createSessions } from './sessions.ts'
import { createShared } from './shared.ts'
import { createSlots } from './slots.ts'
import type { RandomBytes } from './trace-parent.ts'
import { createTurns } from './turns.ts'

/** What a run needs of the world; handed in by the command line, replaced in tests. */
export interface RunDependencies {
  readonly clock: Clock
  readFile(path: string): Promise<Uint8Array>
  debug(message: string): void
  /** So many strong random bytes: trace ids, and the values of random functions. */
  readonly random: RandomBytes
  /** Requests in flight at once; waiting for traces takes none of them. */
  readonly jobs: number
  /** Aborted on Ctrl-C: what was measured is still reported. */
  readonly signal: AbortSignal
  /** After so many tests that do not pass, no further one is started: the rest is skipped. */
  readonly bail?: number
  /** A test that passed only when it was run again fails the run. */
  readonly failOnFlaky?: boolean
  /** Which part of the chosen tests the plan is, for the report. */
  readonly shard?: Shard
  /** Of earlier runs; what this one shows is noted in it. */
  readonly delays?: DelayMemory
  /** Goes out with every request, as baggage. */
  readonly runId: string
  /** Lets no output show a text that turns out to be a credential. */
  hide?(text: string): void
  /** Only where tests may run commands. */
  readonly commands?: CommandSurroundings
  /** Absent: what tests that have ended hold is kept as it is. */
  readonly packer?: Packer
  /** Where the caller opened backends before; they are closed with the run. */
  readonly sessions?: Sessions
}

/** Runs every test of a plan. Rejects only on a bug of ours: whatever goes wrong with a test is in its report. */
export async function runPlan(
  plan: Plan,
  dependencies: RunDependencies,
  onEvent: (event: RunEvent) => void
): Promise<RunReport> {
  const { clock, signal } = dependencies
  const context: PluginContext = {
    signal,
    clock,
    readFile: path => dependencies.readFile(path),
    debug: message => dependencies.debug(message)
  }
  const startedUnixNano = clock.now()
  onEvent({ type: 'run-started', schemaVersion: EVENT_SCHEMA_VERSION, tests: plan.tests.length })

  await using shared = createShared(message => dependencies.debug(message))
  await using sessions = dependencies.sessions ?? createSessions(context)
  const archive = createReportArchive(dependencies.packer)
  const lastWord = createLastWord(context, { archive, packer: dependencies.packer, onEvent })
  const { bail = Number.POSITIVE_INFINITY, failOnFlaky = false } = dependencies
  const sources = functionSources(dependencies)
  let bad = 0
  const scope: RunScope = {
    context,
    random: dependencies.random,
    runId: dependencies.runId,
    sessions,
    shared,
    slots: createSlots(dependencies.jobs),
    archive,
    lastWord,
    provenPeers: new Set(),
    waiting: new Set(),
    delays: dependencies.delays,
    claimed: new Set(),
    commands: dependencies.commands,
    createCalls: (checks, recorded) => createCallMemo(sources, checks, recorded),
    stopReason: () => {
      if (signal.aborted) return 'interrupted before it was started'
      if (bad < bail) return undefined
      return bail === 1 ? 'another test did not pass (--bail)' : `${bail} tests did not pass (--bail)`
    },
    hide: text => dependencies.hide?.(text),
    onEvent: event => {
      if (event.type === 'test-finished' && isBad(event.report)) bad += 1
      onEvent(event)
    }
  }
  const turns = createTurns()
  const units = unitsOf(plan.tests)
  const running = units.map(tests =>
    turns.take(
      tests.flatMap(({ serial }) => serial ?? []),
      () => (tests[0]!.step ? runSuite(tests, scope) : runAlone(tests[0]!, scope))
    )
  )
  await Promise.all(running)
  const wasInterrupted = signal.aborted
  await lastWord.close()

  const tests = units.flat().map(({ id }) => archive.get(id))
  const summary = summarizeTests(tests, Number(clock.now() - startedUnixNano) / 1e6)
  const warnings = await sessions.close()
  const report: RunReport = {
    outcome: wasInterrupted ? 'interrupted' : outcomeOf(summary, failOnFlaky),
    summary,
    tests,
    exitCode: gravestExitCode([
      ...tests.map(test => exitCodeOf(test, failOnFlaky)),
      ...(wasInterrupted ? [130 as const] : [])
    ]),
    ...(dependencies.shard ? { shard: dependencies.shard } : {}),
    ...(warnings.length > 0 ? { warnings } : {})
  }
  onEvent({ type: 'run-finished', report })
  return report
}

/** Nothing of a test is there before its turn but its place in the queue. */
async function runAlone(test: PlannedTest, scope: RunScope): Promise<void> {
  await runTest(test, scope, await scope.slots.take())
}

/** The steps of each suite together, every other test alone, in the order of the plan. */
function unitsOf(tests: readonly PlannedTest[]): readonly (readonly PlannedTest[])[] {
  const units = new Map<object, PlannedTest[]>()
  for (const test of tests) {
    const unit = units.get(unitOf(test))
    if (unit) unit.push(test)
    else units.set(unitOf(test), [test])
  }
  return [...units.values()]
}

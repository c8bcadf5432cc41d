import type { ExitCode } from '../errors/exit-code.ts'
import { gravestExitCode } from '../errors/exit-code.ts'
import { type CallMemo, createCallMemo } from '../judge/calls.ts'
import type { CompiledChecks } from '../language/check.ts'
import type { RunEvent, RunReport, RunSummary, TestReport } from '../model/run-event.ts'
import { EVENT_SCHEMA_VERSION } from '../model/run-event.ts'
import type { Plan } from '../plan/plan.ts'
import type { Clock, PluginContext } from '../plugin/context.ts'
import type { RunScope } from './attempt.ts'
import type { DelayMemory } from './delay-memory.ts'
import { createLastWord } from './last-word.ts'
import { runTest } from './run-test.ts'
import { createSessions } from './sessions.ts'
import { createSlots } from './slots.ts'
import type { RandomBytes } from './trace-parent.ts'

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
  /** After the first test that does not pass, no further one is started: the rest is skipped. */
  readonly bail?: boolean
  /** Of earlier runs; what this one shows is noted in it. */
  readonly delays?: DelayMemory
  /** Goes out with every request, as baggage. */
  readonly runId: string
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

  await using sessions = createSessions(context)
  const lastWord = createLastWord(context, onEvent)
  let hasBailed = false
  const scope: RunScope = {
    context,
    random: dependencies.random,
    runId: dependencies.runId,
    sessions,
    slots: createSlots(dependencies.jobs),
    lastWord,
    provenPeers: new Set(),
    delays: dependencies.delays,
    claimed: new Set(),
    createCalls: checks => createCalls(checks, dependencies),
    stopReason: () => {
      if (signal.aborted) return 'interrupted before it was started'
      return hasBailed ? 'another test did not pass (--bail)' : undefined
    },
    onEvent: event => {
      if (event.type === 'test-finished' && isBad(event.report)) hasBailed = dependencies.bail === true
      onEvent(event)
    }
  }
  const reports = await Promise.all(plan.tests.map(test => runTest(test, scope)))
  const wasInterrupted = signal.aborted
  await lastWord.close()

  const tests = reports.map(report => lastWord.reportOf(report))
  const summary = summarize(tests, Number(clock.now() - startedUnixNano) / 1e6)
  const warnings = await sessions.close()
  const report: RunReport = {
    outcome: wasInterrupted ? 'interrupted' : outcomeOf(summary),
    summary,
    tests,
    exitCode: gravestExitCode([...tests.map(exitCodeOf), ...(wasInterrupted ? [130 as const] : [])]),
    ...(warnings.length > 0 ? { warnings } : {})
  }
  onEvent({ type: 'run-finished', report })
  return report
}

function isBad({ verdict }: TestReport): boolean {
  return verdict.outcome === 'failed' || verdict.outcome === 'errored'
}

function summarize(tests: readonly TestReport[], durationMs: number): RunSummary {
  const count = (outcome: string): number => tests.filter(({ verdict }) => verdict.outcome === outcome).length
  return {
    passed: count('passed'),
    failed: count('failed'),
    errored: count('errored'),
    skipped: count('skipped'),
    durationMs
  }
}

function outcomeOf(summary: RunSummary): RunReport['outcome'] {
  if (summary.failed > 0) return 'failed'
  return summary.errored > 0 ? 'errored' : 'passed'
}

function exitCodeOf({ verdict }: TestReport): ExitCode {
  switch (verdict.outcome) {
    case 'passed':
    case 'skipped':
      return 0
    case 'failed':
      return 1
    case 'errored':
      return verdict.error.exitCode
  }
}

function createCalls(checks: CompiledChecks, { clock, random }: RunDependencies): CallMemo {
  const sources = {
    random: () => Buffer.from(random(6)).readUIntBE(0, 6) / 2 ** 48,
    nowUnixNano: () => clock.now()
  }
  return createCallMemo(sources, checks)
}

import { InternalError, TracerunError } from '../errors/errors.ts'
import type { Judgement } from '../judge/judge.ts'
import type { RunEvent, TestReport } from '../model/run-event.ts'
import type { Span } from '../model/span.ts'
import type { Trace } from '../model/trace.ts'
import type { PluginContext } from '../plugin/context.ts'
import { renderSeconds } from './ground.ts'
import { nameOfSpan } from './peers.ts'
import { settleJudgement } from './settle.ts'
import { createSlots } from './slots.ts'
import type { TraceWatch } from './trace-watch.ts'

/** A test that has ended, and what it takes to judge it again. */
export interface EndedTest {
  readonly report: TestReport
  readonly watch: TraceWatch
  readonly trigger: Span
  readonly isPushed: boolean
  /** It passed on the ground that nothing more comes. */
  readonly isWatched: boolean
  readonly endedUnixNano: bigint
  /** As a whole. */
  judge(trace: Trace): Judgement
}

/** Keeps an eye on the traces of tests that have ended: a violation that comes late still fails its test. */
export interface LastWord {
  observe(test: EndedTest): void
  /** Looks once more at what can still change, and ends all observation. */
  close(): Promise<void>
  /** Whether any test that has ended had spans. */
  hasSeenSpans(): boolean
  /** The report of a test as it stands now. */
  reportOf(report: TestReport): TestReport
}

const LOOKS_AT_ONCE = 8
/** Longer than any run: news end this wait. */
const FOREVER_MS = 2_000_000_000

/** Where spans are pushed it acts on each late one as it comes; elsewhere it looks once, at the end. */
export function createLastWord(context: PluginContext, onEvent: (event: RunEvent) => void): LastWord {
  const ended: EndedTest[] = []
  const revised = new Map<string, TestReport>()
  const closing = new AbortController()
  const followers: Promise<void>[] = []
  const bugs: unknown[] = []
  const keyOf = ({ id, attempt }: TestReport): string => `${id}\0${attempt}`

  function reportOf(report: TestReport): TestReport {
    return revised.get(keyOf(report)) ?? report
  }

  async function lookAgain(test: EndedTest, signal: AbortSignal): Promise<void> {
    const known = new Set(test.watch.collector.sightings.keys())
    const { isNew } = await test.watch.look(signal)
    if (!isNew) return
    const before = reportOf(test.report)
    const trace = test.watch.collector.buildTrace(test.trigger)
    // Also where a verdict was final early: what it relied on may be contradicted by a second report of one span.
    const revision = before.verdict.outcome === 'passed' ? revise(test, before, trace, known) : undefined
    revised.set(keyOf(before), revision ?? { ...before, trace })
    if (revision === undefined) return
    onEvent({ type: 'test-revised', report: revision, before: 'passed', lateMs: lateMsOf(test) })
  }

  function revise(
    test: EndedTest,
    before: TestReport,
    trace: Trace,
    known: ReadonlySet<string>
  ): TestReport | undefined {
    const verdict = settleJudgement(test.judge(trace))
    if (verdict.outcome === 'passed') return undefined
    const late = trace.spans.find(span => span !== test.trigger && !known.has(span.spanId))
    const changed = trace.spans.find(span => trace.conflicting.has(span.spanId))
    const warning =
      late === undefined && changed !== undefined
        ? `late: ${nameOfSpan(changed)} came again with different content, after the test had passed`
        : `late: ${late === undefined ? 'a span' : nameOfSpan(late)} came ${renderSeconds(lateMsOf(test))} after the test had passed`
    return {
      ...before,
      trace,
      verdict,
      warnings: [...before.warnings, warning],
      runWarnings: [...before.runWarnings, warning]
    }
  }

  function lateMsOf(test: EndedTest): number {
    return Math.round(Number(context.clock.now() - test.endedUnixNano) / 1e6)
  }

  /** Until the run is over, which every wait here is told of. */
  async function follow(test: EndedTest): Promise<void> {
    try {
      for (;;) {
        await test.watch.waitForMore(FOREVER_MS, closing.signal)
        await lookAgain(test, closing.signal)
      }
    } catch (error) {
      if (!closing.signal.aborted) noteFailure(test, error)
    }
  }

  /** A backend that fails now has given its verdict before; whatever else fails is ours. */
  function noteFailure(test: EndedTest, error: unknown): void {
    context.debug(`a late look at the trace of ${test.report.name} failed: ${String(error)}`)
    if (!(error instanceof TracerunError)) bugs.push(error)
  }

  return {
    observe(test) {
      ended.push(test)
      if (test.isPushed && test.isWatched) followers.push(follow(test))
      // What cannot change any more need not be kept by the receiver.
      else test.watch[Symbol.dispose]()
    },
    async close() {
      closing.abort(new Error('the run is over'))
      await Promise.all(followers)
      const slots = createSlots(LOOKS_AT_ONCE)
      const last = new AbortController()
      await Promise.all(
        ended.map(async test => {
          const release = await slots.take()
          try {
            if (test.isPushed || (test.isWatched && !context.signal.aborted))
              await lookAgain(test, last.signal)
          } catch (error) {
            noteFailure(test, error)
          } finally {
            test.watch[Symbol.dispose]()
            release()
          }
        })
      )
      if (bugs.length > 0) throw new InternalError(bugs[0])
    },
    hasSeenSpans: () => ended.some(test => test.watch.collector.spanCount > 0),
    reportOf
  }
}

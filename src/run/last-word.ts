import { InternalError, TracerunError } from '../errors/errors.ts'
import type { RunEvent, TestReport } from '../model/run-event.ts'
import type { Trace } from '../model/trace.ts'
import type { PluginContext } from '../plugin/context.ts'
import type { Collector } from './collector.ts'
import type { EndedTest } from './ended-test.ts'
import { renderSeconds } from './ground.ts'
import type { Packer } from './packer.ts'
import { nameOfSpan } from './peers.ts'
import type { ReportArchive } from './report-archive.ts'
import { settleJudgement } from './settle.ts'
import type { Look, TraceWatch } from './trace-watch.ts'

/** Keeps an eye on the traces of tests that have ended: a violation that comes late still fails its test. */
export interface LastWord {
  observe(test: EndedTest): void
  /** Looks once more at what can still change, and ends all observation. */
  close(): Promise<void>
  /** Whether any test that has ended had spans. */
  hasSeenSpans(): boolean
}

const LOOKS_AT_ONCE = 8
/** How long the last look at a trace may be put off by a backend that is busy. */
const LAST_PATIENCE_MS = 30_000
const LAST_STEP_MS = 1000
/** Longer than any run: news end this wait. */
const FOREVER_MS = 2_000_000_000

export interface LastWordOptions {
  /** Holds the reports of all that is observed, as they stand. */
  readonly archive: ReportArchive
  readonly packer: Packer | undefined
  onEvent(event: RunEvent): void
}

/** Where spans are pushed it acts on each late one as it comes; elsewhere it looks once, at the end. */
export function createLastWord(
  context: PluginContext,
  { archive, packer, onEvent }: LastWordOptions
): LastWord {
  const ended: EndedTest[] = []
  /** Those whose spans lie open, and how many: the one that was looked at last comes last. */
  const awake = new Map<Collector, number>()
  let awakeSpans = 0
  let hasSpans = false
  const closing = new AbortController()
  const underWay = new Set<Promise<void>>()
  const bugs: unknown[] = []

  async function lookAgain(test: EndedTest, signal: AbortSignal, patienceMs: number): Promise<Look> {
    const known = new Set(test.watch.collector.sightings.keys())
    const look = await test.watch.look(signal, patienceMs)
    if (look.isNew) takeIn(test, known)
    putToRest(test.watch)
    return look
  }

  function takeIn(test: EndedTest, known: ReadonlySet<string>): void {
    const before = archive.get(test.id)
    const trace = test.buildTrace(before)
    // Also where a verdict was final early: what it relied on may be contradicted by a second report of one span.
    const now = before.verdict.outcome === 'passed' ? revise(test, before, trace, known) : before
    if (now !== before) archive.put(now)
    const report = { ...now, trace }
    if (now.verdict === before.verdict) onEvent({ type: 'trace-grown', report })
    else onEvent({ type: 'test-revised', report, before: 'passed', lateMs: lateMsOf(test) })
  }

  /** Few tests that have ended are heard of again: of many, those that ended first take little memory. */
  function putToRest({ collector }: TraceWatch): void {
    if (packer === undefined) return
    awakeSpans += collector.spanCount - (awake.get(collector) ?? 0)
    awake.delete(collector)
    awake.set(collector, collector.spanCount)
    for (const [first, spans] of awake) {
      if (awakeSpans <= packer.aboveSpans) return
      awakeSpans -= spans
      awake.delete(first)
      first.rest(packer)
    }
  }

  function revise(test: EndedTest, before: TestReport, trace: Trace, known: ReadonlySet<string>): TestReport {
    const { judgement, generated } = test.judge(before, trace)
    const verdict = settleJudgement(judgement)
    if (verdict.outcome === 'passed')
      return generated.size === before.generated?.size ? before : { ...before, generated }
    const late = trace.spans.find(
      (span, position) => position !== trace.trigger && !known.has(trace.keyOf(span))
    )
    const changed = trace.spans.find(span => trace.conflicting.has(trace.keyOf(span)))
    const warning =
      late === undefined && changed !== undefined
        ? `late: ${nameOfSpan(changed)} came again with different content, after the test had passed`
        : `late: ${late === undefined ? 'a span' : nameOfSpan(late)} came ${renderSeconds(lateMsOf(test))} after the test had passed`
    return {
      ...before,
      verdict,
      generated,
      warnings: [...before.warnings, warning],
      runWarnings: [...before.runWarnings, warning]
    }
  }

  function lateMsOf(test: EndedTest): number {
    return Math.round(Number(context.clock.now() - test.endedUnixNano) / 1e6)
  }

  /** Until the run is over, or a look fails. Between the looks nothing waits: of most tests nothing more comes. */
  function follow(test: EndedTest): void {
    let isLooking = false
    async function lookWhileMore(): Promise<void> {
      isLooking = true
      try {
        while (test.watch.hasMore && !closing.signal.aborted)
          await lookAgain(test, closing.signal, FOREVER_MS)
        isLooking = false
      } catch (error) {
        if (!closing.signal.aborted) noteFailure(test, error)
      }
    }
    const onMore = (): void => {
      if (isLooking || closing.signal.aborted) return
      const looking = lookWhileMore().finally(() => underWay.delete(looking))
      underWay.add(looking)
    }
    test.watch.listen(onMore)
    if (test.watch.hasMore) onMore()
  }

  /** A backend that fails now has given its verdict before; whatever else fails is ours. */
  function noteFailure(test: EndedTest, error: unknown): void {
    context.debug(`a late look at the trace of ${test.name} failed: ${String(error)}`)
    if (error instanceof TracerunError) warnUnseen(test, error.message)
    else bugs.push(error)
  }

  function warnUnseen(test: EndedTest, reason: string): void {
    if (!test.isWatched) return
    const before = archive.get(test.id)
    const warning = `its trace could not be looked at once more before the run ended: ${reason}`
    const report: TestReport = {
      ...before,
      warnings: [...before.warnings, warning],
      runWarnings: [...before.runWarnings, warning]
    }
    archive.put(report)
    const trace = test.buildTrace(report)
    onEvent({ type: 'test-warned', report: { ...report, trace }, warning })
  }

  /** Once more, until there is an answer that counts. */
  async function lookLast(test: EndedTest): Promise<void> {
    // What was pushed is here already, also when the run was interrupted.
    const signal = test.isPushed ? new AbortController().signal : context.signal
    const untilUnixNano = context.clock.now() + BigInt(LAST_PATIENCE_MS) * 1_000_000n
    const leftMs = (): number => Number(untilUnixNano - context.clock.now()) / 1e6
    for (;;) {
      const { begunUnixNano, busy } = await lookAgain(test, signal, leftMs())
      const { knownUnixNano } = test.watch.collector
      if (knownUnixNano !== undefined && knownUnixNano >= begunUnixNano) return
      const restMs = Math.max(busy?.retryAfterMs ?? 0, LAST_STEP_MS)
      if (restMs > leftMs()) {
        warnUnseen(test, busy?.reason ?? 'the last answer lacked spans that had been shown before')
        return
      }
      await context.clock.sleep(restMs, signal)
    }
  }

  async function lookLastIfNeeded(test: EndedTest): Promise<void> {
    try {
      if (test.watch.isUpToDate()) return
      if (test.isPushed || (test.isWatched && !context.signal.aborted)) await lookLast(test)
    } catch (error) {
      if (!context.signal.aborted) noteFailure(test, error)
    } finally {
      test.watch[Symbol.dispose]()
    }
  }

  return {
    observe(test) {
      if (test.watch.collector.spanCount > 0) hasSpans = true
      // Nothing would ever be asked of it again.
      if (!test.isPushed && !test.isWatched) {
        test.watch[Symbol.dispose]()
        return
      }
      ended.push(test)
      putToRest(test.watch)
      if (test.isPushed && test.isWatched) follow(test)
      // What cannot change any more need not be kept by the receiver.
      else test.watch[Symbol.dispose]()
    },
    async close() {
      closing.abort(new Error('the run is over'))
      await Promise.all(underWay)
      let next = 0
      const lookAtNext = async (): Promise<void> => {
        while (next < ended.length) await lookLastIfNeeded(ended[next++]!)
      }
      await Promise.all(Array.from({ length: LOOKS_AT_ONCE }, lookAtNext))
      if (bugs.length > 0) throw new InternalError(bugs[0])
    },
    hasSeenSpans: () => hasSpans
  }
}

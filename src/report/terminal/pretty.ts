import type { RunEvent, RunReport, TestReport } from '../../model/run-event.ts'
import { finalOutcomeOf } from '../../model/summary.ts'
import type { Reporter } from '../../plugin/reporter.ts'
import type { Line } from '../line.ts'
import type { Screen } from '../screen.ts'
import { titleOf } from '../test-title.ts'
import { createOutlet, type Write } from '../writer.ts'
import { layoutFor } from './layout.ts'
import { createLiveRegion, type LiveOptions, type RunningTest, SYSTEM_TICKER, type Ticker } from './live.ts'
import { hasFailed } from './outcomes.ts'
import { renderAttempt, renderTestBlock, type TestBlockOptions } from './test-block.ts'
import { MANY_TESTS, renderTotals } from './totals.ts'

/** How much is told: only what did not pass (`quiet`), or of what passed too all that there is (`verbose`). */
export type Detail = 'quiet' | 'normal' | 'verbose'

export interface PrettyOptions {
  readonly screen: Screen
  readonly detail?: Detail | undefined
  readonly write: Write
  /** The command that judges the saved trace of a test again, where it was saved. */
  readonly offlineCommand?: (report: TestReport) => string | undefined
  readonly ticker?: Ticker
  readonly footHolder?: LiveOptions['holder']
}

/** Tells a person how a run goes and how it ended. */
export function createPrettyReporter(options: PrettyOptions): Reporter {
  const { screen, detail = 'normal', ticker = SYSTEM_TICKER } = options
  const outlet = createOutlet(options.write)
  const live = createLiveRegion({ screen, outlet, ticker, holder: options.footHolder })
  const running = new Map<string, RunningTest>()
  let isFew = true
  let isAfterBlank = true

  /** Blocks of several lines stand apart from what is above and below them. */
  const print = (lines: readonly Line[], isApart: boolean): void => {
    live.print([...blankAbove(isApart), ...lines, ...(isApart ? [[]] : [])])
    isAfterBlank = isApart
  }
  const blankAbove = (isApart: boolean): readonly Line[] => (isApart && !isAfterBlank ? [[]] : [])
  const printTest = (report: TestReport, revised?: NonNullable<TestBlockOptions['revised']>): void => {
    const isApart = hasFailed(report.verdict.outcome) || detail === 'verbose' || revised !== undefined
    if (detail === 'quiet' && !isApart) return
    const lines = renderTestBlock(report, {
      screen,
      isDetailed: isFew || detail === 'verbose',
      isVerbose: detail === 'verbose',
      offlineCommand: options.offlineCommand?.(report),
      ...(revised === undefined ? {} : { revised })
    })
    print(lines, isApart)
  }
  const update = (id: string, test: RunningTest): void => {
    running.set(id, test)
    live.update(id, test)
  }

  return {
    name: 'pretty',
    onEvent(event: RunEvent): void {
      switch (event.type) {
        case 'run-started':
          isFew = event.tests <= MANY_TESTS
          live.start(event.tests)
          return
        case 'test-started': {
          const startedMs = running.get(event.id)?.startedMs ?? ticker.nowMs()
          const { id, attempt } = event
          update(id, { name: titleOf(event), attempt, phase: 'starting', spans: 0, startedMs })
          return
        }
        case 'test-progressed': {
          const test = running.get(event.id)
          if (test) update(event.id, { ...test, phase: event.phase, spans: event.spans })
          return
        }
        case 'test-retried':
          if (detail !== 'quiet') print(renderAttempt(event.report, screen), true)
          return
        case 'test-finished':
          running.delete(event.report.id)
          live.finish(event.report.id, finalOutcomeOf(event.report))
          printTest(event.report)
          return
        case 'test-revised':
          live.finish(event.report.id, finalOutcomeOf(event.report))
          printTest(event.report, { before: event.before, lateMs: event.lateMs })
          return
        case 'test-warned':
          printTest(event.report)
          return
        case 'trace-grown':
        case 'run-finished':
          return
      }
    },
    async close(report: RunReport): Promise<void> {
      live.close()
      live.print([...blankAbove(true), ...renderTotals(report, layoutFor(screen))])
      await outlet.flush()
    }
  }
}

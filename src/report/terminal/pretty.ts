import type { RunEvent, RunReport, TestReport } from '../../model/run-event.ts'
import type { Reporter } from '../../plugin/reporter.ts'
import type { Line } from '../line.ts'
import type { Screen } from '../screen.ts'
import { titleOf } from '../test-title.ts'
import { createOutlet, type Write } from '../writer.ts'
import { layoutFor } from './layout.ts'
import { createLiveRegion, type RunningTest, SYSTEM_TICKER, type Ticker } from './live.ts'
import { hasFailed, renderTestBlock, type TestBlockOptions } from './test-block.ts'
import { MANY_TESTS, renderTotals } from './totals.ts'

export interface PrettyOptions {
  readonly screen: Screen
  readonly write: Write
  /** The command that judges the saved trace of a test again, where it was saved. */
  readonly offlineCommand?: (report: TestReport) => string | undefined
  readonly ticker?: Ticker
}

/** Tells a person how a run goes and how it ended. */
export function createPrettyReporter(options: PrettyOptions): Reporter {
  const { screen, ticker = SYSTEM_TICKER } = options
  const outlet = createOutlet(options.write)
  const live = createLiveRegion(screen, outlet, ticker)
  const running = new Map<string, RunningTest>()
  let isDetailed = true
  let isAfterBlank = true

  /** Blocks of several lines stand apart from what is above and below them. */
  const print = (lines: readonly Line[], isApart: boolean): void => {
    live.print([...blankAbove(isApart), ...lines, ...(isApart ? [[]] : [])])
    isAfterBlank = isApart
  }
  const blankAbove = (isApart: boolean): readonly Line[] => (isApart && !isAfterBlank ? [[]] : [])
  const printTest = (report: TestReport, revised?: NonNullable<TestBlockOptions['revised']>): void => {
    const offlineCommand = options.offlineCommand?.(report)
    const lines = renderTestBlock(report, {
      screen,
      isDetailed,
      offlineCommand,
      ...(revised === undefined ? {} : { revised })
    })
    print(lines, hasFailed(report.verdict.outcome) || revised !== undefined)
  }
  const update = (id: string, test: RunningTest | undefined): void => {
    if (test === undefined) running.delete(id)
    else running.set(id, test)
    live.update(id, test)
  }

  return {
    name: 'pretty',
    onEvent(event: RunEvent): void {
      switch (event.type) {
        case 'run-started':
          isDetailed = event.tests <= MANY_TESTS
          return
        case 'test-started':
          update(event.id, { name: titleOf(event), phase: 'starting', spans: 0, startedMs: ticker.nowMs() })
          return
        case 'test-progressed': {
          const test = running.get(event.id)
          if (test) update(event.id, { ...test, phase: event.phase, spans: event.spans })
          return
        }
        case 'test-finished':
          update(event.report.id, undefined)
          printTest(event.report)
          return
        case 'test-revised':
          printTest(event.report, { before: event.before, lateMs: event.lateMs })
          return
        case 'test-warned':
          printTest(event.report)
          return
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

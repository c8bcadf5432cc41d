import type { RunReport, TestReport } from '../../model/run-event.ts'
import type { FinalOutcome } from '../../model/summary.ts'
import { renderLocation } from '../../source/line-index.ts'
import { type Fragment, type Line, lineOf, spread, toned, wrapLine } from '../line.ts'
import { renderCount, renderMs } from '../quantity.ts'
import { shortenEnd } from '../shorten.ts'
import { titleOf } from '../test-title.ts'
import { renderDelayHint } from './delay-hint.ts'
import type { Layout } from './layout.ts'
import { hasFailed, signOf, toneOf } from './test-block.ts'

const MAX_SLOWEST = 3
/** A run with more tests than this fills more than a screen: its failures are named once more at the end. */
export const MANY_TESTS = 10

const ORDER: readonly FinalOutcome[] = ['failed', 'errored', 'flaky', 'passed', 'skipped']

/** The end of a run: what failed, how many of what, how long it took, what took longest, and what would make it faster. */
export function renderTotals(report: RunReport, layout: Layout): readonly Line[] {
  return [
    ...(report.outcome === 'interrupted' ? interruptedLines(layout) : []),
    ...(report.tests.length > MANY_TESTS ? failedLines(report.tests, layout) : []),
    ...wrapLine(countsLine(report, layout), layout.columns, 2),
    ...slowestLines(report.tests, layout),
    ...renderDelayHint(report.tests, layout)
  ]
}

function interruptedLines({ signs }: Layout): readonly Line[] {
  return [lineOf(toned(`${signs.caution} interrupted: `, 'caution'), 'what was measured until then is above')]
}

function failedLines(tests: readonly TestReport[], layout: Layout): readonly Line[] {
  return tests
    .filter(test => hasFailed(test.verdict.outcome))
    .flatMap(test => {
      const left = lineOf(signOf(test.verdict.outcome, layout.signs), ` ${titleOf(test)}`)
      return spread(left, lineOf(toned(renderLocation(test.location), 'dim')), layout.columns)
    })
}

/** How many tests ended how, and how long it took. */
export function countsLine({ summary }: Pick<RunReport, 'summary'>, { signs }: Layout): Line {
  const total = ORDER.reduce((sum, outcome) => sum + summary[outcome], 0)
  const duration = toned(` ${signs.dot} ${renderMs(summary.durationMs)}`, 'dim')
  if (total === 0) return lineOf(toned(`${signs.caution} no test was run`, 'caution'), duration)
  const counts: Fragment[] = []
  for (const outcome of ORDER) {
    if (summary[outcome] === 0) continue
    if (counts.length > 0) counts.push(toned(', '))
    counts.push(toned(`${summary[outcome].toLocaleString('en-US')} ${outcome}`, toneOf(outcome)))
  }
  return lineOf(`${renderCount(total, 'test')}: `, ...counts, duration)
}

function slowestLines(tests: readonly TestReport[], layout: Layout): readonly Line[] {
  const run = tests.filter(test => test.verdict.outcome !== 'skipped')
  if (run.length < 2) return []
  const slowest = [...run].sort((a, b) => b.durationMs - a.durationMs).slice(0, MAX_SLOWEST)
  const { ellipsis, dot } = layout.signs
  const texts = slowest.map(test => `${shortenEnd(test.name, 40, ellipsis)} ${renderMs(test.durationMs)}`)
  return wrapLine(lineOf(toned(`slowest: ${texts.join(` ${dot} `)}`, 'dim')), layout.columns, 9)
}

import type { RunReport, TestReport } from '../../model/run-event.ts'
import { finalOutcomeOf } from '../../model/summary.ts'
import { renderLocation } from '../../source/line-index.ts'
import { type Line, lineOf, spread, toned, wrapLine } from '../line.ts'
import { renderCount, renderMs } from '../quantity.ts'
import { clipMiddle } from '../shorten.ts'
import { titleOf } from '../test-title.ts'
import { renderDelayHint } from './delay-hint.ts'
import { renderFirstFailure } from './failures.ts'
import type { Layout } from './layout.ts'
import { countFragments, hasFailed, signOf, totalOf } from './outcomes.ts'
import { renderRepetitions } from './repetitions.ts'

const MAX_SLOWEST = 3
/** A run with more tests than this fills more than a screen: its failures are named once more at the end. */
export const MANY_TESTS = 10

/** The end of a run: what failed, how many of what, how long it took, what took longest, and what would make it faster. */
export function renderTotals(report: RunReport, layout: Layout): readonly Line[] {
  const isRepeated = report.tests.some(({ repetition }) => repetition !== undefined)
  return [
    ...(report.outcome === 'interrupted' ? interruptedLines(layout) : []),
    ...renderRepetitions(report.tests, layout),
    ...(report.tests.length > MANY_TESTS ? failedLines(report.tests, layout) : []),
    ...flakyLines(report.tests, layout),
    ...wrapLine(countsLine(report, layout), layout.columns, 2),
    ...(isRepeated ? [] : slowestLines(report.tests, layout)),
    ...renderDelayHint(report.tests, layout)
  ]
}

function interruptedLines({ signs }: Layout): readonly Line[] {
  return [lineOf(toned(`${signs.caution} interrupted: `, 'caution'), 'what was measured until then is above')]
}

function failedLines(tests: readonly TestReport[], layout: Layout): readonly Line[] {
  return tests.filter(test => hasFailed(test.verdict.outcome)).flatMap(test => namedLine(test, [], layout))
}

/** Each with what stood against its first attempt: whoever looks for the cause starts there. */
function flakyLines(tests: readonly TestReport[], layout: Layout): readonly Line[] {
  return tests
    .filter(test => finalOutcomeOf(test) === 'flaky')
    .flatMap(test => [
      ...namedLine(test, lineOf(toned(`   flaky: attempt ${test.attempt} passed`, 'caution')), layout),
      ...renderFirstFailure(test, layout)
    ])
}

function namedLine(test: TestReport, words: Line, layout: Layout): readonly Line[] {
  const left = lineOf(signOf(finalOutcomeOf(test), layout.signs), ` ${titleOf(test)}`, ...words)
  return spread(left, lineOf(toned(renderLocation(test.location), 'dim')), layout.columns)
}

/** How many tests ended how, and how long it took. */
export function countsLine({ summary }: Pick<RunReport, 'summary'>, { signs }: Layout): Line {
  const total = totalOf(summary)
  const duration = toned(` ${signs.dot} ${renderMs(summary.durationMs)}`, 'dim')
  if (total === 0) return lineOf(toned(`${signs.caution} no test was run`, 'caution'), duration)
  return lineOf(`${renderCount(total, 'test')}: `, ...countFragments(summary), duration)
}

function slowestLines(tests: readonly TestReport[], layout: Layout): readonly Line[] {
  const run = tests.filter(test => test.verdict.outcome !== 'skipped')
  if (run.length < 2) return []
  const slowest = [...run].sort((a, b) => b.durationMs - a.durationMs).slice(0, MAX_SLOWEST)
  const { ellipsis, dot } = layout.signs
  const texts = slowest.map(test => `${clipMiddle(titleOf(test), 40, ellipsis)} ${renderMs(test.durationMs)}`)
  return wrapLine(lineOf(toned(`slowest: ${texts.join(` ${dot} `)}`, 'dim')), layout.columns, 9)
}

import type { Trace } from '../../model/trace.ts'
import type { DocumentReporter } from '../document-reporter.ts'
import type { JsonReport, JsonTest } from '../json-report.ts'
import { type Fragment, indent, type Line, lineOf, spread, toned, wrapLine } from '../line.ts'
import { paint, type Signs } from '../paint.ts'
import { renderCount, renderMs } from '../quantity.ts'
import type { Screen } from '../screen.ts'
import { inset, layoutFor } from '../terminal/layout.ts'
import { toneOf } from '../terminal/outcomes.ts'
import { countsLine } from '../terminal/totals.ts'
import { titleOf } from '../test-title.ts'
import { createOutlet, type Write } from '../writer.ts'
import { renderBody } from './body.ts'
import { drawTest } from './drawing.ts'

export interface DocumentPrettyOptions {
  readonly screen: Screen
  readonly write: Write
  /** How many runs the report is made of. */
  readonly runs: number
}

const MARGIN = 4

/** Tells a person what came of runs that are over: a line a test, and of those that did not pass all that is known. */
export function createDocumentPretty({ screen, write, runs }: DocumentPrettyOptions): DocumentReporter {
  const outlet = createOutlet(write)
  const layout = layoutFor(screen)
  const print = (lines: readonly Line[]): void => outlet.write(paint(lines, screen))
  let endsBlank = false
  return {
    name: 'pretty',
    onTest(test: JsonTest, trace: Trace | undefined): void {
      const inner = inset(layout, MARGIN)
      const hasFailed = test.outcome === 'failed' || test.outcome === 'errored'
      endsBlank = hasFailed
      const link = hasFailed && test.traceUrl !== undefined ? [lineOf(toned(test.traceUrl, 'accent'))] : []
      const body = hasFailed
        ? [...renderBody(test, inner), ...drawTest(test, trace, inner), ...link, []]
        : earlierLines(test)
      print([...headline(test, layout.columns, layout.signs), ...indent(body, MARGIN)])
    },
    async close(report: JsonReport): Promise<void> {
      const longest = `${renderCount(runs, 'run')} merged${runs === 1 ? '' : ', the time is that of the longest'}`
      const warnings = report.warnings.flatMap(warning =>
        wrapLine(lineOf(toned(`${layout.signs.caution} warning: `, 'caution'), warning), layout.columns, 2)
      )
      const cut =
        report.outcome === 'interrupted'
          ? [lineOf(toned(`${layout.signs.caution} interrupted: `, 'caution'), 'not every test was run')]
          : []
      print([
        ...(endsBlank ? [] : [[]]),
        ...warnings,
        ...cut,
        countsLine(report, layout),
        lineOf(toned(longest, 'dim'))
      ])
      await outlet.flush()
    }
  }
}

function headline(test: JsonTest, columns: number, signs: Signs): readonly Line[] {
  const left = lineOf(signOf(test, signs), ' ', titleOf(test))
  if (test.outcome === 'skipped')
    return spread(left, lineOf(toned(`skipped: ${test.reason ?? ''}`, 'dim')), columns)
  const outcome = toned(test.outcome, toneOf(test.outcome))
  return spread(left, lineOf(outcome, `   ${renderMs(test.durationMs)}`), columns)
}

function signOf({ outcome }: JsonTest, signs: Signs): Fragment {
  const tone = toneOf(outcome)
  switch (outcome) {
    case 'passed':
      return toned(signs.passed, tone)
    case 'failed':
      return toned(signs.failed, tone)
    case 'flaky':
    case 'errored':
      return toned(signs.caution, tone)
    case 'skipped':
      return toned(signs.skipped, tone)
  }
}

function earlierLines({ attempt, outcome, earlierAttempts = [] }: JsonTest): readonly Line[] {
  if (outcome !== 'flaky') return []
  const before = earlierAttempts.map(one => `${one.attempt} ${one.outcome}`).join(', ')
  return [lineOf(toned(`passed at attempt ${attempt}; before: ${before}`, 'dim'))]
}

import type { TestReport } from '../../model/run-event.ts'
import { finalOutcomeOf } from '../../model/summary.ts'
import type { TestOutcome } from '../../model/verdict.ts'
import { errorLines } from '../error-lines.ts'
import { fitLines, indent, type Line, lineOf, spread, toned, wrapLine } from '../line.ts'
import { renderMs } from '../quantity.ts'
import type { Screen } from '../screen.ts'
import { titleOf } from '../test-title.ts'
import { renderAnswer } from './answer.ts'
import { renderWarnings } from './assertion.ts'
import { isWorrying, renderCompleteness } from './completeness.ts'
import { renderFailures } from './failures.ts'
import { inset, type Layout, layoutFor } from './layout.ts'
import { collectMarks } from './marks.ts'
import { hasFailed, signOf, toneOf } from './outcomes.ts'
import { renderOutputs, renderSpecs } from './specs.ts'
import { renderWaterfall } from './waterfall.ts'

const MARGIN = 4
const MAX_WATERFALL_ROWS = 24

export interface TestBlockOptions {
  readonly screen: Screen
  /** Says of a passed test as well how many assertions held, and on what ground. */
  readonly isDetailed: boolean
  /** Says all that there is, of a passed test as well. */
  readonly isVerbose: boolean
  readonly offlineCommand?: string | undefined
  /** Set where a span that came after the end of the test changed its verdict. */
  readonly revised?: { readonly before: TestOutcome; readonly lateMs: number }
}

/** A finished test: one line if all is well, else everything that is needed to understand it. */
export function renderTestBlock(report: TestReport, options: TestBlockOptions): readonly Line[] {
  const layout = layoutFor(options.screen)
  const inner = inset(layout, MARGIN)
  const isExplained = hasFailed(report.verdict.outcome) || options.isVerbose
  const body = [
    ...revisedLines(options, inner),
    ...(report.verdict.outcome === 'errored'
      ? errorLines(report.verdict.error, inner.columns, options.screen)
      : []),
    ...(options.isVerbose ? renderAnswer(report, inner) : []),
    ...renderSpecs(report, inner, options.isVerbose),
    ...groundLines(report, options, inner),
    ...renderWarnings(report.warnings, inner),
    ...outputLines(report, options, inner),
    ...(isExplained ? waterfallLines(report, inner) : [])
  ]
  const links = isExplained ? linkLines(report, options) : []
  return [...headline(report, layout), ...indent([...fitLines(body, inner.columns), ...links], MARGIN)]
}

/** An attempt that did not pass and was followed by another: what stood against it, in short. */
export function renderAttempt(report: TestReport, screen: Screen): readonly Line[] {
  const layout = layoutFor(screen)
  const left = lineOf(signOf('flaky', layout.signs), ` ${titleOf(report)}`)
  const word = toned(`attempt ${report.attempt} ${report.verdict.outcome}, tried again`, 'caution')
  const head = spread(left, lineOf(word, durationText(report)), layout.columns)
  return [...head, ...indent(renderFailures(report, inset(layout, MARGIN)), MARGIN)]
}

/** In a column, so that what stands before it is one too. */
function durationText({ durationMs }: TestReport): string {
  return `   ${renderMs(durationMs).padStart(6)}`
}

function headline(report: TestReport, { columns, signs }: Layout): readonly Line[] {
  const outcome = finalOutcomeOf(report)
  const name = toned(titleOf(report), hasFailed(outcome) ? 'strong' : 'plain')
  const left = lineOf(signOf(outcome, signs), ' ', name)
  if (report.verdict.outcome === 'skipped')
    return spread(left, lineOf(toned(`skipped: ${report.verdict.reason}`, 'dim')), columns)
  const attempt = report.attempt > 1 ? toned(`attempt ${report.attempt}   `, 'dim') : undefined
  const right = lineOf(attempt, toned(outcome, toneOf(outcome)), durationText(report))
  const id = report.traceId
  if (id === undefined || !hasFailed(outcome)) return spread(left, right, columns)
  const trace = toned(`   trace ${id.slice(0, 8)}${signs.ellipsis}${id.slice(-6)}`, 'dim')
  const whole = spread(left, [...right, trace], columns)
  return whole.length === 1 ? whole : spread(left, right, columns)
}

function revisedLines({ revised }: TestBlockOptions, layout: Layout): readonly Line[] {
  if (revised === undefined) return []
  const text = `${revised.before} at first; then a span came ${renderMs(revised.lateMs)} after the test had ended`
  const sign = toned(`${layout.signs.caution} late: `, 'caution')
  return wrapLine(lineOf(sign, text), layout.columns, 2)
}

function groundLines(report: TestReport, { isDetailed }: TestBlockOptions, layout: Layout): readonly Line[] {
  const isNotable = report.holes.length > 0 || (report.ground !== undefined && isWorrying(report.ground))
  const isShown = isDetailed || isNotable || hasFailed(report.verdict.outcome)
  return isShown ? renderCompleteness(report, layout) : []
}

function outputLines(report: TestReport, { isDetailed }: TestBlockOptions, layout: Layout): readonly Line[] {
  if (report.verdict.outcome === 'skipped') return []
  if (!isDetailed && report.verdict.outcome === 'passed') return []
  return renderOutputs(report.verdict.outputs, layout)
}

function waterfallLines(report: TestReport, layout: Layout): readonly Line[] {
  const { trace } = report
  if (trace === undefined || trace.spans.length === (trace.trigger === 0 ? 1 : 0)) return []
  return renderWaterfall(trace, { marks: collectMarks(report), maxRows: MAX_WATERFALL_ROWS }, layout)
}

/** The trace in its store, and the same judgement again: never wrapped, since a person copies them. */
function linkLines({ traceUrl }: TestReport, { offlineCommand }: TestBlockOptions): readonly Line[] {
  const lines: Line[] = []
  if (traceUrl !== undefined) lines.push(lineOf(toned(traceUrl, 'accent')))
  if (offlineCommand !== undefined) lines.push(lineOf(toned('again, offline:  ', 'dim'), offlineCommand))
  return lines
}

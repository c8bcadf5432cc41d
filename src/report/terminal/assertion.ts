import type { TestReport } from '../../model/run-event.ts'
import type { Trace } from '../../model/trace.ts'
import type {
  AnatomyPart,
  CheckResult,
  NearestMisses,
  Observation,
  Reason,
  SpecResult
} from '../../model/verdict.ts'
import { type Fragment, indent, type Line, lineColumns, lineOf, type Tone, toned, wrapLine } from '../line.ts'
import { offendersOf } from '../offenders.ts'
import { renderCount } from '../quantity.ts'
import { shortenMiddle } from '../shorten.ts'
import { renderSourceFrame } from '../source-frame.ts'
import { inset, type Layout } from './layout.ts'
import { renderNearest } from './nearest.ts'
import { renderObservations } from './observations.ts'
import { reasonText } from './reason.ts'
import { saidElsewhere } from './said-elsewhere.ts'
import { renderSelection } from './selection.ts'
import { findSpan, labelOf } from './span-label.ts'

/** What was explained once and need not be explained again within one test. */
export interface Told {
  readonly reasons: Set<string>
  readonly selections: Set<SpecResult>
}

export interface AssertionView {
  readonly spec: SpecResult
  readonly report: TestReport
  readonly layout: Layout
  readonly told: Told
  /** What held is shown too. */
  readonly isVerbose: boolean
}

type Violated = Extract<CheckResult, { outcome: 'violated' }>

/** An assertion that did not hold, its line in the file, and why; one that held only if there is a warning. */
export function renderAssertion(check: CheckResult, view: AssertionView): readonly Line[] {
  if (isQuiet(check) && !view.isVerbose) return []
  const elsewhere = saidElsewhere(check, view.report)
  if (elsewhere !== undefined) return titleOf(check, lineOf(`undetermined: ${elsewhere}`), view)
  const warnings = renderWarnings(check.warnings, inset(view.layout, 4))
  return [...heading(check, view), ...indent([...explain(check, view), ...warnings], 4)]
}

/** Whether a check has nothing to say. */
export function isQuiet(check: CheckResult): boolean {
  return (check.outcome === 'held' || check.outcome === 'skipped') && check.warnings.length === 0
}

function explain(check: CheckResult, view: AssertionView): readonly Line[] {
  switch (check.outcome) {
    case 'held':
    case 'skipped':
      return []
    case 'violated':
      return violatedLines(check, view)
    case 'undetermined':
      return undeterminedLines(check, view)
    case 'unmatched':
      return unmatchedLines(check.nearest, view)
  }
}

/** What stands on the line of the assertion itself. */
function beside(check: CheckResult, { spec, layout }: AssertionView): Line {
  switch (check.outcome) {
    case 'held':
      return check.spans.length > 0
        ? lineOf(toned(`on ${renderCount(check.spans.length, 'span')}`, 'dim'))
        : []
    case 'violated':
      return valueBeside(check, layout) ?? tallyBeside(check, spec)
    case 'undetermined':
      return lineOf('undetermined')
    case 'unmatched':
      return lineOf('no span selected')
    case 'skipped':
      return lineOf(`skipped: ${check.reason}`)
  }
}

/** A failure in a spec of severity `warning` fails no test, and is called a warning. */
function markOf(check: CheckResult, spec: SpecResult, { signs }: Layout): Fragment {
  if (check.outcome === 'held') return toned(`${signs.passed} `, 'good')
  if (check.outcome === 'skipped') return toned(`${signs.skipped} `, 'dim')
  return spec.severity === 'error'
    ? toned(`${signs.failed} `, 'bad')
    : toned(`${signs.caution} warning: `, 'caution')
}

/** An assertion, and a few words beside it, or below it where there is no room. */
function titleOf(check: CheckResult, value: Line, { spec, layout }: AssertionView): readonly Line[] {
  const text = lineOf(markOf(check, spec, layout), toned(check.text, isFailure(check) ? 'strong' : 'plain'))
  const gap = value.length === 0 ? 0 : 8
  const fits = lineColumns(text) + gap + lineColumns(value) <= layout.columns
  return fits
    ? [[...text, toned(' '.repeat(gap)), ...value]]
    : [...wrapLine(text, layout.columns, 4), ...indent(wrapLine(value, layout.columns - 4, 2), 4)]
}

function isFailure({ outcome }: CheckResult): boolean {
  return outcome !== 'held' && outcome !== 'skipped'
}

function heading(check: CheckResult, view: AssertionView): readonly Line[] {
  const { spec, layout } = view
  const lines = titleOf(check, beside(check, view), view)
  if (!isFailure(check)) return lines
  const tone: Tone = spec.severity === 'error' ? 'bad' : 'caution'
  return [
    ...lines,
    ...indent(renderSourceFrame(check.location, layout.columns - 4, tone, layout.signs.ellipsis), 4)
  ]
}

/** Warnings, a line or more each. */
export function renderWarnings(warnings: readonly string[], layout: Layout): readonly Line[] {
  return warnings.flatMap(warning =>
    wrapLine(lineOf(toned(`${layout.signs.caution} warning: `, 'caution'), warning), layout.columns, 2)
  )
}

/** The one value that a set-level assertion came out with. */
function valueBeside(check: Violated, layout: Layout): Line | undefined {
  const [only, ...others] = check.observed
  if (only === undefined || others.length > 0 || only.spanId !== undefined || only.actual === undefined)
    return undefined
  const columns = Math.max(20, Math.floor(layout.columns / 2))
  const short = (text: string): string => shortenMiddle(text, columns, layout.signs.ellipsis)
  const isSaid = only.expected === undefined || check.text.includes(only.expected)
  const expected = isSaid ? undefined : `expected ${short(only.expected ?? '')}   `
  return lineOf(expected, toned('actual ', 'dim'), toned(short(only.actual), 'strong'))
}

/** On how many spans an assertion holds that says on how many it must. */
function tallyBeside({ text, observed, unlisted = 0 }: Violated, { selected }: SpecResult): Line {
  const holding = /^(some|at-least) /.test(text)
    ? selected.length - observed.length - unlisted
    : /^(none|at-most|exactly) /.test(text) && unlisted === 0
      ? observed.filter(({ holds }) => holds).length
      : undefined
  if (holding === undefined) return []
  return lineOf(
    toned('holds on ', 'dim'),
    toned(`${holding} of ${renderCount(selected.length, 'span')}`, 'strong')
  )
}

function violatedLines(check: Violated, view: AssertionView): readonly Line[] {
  const {
    spec,
    report: { trace },
    told,
    layout: whole
  } = view
  const layout = inset(whole, 4)
  const perSpan = offendersOf(
    check.text,
    check.observed
      .filter(observation => observation.spanId !== undefined)
      .map(({ expected, ...seen }) =>
        expected === undefined || expected === check.text ? seen : { ...seen, expected }
      )
  )
  const lines = [
    ...renderObservations(perSpan, seen => spanLine(seen, trace, layout), layout),
    ...anatomyLines(check, layout)
  ]
  if (perSpan.length === 0 && !told.selections.has(spec)) {
    told.selections.add(spec)
    lines.push(...renderSelection(spec.selected, trace, layout))
  }
  return check.nearest ? [...lines, ...unmatchedLines(check.nearest, view)] : lines
}

/** Values of sub-expressions, but for those that are said already; of conditions, whether they hold. */
function anatomyLines({ anatomy, observed, text }: Violated, layout: Layout): readonly Line[] {
  const said = observed.flatMap(({ expected = '', actual = '' }) => [expected, actual])
  const conditions = new Set(anatomy.parts.flatMap(part => (part.truth === undefined ? [] : part.text)))
  const { signs, columns } = layout
  const isSaid = ({ text: written, value, isSide }: AnatomyPart): boolean =>
    written === value ||
    written === text ||
    conditions.has(`${written} = ${value}`) ||
    (isSide === true && said.some(side => side.includes(value)))
  return anatomy.parts
    .filter(part => !isSaid(part))
    .flatMap(part => {
      if (part.truth === true)
        return wrapLine(lineOf(toned(`${signs.passed} `, 'good'), part.text), columns, 2)
      if (part.truth === false)
        return wrapLine(lineOf(toned(`${signs.failed} `, 'bad'), part.text), columns, 2)
      const value = shortenMiddle(part.value, columns, signs.ellipsis)
      return wrapLine(lineOf(toned(`${part.text} = `, 'dim'), value), columns, 2)
    })
}

function undeterminedLines(
  { reason, observed, text }: Extract<CheckResult, { outcome: 'undetermined' }>,
  { report: { trace }, told, layout: whole }: AssertionView
): readonly Line[] {
  const layout = inset(whole, 4)
  const perSpan = offendersOf(
    text,
    observed.filter(observation => observation.spanId !== undefined)
  )
  const rows = renderObservations(perSpan, seen => spanLine(seen, trace, layout), layout)
  const isInRows = perSpan.some(observation => observation.reason?.text === reason.text)
  return isInRows ? rows : [...reasonLines(reason, told, layout), ...rows]
}

function reasonLines(reason: Reason, { reasons }: Told, layout: Layout): readonly Line[] {
  if (reasons.has(reason.text)) return [lineOf(toned('for the same reason', 'dim'))]
  reasons.add(reason.text)
  return wrapLine(lineOf(reasonText(reason, layout)), layout.columns, 2)
}

function unmatchedLines(
  nearest: NearestMisses,
  { report: { trace }, told, layout }: AssertionView
): readonly Line[] {
  const key = JSON.stringify(nearest)
  if (told.reasons.has(key)) return [lineOf(toned('for the same reason', 'dim'))]
  told.reasons.add(key)
  return renderNearest(nearest, trace, inset(layout, 4))
}

function spanLine({ spanId }: Observation, trace: Trace | undefined, layout: Layout): Line {
  if (spanId === undefined) return lineOf()
  const span = findSpan(trace, spanId)
  return lineOf(span && `${labelOf(span, layout)}  `, toned(spanId, 'dim'))
}

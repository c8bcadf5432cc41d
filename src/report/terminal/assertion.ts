import type { Trace } from '../../model/trace.ts'
import type { CheckResult, NearestMisses, Reason, SpecResult } from '../../model/verdict.ts'
import { type Fragment, indent, type Line, lineColumns, lineOf, type Tone, toned, wrapLine } from '../line.ts'
import { shortenMiddle } from '../shorten.ts'
import { renderSourceFrame } from '../source-frame.ts'
import { inset, type Layout } from './layout.ts'
import { renderNearest } from './nearest.ts'
import { offendersOf, renderObservations } from './observations.ts'
import { reasonText } from './reason.ts'
import { renderSelection } from './selection.ts'

/** What was explained once and need not be explained again within one test. */
export interface Told {
  readonly reasons: Set<string>
  readonly selections: Set<SpecResult>
}

export interface AssertionView {
  readonly spec: SpecResult
  readonly trace: Trace | undefined
  readonly layout: Layout
  readonly told: Told
}

type Violated = Extract<CheckResult, { outcome: 'violated' }>

/** An assertion that did not hold, its line in the file, and why. */
export function renderAssertion(check: CheckResult, view: AssertionView): readonly Line[] {
  switch (check.outcome) {
    case 'held':
    case 'skipped':
      return []
    case 'violated':
      return [...heading(check, view, valueBeside(check, view.layout)), ...body(violatedBody(check, view))]
    case 'undetermined':
      return [...heading(check, view, lineOf('undetermined')), ...body(undeterminedBody(check, view))]
    case 'unmatched':
      return [
        ...heading(check, view, lineOf('no span selected')),
        ...body(unmatchedBody(check.nearest, view))
      ]
  }
}

/** The word and tone of a failure: one in a spec of severity `warning` does not fail the test. */
export function markOf(severity: SpecResult['severity'], { signs }: Layout): Fragment {
  return severity === 'error'
    ? toned(`${signs.failed} `, 'bad')
    : toned(`${signs.caution} warning: `, 'caution')
}

function heading(check: CheckResult, { spec, layout }: AssertionView, beside: Line): readonly Line[] {
  const tone: Tone = spec.severity === 'error' ? 'bad' : 'caution'
  const text = lineOf(markOf(spec.severity, layout), toned(check.text, 'strong'))
  const gap = beside.length === 0 ? 0 : 8
  const fits = lineColumns(text) + gap + lineColumns(beside) <= layout.columns
  const lines = fits
    ? [[...text, toned(' '.repeat(gap)), ...beside]]
    : [...wrapLine(text, layout.columns, 4), ...indent(wrapLine(beside, layout.columns - 4, 2), 4)]
  return [...lines, ...indent(renderSourceFrame(check.location, layout.columns - 4, tone), 4)]
}

function body(lines: readonly Line[]): readonly Line[] {
  return indent(lines, 4)
}

/** The one value that a set-level assertion came out with. */
function valueBeside(check: Violated, layout: Layout): Line {
  const [only, ...others] = check.observed
  if (only === undefined || others.length > 0 || only.spanId !== undefined || only.actual === undefined)
    return []
  const columns = Math.max(20, Math.floor(layout.columns / 2))
  const short = (text: string): string => shortenMiddle(text, columns, layout.signs.ellipsis)
  const isSaid = only.expected === undefined || check.text.includes(only.expected)
  const expected = isSaid ? undefined : `expected ${short(only.expected ?? '')}   `
  return lineOf(expected, toned('actual ', 'dim'), toned(short(only.actual), 'strong'))
}

function violatedBody(check: Violated, { spec, trace, told, layout: whole }: AssertionView): readonly Line[] {
  const layout = inset(whole, 4)
  const perSpan = offendersOf(
    check.text,
    check.observed.filter(observation => observation.spanId !== undefined)
  )
  const lines = [...renderObservations(perSpan, trace, layout)]
  if (perSpan.length === 0 && !told.selections.has(spec)) {
    told.selections.add(spec)
    lines.push(...renderSelection(spec.selected, trace, layout))
  }
  return [...lines, ...anatomyLines(check, layout)]
}

/** Values of sub-expressions, but for those that the line of the assertion says already. */
function anatomyLines({ anatomy, observed, text }: Violated, layout: Layout): readonly Line[] {
  const said = new Set(observed.flatMap(({ expected, actual }) => [expected, actual]))
  return anatomy.parts
    .filter(part => !said.has(part.value) && part.text !== text && part.text !== part.value)
    .flatMap(part => {
      const value = shortenMiddle(part.value, layout.columns, layout.signs.ellipsis)
      return wrapLine(lineOf(toned(`${part.text} = `, 'dim'), value), layout.columns, 2)
    })
}

function undeterminedBody(
  { reason, observed, text }: Extract<CheckResult, { outcome: 'undetermined' }>,
  { trace, told, layout: whole }: AssertionView
): readonly Line[] {
  const layout = inset(whole, 4)
  const perSpan = offendersOf(
    text,
    observed.filter(observation => observation.spanId !== undefined)
  )
  const rows = renderObservations(perSpan, trace, layout)
  const isInRows = perSpan.some(observation => observation.reason?.text === reason.text)
  return isInRows ? rows : [...reasonLines(reason, told, layout), ...rows]
}

function reasonLines(reason: Reason, { reasons }: Told, layout: Layout): readonly Line[] {
  if (reasons.has(reason.text)) return [lineOf(toned('for the same reason', 'dim'))]
  reasons.add(reason.text)
  return wrapLine(lineOf(reasonText(reason, layout)), layout.columns, 2)
}

function unmatchedBody(nearest: NearestMisses, { trace, told, layout }: AssertionView): readonly Line[] {
  const key = JSON.stringify(nearest)
  if (told.reasons.has(key)) return [lineOf(toned('for the same reason', 'dim'))]
  told.reasons.add(key)
  return renderNearest(nearest, trace, inset(layout, 4))
}

import type { TestReport } from '../../model/run-event.ts'
import type { OutputResult, SpecResult } from '../../model/verdict.ts'
import { renderLocation } from '../../source/line-index.ts'
import type { Location } from '../../source/source-text.ts'
import { indent, type Line, lineOf, spread, toned, wrapLine } from '../line.ts'
import { shortenMiddle } from '../shorten.ts'
import { type AssertionView, isQuiet, renderAssertion, type Told } from './assertion.ts'
import { inset, type Layout } from './layout.ts'
import { renderNearest } from './nearest.ts'
import { reasonText } from './reason.ts'
import { saidElsewhere } from './said-elsewhere.ts'

/**
 * The specs and outputs of a test that have something to say: whatever did not hold, warnings, skipped ones. `isVerbose`:
 * those that held too.
 */
export function renderSpecs(report: TestReport, layout: Layout, isVerbose = false): readonly Line[] {
  if (report.verdict.outcome === 'skipped') return []
  const told: Told = { reasons: new Set(), selections: new Set() }
  return [
    ...report.verdict.specs.flatMap(spec => renderSpec(spec, { report, told, layout, isVerbose })),
    ...report.verdict.outputs.flatMap(output => renderOutput(output, report, layout))
  ]
}

function renderSpec(spec: SpecResult, whole: Omit<AssertionView, 'spec'>): readonly Line[] {
  const { layout } = whole
  if (spec.skipped !== undefined) return renderSkipped(spec, spec.skipped, layout)
  const view: AssertionView = { ...whole, spec, layout: inset(layout, 2) }
  const lines = spec.checks.flatMap(check => renderAssertion(check, view))
  if (lines.length === 0) return []
  const first = spec.checks.find(check => !isQuiet(check)) ?? spec.checks[0]
  return [...heading(spec, first?.location ?? spec.location, layout), ...indent(lines, 2)]
}

function heading(spec: SpecResult, location: Location, layout: Layout): readonly Line[] {
  const selector = shortenMiddle(spec.selector, layout.columns * 2, layout.signs.ellipsis)
  const left =
    spec.name === undefined
      ? lineOf(toned(selector, 'accent'))
      : lineOf(`${spec.name}  `, toned(selector, 'accent'))
  return spread(left, lineOf(toned(renderLocation(location), 'dim')), layout.columns)
}

function renderSkipped(spec: SpecResult, reason: string, layout: Layout): readonly Line[] {
  const name = spec.name ?? spec.selector
  const sign = toned(`${layout.signs.skipped} `, 'dim')
  return wrapLine(lineOf(sign, name, toned(`  skipped: ${reason}`, 'dim')), layout.columns, 2)
}

function renderOutput(output: OutputResult, report: TestReport, layout: Layout): readonly Line[] {
  if (output.outcome === 'held') return []
  const elsewhere = saidElsewhere(output, report)
  const undetermined = elsewhere === undefined ? 'undetermined' : `undetermined: ${elsewhere}`
  const word = output.outcome === 'unmatched' ? 'no span selected' : undetermined
  const title = lineOf(
    toned(`${layout.signs.failed} `, 'bad'),
    toned(`output ${output.name}`, 'strong'),
    `   ${word}`
  )
  const place = lineOf(toned(renderLocation(output.location), 'dim'))
  if (elsewhere !== undefined) return spread(title, place, layout.columns)
  const inner = inset(layout, 4)
  const why =
    output.outcome === 'unmatched'
      ? renderNearest(output.nearest, report.trace, inner)
      : wrapLine(lineOf(reasonText(output.reason, layout)), inner.columns, 2)
  return [...spread(title, place, layout.columns), ...indent(why, 4)]
}

/** What a test put out: `ORDER_ID = o-17`. */
export function renderOutputs(outputs: readonly OutputResult[], layout: Layout): readonly Line[] {
  return outputs.flatMap(output => {
    if (output.outcome !== 'held') return []
    const value = shortenMiddle(output.text, layout.columns, layout.signs.ellipsis)
    return wrapLine(lineOf(toned(`${output.name} = `, 'dim'), value), layout.columns, 2)
  })
}

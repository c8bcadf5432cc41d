import type { SpanId } from '../model/ids.ts'
import type { Trace } from '../model/trace.ts'
import type { NearestMisses } from '../model/verdict.ts'
import { indent, type Line, lineOf, toned, wrapLine } from './line.ts'
import { paint } from './paint.ts'
import { renderCount } from './quantity.ts'
import type { Screen } from './screen.ts'
import { layoutFor } from './terminal/layout.ts'
import type { Mark } from './terminal/marks.ts'
import { renderNearest } from './terminal/nearest.ts'
import { findSpan, labelOf } from './terminal/span-label.ts'
import { renderWaterfall } from './terminal/waterfall.ts'

/** What a selector does to a trace. */
export interface Explanation {
  /** As understood: the canonical print of the selector. */
  readonly text: string
  readonly selected: readonly SpanId[]
  readonly nearest: NearestMisses
}

const MAX_LISTED = 20
const MAX_ROWS = 40

/** For `tracerun explain`: the steps of a selector, what it selects, and what came nearest. Ends with a line break. */
export function renderExplanation(explanation: Explanation, trace: Trace, screen: Screen): string {
  const { text, selected, nearest } = explanation
  const layout = layoutFor(screen)
  const { signs } = layout
  const title = wrapLine(lineOf(toned(text === '' ? 'span' : text, 'accent')), layout.columns, 2)
  const isEmpty = selected.length === 0
  const verdict = isEmpty
    ? lineOf(toned(`${signs.failed} `, 'bad'), 'no span selected')
    : lineOf(toned(`${signs.passed} `, 'good'), `${renderCount(selected.length, 'span')} selected`)
  const funnel = nearest.funnel.flatMap(step => wrapLine(lineOf(toned(step, 'dim')), layout.columns - 4, 2))
  const inner = { ...layout, columns: layout.columns - 4 }
  const details = isEmpty
    ? renderNearest(nearest, trace, inner)
    : [...funnel, ...selectedLines(selected, trace, screen)]
  const marked: readonly SpanId[] = isEmpty
    ? nearest.candidates.flatMap(candidate => candidate.spanId ?? [])
    : selected
  const mark: Mark = isEmpty ? 'near' : 'selected'
  const marks = new Map(marked.map((spanId): [SpanId, Mark] => [spanId, mark]))
  const drawing = renderWaterfall(trace, { marks, maxRows: MAX_ROWS }, layout)
  return paint([...title, verdict, ...indent(details, 4), [], ...drawing], screen)
}

function selectedLines(selected: readonly SpanId[], trace: Trace, screen: Screen): readonly Line[] {
  const layout = layoutFor(screen)
  const lines = selected.slice(0, MAX_LISTED).map(spanId => {
    const span = findSpan(trace, spanId)
    return lineOf(span && `${labelOf(span, layout)}  `, toned(spanId, 'dim'))
  })
  const more = selected.length - lines.length
  return more > 0 ? [...lines, lineOf(toned(`and ${renderCount(more, 'more span')}`, 'dim'))] : lines
}

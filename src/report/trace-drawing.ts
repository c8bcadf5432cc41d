import type { Span } from '../model/span.ts'
import type { Trace } from '../model/trace.ts'
import { fitLines, indent, type Line, lineOf, toned, wrapLine } from './line.ts'
import { paint, signsOf } from './paint.ts'
import { renderCount } from './quantity.ts'
import type { Screen } from './screen.ts'
import { layoutFor } from './terminal/layout.ts'
import { labelOf } from './terminal/span-label.ts'
import { renderWaterfall } from './terminal/waterfall.ts'

/** What is known of a trace beside its spans. */
export interface TraceSurroundings {
  /** Where a person looks at it. */
  readonly url?: string | undefined
  /** What may be missing from it, and why. */
  readonly notes?: readonly string[]
}

const MAX_ERRORS = 10

/** For `tracerun trace`: a whole trace, drawn, and what its spans say went wrong. Ends with a line break. */
export function renderTrace(
  trace: Trace,
  screen: Screen,
  { url, notes = [] }: TraceSurroundings = {}
): string {
  const layout = layoutFor(screen)
  const total = renderCount(trace.spans.length - (trace.trigger === 0 ? 1 : 0), 'span')
  const title = lineOf(toned(`trace ${trace.traceId}`, 'strong'), toned(`  ${total}`, 'dim'))
  const drawing = renderWaterfall(trace, { marks: new Map(), maxRows: Number.POSITIVE_INFINITY }, layout)
  const noteLines = notes.flatMap(note =>
    wrapLine(lineOf(toned(`${signsOf(screen).caution} `, 'caution'), note), layout.columns, 2)
  )
  const link = url === undefined ? [] : [lineOf(toned(url, 'accent'))]
  return paint([title, ...drawing, ...errorLines(trace, screen), ...noteLines, ...link], screen)
}

/** Where a span says why it failed: a status alone is in the drawing. */
function errorLines(trace: Trace, screen: Screen): readonly Line[] {
  const layout = layoutFor(screen)
  const told = trace.spans.flatMap(span => {
    const text = failureOf(span)
    return text === undefined ? [] : [{ span, text }]
  })
  const lines = told.slice(0, MAX_ERRORS).flatMap(({ span, text }) => {
    const sign = toned(`${layout.signs.failed} `, 'bad')
    return wrapLine(lineOf(sign, `${labelOf(span, layout)}: ${text}`), layout.columns, 2)
  })
  const more = told.length - MAX_ERRORS
  const rest = more > 0 ? indent([lineOf(toned(`and ${renderCount(more, 'more error')}`, 'dim'))], 2) : []
  return fitLines([...lines, ...rest], layout.columns)
}

function failureOf(span: Span): string | undefined {
  const message = span.status.code === 'error' ? span.status.message : undefined
  if (message) return message
  const exception = span.events.findLast(event => event.name === 'exception')
  if (exception === undefined) return undefined
  const texts = ['exception.type', 'exception.message'].map(key => exception.attributes.get(key))
  return texts.filter(text => typeof text === 'string' && text !== '').join(': ') || undefined
}

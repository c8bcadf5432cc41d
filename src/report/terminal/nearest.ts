import type { Trace } from '../../model/trace.ts'
import type { NearestMisses, NearMiss } from '../../model/verdict.ts'
import { indent, type Line, lineOf, toned, wrapLine } from '../line.ts'
import { shortenMiddle } from '../shorten.ts'
import type { Layout } from './layout.ts'
import { findSpan, labelOf } from './span-label.ts'

const MAX_CANDIDATES = 4
/** A value may be as long as a whole query. */
const MAX_ROWS = 3

/** The likely cause first, then how the selector narrowed the trace down, then what else came near. */
export function renderNearest(
  { funnel, candidates }: NearestMisses,
  trace: Trace | undefined,
  layout: Layout
): readonly Line[] {
  const [likely, ...others] = candidates.slice(0, MAX_CANDIDATES)
  const lines: Line[] = []
  if (likely) lines.push(...candidateLines(likely, trace, layout))
  lines.push(
    ...indent(
      funnel.flatMap(step => wrapLine(lineOf(toned(step, 'dim')), layout.columns - 2, 2)),
      2
    )
  )
  for (const other of others) lines.push(...candidateLines(other, trace, layout))
  return lines
}

function candidateLines(candidate: NearMiss, trace: Trace | undefined, layout: Layout): readonly Line[] {
  const span = candidate.spanId && findSpan(trace, candidate.spanId)
  const sign = toned(`${layout.signs.near} `, 'caution')
  const subject = span && toned(`${labelOf(span, layout)}: `, 'plain')
  const text = shortenMiddle(candidate.text, MAX_ROWS * layout.columns, layout.signs.ellipsis)
  const id = span && toned(`  ${span.spanId}`, 'dim')
  return wrapLine(lineOf(sign, subject, toned(text, 'strong'), id), layout.columns, 4)
}

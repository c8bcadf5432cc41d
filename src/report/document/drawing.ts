import { parseSpanId, type SpanId } from '../../model/ids.ts'
import type { Trace } from '../../model/trace.ts'
import type { JsonAssertion, JsonSpec, JsonTest } from '../json-report.ts'
import type { Line } from '../line.ts'
import { offendersOf } from '../offenders.ts'
import type { Layout } from '../terminal/layout.ts'
import { type Mark, type Marks, mergeMark } from '../terminal/marks.ts'
import { renderWaterfall } from '../terminal/waterfall.ts'
import { isBroken } from './body.ts'

const MAX_ROWS = 24

/** The trace of a test that did not pass, the spans concerned marked; nothing where there is none to see. */
export function drawTest(test: JsonTest, trace: Trace | undefined, layout: Layout): readonly Line[] {
  if (trace === undefined || trace.spans.length === (trace.trigger === 0 ? 1 : 0)) return []
  return renderWaterfall(trace, { marks: marksOf(test), maxRows: MAX_ROWS }, layout)
}

/** The spans that a reader looks for, as far as the report lists them. */
function marksOf({ specs, outputs, completeness }: JsonTest): Marks {
  const marks = new Map<SpanId, Mark>()
  const add = (text: string | undefined, mark: Mark): void => {
    const spanId = text === undefined ? undefined : parseSpanId(text)
    if (spanId !== undefined) mergeMark(marks, spanId, mark)
  }
  for (const hole of completeness.holes) add(hole.spanId, 'caution')
  for (const spec of specs)
    for (const assertion of spec.assertions) if (isBroken(assertion)) markAssertion(assertion, spec, add)
  for (const { reason } of outputs) {
    add(reason?.spanId, 'caution')
    for (const candidate of reason?.candidates ?? []) add(candidate.spanId, 'near')
  }
  return marks
}

type Add = (spanId: string | undefined, mark: Mark) => void

function markAssertion(assertion: JsonAssertion, spec: JsonSpec, add: Add): void {
  const { outcome, reason, spans, text } = assertion
  const gravest: Mark = spec.severity === 'error' && outcome === 'violated' ? 'failed' : 'caution'
  const perSpan = spans.filter(span => span.spanId !== undefined)
  add(reason?.spanId, 'caution')
  for (const candidate of reason?.candidates ?? []) add(candidate.spanId, 'near')
  for (const span of offendersOf(text, perSpan)) add(span.spanId, gravest)
  if (outcome === 'violated' && perSpan.length === 0)
    for (const spanId of spec.selected ?? []) add(spanId, gravest)
}

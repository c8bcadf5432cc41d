import type { SpanId } from '../model/ids.ts'
import type { Trace } from '../model/trace.ts'
import type { NearestMisses } from '../model/verdict.ts'
import type { Screen } from './screen.ts'

/** What a selector does to a trace. */
export interface Explanation {
  /** As understood: the canonical print of the selector. */
  readonly text: string
  readonly selected: readonly SpanId[]
  readonly nearest: NearestMisses
}

/** For `tracerun explain`: the steps of a selector, what it selects, and what came nearest. Ends with a line break. */
export function renderExplanation(explanation: Explanation, _trace: Trace, _screen: Screen): string {
  return `${explanation.text}\n${explanation.nearest.funnel.join('\n')}\n`
}

/** For `tracerun trace`: a whole trace, drawn. Ends with a line break. */
export function renderTrace(trace: Trace, _screen: Screen): string {
  return `${trace.spans.map(span => span.name).join('\n')}\n`
}

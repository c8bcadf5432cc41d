import type { SelectorNode } from '../language/ast.ts'
import { printSelector } from '../language/print.ts'
import type { SpanId } from '../model/ids.ts'
import type { Trace } from '../model/trace.ts'
import type { NearestMisses } from '../model/verdict.ts'
import { findNearest } from './nearest.ts'
import { type SelectContext, selectMarks } from './select.ts'
import { indexOf, positionsOf } from './trace-index.ts'

/** What a selector does to a trace. */
export interface ExplainedSelector {
  /** As understood: the canonical print. */
  readonly text: string
  /** In trace order. */
  readonly selected: readonly SpanId[]
  readonly nearest: NearestMisses
}

/** Selects, and says step by step how it came to that. */
export function explainSelector(selector: SelectorNode, trace: Trace): ExplainedSelector {
  return {
    text: printSelector(selector),
    selected: Array.from(selectAlone(selector, trace), at => trace.spans[at]!.spanId),
    nearest: nearestAlone(selector, trace)
  }
}

/** The positions of the spans that a selector chooses, in trace order. */
export function selectAlone(selector: SelectorNode, trace: Trace): Int32Array {
  return positionsOf(selectMarks(selector, loneContext(trace)))
}

/** How a selector narrows a trace down, and what comes nearest to it. */
export function nearestAlone(selector: SelectorNode, trace: Trace): NearestMisses {
  return findNearest(selector, loneContext(trace))
}

/** There is no test: a variable in a text stands for itself. */
function loneContext(trace: Trace): SelectContext {
  return {
    index: indexOf(trace),
    textOf: node => node.parts.filter(part => typeof part === 'string').join(''),
    foldsNames: false,
    kept: new Map()
  }
}

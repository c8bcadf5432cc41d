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

/** Selects, and says step by step how it came to that. A variable in a text stands for itself: there is no test. */
export function explainSelector(selector: SelectorNode, trace: Trace): ExplainedSelector {
  const context: SelectContext = {
    index: indexOf(trace),
    textOf: node => node.parts.filter(part => typeof part === 'string').join(''),
    foldsNames: false,
    kept: new Map()
  }
  const positions = positionsOf(selectMarks(selector, context))
  return {
    text: printSelector(selector),
    selected: Array.from(positions, at => trace.spans[at]!.spanId),
    nearest: findNearest(selector, context)
  }
}

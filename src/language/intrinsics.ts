import type { ExpressionNode } from './ast.ts'

/**
 * Keys that every span has without carrying them as attributes. `own` ones are read off the span alone; `structure`
 * ones look at other spans, so that a span which arrives later may change them.
 */
export const INTRINSICS: ReadonlyMap<string, 'own' | 'structure'> = new Map([
  ['name', 'own'],
  ['kind', 'own'],
  ['status', 'own'],
  ['status_description', 'own'],
  ['duration', 'own'],
  ['service', 'own'],
  ['trace_id', 'own'],
  ['span_id', 'own'],
  ['parent_id', 'own'],
  ['start', 'own'],
  ['end', 'own'],
  ['events.count', 'own'],
  ['links.count', 'own'],
  ['offset', 'structure'],
  ['self_time', 'structure'],
  ['depth', 'structure'],
  ['tracetest.span.name', 'own'],
  ['tracetest.span.type', 'own'],
  ['tracetest.span.kind', 'own'],
  ['tracetest.span.duration', 'own'],
  ['tracetest.span.start_time', 'own'],
  ['tracetest.span.end_time', 'own'],
  ['tracetest.span.parent_id', 'own'],
  ['tracetest.span.status_code', 'own'],
  ['tracetest.span.status_description', 'own'],
  ['span.events', 'own']
])

/** The number of spans that a selector chose, as Tracetest spells it. */
export const SELECTED_COUNT = 'tracetest.selected_spans.count'

/** Whether an expression is Tracetest's spelling of `count()`. */
export function isSelectedCount(node: ExpressionNode): boolean {
  return node.kind === 'reference' && node.namespace === 'attr' && node.name === SELECTED_COUNT
}

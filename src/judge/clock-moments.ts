import type { ExpressionNode } from '../language/ast.ts'
import { childExpressions } from '../language/shape.ts'
import { hasAttribute, holderOf } from './lookup.ts'
import { eachOf, type Row } from './row.ts'
import { chooseRow, selectorOfItem } from './rows.ts'
import type { Focus, TraceScope } from './scope.ts'
import { skewOf, skewText } from './skew.ts'
import type { TraceIndex } from './trace-index.ts'
import { isUndetermined, type Undetermined, undetermined } from './truth.ts'

/** How far the clocks differ by which the moments of a comparison were taken. */
export interface ClockMargin {
  readonly nanos: bigint
  /** The difference of both sides is wrong by no more than that. */
  readonly isOnce: boolean
  readonly doubt: Undetermined
}

const MOMENTS: ReadonlySet<string> = new Set([
  'start',
  'end',
  'offset',
  'tracetest.span.start_time',
  'tracetest.span.end_time'
])

/** The clocks that a comparison of these expressions reads; nothing where they are not shown to differ. */
export function clockMargin(
  expressions: readonly ExpressionNode[],
  scope: TraceScope,
  focus: Focus
): ClockMargin | undefined {
  if (!expressions.some(readsMoments)) return undefined
  const { index } = scope
  const skew = skewOf(index)
  if (skew.isNone) return undefined
  const processes = [...new Set(expressions.flatMap(expression => processesRead(expression, scope, focus)))]
  let nanos = 0n
  let pair: readonly [number, number] | undefined
  for (const [place, a] of processes.entries())
    for (const b of processes.slice(place + 1)) {
      const between = skew.between(a, b)
      if (between <= nanos) continue
      nanos = between
      pair = [a, b]
    }
  if (!pair) return undefined
  const [a, b] = pair
  return {
    nanos,
    isOnce: expressions.every(addsMoments),
    doubt: undetermined('clock-skew', () => ({
      text: skewText(index, a, b),
      ...(focus.at === undefined ? {} : { spanId: index.trace.spans[focus.at]!.spanId })
    }))
  }
}

/** The processes by whose clocks an expression takes moments. */
function processesRead(node: ExpressionNode, scope: TraceScope, focus: Focus): readonly number[] {
  const { processes, trace } = scope.index
  if (node.kind === 'reference') {
    const { at } = focus
    if (at === undefined || !readsMoments(node)) return []
    const holder = holderOf(scope.index, at, node.namespace)
    const span = trace.spans[holder]
    if (!span || hasAttribute(span, node.name)) return []
    return [...triggerClock(node, scope.index), processes[holder]!]
  }
  if (node.kind !== 'aggregate' && node.kind !== 'of')
    return childExpressions(node).flatMap(child => processesRead(child, scope, focus))
  if (!readsMoments(node) || !node.expression) return []
  const row = chooseRow(node.kind === 'of' ? selectorOfItem(node.selector) : node.selector, focus, scope)
  if (isUndetermined(row)) return []
  return [...processesOf(row, scope.index), ...triggerClock(node.expression, scope.index)]
}

function readsMoments(node: ExpressionNode): boolean {
  if (node.kind === 'reference')
    return MOMENTS.has(node.name) && (node.namespace === 'attr' || node.namespace === 'parent')
  // How many different moments there are says nothing of their order.
  if (node.kind === 'aggregate' && node.name === 'distinct') return false
  return childExpressions(node).some(readsMoments)
}

/** An offset is counted from the trigger. */
function triggerClock(node: ExpressionNode, { processes, trace }: TraceIndex): readonly number[] {
  const readsOffset = (inner: ExpressionNode): boolean =>
    (inner.kind === 'reference' && inner.name === 'offset') || childExpressions(inner).some(readsOffset)
  return trace.trigger >= 0 && readsOffset(node) ? [processes[trace.trigger]!] : []
}

/** Whether moments are only added and subtracted, so that an error of a clock stays as large as it is. */
function addsMoments(node: ExpressionNode): boolean {
  if (!readsMoments(node) || node.kind === 'reference') return true
  switch (node.kind) {
    case 'binary':
      return (node.operator === '+' || node.operator === '-') && childExpressions(node).every(addsMoments)
    case 'negation':
    case 'of':
      return childExpressions(node).every(addsMoments)
    case 'aggregate':
      return (node.name === 'min' || node.name === 'max') && childExpressions(node).every(addsMoments)
    default:
      return false
  }
}

const known = new WeakMap<Row, readonly number[]>()

/** The processes of the spans of a row. */
function processesOf(row: Row, { processes }: TraceIndex): readonly number[] {
  const before = known.get(row)
  if (before) return before
  const found = new Set<number>()
  eachOf(row, at => {
    found.add(processes[at]!)
    return true
  })
  const list = [...found]
  known.set(row, list)
  return list
}

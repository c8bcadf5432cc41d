import type { CompareFilterNode, ComplexNode, PseudoNode, SelectorNode } from '../language/ast.ts'
import { FilterError } from '../language/filter-error.ts'
import { readsScope } from '../language/shape.ts'
import { doubtOffsets } from './clock-keys.ts'
import { lost, mayAskStructures } from './loss.ts'
import { nodesOf } from './nodes.ts'
import { type Row, rowOf } from './row.ts'
import { type Focus, spend, type TraceScope } from './scope.ts'
import { followSteps, prepareFromScope, type ScopedSelection } from './scoped-rows.ts'
import { selectMarks } from './select.ts'
import { doubtStoredTimes } from './stored-times.ts'
import { positionsOf } from './trace-index.ts'
import { isUndetermined, type Undetermined, undetermined } from './truth.ts'

const NO_SPANS: Row = rowOf(new Int32Array(0))

/** The spans that a selector chooses, seen from the span under test; without one, what the spec selected. */
export function chooseRow(
  selector: SelectorNode | undefined,
  focus: Focus,
  scope: TraceScope
): Row | Undetermined {
  if (!selector) return focus.selected ?? NO_SPANS
  const known = scope.rows.get(selector)
  if (known) return known
  const obstacle = obstacleOf(selector, scope)
  if (obstacle) return keep(selector, obstacle, scope)
  try {
    if (!readsScope(selector))
      return keep(selector, rowOf(positionsOf(selectMarks(selector, scope.select))), scope)
    if (focus.at === undefined)
      return undetermined('missing', () => ({ text: '`:scope` stands for no span here' }))
    return rowFromScope(selector, focus.at, scope)
  } catch (error) {
    if (!(error instanceof FilterError)) throw error
    return keep(
      selector,
      undetermined('filter', () => ({ text: error.message })),
      scope
    )
  }
}

function keep<T extends Row | Undetermined>(selector: SelectorNode, row: T, scope: TraceScope): T {
  scope.rows.set(selector, row)
  return row
}

/** Why a selector chooses nothing that could be relied on: a variable without a value, a hidden key, skewed clocks. */
function obstacleOf(selector: SelectorNode, scope: TraceScope): Undetermined | undefined {
  for (const node of nodesOf(selector)) {
    const obstacle =
      node.kind === 'string'
        ? scope.resolve(node)
        : node.kind === 'key'
          ? scope.hiddenKey(node)
          : node.kind === 'compare-filter'
            ? (doubtOffsets(node, scope.select) ??
              doubtStructures(node, scope) ??
              doubtStoredTimes(node, scope))
            : node.kind === 'pseudo'
              ? doubtEntries(node, scope)
              : undefined
    if (isUndetermined(obstacle)) return obstacle
  }
  return undefined
}

function doubtStructures(node: CompareFilterNode, { index, losses }: TraceScope): Undetermined | undefined {
  return mayAskStructures(node, index, losses) ? lost('nested-types') : undefined
}

function doubtEntries({ name }: PseudoNode, { index, losses }: TraceScope): Undetermined | undefined {
  return name === 'entry' && losses.has('flags') && index.hasEntriesByKind ? lost('flags') : undefined
}

function rowFromScope(selector: SelectorNode, at: number, scope: TraceScope): Row | Undetermined {
  let selection = scope.scoped.get(selector)
  if (!selection) {
    selection = prepareFromScope(selector, scope.select)
    scope.scoped.set(selector, selection)
  }
  return followFrom(selection, selector, at, scope)
}

function followFrom(
  selection: ScopedSelection,
  selector: SelectorNode,
  at: number,
  scope: TraceScope
): Row | Undetermined {
  if (selection.kind === 'rows') return { order: selection.rows.order, slices: selection.rows.slicesOf(at) }
  if (selection.kind === 'whole') {
    const overspent = spend(scope, scope.index.size)
    return overspent ?? rowOf(positionsOf(selectMarks(selector, scope.select, at)))
  }
  let overspent: Undetermined | undefined
  const positions = followSteps(selection.steps, at, count => {
    overspent ??= spend(scope, count)
    return overspent === undefined
  })
  return overspent ?? rowOf(positions)
}

const selectors = new WeakMap<ComplexNode, SelectorNode>()

/** A selector of one item; the same object for the same item, so that what was chosen is found again. */
export function selectorOfItem(item: ComplexNode): SelectorNode {
  const known = selectors.get(item)
  if (known) return known
  const selector: SelectorNode = { kind: 'selector', items: [item], start: item.start, end: item.end }
  selectors.set(item, selector)
  return selector
}

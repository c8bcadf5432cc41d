import type { SyntaxNode } from '../language/ast.ts'
import type { OutputNames } from '../language/classify.ts'
import { INTRINSICS } from '../language/intrinsics.ts'
import type { Loss } from '../model/run-event.ts'
import type { JudgeContext } from './context.ts'
import { mayTellStructures } from './loss.ts'
import { nodesOf } from './nodes.ts'
import { isTimeKey } from './stored-times.ts'
import type { TraceIndex } from './trace-index.ts'

/** Says of which checks a verdict on this trace may be final although spans may still come. */
export type EarlyGate = (nodes: readonly SyntaxNode[]) => boolean

export function createEarlyGate(index: TraceIndex, context: JudgeContext, outputs: OutputNames): EarlyGate {
  const { trace } = index
  const isStable =
    !context.mayRevise &&
    trace.trigger >= 0 &&
    trace.conflicting.size === 0 &&
    !trace.joining.mayShrink &&
    trace.spans.every(span => span.endUnixNano !== undefined)
  if (!isStable) return () => false
  const isTreeOpen = trace.joining.areLoose || trace.orphans.includes(1)
  const losses = new Set(context.losses)
  const isFirm = (node: SyntaxNode): boolean => {
    // What an output is may change, and whether it is at all, even where it only helps to choose spans.
    if (node.kind === 'variable') return !outputs.has(node.name)
    if (
      node.kind === 'pseudo' &&
      node.name === 'entry' &&
      (index.hasUncertainEntries || trace.joining.areLoose)
    )
      return false
    return !mayBeLost(node, losses) && (!isTreeOpen || !readsTree(node))
  }
  return nodes => nodes.every(node => nodesOf(node).every(isFirm))
}

/** Whether a node may read what a store loses of a span that is still to come. */
function mayBeLost(node: SyntaxNode, losses: ReadonlySet<Loss>): boolean {
  if (node.kind === 'pseudo') return node.name === 'entry' && losses.has('flags')
  if (node.kind !== 'compare-filter') return false
  return mayTellStructures(node, losses) || (losses.has('precision') && isTimeKey(node.key))
}

/**
 * Whether a node reads who is above or beside whom. A parent that is still to come may have the orphan itself above it:
 * such a loop is opened somewhere, and what lay below one another no longer does. Only below a root is that settled.
 */
function readsTree(node: SyntaxNode): boolean {
  switch (node.kind) {
    case 'step':
      return node.combinator !== undefined
    case 'pseudo':
      return node.name === 'has' || node.name === 'children'
    case 'relation':
      return node.name === 'child-of' || node.name === 'descendant-of'
    case 'reference':
    case 'key':
      return INTRINSICS.get(node.name) === 'structure'
    default:
      return false
  }
}

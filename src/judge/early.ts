import type { SyntaxNode } from '../language/ast.ts'
import { INTRINSICS } from '../language/intrinsics.ts'
import type { JudgeContext } from './context.ts'
import { nodesOf } from './nodes.ts'
import type { TraceIndex } from './trace-index.ts'

/** Says of which checks a verdict on this trace may be final although spans may still come. */
export type EarlyGate = (nodes: readonly SyntaxNode[]) => boolean

export function createEarlyGate(index: TraceIndex, context: JudgeContext): EarlyGate {
  const { trace } = index
  const isStable =
    !context.mayRevise &&
    trace.trigger >= 0 &&
    trace.conflicting.size === 0 &&
    trace.spans.every(span => span.endUnixNano !== undefined)
  if (!isStable) return () => false
  const shadowed = new Map<string, boolean>()
  const isShadowed = (name: string): boolean => {
    const known = shadowed.get(name)
    if (known !== undefined) return known
    const isCarried = INTRINSICS.has(name) && carries(index, name)
    shadowed.set(name, isCarried)
    return isCarried
  }
  return nodes =>
    nodes.flatMap(nodesOf).every(node => {
      if (node.kind === 'pseudo') return node.name !== 'entry' || !index.hasUncertainEntries
      if (node.kind !== 'aggregate' || node.expression?.kind !== 'reference') return true
      return !isShadowed(node.expression.name)
    })
}

/** Whether spans carry an attribute in place of an intrinsic: what is true of a duration need not be true of it. */
function carries({ trace }: TraceIndex, name: string): boolean {
  return trace.spans.some(
    ({ attributes, resource, scope }) =>
      attributes.has(name) || resource.has(name) || scope.attributes.has(name)
  )
}

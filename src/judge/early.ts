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
  let shadowed: ReadonlySet<string> | undefined
  return nodes =>
    nodes.flatMap(nodesOf).every(node => {
      if (node.kind === 'pseudo') return node.name !== 'entry' || !index.hasUncertainEntries
      if (node.kind !== 'aggregate' || node.expression?.kind !== 'reference') return true
      shadowed ??= shadowedIntrinsics(index)
      return !shadowed.has(node.expression.name)
    })
}

/** Intrinsics in whose place some spans carry attributes: what is true of a duration need not be true of those. */
function shadowedIntrinsics({ trace }: TraceIndex): ReadonlySet<string> {
  const shadowed = new Set<string>()
  for (const span of trace.spans)
    for (const attributes of [span.attributes, span.resource, span.scope.attributes])
      for (const key of attributes.keys()) if (INTRINSICS.has(key)) shadowed.add(key)
  return shadowed
}

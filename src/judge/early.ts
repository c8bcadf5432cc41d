import type { SyntaxNode } from '../language/ast.ts'
import { INTRINSICS } from '../language/intrinsics.ts'
import { walkNodes } from '../language/walk.ts'
import type { JudgeContext } from './context.ts'
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
  return nodes => {
    let isAllowed = true
    for (const node of nodes)
      walkNodes(node, inner => {
        if (!isAllowed) return
        if (inner.kind === 'pseudo' && inner.name === 'entry') isAllowed = !index.hasUncertainEntries
        else if (inner.kind === 'aggregate' && inner.expression?.kind === 'reference') {
          shadowed ??= shadowedIntrinsics(index)
          isAllowed = !shadowed.has(inner.expression.name)
        }
      })
    return isAllowed
  }
}

/** Intrinsics in whose place some spans carry attributes: what is true of a duration need not be true of those. */
function shadowedIntrinsics({ trace }: TraceIndex): ReadonlySet<string> {
  const shadowed = new Set<string>()
  for (const span of trace.spans)
    for (const attributes of [span.attributes, span.resource, span.scope.attributes])
      for (const key of attributes.keys()) if (INTRINSICS.has(key)) shadowed.add(key)
  return shadowed
}

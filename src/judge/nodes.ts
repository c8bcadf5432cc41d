import type { SyntaxNode } from '../language/ast.ts'
import { walkNodes } from '../language/walk.ts'

const known = new WeakMap<SyntaxNode, readonly SyntaxNode[]>()

/** A node and all below it. Kept, because a test is judged again whenever spans arrive. */
export function nodesOf(node: SyntaxNode): readonly SyntaxNode[] {
  const before = known.get(node)
  if (before) return before
  const nodes: SyntaxNode[] = []
  walkNodes(node, inner => {
    nodes.push(inner)
  })
  known.set(node, nodes)
  return nodes
}

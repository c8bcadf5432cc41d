import type { SyntaxNode } from '../language/ast.ts'
import type { CompiledChecks } from '../language/check.ts'
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

/** Every selector, assertion and value of a test. */
export function nodesOfChecks(checks: CompiledChecks): readonly SyntaxNode[] {
  const inSpecs = checks.specs.flatMap(spec => [
    ...(spec.when ? [spec.when.node] : []),
    ...(spec.kind === 'selector'
      ? [spec.selector, ...spec.assertions.map(assertion => assertion.node)]
      : spec.steps.map(step => step.selector))
  ])
  return [
    ...inSpecs,
    ...checks.outputs.flatMap(({ selector, value }) => (selector ? [selector, value] : [value]))
  ]
}

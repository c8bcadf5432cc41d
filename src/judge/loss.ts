import type { SyntaxNode } from '../language/ast.ts'
import type { Loss } from '../model/run-event.ts'
import type { Reason } from '../model/verdict.ts'
import { nodesOf } from './nodes.ts'
import { IS_FOLDED, isNameKey } from './span-filter.ts'

const LOST: Partial<Record<Loss, string>> = {
  links: 'links of spans',
  events: 'events of spans',
  scope: 'instrumentation scopes'
}

/** Why a check cannot be judged on what a store keeps; nothing where it reads none of what is lost. */
export function lossOf(nodes: readonly SyntaxNode[], losses: ReadonlySet<Loss>): Reason | undefined {
  if (losses.size === 0) return undefined
  for (const inner of nodes.flatMap(nodesOf)) {
    const loss = readOf(inner)
    if (loss !== undefined && losses.has(loss))
      return { code: 'lost', text: `the store loses ${LOST[loss] ?? ''}` }
    if (losses.has('case') && readsCase(inner))
      return { code: 'lost', text: 'the store keeps names of spans and services in lower case' }
  }
  return undefined
}

function readOf(node: SyntaxNode): Loss | undefined {
  if (node.kind !== 'key' && node.kind !== 'reference') return undefined
  const { namespace, name } = node
  if (namespace === 'link' || name === 'links.count') return 'links'
  if (namespace === 'event' || name === 'events.count' || name === 'span.events') return 'events'
  return namespace === 'scope' ? 'scope' : undefined
}

function readsCase(node: SyntaxNode): boolean {
  return node.kind === 'compare-filter' && isNameKey(node.key) && !IS_FOLDED.has(node.operator)
}

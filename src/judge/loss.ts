import type { CompareFilterNode, ExpressionNode, SyntaxNode } from '../language/ast.ts'
import { parseJsonStructure } from '../language/json.ts'
import { describeLoss, lossReadIn } from '../language/losses.ts'
import type { Loss } from '../model/run-event.ts'
import type { Reason } from '../model/verdict.ts'
import { keyReader } from './lookup.ts'
import { nodesOf } from './nodes.ts'
import type { TraceIndex } from './trace-index.ts'
import { type Evaluated, type Undetermined, undetermined } from './truth.ts'

/** Why a check cannot be judged on what a store keeps; nothing where it reads none of what is lost. */
export function lossOf(nodes: readonly SyntaxNode[], losses: ReadonlySet<Loss>): Reason | undefined {
  if (losses.size === 0) return undefined
  const loss = lossReadIn(nodes, losses, nodesOf)
  return loss && reasonFor(loss)
}

function reasonFor(loss: Loss): Reason {
  return { code: 'lost', text: `the store ${describeLoss(loss)}` }
}

/** That a check cannot be judged, since it reads what a store loses of this trace. */
export function lost(loss: Loss): Undetermined {
  return undetermined('lost', () => reasonFor(loss))
}

/** Comparisons that tell an array from the JSON text of it; `type` is `is`. */
const TELLS_STRUCTURES: ReadonlySet<string> = new Set([
  'contains',
  'not-contains',
  'starts-with',
  'ends-with',
  'matches',
  '<',
  '<=',
  '>',
  '>=',
  'type'
])
/** Filters that read a text as JSON as they read an array or a map. */
const READS_JSON: ReadonlySet<string> = new Set(['json_path', 'json'])

/** Whether a comparison or a filter tells an array from the JSON text of it, and the value may have been either. */
export function mayBeStructure(
  node: ExpressionNode,
  value: Evaluated,
  by: { readonly operator: string } | { readonly filter: string },
  losses: ReadonlySet<Loss>
): boolean {
  const tells = 'operator' in by ? TELLS_STRUCTURES.has(by.operator) : !READS_JSON.has(by.filter)
  const isRead = (node.kind === 'of' ? node.expression : node).kind === 'reference'
  return tells && isRead && losesStructures(losses) && isStructureText(value)
}

/** Whether a filter of a selector tells an array from the JSON text of it, which a store does not. */
export function mayTellStructures({ operator }: CompareFilterNode, losses: ReadonlySet<Loss>): boolean {
  return losesStructures(losses) && TELLS_STRUCTURES.has(operator)
}

/** The same of a filter of a selector, over all spans that it may ask. */
export function mayAskStructures(
  filter: CompareFilterNode,
  index: TraceIndex,
  losses: ReadonlySet<Loss>
): boolean {
  const { namespace, name } = filter.key
  if (!mayTellStructures(filter, losses) || namespace === 'event' || namespace === 'link') return false
  const read = keyReader(index, namespace, name, 'bare')
  for (let at = 0; at < index.size; at++) if (isStructureText(read(at))) return true
  return false
}

function losesStructures(losses: ReadonlySet<Loss>): boolean {
  return losses.has('nested-types') || losses.has('types')
}

function isStructureText(value: unknown): boolean {
  return typeof value === 'string' && parseJsonStructure(value) !== undefined
}

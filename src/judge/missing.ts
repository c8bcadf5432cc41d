import type { KeyNode } from '../language/ast.ts'
import type { Reason } from '../model/verdict.ts'
import { holderOf } from './lookup.ts'
import { findNearKey } from './near-key.ts'
import { describeSpan } from './text.ts'
import type { TraceIndex } from './trace-index.ts'

/** Why a key is missing on a span, and which is there instead. */
export function explainMissing(
  index: TraceIndex,
  at: number,
  key: Pick<KeyNode, 'namespace' | 'name'>
): Omit<Reason, 'code'> {
  const span = index.trace.spans[at]!
  const { spanId } = span
  const { namespace, name } = key
  const holder = holderOf(index, at, namespace)
  if (holder < 0) return { spanId, text: `the parent of ${describeSpan(span)} is not in the trace` }
  const what = namespace === undefined || namespace === 'attr' ? `attribute ${name}` : `${namespace}:${name}`
  const text = `${what} is missing on ${describeSpan(span)}`
  const near = findNearKey(index, holder, namespace === 'parent' ? { name } : key)
  if (!near) return { spanId, text }
  const because = near.kind === 'near' ? '' : ` (${near.because})`
  return { spanId, text: `${text}, which has ${near.name}${because}`, nearest: near.name }
}

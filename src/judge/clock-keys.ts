import type { CompareFilterNode, KeyNode } from '../language/ast.ts'
import { durationOf, isDuration } from '../language/values.ts'
import { hasAttribute, holderOf, readKey } from './lookup.ts'
import { skewOf, skewText } from './skew.ts'
import { compileComparison, type FilterContext } from './span-filter.ts'
import type { TraceIndex } from './trace-index.ts'
import { type Undetermined, undetermined } from './truth.ts'

type Key = Pick<KeyNode, 'namespace' | 'name'>

/** Why the time of a span cannot be counted from the trigger; nothing where it can, or where it is an attribute. */
export function doubtOffset(index: TraceIndex, at: number, key: Key): Undetermined | undefined {
  const { trace, processes } = index
  if (!isOffset(key) || trace.trigger < 0 || skewOf(index).isNone) return undefined
  const holder = holderOf(index, at, key.namespace)
  const span = trace.spans[holder]
  if (!span || hasAttribute(span, key.name)) return undefined
  const [own, ours] = [processes[holder]!, processes[trace.trigger]!]
  if (skewOf(index).between(own, ours) === 0n) return undefined
  return undetermined('clock-skew', () => ({ text: skewText(index, ours, own), spanId: span.spanId }))
}

function isOffset({ namespace, name }: Key): boolean {
  return name === 'offset' && (namespace === undefined || namespace === 'attr' || namespace === 'parent')
}

const ORDERINGS: ReadonlySet<string> = new Set(['<', '<=', '>', '>='])

/** Why a filter cannot choose by times from the trigger: those of a span lie nearer to its limit than clocks differ. */
export function doubtOffsets(
  filter: CompareFilterNode,
  context: Pick<FilterContext, 'index' | 'textOf' | 'foldsNames'>
): Undetermined | undefined {
  const { index } = context
  const { key } = filter
  if (!isOffset(key) || skewOf(index).isNone) return undefined
  const { processes, trace } = index
  const compare = ORDERINGS.has(filter.operator) ? compileComparison(filter, context) : undefined
  for (let at = 0; at < index.size; at++) {
    const doubt = doubtOffset(index, at, key)
    if (!doubt) continue
    if (!compare) return doubt
    const offset = readKey(index, at, key.namespace === 'parent' ? 'parent' : 'attr', key.name, 'bare')
    const holder = holderOf(index, at, key.namespace)
    if (offset === undefined || !isDuration(offset)) continue
    const margin = skewOf(index).between(processes[holder]!, processes[trace.trigger]!)
    const truths = [-margin, 0n, margin].map(shift => compare(durationOf(offset.nanos + shift)))
    if (truths.some(truth => truth !== truths[0])) return doubt
  }
  return undefined
}

import type { CompareFilterNode, KeyNode } from '../language/ast.ts'
import { durationOf, isDuration, type Value } from '../language/values.ts'
import type { Operand } from './equal.ts'
import { readKey } from './lookup.ts'
import { lost } from './loss.ts'
import type { TraceScope } from './scope.ts'
import { compileComparison } from './span-filter.ts'
import { isUndetermined, type Truth, type Undetermined } from './truth.ts'

/** Where a store keeps microseconds only, a time is off by less than one. */
export const STORED_MARGIN_NANOS = 999n

const TIMES: ReadonlySet<string> = new Set([
  'start',
  'end',
  'duration',
  'offset',
  'self_time',
  'tracetest.span.start_time',
  'tracetest.span.end_time',
  'tracetest.span.duration'
])

/** Whether a key is a time of the span itself. */
export function isTimeKey({ namespace, name }: Pick<KeyNode, 'namespace' | 'name'>): boolean {
  return TIMES.has(name) && (namespace === undefined || namespace === 'attr' || namespace === 'parent')
}

/** By how much a time may be off; what is left of a span without its children, by all of their starts and ends. */
export function storedErrorOf(name: string, { index }: Pick<TraceScope, 'index'>): bigint {
  return name === 'self_time' ? STORED_MARGIN_NANOS * 2n * BigInt(index.size) : STORED_MARGIN_NANOS
}

/** A truth that holds however much of a time the store has lost. */
export function despiteError(operand: Operand, nanos: bigint, judge: (operand: Operand) => Truth): Truth {
  const truth = judge(operand)
  if (nanos === 0n || isUndetermined(truth)) return truth
  const isSure = [-nanos, nanos].every(
    by => judge({ ...operand, value: shifted(operand.value, by) }) === truth
  )
  return isSure ? truth : lost('precision')
}

/** No time that was counted from zero becomes less than that. */
function shifted(value: Value, by: bigint): Value {
  if (typeof value === 'bigint') return shiftedNanos(value, by)
  return isDuration(value) ? durationOf(shiftedNanos(value.nanos, by)) : value
}

function shiftedNanos(nanos: bigint, by: bigint): bigint {
  const moved = nanos + by
  return nanos >= 0n && moved < 0n ? 0n : moved
}

/** Why a filter cannot choose by times: one lies nearer to its limit than the store tells times apart. */
export function doubtStoredTimes(filter: CompareFilterNode, scope: TraceScope): Undetermined | undefined {
  const { key } = filter
  if (!scope.losses.has('precision') || !isTimeKey(key)) return undefined
  const { namespace, name } = key
  if (namespace === 'event' || namespace === 'link') return undefined
  const compare = compileComparison(filter, scope.select)
  const nanos = storedErrorOf(name, scope)
  for (let at = 0; at < scope.index.size; at++) {
    const value = readKey(scope.index, at, namespace, name, 'bare')
    if (value === undefined) continue
    const truth = compare(value)
    if ([-nanos, nanos].some(by => compare(shifted(value, by)) !== truth)) return lost('precision')
  }
  return undefined
}

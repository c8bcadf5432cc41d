import type { CompareFilterNode, FilterNode, FilterValueNode, KeyNode, StringNode } from '../language/ast.ts'
import { SELECTED_COUNT } from '../language/intrinsics.ts'
import { IS_FOLDED, isNameKey } from '../language/losses.ts'
import { compilePattern } from '../language/patterns.ts'
import { textOf, type Value } from '../language/values.ts'
import { compareValues, isAmong, isBetween } from './compare.ts'
import type { Operand } from './equal.ts'
import { literalValue } from './literal-value.ts'
import { keyReader, readAll } from './lookup.ts'
import type { TraceIndex } from './trace-index.ts'

/** True, false, or nothing where the key is missing or of another type. */
export type FilterTruth = boolean | undefined

/** What a filter needs beside the span. */
export interface FilterContext {
  readonly index: TraceIndex
  /** The text of a string of the selector, interpolations replaced. */
  textOf(node: StringNode): string
  /** The store lowers names of spans and services, so that their case must not count. */
  readonly foldsNames: boolean
}

export type SpanFilter = (at: number) => FilterTruth

/** A filter, ready for every span. `isCounted` answers for comparisons of the number of selected spans. */
export function compileFilter(
  filter: FilterNode,
  context: FilterContext,
  isCounted: (node: CompareFilterNode) => boolean
): SpanFilter {
  switch (filter.kind) {
    case 'and-filter': {
      const parts = filter.filters.map(part => compileFilter(part, context, isCounted))
      return at => joined(parts, at, false)
    }
    case 'or-filter': {
      const parts = filter.filters.map(part => compileFilter(part, context, isCounted))
      return at => joined(parts, at, true)
    }
    case 'not-filter': {
      const inner = compileFilter(filter.filter, context, isCounted)
      return at => {
        const truth = inner(at)
        return truth === undefined ? undefined : !truth
      }
    }
    case 'exists-filter': {
      const { key, negated } = filter
      if (isCountKey(key)) return () => !negated
      const has = keyTest(context.index, key)
      return at => has(at) !== negated
    }
    case 'compare-filter': {
      if (isCountKey(filter.key)) return () => isCounted(filter)
      const compare = compileComparison(filter, context)
      const { key } = filter
      if (key.namespace === 'event' || key.namespace === 'link') {
        const { namespace, name } = key
        return at => anyOf(readAll(context.index.trace.spans[at]!, namespace, name), compare)
      }
      const read = keyReader(context.index, key.namespace, key.name, 'bare')
      return at => {
        const value = read(at)
        return value === undefined ? undefined : compare(value)
      }
    }
  }
}

/** Kleene's `or` where `decisive` is true, his `and` where it is false. */
function joined(parts: readonly SpanFilter[], at: number, decisive: boolean): FilterTruth {
  let truth: FilterTruth = !decisive
  for (const part of parts) {
    const one = part(at)
    if (one === decisive) return decisive
    if (one === undefined) truth = undefined
  }
  return truth
}

function anyOf(values: readonly Value[], compare: (value: Value) => FilterTruth): FilterTruth {
  let truth: FilterTruth = values.length === 0 ? undefined : false
  for (const value of values) {
    const one = compare(value)
    if (one) return true
    if (one === undefined) truth = undefined
  }
  return truth
}

export function isCountKey(key: KeyNode): boolean {
  return key.name === SELECTED_COUNT && (key.namespace === undefined || key.namespace === 'attr')
}

/** Comparisons of the number of selected spans in a filter. */
export function countComparisons(filter: FilterNode | undefined): readonly CompareFilterNode[] {
  switch (filter?.kind) {
    case undefined:
    case 'exists-filter':
      return []
    case 'and-filter':
    case 'or-filter':
      return filter.filters.flatMap(countComparisons)
    case 'not-filter':
      return countComparisons(filter.filter)
    case 'compare-filter':
      return isCountKey(filter.key) ? [filter] : []
  }
}

/** Whether a key is there, as a function of the span. */
export function keyTest(
  index: TraceIndex,
  { namespace, name }: Pick<KeyNode, 'namespace' | 'name'>
): (at: number) => boolean {
  if (namespace === 'event' || namespace === 'link')
    return at => readAll(index.trace.spans[at]!, namespace, name).length > 0
  const read = keyReader(index, namespace, name, 'bare')
  return at => read(at) !== undefined
}

export function hasKey(index: TraceIndex, at: number, key: Pick<KeyNode, 'namespace' | 'name'>): boolean {
  return keyTest(index, key)(at)
}

/** The comparison of a filter as a function of the value on the left. */
export function compileComparison(
  filter: Pick<CompareFilterNode, 'key' | 'operator' | 'value'>,
  context: Pick<FilterContext, 'textOf' | 'foldsNames'>
): (value: Value) => FilterTruth {
  const { operator } = filter
  const folds = context.foldsNames && isNameKey(filter.key)
  // A text in lower case has no pattern and no order that would be true of the text itself.
  if (folds && !IS_FOLDED.has(operator)) return () => undefined
  const operands = operandsOf(filter.value, context).map(operand => (folds ? lowered(operand) : operand))
  const asOperand = (value: Value): Operand => {
    const operand = { value, isLiteral: false }
    return folds ? lowered(operand) : operand
  }
  if (operator === 'in' || operator === 'not in') {
    const isInterval = filter.value.kind === 'interval'
    return value => {
      const left = asOperand(value)
      const truth = isInterval ? isBetween(left, operands[0]!, operands[1]!) : isAmong(left, operands)
      return truth === undefined || operator === 'in' ? truth : !truth
    }
  }
  const right = operands[0]!
  if (operator === 'matches') {
    const pattern = compilePattern(textOf(right.value))
    return value => pattern.matches(textOf(value))
  }
  return value => compareValues(operator, asOperand(value), right)
}

export function lowered(operand: Operand): Operand {
  return typeof operand.value === 'string' ? { ...operand, value: operand.value.toLowerCase() } : operand
}

function operandsOf(value: FilterValueNode, context: Pick<FilterContext, 'textOf'>): readonly Operand[] {
  switch (value.kind) {
    case 'list':
      return value.items.flatMap(item => operandsOf(item, context))
    case 'interval':
      return [value.low, value.high].map(node => ({ value: literalValue(node), isLiteral: true }))
    case 'string':
      return [{ value: context.textOf(value), isLiteral: true }]
    default:
      return [{ value: literalValue(value), isLiteral: true }]
  }
}

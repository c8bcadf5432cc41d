import type { CompareFilterNode, ExistsFilterNode, FilterNode, KeyNode } from '../language/ast.ts'
import type { Value } from '../language/values.ts'
import { readAll, readKey } from './lookup.ts'
import { findNearKey, type NearKey } from './near-key.ts'
import { createValueComparer, type Shortfall, TOO_FAR, type ValueComparer } from './near-value.ts'
import type { SelectContext } from './select.ts'
import { printFilter } from './selector-text.ts'
import { compileFilter, type SpanFilter } from './span-filter.ts'
import { showValue } from './text.ts'

const NO_SUCH_KEY = 2
const LEFT_OUT = 0.8
const DISTANCE_OF = { renamed: 0.1, spelling: 0.2, near: 0.5 } as const

/** Puts into words why spans do not meet filters. Made for one selector: it keeps what it found out. */
export interface ShortfallFinder {
  explain(at: number, filter: FilterNode): Shortfall
}

export function createShortfallFinder(context: SelectContext): ShortfallFinder {
  const comparers = new Map<CompareFilterNode, ValueComparer>()
  const twins = new Map<FilterNode, Map<string, Twin>>()

  const compare = (filter: CompareFilterNode, actual: Value): Shortfall => {
    let comparer = comparers.get(filter)
    if (comparer === undefined) {
      comparer = createValueComparer(filter, context)
      comparers.set(filter, comparer)
    }
    return comparer(actual)
  }

  const twinOf = (filter: KeyFilter, name: string): Twin => {
    let named = twins.get(filter)
    if (named === undefined) {
      named = new Map()
      twins.set(filter, named)
    }
    let twin = named.get(name)
    if (twin === undefined) {
      const renamed = { ...filter, key: { ...filter.key, name } }
      twin = { filter: renamed, test: compileFilter(renamed, context, () => true) }
      named.set(name, twin)
    }
    return twin
  }

  const explainMissing = (at: number, filter: KeyFilter): Shortfall => {
    const { key } = filter
    const near = findNearKey(context.index, at, key)
    if (near === undefined) return { distance: NO_SUCH_KEY, text: `has no ${key.name}` }
    const twin = twinOf(filter, near.name)
    const [value] = valuesOf(at, twin.filter.key, context)
    const shown = value === undefined ? near.name : `${near.name} = ${showValue(value)}`
    const text = `has ${shown}, not ${key.name}${reasonOf(near)}`
    const distance = DISTANCE_OF[near.kind]
    if (twin.test(at) === true) return { distance, text }
    if (twin.filter.kind === 'exists-filter' || value === undefined) return { distance: TOO_FAR, text }
    return { distance: distance + compare(twin.filter, value).distance, text }
  }

  const explain = (at: number, filter: FilterNode): Shortfall => {
    switch (filter.kind) {
      case 'compare-filter': {
        const [value] = valuesOf(at, filter.key, context)
        return value === undefined ? explainMissing(at, filter) : compare(filter, value)
      }
      case 'exists-filter':
        return filter.negated
          ? { distance: LEFT_OUT, text: `has ${filter.key.name}` }
          : explainMissing(at, filter)
      case 'or-filter':
        return filter.filters
          .map(part => explain(at, part))
          .reduce((best, other) => (other.distance < best.distance ? other : best))
      case 'and-filter':
        return filter.filters
          .map(part => explain(at, part))
          .reduce((worst, other) => (other.distance > worst.distance ? other : worst))
      case 'not-filter':
        return { distance: LEFT_OUT, text: `is left out by ${printFilter(filter)}` }
    }
  }

  return { explain }
}

type KeyFilter = CompareFilterNode | ExistsFilterNode

/** A filter that asks for another key, and whether a span meets it. */
interface Twin {
  readonly filter: KeyFilter
  readonly test: SpanFilter
}

function reasonOf({ kind, because }: NearKey): string {
  return kind === 'near' ? '' : ` (${because})`
}

/** The values that a span has under a key: several only of events and links. */
export function valuesOf(at: number, { namespace, name }: KeyNode, context: SelectContext): readonly Value[] {
  if (namespace === 'event' || namespace === 'link')
    return readAll(context.index.trace.spans[at]!, namespace, name)
  const value = readKey(context.index, at, namespace, name, 'bare')
  return value === undefined ? [] : [value]
}

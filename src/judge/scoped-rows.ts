import type { Combinator, ComplexNode, SelectorNode, StepNode } from '../language/ast.ts'
import { readsScopeIn } from '../language/shape.ts'
import { type PreparedStep, prepareStep, type SelectContext } from './select.ts'

/**
 * For every span the spans that a selector from `:scope` leads to: pieces of one array, worked out in one pass over the
 * trace, however many spans ask.
 */
export interface ScopedRows {
  readonly order: Int32Array
  /** Pairs of `from` and `to` in `order`; no span is in two of them. */
  slicesOf(scope: number): readonly number[]
}

/** A selector that starts at `:scope`, worked out as far as that goes for all spans together. */
export type ScopedSelection =
  | { readonly kind: 'rows'; readonly rows: ScopedRows }
  /** Siblings and places are followed from each span, a step at a time. */
  | { readonly kind: 'steps'; readonly steps: readonly PreparedStep[] }
  /** The selector reads `:scope` elsewhere too: only the whole way, span by span. */
  | { readonly kind: 'whole' }

export function prepareFromScope(selector: SelectorNode, context: SelectContext): ScopedSelection {
  const [complex, ...others] = selector.items
  if (!complex || others.length > 0 || !startsAtScope(complex)) return { kind: 'whole' }
  const nodes = complex.steps.slice(1)
  if (nodes.some(({ compound }) => readsScopeIn(compound))) return { kind: 'whole' }
  const steps = nodes.map(node => prepareStep(node, context))
  const marks = steps.map(step => step.matches)
  if (nodes.some(node => node.combinator === 'sibling') || !marks.every(mark => mark !== undefined))
    return { kind: 'steps', steps }
  return { kind: 'rows', rows: arrangeChain(nodes, marks, context) }
}

/** The rows of `:scope > …`, `:scope …` and chains of both. */
function arrangeChain(
  steps: readonly StepNode[],
  marks: readonly Uint8Array[],
  context: SelectContext
): ScopedRows {
  const firstDeep = steps.findIndex(step => combinatorOf(step) === 'descendant')
  if (firstDeep < 0) return arrangeGenerations(marks, context)
  const below = arrangeDescent(steps.slice(firstDeep), marks.slice(firstDeep), context)
  if (firstDeep === 0) return { order: below.order, slicesOf: scope => below.sliceOf(scope) }
  const above = arrangeGenerations(marks.slice(0, firstDeep), context)
  return {
    order: below.order,
    slicesOf: scope => {
      const [from = 0, to = 0] = above.slicesOf(scope)
      const slices: number[] = []
      for (let place = from; place < to; place++) slices.push(...below.sliceOf(above.order[place]!))
      return slices
    }
  }
}

function startsAtScope(complex: ComplexNode): boolean {
  const start = complex.steps[0]?.compound
  return start?.filter === undefined && start?.pseudos.length === 1 && start.pseudos[0]!.name === 'scope'
}

const combinatorOf = (step: StepNode): Combinator => step.combinator ?? 'descendant'

/**
 * The spans to which steps lead from one span, in trace order. `spend` hears of every span that is looked at, and stops
 * the search by answering `false`.
 */
export function followSteps(
  steps: readonly PreparedStep[],
  scope: number,
  spend: (count: number) => boolean
): Int32Array {
  let frontier = new Set([scope])
  for (const step of steps) {
    const next = new Set<number>()
    for (const anchor of frontier) {
      let looked = 1
      step.follow(anchor, at => {
        next.add(at)
        looked++
      })
      if (!spend(looked)) return new Int32Array(0)
    }
    frontier = next
  }
  return Int32Array.from(frontier).sort()
}

/** Steps of `>` alone: every span at the end has one span from which it is reached. */
function arrangeGenerations(marks: readonly Uint8Array[], context: SelectContext): ScopedRows {
  const { size, trace } = context.index
  let origins = Int32Array.from({ length: size }, (_, at) => at)
  for (const mark of marks) {
    const next = new Int32Array(size).fill(-1)
    for (let at = 0; at < size; at++) {
      const parent = trace.parents[at]!
      if (mark[at] && parent >= 0) next[at] = origins[parent]!
    }
    origins = next
  }
  const { order, starts } = sortByKey(origins, size)
  return { order, slicesOf: scope => [starts[scope]!, starts[scope + 1]!] }
}

/**
 * Steps of which the first goes to descendants: a span at the end is reached from all that lie above the deepest span
 * that may be its first step, so that arranged by those it is found by one interval.
 */
function arrangeDescent(
  steps: readonly StepNode[],
  marks: readonly Uint8Array[],
  context: SelectContext
): { order: Int32Array; sliceOf(scope: number): readonly [number, number] } {
  const { size, trace } = context.index
  let deepest = new Int32Array(size).fill(-1)
  steps.forEach((step, stepAt) => {
    const next = new Int32Array(size).fill(-1)
    const above = new Int32Array(size).fill(-1)
    for (let at = 0; at < size; at++) {
      const parent = trace.parents[at]!
      if (parent >= 0) above[at] = Math.max(above[parent]!, deepest[parent]!)
      if (!marks[stepAt]![at]) continue
      if (stepAt === 0) next[at] = at
      else if (combinatorOf(step) === 'descendant') next[at] = above[at]!
      else if (parent >= 0) next[at] = deepest[parent]!
    }
    deepest = next
  })
  const { order, starts } = sortByKey(deepest, size)
  return { order, sliceOf: scope => [starts[scope + 1]!, starts[trace.subtreeEnds[scope]!]!] }
}

/** Positions by their keys, equal keys in trace order; -1 leaves one out. */
function sortByKey(keys: Int32Array, keyCount: number): { order: Int32Array; starts: Int32Array } {
  const starts = new Int32Array(keyCount + 1)
  for (const key of keys) if (key >= 0) starts[key + 1]!++
  for (let key = 0; key < keyCount; key++) starts[key + 1]! += starts[key]!
  const order = new Int32Array(starts[keyCount]!)
  const next = starts.slice()
  keys.forEach((key, at) => {
    if (key >= 0) order[next[key]!++] = at
  })
  return { order, starts }
}

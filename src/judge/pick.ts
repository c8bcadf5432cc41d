import type { CompareFilterNode, PseudoNode } from '../language/ast.ts'
import type { Layout } from './layout.ts'
import { compileComparison, type FilterContext } from './span-filter.ts'

/** Chooses among the spans that stand in a relation to one span. */
export interface Picker {
  /** Marks what is chosen for an anchor. */
  mark(anchor: number, marks: Uint8Array): void
  /** Calls back with each span that is chosen for an anchor. */
  each(anchor: number, visit: (at: number) => void): void
  /** Whether what is chosen for an anchor has a wanted span. */
  hits(anchor: number, wanted: Uint8Array): boolean
}

export function isPositional(pseudo: PseudoNode): boolean {
  return pseudo.name === 'first' || pseudo.name === 'last' || pseudo.name === 'nth_child'
}

const NO_PICKER: Picker = { mark: () => undefined, each: () => undefined, hits: () => false }

/** Which of the spans in a row are taken: all, or the one at an index; -1 is the last. */
export type Position = 'all' | 'none' | number

/** Where the first of the positional pseudo-classes chooses, given those behind it. */
export function positionIn(first: PseudoNode | undefined, after: readonly PseudoNode[]): Position {
  if (!first) return 'all'
  // One span is left after the first choice: it is also the last, and the first child of the row.
  const isEmptied = after.some(pseudo => pseudo.name === 'nth_child' && pseudo.index !== 1n)
  if (isEmptied) return 'none'
  if (first.name === 'first') return 0
  if (first.name !== 'nth_child') return -1
  return first.index >= 1n && first.index <= 0x7fffffffn ? Number(first.index) - 1 : 'none'
}

/** Chooses a place in the row of every anchor. */
export function createPicker(layout: Layout, position: Position): Picker {
  const { order } = layout
  if (position === 'none') return NO_PICKER
  if (position === 'all') return createRowPicker(layout)
  const pick = (anchor: number): number => {
    const from = layout.from(anchor)
    const to = layout.to(anchor)
    const place = position < 0 ? to - 1 : from + position
    return place >= from && place < to ? order[place]! : -1
  }
  return {
    mark(anchor, marks) {
      const at = pick(anchor)
      if (at >= 0) marks[at] = 1
    },
    each(anchor, visit) {
      const at = pick(anchor)
      if (at >= 0) visit(at)
    },
    hits(anchor, wanted) {
      const at = pick(anchor)
      return at >= 0 && wanted[at] === 1
    }
  }
}

/** Takes whole rows. Rows of nested spans overlap, so what is marked is remembered, and what is wanted is counted once. */
function createRowPicker(layout: Layout): Picker {
  const { order } = layout
  // A place leads to the next one that is not marked yet, as far as that is known.
  const nexts = Int32Array.from({ length: order.length + 1 }, (_, place) => place)
  const nextOpen = (from: number): number => {
    let place = from
    while (nexts[place] !== place) {
      nexts[place] = nexts[nexts[place]!]!
      place = nexts[place]!
    }
    return place
  }
  let wantedFor: Uint8Array | undefined
  let sums = new Int32Array(0)
  return {
    mark(anchor, marks) {
      const to = layout.to(anchor)
      for (let place = nextOpen(layout.from(anchor)); place < to; place = nextOpen(place)) {
        marks[order[place]!] = 1
        nexts[place] = place + 1
      }
    },
    each(anchor, visit) {
      for (let place = layout.from(anchor); place < layout.to(anchor); place++) visit(order[place]!)
    },
    hits(anchor, wanted) {
      if (wantedFor !== wanted) {
        wantedFor = wanted
        sums = new Int32Array(order.length + 1)
        for (let place = 0; place < order.length; place++)
          sums[place + 1] = sums[place]! + wanted[order[place]!]!
      }
      return sums[layout.to(anchor)]! > sums[layout.from(anchor)]!
    }
  }
}

/** Chooses with the picker that fits how many spans an anchor has; anchors for which the same comparisons hold share one. */
export function createCountedPicker(
  counts: readonly CompareFilterNode[],
  layout: Layout,
  context: Pick<FilterContext, 'textOf' | 'foldsNames'>,
  pickerFor: (truths: ReadonlyMap<CompareFilterNode, boolean>) => Picker
): Picker {
  const comparisons = counts.map(node => ({ node, compare: compileComparison(node, context) }))
  const pickers = new Map<string, Picker>()
  const pickerOf = (anchor: number): Picker => {
    const count = BigInt(layout.to(anchor) - layout.from(anchor))
    const truths = comparisons.map(({ compare }) => compare(count) === true)
    const key = truths.join()
    const known = pickers.get(key)
    if (known) return known
    const picker = pickerFor(new Map(comparisons.map(({ node }, at) => [node, truths[at]!])))
    pickers.set(key, picker)
    return picker
  }
  return {
    mark: (anchor, marks) => pickerOf(anchor).mark(anchor, marks),
    each: (anchor, visit) => pickerOf(anchor).each(anchor, visit),
    hits: (anchor, wanted) => pickerOf(anchor).hits(anchor, wanted)
  }
}

import type { Combinator } from '../language/ast.ts'
import { positionsOf, type TraceIndex } from './trace-index.ts'

/**
 * Marked spans, arranged so that those which stand in a relation to any one span are neighbours:
 * for a span `a` they are `order[from(a)] … order[to(a) - 1]`, in trace order.
 */
export interface Layout {
  readonly order: Int32Array
  from(anchor: number): number
  to(anchor: number): number
}

/** The whole trace as the one anchor. */
export const WHOLE_TRACE = -1

export function arrange(index: TraceIndex, marks: Uint8Array, combinator: Combinator | 'trace'): Layout {
  switch (combinator) {
    case 'trace': {
      const order = positionsOf(marks)
      return { order, from: () => 0, to: () => order.length }
    }
    case 'descendant':
      return arrangeDescendants(index, marks)
    case 'child': {
      const { parents } = index.trace
      const { order, starts } = arrangeGroups(marks, at => parents[at]!, index.size)
      return { order, from: anchor => starts[anchor]!, to: anchor => starts[anchor + 1]! }
    }
    case 'sibling':
      return arrangeSiblings(index, marks)
  }
}

function arrangeDescendants(index: TraceIndex, marks: Uint8Array): Layout {
  const order = positionsOf(marks)
  const { subtreeEnds } = index.trace
  const ranks = new Int32Array(index.size + 1)
  for (let at = 0; at < index.size; at++) ranks[at + 1] = ranks[at]! + marks[at]!
  return { order, from: anchor => ranks[anchor + 1]!, to: anchor => ranks[subtreeEnds[anchor]!]! }
}

function arrangeSiblings(index: TraceIndex, marks: Uint8Array): Layout {
  const { siblingGroups: groups } = index
  const { order, starts } = arrangeGroups(marks, at => groups[at]!, index.siblingGroupCount)
  // Behind how many marked siblings a span stands, itself included.
  const ranks = new Int32Array(index.size)
  const seen = new Int32Array(index.siblingGroupCount)
  for (let at = 0; at < index.size; at++) {
    const group = groups[at]!
    seen[group]! += marks[at]!
    ranks[at] = starts[group]! + seen[group]!
  }
  return { order, from: anchor => ranks[anchor]!, to: anchor => starts[groups[anchor]! + 1]! }
}

/** A counting sort: spans of no group (-1) are left out, and within a group trace order is kept. */
function arrangeGroups(
  marks: Uint8Array,
  groupOf: (at: number) => number,
  groupCount: number
): { order: Int32Array; starts: Int32Array } {
  const starts = new Int32Array(groupCount + 1)
  for (let at = 0; at < marks.length; at++) if (marks[at] && groupOf(at) >= 0) starts[groupOf(at) + 1]!++
  for (let group = 0; group < groupCount; group++) starts[group + 1]! += starts[group]!
  const order = new Int32Array(starts[groupCount]!)
  const next = starts.slice(0, groupCount)
  for (let at = 0; at < marks.length; at++)
    if (marks[at] && groupOf(at) >= 0) order[next[groupOf(at)]!++] = at
  return { order, starts }
}

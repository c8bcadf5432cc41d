import { serviceName } from '../../model/span.ts'
import type { Trace } from '../../model/trace.ts'
import type { Mark, Marks } from './marks.ts'

/** Spans under one parent group that a reader takes for one: the same service and name, mark and status. */
export interface SpanGroup {
  readonly service: string
  readonly name: string
  readonly mark: Mark | undefined
  readonly isError: boolean
  /** The parent of these spans is named, and is not in the trace. */
  readonly isOrphan: boolean
  /** These spans hang below one that they link to. */
  readonly isJoined: boolean
  /** Positions in the trace, ascending. */
  readonly members: number[]
  readonly depth: number
  /** Index in the list of groups; -1 at the top. */
  readonly parent: number
}

/**
 * The trace with its repeats collapsed, depth first, in the order in which each group begins.
 * The trigger span is left out unless it is marked.
 */
export function groupSpans(trace: Trace, marks: Marks): readonly SpanGroup[] {
  const groups: SpanGroup[] = []
  const pending: SpanGroup[] = []
  const push = (children: readonly SpanGroup[]): void => {
    for (let at = children.length - 1; at >= 0; at--) pending.push(children[at]!)
  }
  push(group(topsOf(trace, marks), trace, marks, 0, -1))
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const index = groups.push(next) - 1
    const children = next.members.flatMap(position => childrenOf(trace, position))
    push(group(children, trace, marks, next.depth + 1, index))
  }
  return groups
}

function topsOf(trace: Trace, marks: Marks): readonly number[] {
  const isHidden = trace.trigger === 0 && !marks.has(trace.spans[0]!.spanId)
  const others = siblingsFrom(trace, isHidden ? trace.subtreeEnds[0]! : 0, trace.spans.length)
  return isHidden ? childrenOf(trace, 0).concat(others) : others
}

function childrenOf(trace: Trace, position: number): number[] {
  return siblingsFrom(trace, position + 1, trace.subtreeEnds[position]!)
}

/** The positions between two bounds that lie below no other of them. */
function siblingsFrom(trace: Trace, start: number, end: number): number[] {
  const positions: number[] = []
  for (let at = start; at < end; at = trace.subtreeEnds[at]!) positions.push(at)
  return positions
}

function group(
  positions: readonly number[],
  trace: Trace,
  marks: Marks,
  depth: number,
  parent: number
): readonly SpanGroup[] {
  const groups = new Map<string, SpanGroup>()
  for (const position of positions) {
    const span = trace.spans[position]!
    const service = serviceName(span)
    const mark = marks.get(span.spanId)
    const isError = span.status.code === 'error'
    const isOrphan = trace.orphans[position] === 1
    const isJoined = trace.joins[position] === 1
    const key = `${service}\0${span.name}\0${mark ?? ''}\0${isError}\0${isOrphan}\0${isJoined}`
    const known = groups.get(key)
    if (known) known.members.push(position)
    else
      groups.set(key, {
        service,
        name: span.name,
        mark,
        isError,
        isOrphan,
        isJoined,
        members: [position],
        depth,
        parent
      })
  }
  return [...groups.values()]
}

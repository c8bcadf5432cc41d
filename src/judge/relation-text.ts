import type { RelationNode } from '../language/ast.ts'
import type { Span } from '../model/span.ts'
import { eachOf, type Row, rowSize } from './row.ts'
import { chooseRow } from './rows.ts'
import type { Focus, TraceScope } from './scope.ts'
import { describeSpan, showDuration } from './text.ts'
import { buildTimeGroup, type TimeGroup } from './time-groups.ts'
import { isUndetermined } from './truth.ts'

const groups = new WeakMap<Row, TimeGroup>()

/** How a span lies to the spans that it is related to; nothing where there is nothing to add. */
export function describeRelation(node: RelationNode, scope: TraceScope, focus: Focus): string | undefined {
  const { at } = focus
  const row = chooseRow(node.selector, focus, scope)
  if (at === undefined || isUndetermined(row) || rowSize(row) === 0) return undefined
  const { spans, parents } = scope.index.trace
  const span = spans[at]!
  if (node.name === 'child-of') {
    const parent = spans[parents[at]!]
    return parent ? `its parent is ${describeSpan(parent)}` : 'its parent is not in the trace'
  }
  if (node.name === 'descendant-of') return `below none of ${countSpans(row)}`
  if (node.name === 'during') return `inside none of ${countSpans(row)}`
  if (node.name === 'overlaps') return `apart from all of ${countSpans(row)}`
  const group = groupOf(row, spans)
  switch (node.name) {
    case 'before':
      return lag('ends', span.endUnixNano, group.earliestStart(at), 'starts', spans)
    case 'starts-before':
      return lag('starts', span.startUnixNano, group.earliestStart(at), 'starts', spans)
    case 'after':
      return lag('starts', span.startUnixNano, group.latestEnd(at), 'ends', spans)
    case 'starts-after':
      return lag('starts', span.startUnixNano, group.latestStart(at), 'starts', spans)
  }
}

function groupOf(row: Row, spans: readonly Span[]): TimeGroup {
  const known = groups.get(row)
  if (known) return known
  const positions: number[] = []
  eachOf(row, at => {
    positions.push(at)
    return true
  })
  const group = buildTimeGroup(-1, positions, spans)
  groups.set(row, group)
  return group
}

function countSpans(row: Row): string {
  const size = rowSize(row)
  return size === 1 ? '1 span' : `${size} spans`
}

function lag(
  verb: string,
  nanos: bigint | undefined,
  other: { readonly at: number; readonly nanos: bigint } | undefined,
  otherVerb: string,
  spans: readonly Span[]
): string | undefined {
  if (nanos === undefined || !other) return undefined
  const distance = nanos - other.nanos
  const where = `${describeSpan(spans[other.at]!)} ${otherVerb}`
  if (distance === 0n) return `${verb} just when ${where}`
  return `${verb} ${showDuration(distance < 0n ? -distance : distance)} ${distance < 0n ? 'before' : 'after'} ${where}`
}

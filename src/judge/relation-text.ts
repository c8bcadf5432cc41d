import type { RelationNode } from '../language/ast.ts'
import type { Span } from '../model/span.ts'
import { eachOf, type Row, rowSize } from './row.ts'
import { chooseRow } from './rows.ts'
import type { Focus, TraceScope } from './scope.ts'
import { countSpans, describeSpan, showDuration } from './text.ts'
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
  const only = onlyOf(row, spans)
  if (node.name === 'descendant-of')
    return only ? `not below ${describeSpan(only)}` : `below none of ${countSpans(rowSize(row))}`
  if (node.name === 'during')
    return (only && outsideOf(span, only)) ?? `inside none of ${countSpans(rowSize(row))}`
  if (node.name === 'overlaps')
    return (only && apartFrom(span, only)) ?? `apart from all of ${countSpans(rowSize(row))}`
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

function onlyOf(row: Row, spans: readonly Span[]): Span | undefined {
  if (rowSize(row) !== 1) return undefined
  let only: Span | undefined
  eachOf(row, at => {
    only = spans[at]
    return false
  })
  return only
}

function outsideOf(span: Span, other: Span): string | undefined {
  if (span.startUnixNano < other.startUnixNano)
    return distance('starts', span.startUnixNano, other.startUnixNano, `${describeSpan(other)} starts`)
  return distance('ends', span.endUnixNano, other.endUnixNano, `${describeSpan(other)} ends`)
}

function apartFrom(span: Span, other: Span): string | undefined {
  return span.startUnixNano < other.startUnixNano
    ? distance('ends', span.endUnixNano, other.startUnixNano, `${describeSpan(other)} starts`)
    : distance('starts', span.startUnixNano, other.endUnixNano, `${describeSpan(other)} ends`)
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

function lag(
  verb: string,
  nanos: bigint | undefined,
  other: { readonly at: number; readonly nanos: bigint } | undefined,
  otherVerb: string,
  spans: readonly Span[]
): string | undefined {
  return other && distance(verb, nanos, other.nanos, `${describeSpan(spans[other.at]!)} ${otherVerb}`)
}

function distance(
  verb: string,
  nanos: bigint | undefined,
  other: bigint | undefined,
  event: string
): string | undefined {
  if (nanos === undefined || other === undefined) return undefined
  const between = nanos - other
  if (between === 0n) return `${verb} just when ${event}`
  return `${verb} ${showDuration(between < 0n ? -between : between)} ${between < 0n ? 'before' : 'after'} ${event}`
}

import type { Problem } from '../errors/diagnostic.ts'
import type { AggregateNode, NodeRange, PipeNode } from './ast.ts'

export function checkFilter(node: PipeNode, filterRange: NodeRange): readonly Problem[] {
  return node.filter === ''
    ? [{ code: 'UNKNOWN_FUNCTION', severity: 'error', message: '', range: filterRange }]
    : []
}
export function checkAggregate(node: AggregateNode): readonly Problem[] {
  return node.start < 0 ? [] : []
}

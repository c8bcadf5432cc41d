import type { ExpressionNode } from '../language/ast.ts'
import { childExpressions } from '../language/shape.ts'
import { rowSize } from './row.ts'
import { chooseRow } from './rows.ts'
import type { Focus, TraceScope } from './scope.ts'
import { isTimeKey, storedErrorOf } from './stored-times.ts'
import { isUndetermined } from './truth.ts'

/** By how much the value of an expression may be off, since the store keeps times only in part. */
export function storedErrorNanos(node: ExpressionNode, scope: TraceScope, focus: Focus): bigint {
  if (!scope.losses.has('precision')) return 0n
  switch (node.kind) {
    case 'reference':
      return isTimeKey(node) ? storedErrorOf(node.name, scope) : 0n
    case 'of':
      return storedErrorNanos(node.expression, scope, focus)
    case 'aggregate': {
      if (node.expression === undefined) return 0n
      const error = storedErrorNanos(node.expression, scope, focus)
      if (node.name !== 'sum' || error === 0n) return error
      const row = chooseRow(node.selector, focus, scope)
      return isUndetermined(row) ? error : error * BigInt(rowSize(row))
    }
    default: {
      const errors = childExpressions(node).map(child => storedErrorNanos(child, scope, focus))
      return errors.reduce((sum, error) => sum + error, 0n)
    }
  }
}

import type { LiteralNode } from '../language/ast.ts'
import { durationOf, type Value } from '../language/values.ts'

/** The value that a literal says. */
export function literalValue(node: LiteralNode): Value {
  switch (node.kind) {
    case 'number':
    case 'boolean':
      return node.value
    case 'duration':
      return durationOf(node.nanos, { unit: node.unit, decimals: node.decimals })
    case 'null':
      return null
  }
}

import type { SyntaxNode, TemplatePart } from './ast.ts'

/** The nodes directly below one, in the order of the text. */
export function childNodes(node: SyntaxNode): readonly SyntaxNode[] {
  switch (node.kind) {
    case 'selector':
      return node.items
    case 'complex':
      return node.steps
    case 'step':
      return [node.compound]
    case 'compound':
      return node.filter === undefined ? node.pseudos : [node.filter, ...node.pseudos]
    case 'pseudo':
      return node.name === 'has' || node.name === 'not' ? [node.selector] : []
    case 'and-filter':
    case 'or-filter':
      return node.filters
    case 'not-filter':
      return [node.filter]
    case 'exists-filter':
      return [node.key]
    case 'compare-filter':
      return [node.key, node.value]
    case 'list':
    case 'array':
      return node.items
    case 'interval':
      return [node.low, node.high]
    case 'string':
    case 'template':
      return node.parts.filter(isNode)
    case 'assertion':
      return [node.quantifier, node.condition]
    case 'or':
    case 'and':
      return node.conditions
    case 'not':
      return [node.condition]
    case 'comparison':
    case 'binary':
      return [node.left, node.right]
    case 'exists':
    case 'type-test':
      return [node.expression]
    case 'membership':
      return [node.expression, node.set]
    case 'relation':
      return [node.selector]
    case 'call':
      return node.args
    case 'aggregate':
      return [node.expression, node.selector].filter(child => child !== undefined)
    case 'of':
      return [node.expression, node.selector]
    case 'pipe':
      return [node.input, ...node.args]
    case 'negation':
      return [node.operand]
    case 'key':
    case 'quantifier':
    case 'number':
    case 'duration':
    case 'boolean':
    case 'null':
    case 'reference':
    case 'response':
    case 'variable':
      return []
  }
}

function isNode(part: TemplatePart): part is Exclude<TemplatePart, string> {
  return typeof part !== 'string'
}

/** Calls `visit` with a node and everything below it, parents first. */
export function walkNodes(node: SyntaxNode, visit: (node: SyntaxNode) => void): void {
  visit(node)
  for (const child of childNodes(node)) walkNodes(child, visit)
}

/** Whether a tree is more than `limit` nodes deep; looks at it without recursion. */
export function isDeeperThan(root: SyntaxNode, limit: number): boolean {
  let level: readonly SyntaxNode[] = [root]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > limit) return true
    level = level.flatMap(childNodes)
  }
  return false
}

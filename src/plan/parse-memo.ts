import type { Outcome, Problem } from '../errors/diagnostic.ts'
import type { SyntaxNode } from '../language/ast.ts'
import { walkNodes } from '../language/walk.ts'

/** Reads the texts of a plan, those that are equal once: the tests of a project repeat each other. */
export type ParseMemo = <Node extends SyntaxNode>(
  parse: (text: string) => Outcome<Node, Problem>,
  text: string
) => Outcome<Node, Problem>

export function createParseMemo(): ParseMemo {
  const read = new Map<unknown, Map<string, Outcome<SyntaxNode, Problem>>>()
  return <Node extends SyntaxNode>(parse: (text: string) => Outcome<Node, Problem>, text: string) => {
    const outcomes = read.get(parse) ?? new Map<string, Outcome<SyntaxNode, Problem>>()
    read.set(parse, outcomes)
    const known = outcomes.get(text)
    // What a parser gives is of its own kind of node.
    if (known) return known as Outcome<Node, Problem>
    const outcome = parse(text)
    if (outcome.ok && !callsFunctions(outcome.value)) outcomes.set(text, outcome)
    return outcome
  }
}

/** Each call has a value of its own, wherever it stands: `uuid()` in two headers gives two ids. */
function callsFunctions(root: SyntaxNode): boolean {
  let calls = false
  walkNodes(root, node => {
    calls ||= node.kind === 'call'
  })
  return calls
}

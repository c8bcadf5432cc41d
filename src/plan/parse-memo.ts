import type { Outcome, Problem } from '../errors/diagnostic.ts'
import type { SyntaxNode } from '../language/ast.ts'

/** Reads one text of a test. */
export type ReadText = <Node extends SyntaxNode>(
  parse: (text: string) => Outcome<Node, Problem>,
  text: string
) => Outcome<Node, Problem>

/**
 * Reads the texts of a plan; tests that say the same share its tree. Within one test each place has a tree of its own: a
 * judge knows places by their nodes, and each call of a function has its value, wherever it stands.
 */
export interface ParseMemo {
  /** For one test. */
  begin(): ReadText
}

export function createParseMemo(): ParseMemo {
  const read = new Map<unknown, Map<string, Outcome<SyntaxNode, Problem>[]>>()

  function outcomesOf(parse: unknown, text: string): Outcome<SyntaxNode, Problem>[] {
    const texts = read.get(parse) ?? new Map<string, Outcome<SyntaxNode, Problem>[]>()
    const outcomes = texts.get(text) ?? []
    read.set(parse, texts.set(text, outcomes))
    return outcomes
  }
  return {
    begin() {
      const places = new Map<unknown, number>()
      return <Node extends SyntaxNode>(parse: (text: string) => Outcome<Node, Problem>, text: string) => {
        const outcomes = outcomesOf(parse, text)
        const place = places.get(outcomes) ?? 0
        places.set(outcomes, place + 1)
        const outcome = outcomes[place] ?? parse(text)
        outcomes[place] = outcome
        // What a parser gives is of its own kind of node.
        return outcome as Outcome<Node, Problem>
      }
    }
  }
}

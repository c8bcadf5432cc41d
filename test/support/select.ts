import { type SelectContext, selectMarks } from '../../src/judge/select.ts'
import { indexOf, positionsOf } from '../../src/judge/trace-index.ts'
import type { SelectorNode } from '../../src/language/ast.ts'
import { parseAssertion, parseSelector } from '../../src/language/parse.ts'
import { loadPatterns } from '../../src/language/patterns.ts'
import type { Trace } from '../../src/model/trace.ts'

await loadPatterns()

export function selectorOf(text: string): SelectorNode {
  const outcome = parseSelector(text)
  if (!outcome.ok) throw new Error(`${text}: ${outcome.problems.map(problem => problem.message).join('; ')}`)
  return outcome.value
}

/** A selector as it stands inside an assertion, where `:scope` means something. */
export function scopedSelectorOf(text: string): SelectorNode {
  const outcome = parseAssertion(`count(${text}) >= 0`)
  const condition = outcome.ok ? outcome.value.condition : undefined
  const count = condition?.kind === 'comparison' ? condition.left : undefined
  if (count?.kind !== 'aggregate' || !count.selector) throw new Error(`${text} does not parse`)
  return count.selector
}

/** What selectors may interpolate. */
export const VARIABLES: ReadonlyMap<string, string> = new Map([
  ['LIMIT', '3'],
  ['FIRST', '1']
])

export function selectContext(trace: Trace): SelectContext {
  return {
    index: indexOf(trace),
    textOf: node =>
      node.parts
        .map(part => (typeof part === 'string' || part.kind !== 'variable' ? part : VARIABLES.get(part.name)))
        .join(''),
    foldsNames: false,
    kept: new Map()
  }
}

/** The names of the spans that a selector chooses. */
export function selectNames(trace: Trace, text: string, scope?: number): string[] {
  const selector = scope === undefined ? selectorOf(text) : scopedSelectorOf(text)
  const marks = selectMarks(selector, selectContext(trace), scope)
  return [...positionsOf(marks)].map(at => trace.spans[at]!.name)
}

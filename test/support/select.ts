import { type SelectContext, selectMarks } from '../../src/judge/select.ts'
import { indexOf, positionsOf } from '../../src/judge/trace-index.ts'
import type { SelectorNode } from '../../src/language/ast.ts'
import { parseSelector } from '../../src/language/parse.ts'
import type { Trace } from '../../src/model/trace.ts'

export function selectorOf(text: string): SelectorNode {
  const outcome = parseSelector(text)
  if (!outcome.ok) throw new Error(`${text}: ${outcome.problems.map(problem => problem.message).join('; ')}`)
  return outcome.value
}

export function selectContext(trace: Trace): SelectContext {
  return {
    index: indexOf(trace),
    textOf: node => node.parts.join(''),
    foldsNames: false,
    kept: new Map()
  }
}

/** The names of the spans that a selector chooses. */
export function selectNames(trace: Trace, text: string, scope?: number): string[] {
  const marks = selectMarks(selectorOf(text), selectContext(trace), scope)
  return [...positionsOf(marks)].map(at => trace.spans[at]!.name)
}

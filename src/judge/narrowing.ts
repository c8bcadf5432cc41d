import type { ComplexNode, CompoundNode, FilterNode, StepNode } from '../language/ast.ts'
import { type Marks, type SelectContext, selectComplex } from './select.ts'
import { printComplex, printFilter, printPseudos } from './selector-text.ts'
import { compileFilter } from './span-filter.ts'
import { countSpans } from './text.ts'

/** One of the filters that must all hold. */
export interface Condition {
  readonly filter: FilterNode
  readonly text: string
  holds(at: number): boolean
}

/** The step of a selector at which no span was left. */
export interface Narrowing {
  /** A line a filter: how many spans it left. */
  readonly funnel: readonly string[]
  readonly step: StepNode
  /** The steps before it, in print; empty for the first. */
  readonly above: string
  /** Where the step leads from the one before it, filters aside; position → 1. */
  readonly reachable: Marks
  /** Where it would lead if it asked for any depth; the same, unless it asks for a child. */
  readonly below: Marks
  readonly conditions: readonly Condition[]
}

/** Goes through the filters of a step one after the other. */
export function narrow(complex: ComplexNode, place: number, context: SelectContext): Narrowing {
  const step = complex.steps[place]!
  const before = complex.steps.slice(0, place)
  const anywhere: CompoundNode = { kind: 'compound', start: 0, end: 0, pseudos: [] }
  const leadTo = (last: StepNode): Marks =>
    selectComplex({ ...complex, steps: [...before, { ...last, compound: anywhere }] }, context)
  const reachable = leadTo(step)
  const below = step.combinator === 'child' ? leadTo({ ...step, combinator: 'descendant' }) : reachable
  const conditions = conjuncts(step.compound.filter).map(filter => {
    const test = compileFilter(filter, context, () => true)
    return { filter, text: printFilter(filter), holds: (at: number) => test(at) === true }
  })
  const above = place === 0 ? '' : printComplex({ ...complex, steps: before })
  const marks = reachable.slice()
  const funnel: string[] = []
  if (place > 0)
    funnel.push(`${countSpans(countMarks(marks))} ${RELATION[step.combinator ?? 'descendant']} ${above}`)
  for (const condition of conditions) {
    for (let at = 0; at < marks.length; at++) if (marks[at] && !condition.holds(at)) marks[at] = 0
    const left = countMarks(marks)
    funnel.push(
      funnel.length === 0
        ? `${countSpans(left)} with ${condition.text}`
        : `${left} of them with ${condition.text}`
    )
    if (left === 0) break
  }
  if (countMarks(marks) > 0 && step.compound.pseudos.length > 0) {
    const chosen = countMarks(selectComplex({ ...complex, steps: [...before, step] }, context))
    const pseudos = printPseudos(step.compound)
    const whole = funnel.length === 0 ? `${countSpans(chosen)} match span` : `${chosen} of them match `
    funnel.push(`${whole}${pseudos}`)
  }
  return { funnel, step, above, reachable, below, conditions }
}

const RELATION = { child: 'directly below', descendant: 'below', sibling: 'later siblings of' } as const

export function countMarks(marks: Marks): number {
  let total = 0
  for (const mark of marks) total += mark
  return total
}

function conjuncts(filter: FilterNode | undefined): readonly FilterNode[] {
  if (filter === undefined) return []
  return filter.kind === 'and-filter' ? filter.filters.flatMap(conjuncts) : [filter]
}

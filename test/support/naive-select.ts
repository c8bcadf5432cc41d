import { compileComparison, compileFilter, countComparisons } from '../../src/judge/span-filter.ts'
import { indexOf } from '../../src/judge/trace-index.ts'
import type {
  Combinator,
  ComplexNode,
  CompoundNode,
  Ordering,
  PseudoNode,
  SelectorNode
} from '../../src/language/ast.ts'
import type { Trace } from '../../src/model/trace.ts'
import { selectContext } from './select.ts'

/** Selectors by their definition, span by span and pair by pair: slow, and too simple to be wrong in the same way. */
export function selectNaively(selector: SelectorNode, trace: Trace, scope?: number): number[] {
  const all = trace.spans.map((_, at) => at)
  if (selector.items.length === 0) return all
  const chosen = new Set(selector.items.flatMap(item => complexNaively(item, trace, scope)))
  return all.filter(at => chosen.has(at))
}

function complexNaively(complex: ComplexNode, trace: Trace, scope: number | undefined): number[] {
  const all = trace.spans.map((_, at) => at)
  let chosen: number[] | undefined
  for (const step of complex.steps) {
    const rows: number[][] = chosen
      ? chosen.map(anchor => all.filter(at => isRelated(step.combinator ?? 'descendant', anchor, at, trace)))
      : [all]
    const next = new Set(rows.flatMap(row => compoundNaively(step.compound, row, trace, scope)))
    chosen = all.filter(at => next.has(at))
  }
  return chosen ?? []
}

export function isRelated(combinator: Combinator, anchor: number, at: number, trace: Trace): boolean {
  const { parents, spans } = trace
  switch (combinator) {
    case 'child':
      return parents[at] === anchor
    case 'descendant': {
      for (let up = parents[at]!; up >= 0; up = parents[up]!) if (up === anchor) return true
      return false
    }
    case 'sibling': {
      if (at <= anchor || parents[at] !== parents[anchor]) return false
      return parents[at]! >= 0 || spans[at]!.parentSpanId === spans[anchor]!.parentSpanId
    }
  }
}

function compoundNaively(
  compound: CompoundNode,
  row: readonly number[],
  trace: Trace,
  scope: number | undefined
): number[] {
  const context = selectContext(trace)
  const passing = (isCounted: Parameters<typeof compileFilter>[2]): number[] => {
    const { filter } = compound
    if (!filter) return [...row]
    const test = compileFilter(filter, context, isCounted)
    return row.filter(at => test(at) === true)
  }
  let list = passing(() => true)
  if (countComparisons(compound.filter).length > 0) {
    const count = BigInt(list.length)
    list = passing(node => compileComparison(node, context)(count) === true)
  }
  for (const pseudo of compound.pseudos) list = pseudoNaively(pseudo, list, trace, scope)
  return list
}

function pseudoNaively(
  pseudo: PseudoNode,
  list: readonly number[],
  trace: Trace,
  scope: number | undefined
): number[] {
  const index = indexOf(trace)
  const all = trace.spans.map((_, at) => at)
  const childCount = (at: number): number => all.filter(other => trace.parents[other] === at).length
  switch (pseudo.name) {
    case 'first':
      return list.slice(0, 1)
    case 'last':
      return list.slice(-1)
    case 'nth_child':
      return list.filter((_, place) => BigInt(place + 1) === pseudo.index)
    case 'root':
      return list.filter(at => at === trace.trigger)
    case 'leaf':
      return list.filter(at => childCount(at) === 0)
    case 'entry':
      return list.filter(at => index.entries[at] === 1)
    case 'error':
      return list.filter(at => trace.spans[at]!.status.code === 'error')
    case 'orphan':
      return list.filter(at => trace.parents[at]! < 0 && trace.spans[at]!.parentSpanId !== undefined)
    case 'scope':
      return list.filter(at => at === scope)
    case 'depth':
      return list.filter(at => {
        const depth = depthOf(at, trace)
        return depth !== undefined && ordered(pseudo.operator, depth, Number(pseudo.count))
      })
    case 'children':
      return list.filter(at => ordered(pseudo.operator, childCount(at), Number(pseudo.count)))
    case 'not': {
      const excluded = new Set(selectNaively(pseudo.selector, trace, scope))
      return list.filter(at => !excluded.has(at))
    }
    case 'has':
      return list.filter(anchor => hasNaively(pseudo.selector, anchor, trace, scope))
  }
}

function hasNaively(complex: ComplexNode, anchor: number, trace: Trace, scope: number | undefined): boolean {
  let chosen = [anchor]
  const all = trace.spans.map((_, at) => at)
  for (const step of complex.steps)
    chosen = [
      ...new Set(
        chosen.flatMap(one =>
          compoundNaively(
            step.compound,
            all.filter(at => isRelated(step.combinator ?? 'descendant', one, at, trace)),
            trace,
            scope
          )
        )
      )
    ]
  return chosen.length > 0
}

function depthOf(at: number, trace: Trace): number | undefined {
  let depth = 0
  let top = at
  for (; trace.parents[top]! >= 0; top = trace.parents[top]!) depth++
  return trace.spans[top]!.parentSpanId === undefined ? depth : undefined
}

function ordered(operator: Ordering, left: number, right: number): boolean {
  switch (operator) {
    case '=':
      return left === right
    case '!=':
      return left !== right
    case '<':
      return left < right
    case '<=':
      return left <= right
    case '>':
      return left > right
    case '>=':
      return left >= right
  }
}

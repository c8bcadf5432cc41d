import type {
  Combinator,
  CompareFilterNode,
  ComplexNode,
  CompoundNode,
  Ordering,
  PseudoNode,
  SelectorNode,
  StepNode
} from '../language/ast.ts'
import { readsScope } from '../language/shape.ts'
import { arrange, WHOLE_TRACE } from './layout.ts'
import { createCountedPicker, createPicker, isPositional, type Picker, positionIn } from './pick.ts'
import { compileFilter, countComparisons, type FilterContext } from './span-filter.ts'

/** Position → 1 for the spans that are in. */
export type Marks = Uint8Array

/** What a selector is evaluated against. */
export interface SelectContext extends FilterContext {
  /** Selections that do not depend on the span under test, kept for the whole judgement. */
  readonly kept: Map<SelectorNode, Marks>
}

/** The span under test: what `:scope` stands for; absent where a selector stands alone. */
export type Scope = number | undefined

/** The spans that a selector chooses; in trace order, each once. */
export function selectMarks(selector: SelectorNode, context: SelectContext, scope?: Scope): Marks {
  const kept = context.kept.get(selector)
  if (kept) return kept
  if (scope !== undefined && !readsScope(selector)) return selectMarks(selector, context)
  const [first, ...others] = selector.items
  const marks = first ? selectComplex(first, context, scope) : new Uint8Array(context.index.size).fill(1)
  const union = others.length === 0 ? marks : marks.slice()
  for (const other of others) {
    const more = selectComplex(other, context, scope)
    for (let at = 0; at < union.length; at++) union[at]! |= more[at]!
  }
  if (scope === undefined) context.kept.set(selector, union)
  return union
}

/** The spans that one item of a selector chooses: every step is a pass over the trace. */
export function selectComplex(complex: ComplexNode, context: SelectContext, scope?: Scope): Marks {
  let marks: Marks | undefined
  for (const step of complex.steps) marks = stepForward(marks, step, context, scope)
  return marks ?? new Uint8Array(context.index.size)
}

function stepForward(before: Marks | undefined, step: StepNode, context: SelectContext, scope: Scope): Marks {
  const combinator = before === undefined ? 'trace' : (step.combinator ?? 'descendant')
  const within = before === undefined ? undefined : reach(before, combinator as Combinator, context)
  const compound = prepare(step.compound, context, scope, within)
  if (!compound.isPositional) return compound.matches
  const chosen = new Uint8Array(context.index.size)
  const picker = compound.pickFor(combinator)
  if (before === undefined) picker.mark(WHOLE_TRACE, chosen)
  else for (let at = 0; at < before.length; at++) if (before[at]) picker.mark(at, chosen)
  return intersected(chosen, compound.rest)
}

/** One step, evaluated for every span at once. Its compound must not read `:scope`. */
export interface PreparedStep {
  /** The spans that it matches wherever they stand; absent where places or counts decide. */
  readonly matches?: Marks
  /** Calls back with each span to which the step leads from one span. */
  follow(anchor: number, visit: (at: number) => void): void
}

export function prepareStep(step: StepNode, context: SelectContext): PreparedStep {
  const compound = prepare(step.compound, context, undefined, undefined)
  const combinator = step.combinator ?? 'descendant'
  if (!compound.isPositional) {
    const picker = createPicker(arrange(context.index, compound.matches, combinator), 'all')
    return { matches: compound.matches, follow: picker.each }
  }
  const picker = compound.pickFor(combinator)
  return {
    follow: (anchor, visit) =>
      picker.each(anchor, at => {
        if (compound.rest[at]) visit(at)
      })
  }
}

/** The spans that stand in a relation to at least one marked span. */
function reach(marks: Marks, combinator: Combinator, context: SelectContext): Marks {
  const { index } = context
  const { parents } = index.trace
  const reached = new Uint8Array(index.size)
  switch (combinator) {
    case 'child':
      for (let at = 0; at < reached.length; at++) reached[at] = parents[at]! < 0 ? 0 : marks[parents[at]!]!
      return reached
    case 'descendant':
      for (let at = 0; at < reached.length; at++) {
        const parent = parents[at]!
        reached[at] = parent < 0 ? 0 : marks[parent]! | reached[parent]!
      }
      return reached
    case 'sibling': {
      const seen = new Uint8Array(index.siblingGroupCount)
      for (let at = 0; at < reached.length; at++) {
        const group = index.siblingGroups[at]!
        reached[at] = seen[group]!
        seen[group]! |= marks[at]!
      }
      return reached
    }
  }
}

/** The spans that have at least one marked span in a relation to them: the way back of {@link reach}. */
function reachBack(marks: Marks, combinator: Combinator, context: SelectContext): Marks {
  const { index } = context
  const { parents } = index.trace
  const reached = new Uint8Array(index.size)
  if (combinator === 'sibling') {
    const seen = new Uint8Array(index.siblingGroupCount)
    for (let at = reached.length - 1; at >= 0; at--) {
      const group = index.siblingGroups[at]!
      reached[at] = seen[group]!
      seen[group]! |= marks[at]!
    }
    return reached
  }
  const isDeep = combinator === 'descendant'
  for (let at = reached.length - 1; at >= 0; at--) {
    const parent = parents[at]!
    if (parent >= 0) reached[parent]! |= marks[at]! | (isDeep ? reached[at]! : 0)
  }
  return reached
}

/** The spans to which a relative selector (`:has(> …)`) leads: from its end to its start, a pass a step. */
function selectHaving(complex: ComplexNode, context: SelectContext, scope?: Scope): Marks {
  let rest: Marks | undefined
  for (const step of [...complex.steps].reverse()) rest = stepBack(rest, step, context, scope)
  return rest ?? new Uint8Array(context.index.size)
}

function stepBack(rest: Marks | undefined, step: StepNode, context: SelectContext, scope: Scope): Marks {
  const combinator = step.combinator ?? 'descendant'
  const compound = prepare(step.compound, context, scope, undefined)
  if (!compound.isPositional)
    return reachBack(rest ? intersected(compound.matches, rest) : compound.matches, combinator, context)
  const wanted = rest ? intersected(compound.rest, rest) : compound.rest
  const picker = compound.pickFor(combinator)
  const reached = new Uint8Array(context.index.size)
  for (let at = 0; at < reached.length; at++) if (picker.hits(at, wanted)) reached[at] = 1
  return reached
}

// Compounds

/** A compound, evaluated on every span that it may be asked about. */
type PreparedCompound =
  | { readonly isPositional: false; readonly matches: Marks }
  /** Which spans it takes depends on the other spans that match: `:first`, `:nth_child`, a count. */
  | {
      readonly isPositional: true
      /** What a chosen span must satisfy besides. */
      readonly rest: Marks
      pickFor(combinator: Combinator | 'trace'): Picker
    }

function prepare(
  node: CompoundNode,
  context: SelectContext,
  scope: Scope,
  within: Marks | undefined
): PreparedCompound {
  const counts = countComparisons(node.filter)
  const filtered = (isCounted: (node: CompareFilterNode) => boolean): Marks => {
    const marks = within?.slice() ?? new Uint8Array(context.index.size).fill(1)
    if (!node.filter) return marks
    const filter = compileFilter(node.filter, context, isCounted)
    for (let at = 0; at < marks.length; at++) if (marks[at] && filter(at) !== true) marks[at] = 0
    return marks
  }
  const narrowed = (marks: Marks, pseudos: readonly PseudoNode[]): Marks => {
    for (const pseudo of pseudos) narrow(marks, pseudo, context, scope)
    return marks
  }
  const at = node.pseudos.findIndex(isPositional)
  const before = at < 0 ? node.pseudos : node.pseudos.slice(0, at)
  const after = at < 0 ? [] : node.pseudos.slice(at + 1)
  const counted = filtered(() => true)
  if (at < 0 && counts.length === 0) return { isPositional: false, matches: narrowed(counted, before) }
  const position = positionIn(node.pseudos[at], after)
  return {
    isPositional: true,
    rest: narrowed(new Uint8Array(context.index.size).fill(1), after),
    pickFor: combinator => {
      const pickAmong = (matches: Marks): Picker =>
        createPicker(arrange(context.index, narrowed(matches, before), combinator), position)
      if (counts.length === 0) return pickAmong(counted)
      const rows = arrange(context.index, counted, combinator)
      return createCountedPicker(counts, rows, context, truths =>
        pickAmong(filtered(comparison => truths.get(comparison)!))
      )
    }
  }
}

// Pseudo-classes that say something of each span for itself

function narrow(marks: Marks, pseudo: PseudoNode, context: SelectContext, scope: Scope): void {
  const test = compilePseudo(pseudo, context, scope)
  for (let at = 0; at < marks.length; at++) if (marks[at] && !test(at)) marks[at] = 0
}

function compilePseudo(pseudo: PseudoNode, context: SelectContext, scope: Scope): (at: number) => boolean {
  const { index } = context
  const { trace } = index
  switch (pseudo.name) {
    case 'root':
      return at => (trace.trigger >= 0 ? at === trace.trigger : trace.parents[at]! < 0 && !trace.orphans[at])
    case 'leaf':
      return at => trace.subtreeEnds[at] === at + 1
    case 'entry':
      return at => index.entries[at] === 1
    case 'error':
      return at => trace.spans[at]!.status.code === 'error'
    case 'orphan':
      return at => trace.orphans[at] === 1
    case 'scope':
      return at => at === scope
    case 'depth': {
      const holds = compileOrdering(pseudo.operator, pseudo.count)
      return at => index.depths[at]! >= 0 && holds(index.depths[at]!)
    }
    case 'children': {
      const holds = compileOrdering(pseudo.operator, pseudo.count)
      return at => holds(index.childCounts[at]!)
    }
    case 'has': {
      const having = selectHaving(pseudo.selector, context, scope)
      return at => having[at] === 1
    }
    case 'not': {
      const excluded = selectMarks(pseudo.selector, context, scope)
      return at => excluded[at] !== 1
    }
    case 'first':
    case 'last':
    case 'nth_child':
      return () => true
  }
}

function compileOrdering(operator: Ordering, limit: bigint): (count: number) => boolean {
  switch (operator) {
    case '=':
      return count => BigInt(count) === limit
    case '!=':
      return count => BigInt(count) !== limit
    case '<':
      return count => count < limit
    case '<=':
      return count => count <= limit
    case '>':
      return count => count > limit
    case '>=':
      return count => count >= limit
  }
}

function intersected(a: Marks, b: Marks): Marks {
  const both = new Uint8Array(a.length)
  for (let at = 0; at < both.length; at++) both[at] = a[at]! & b[at]!
  return both
}

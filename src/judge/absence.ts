import { suggest } from '../errors/suggest.ts'
import type {
  AssertionNode,
  ConditionNode,
  ExpressionNode,
  KeyNode,
  SelectorNode,
  SyntaxNode
} from '../language/ast.ts'
import { boundsFromAbove } from '../language/bounds.ts'
import { renamesOf } from '../language/conventions.ts'
import { INTRINSICS } from '../language/intrinsics.ts'
import { asAggregate, boundOf, childExpressions, expressionsOf } from '../language/shape.ts'
import { NOTHING } from '../language/values.ts'
import { childNodes } from '../language/walk.ts'
import { compareValues } from './compare.ts'
import { asRead } from './equal.ts'
import { evaluate } from './evaluate.ts'
import { describeRename, plainSpelling } from './near-key.ts'
import { rowSize } from './row.ts'
import { chooseRow } from './rows.ts'
import type { Focus, TraceScope } from './scope.ts'
import { isCountKey, keyTest } from './span-filter.ts'
import type { TraceIndex } from './trace-index.ts'
import { isUndetermined, type Undetermined, undetermined } from './truth.ts'

/** What is to be said of an upper bound that holds of no spans at all. */
export interface AbsenceDoubt {
  /** The selector reads a key under a name that this trace does not use: nothing follows from its choosing nothing. */
  readonly renamed?: Undetermined
  readonly warnings: readonly string[]
  /** Something that is counted has no spans at all. */
  readonly isOfNothing: boolean
}

/** Looks for what makes a bound on an empty selection doubtful: `selector` is that of the spec. */
export function doubtAbsence(
  bound: ConditionNode,
  selector: SelectorNode | undefined,
  scope: TraceScope,
  focus: Focus
): AbsenceDoubt {
  const empty = emptySelectors(bound, selector, scope, focus)
  const warnings = new Set<string>()
  for (const key of empty.flatMap(neededKeys)) {
    const doubt = doubtKey(key, scope.index)
    if (doubt?.isSame)
      return {
        renamed: undetermined('renamed', () => ({ text: doubt.text, nearest: doubt.name })),
        warnings: [],
        isOfNothing: true
      }
    if (doubt) warnings.add(doubt.text)
  }
  if (empty.length > 0 && allowsSome(bound, scope, focus))
    warnings.add('it holds of no spans: none was selected')
  return { warnings: [...warnings], isOfNothing: empty.length > 0 }
}

/**
 * The same for a condition on each of several spans, at these positions, that holds: only that a key was renamed is
 * looked for, where what is counted is empty for all of them.
 */
export function doubtAbsenceOfEach(
  { quantifier, condition }: Pick<AssertionNode, 'quantifier' | 'condition'>,
  positions: readonly number[],
  scope: TraceScope
): AbsenceDoubt {
  const isOfNone = quantifier.name === 'none' || quantifier.name === 'at-most'
  const wanted = quantifier.name === 'exactly' ? [true, false] : [!isOfNone]
  const counted = wanted.flatMap(truth => boundedAtoms(condition, truth)).flatMap(countedSelectors)
  let isOfNothing = false
  for (const selector of counted) {
    const unseen = neededKeys(selector).filter(key => countWith(key, scope.index) === 0)
    if (unseen.length > 0) isOfNothing = true
    const doubt = unseen.map(key => doubtKey(key, scope.index)).find(found => found?.isSame)
    const isEmptyAt = (at: number): boolean => {
      const row = chooseRow(selector, { at }, scope)
      return !isUndetermined(row) && rowSize(row) === 0
    }
    if (doubt && positions.every(isEmptyAt))
      return {
        renamed: undetermined('renamed', () => ({ text: doubt.text, nearest: doubt.name })),
        warnings: [],
        isOfNothing
      }
  }
  return { warnings: [], isOfNothing }
}

/** The parts of a condition that bound what may still grow, if the whole is to be true, or false. */
function boundedAtoms(condition: ConditionNode, wanted: boolean): readonly ConditionNode[] {
  if (condition.kind === 'not') return boundedAtoms(condition.condition, !wanted)
  if (condition.kind === 'and' || condition.kind === 'or')
    return condition.conditions.flatMap(part => boundedAtoms(part, wanted))
  return boundsFromAbove(condition, wanted) ? [condition] : []
}

function countedSelectors(condition: ConditionNode): readonly SelectorNode[] {
  const visit = (node: ExpressionNode): readonly SelectorNode[] => [
    ...(node.kind === 'aggregate' && node.selector ? [node.selector] : []),
    ...childExpressions(node).flatMap(visit)
  ]
  return expressionsOf(condition).flatMap(visit)
}

/** The selectors whose spans a condition counts and that chose none. */
function emptySelectors(
  condition: ConditionNode,
  selector: SelectorNode | undefined,
  scope: TraceScope,
  focus: Focus
): readonly SelectorNode[] {
  const empty: SelectorNode[] = []
  const visit = (node: ExpressionNode): void => {
    const aggregate = asAggregate(node)
    if (aggregate) {
      const row = chooseRow(aggregate.selector, focus, scope)
      const chosen = aggregate.selector ?? selector
      if (chosen && !isUndetermined(row) && rowSize(row) === 0) empty.push(chosen)
    }
    childExpressions(node).forEach(visit)
  }
  expressionsOf(condition).forEach(visit)
  return empty
}

/** Whether a bound lets at least one span pass, so that it was not meant to say that there is none. */
function allowsSome(condition: ConditionNode, scope: TraceScope, focus: Focus): boolean {
  const bound = condition.kind === 'comparison' ? boundOf(condition) : undefined
  if (!bound) return false
  const limit = evaluate(bound.limit, scope, focus)
  if (isUndetermined(limit) || limit === NOTHING) return false
  // As it is written, `count() <= 3`, or turned round, `not count() > 3`.
  const [zero, one] = [0n, 1n].map(count => compareValues(bound.operator, asRead(count), asRead(limit)))
  return zero !== undefined && zero === one
}

/** Keys that a span must have to be chosen; what stands under a `not` asks for none. */
function neededKeys(selector: SelectorNode): readonly KeyNode[] {
  const keys: KeyNode[] = []
  const visit = (node: SyntaxNode): void => {
    if (node.kind === 'not-filter' || (node.kind === 'pseudo' && node.name === 'not')) return
    if (node.kind === 'exists-filter' && node.negated) return
    if (node.kind === 'key') {
      if (!isCountKey(node)) keys.push(node)
    } else childNodes(node).forEach(visit)
  }
  visit(selector)
  return keys
}

interface KeyDoubt {
  readonly name: string
  /** The key in the trace means the same thing; otherwise it is merely near. */
  readonly isSame: boolean
  readonly text: string
}

function doubtKey(key: KeyNode, index: TraceIndex): KeyDoubt | undefined {
  if (countWith(key, index) > 0) return undefined
  const keys = keysOfTrace(index)
  const renamed = renamesOf(key.name).flatMap(rename =>
    [rename.from, rename.to].map(name => ({ name, because: ` (${describeRename(rename)})` }))
  )
  const wanted = plainSpelling(key.name)
  const spelled = [...keys].find(name => name !== key.name && plainSpelling(name) === wanted)
  const twin =
    renamed.find(({ name }) => name !== key.name && keys.has(name)) ??
    (spelled === undefined ? undefined : { name: spelled, because: '' })
  if (twin !== undefined) {
    const { name, because } = twin
    const spans = countWith({ ...key, name }, index)
    const whose = spans === 1 ? '1 span has' : `${spans} spans have`
    const text = `${whose} ${name}, and none has ${key.name}${because}`
    if (spans > 0) return { name, isSame: true, text }
  }
  const near = suggest(key.name, keys)
  if (near === undefined || near === key.name) return undefined
  return { name: near, isSame: false, text: `no span has ${key.name}: did you mean ${near}?` }
}

function countWith(key: Pick<KeyNode, 'namespace' | 'name'>, index: TraceIndex): number {
  let spans = 0
  const has = keyTest(index, key)
  for (let at = 0; at < index.size; at++) if (has(at)) spans++
  return spans
}

const MOST_KEYS = 5000
const keysCache = new WeakMap<TraceIndex, ReadonlySet<string>>()

/** The keys that spans of a trace carry. */
function keysOfTrace(index: TraceIndex): ReadonlySet<string> {
  const known = keysCache.get(index)
  if (known) return known
  const keys = new Set<string>(INTRINSICS.keys())
  for (const span of index.trace.spans) {
    const maps = [span.attributes, span.resource, span.scope.attributes]
    for (const { attributes } of [...span.events, ...span.links]) maps.push(attributes)
    for (const attributes of maps)
      for (const key of attributes.keys()) if (keys.size < MOST_KEYS) keys.add(key)
  }
  keysCache.set(index, keys)
  return keys
}

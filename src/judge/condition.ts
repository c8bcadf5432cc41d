import type {
  ComparisonNode,
  ConditionNode,
  ExistsNode,
  ExpressionNode,
  MembershipNode,
  Namespace,
  TypeName,
  TypeTestNode
} from '../language/ast.ts'
import { FilterError } from '../language/filter-error.ts'
import { parseJsonStructure } from '../language/json.ts'
import { IS_FOLDED, isName } from '../language/losses.ts'
import { compilePattern } from '../language/patterns.ts'
import { childExpressions, expressionsOf } from '../language/shape.ts'
import { isArray, isDuration, isMap, NOTHING, textOf, type Value } from '../language/values.ts'
import { clockMargin } from './clock-moments.ts'
import { compareValues, isAmong, isBetween, mismatch } from './compare.ts'
import { explainDropped } from './dropped.ts'
import { asRead, isStructure, type Operand } from './equal.ts'
import { evaluate } from './evaluate.ts'
import { lost, mayBeStructure } from './loss.ts'
import { isFurtherApart } from './order.ts'
import { nothingFound } from './plain-value.ts'
import { storedErrorNanos } from './precision.ts'
import { judgeRelation } from './relations.ts'
import type { Focus, TraceScope } from './scope.ts'
import { lowered } from './span-filter.ts'
import { despiteError } from './stored-times.ts'
import { describeValue } from './text.ts'
import {
  combine,
  type Evaluated,
  isUndetermined,
  type Judged,
  judged,
  negate,
  type Truth,
  undetermined
} from './truth.ts'

/** The truth of a condition on the span in focus. */
export function judgeCondition(node: ConditionNode, scope: TraceScope, focus: Focus): Judged {
  switch (node.kind) {
    case 'boolean':
      return judged(node.value, true)
    case 'not':
      return negate(judgeCondition(node.condition, scope, focus))
    case 'and':
    case 'or':
      return judgeParts(node.conditions, node.kind === 'or', scope, focus)
    case 'relation':
      return judgeRelation(node, scope, focus)
    case 'exists':
    case 'comparison':
    case 'membership':
    case 'type-test':
      return judged(judgeAtom(node, scope, focus), true)
  }
}

const ORDERINGS: ReadonlySet<string> = new Set(['<', '<=', '>', '>='])

type AtomNode = ExistsNode | ComparisonNode | MembershipNode | TypeTestNode

/** No further part is judged where one decides for good. */
function judgeParts(
  parts: readonly ConditionNode[],
  decisive: boolean,
  scope: TraceScope,
  focus: Focus
): Judged {
  const results: Judged[] = []
  for (const part of parts) {
    const one = judgeCondition(part, scope, focus)
    if (one.isFirm && one.truth === decisive) return one
    results.push(one)
  }
  return combine(results, decisive)
}

/** A condition on values. Where it reads events or links, it holds if it holds for one of them. */
function judgeAtom(node: AtomNode, scope: TraceScope, focus: Focus): Truth {
  if (node.kind === 'exists') return judgeOnce(node, scope, focus)
  const margin = node.kind === 'type-test' ? undefined : clockMargin(expressionsOf(node), scope, focus)
  if (!margin) return judgeSome(node, scope, focus, manyOf(node))
  if (node.kind !== 'comparison' || !margin.isOnce) return margin.doubt
  const unclocked: Focus = { ...focus, ignoresClocks: true }
  const [left, right] = [node.left, node.right].map(side => evaluate(side, scope, unclocked))
  if (isUndetermined(left)) return left
  if (isUndetermined(right)) return right
  const isClear = ORDERINGS.has(node.operator) && isFurtherApart(left!, right!, margin.nanos)
  return isClear ? judgeOnce(node, scope, unclocked) : margin.doubt
}

function judgeSome(
  node: AtomNode,
  scope: TraceScope,
  focus: Focus,
  many: readonly ('event' | 'link')[]
): Truth {
  const [namespace, ...others] = many
  const span = focus.at === undefined ? undefined : scope.index.trace.spans[focus.at]
  if (!namespace || !span) return judgeOnce(node, scope, focus)
  const { length } = namespace === 'event' ? span.events : span.links
  let answer: Truth | undefined
  for (let place = 0; place < length; place++) {
    const truth = judgeSome(node, scope, { ...focus, [namespace]: place }, others)
    if (truth === true) return true
    // An event without the key has no say.
    if (isUndetermined(truth) && truth.code === 'missing') continue
    if (answer === undefined || isUndetermined(truth)) answer = truth
  }
  const dropped = explainDropped(scope, focus.at!, { namespace, name: `another ${namespace}` })
  if (dropped) return undetermined('dropped', () => dropped)
  return answer ?? judgeOnce(node, scope, focus)
}

const manyCache = new WeakMap<ConditionNode, readonly ('event' | 'link')[]>()

/** Of `event` and `link`, those that a condition reads outside of aggregates and `of`. */
function manyOf(node: AtomNode): readonly ('event' | 'link')[] {
  const known = manyCache.get(node)
  if (known) return known
  const namespaces = new Set<Namespace>()
  const visit = (expression: ExpressionNode): void => {
    if (expression.kind === 'reference') namespaces.add(expression.namespace)
    if (expression.kind !== 'aggregate' && expression.kind !== 'of')
      childExpressions(expression).forEach(visit)
  }
  expressionsOf(node).forEach(visit)
  const many = (['event', 'link'] as const).filter(namespace => namespaces.has(namespace))
  manyCache.set(node, many)
  return many
}

function judgeOnce(node: AtomNode, scope: TraceScope, focus: Focus): Truth {
  switch (node.kind) {
    case 'comparison':
      return judgeComparison(node, scope, focus)
    case 'exists': {
      const value = evaluate(node.expression, scope, focus)
      if (value === NOTHING) return node.negated
      if (!isUndetermined(value)) return !node.negated
      return value.code === 'missing' ? node.negated : value
    }
    case 'membership':
      return judgeMembership(node, scope, focus)
    case 'type-test': {
      const value = evaluate(node.expression, scope, focus)
      if (isUndetermined(value)) return value
      if (value === NOTHING) return nothingFound()
      if (mayBeStructure(node.expression, value, { operator: 'type' }, scope.losses))
        return lost('nested-types')
      return isOfType(value, node.type) !== node.negated
    }
  }
}

function isLiteral(node: ExpressionNode): boolean {
  return (
    node.kind === 'string' ||
    node.kind === 'number' ||
    node.kind === 'duration' ||
    node.kind === 'boolean' ||
    node.kind === 'null'
  )
}

function judgeComparison(node: ComparisonNode, scope: TraceScope, focus: Focus): Truth {
  const left = evaluate(node.left, scope, focus)
  const right = evaluate(node.right, scope, focus)
  if (isUndetermined(left)) return left
  if (isUndetermined(right)) return right
  if (left === NOTHING || right === NOTHING) return compareNothing(node, left === NOTHING ? right : left)
  return compareOperands(
    node,
    { value: left, isLiteral: isLiteral(node.left) },
    { value: right, isLiteral: isLiteral(node.right) },
    scope,
    focus
  )
}

/** What a JSONPath did not find equals the empty text, and is missing otherwise. */
function compareNothing({ operator }: ComparisonNode, other: Evaluated): Truth {
  if (other !== '' || (operator !== '=' && operator !== '!=')) return nothingFound()
  return operator === '='
}

function compareOperands(
  node: ComparisonNode,
  left: Operand,
  right: Operand,
  scope: TraceScope,
  focus: Focus
): Truth {
  const { operator } = node
  const folds = scope.select.foldsNames && (isName(node.left) || isName(node.right))
  if (folds && !IS_FOLDED.has(operator)) return lost('case')
  const isDoubtful = (side: ExpressionNode, { value }: Operand): boolean =>
    mayBeStructure(side, value, { operator }, scope.losses)
  if (isDoubtful(node.left, left) || isDoubtful(node.right, right)) return lost('nested-types')
  const a = folds ? lowered(left) : left
  const b = folds ? lowered(right) : right
  if (operator !== 'matches') {
    const compare = (one: Operand, other: Operand): Truth =>
      compareValues(operator, one, other) ?? undetermined('type', () => mismatch(left, right))
    return scope.losses.has('precision') ? compareTimes(node, compare, [a, b], scope, focus) : compare(a, b)
  }
  if (isStructure(a.value))
    return undetermined('type', () => ({ text: `${describeValue(a.value)} is no text for a pattern` }))
  try {
    return compilePattern(textOf(b.value)).matches(textOf(a.value))
  } catch (error) {
    if (!(error instanceof FilterError)) throw error
    return undetermined('filter', () => ({ text: error.message }))
  }
}

/** A comparison of times holds only if it does so however much of them the store has lost. */
function compareTimes(
  { left, right }: ComparisonNode,
  compare: (left: Operand, right: Operand) => Truth,
  [a, b]: readonly [Operand, Operand],
  scope: TraceScope,
  focus: Focus
): Truth {
  const [ofLeft, ofRight] = [storedErrorNanos(left, scope, focus), storedErrorNanos(right, scope, focus)]
  return ofLeft === 0n
    ? despiteError(b, ofRight, shifted => compare(a, shifted))
    : despiteError(a, ofLeft + ofRight, shifted => compare(shifted, b))
}

function judgeMembership(node: MembershipNode, scope: TraceScope, focus: Focus): Truth {
  const value = evaluate(node.expression, scope, focus)
  if (isUndetermined(value)) return value
  if (value === NOTHING) return nothingFound()
  const folds = scope.select.foldsNames && isName(node.expression)
  const fold = (operand: Operand): Operand => (folds ? lowered(operand) : operand)
  const left = fold({ value, isLiteral: isLiteral(node.expression) })
  const nodes = setNodes(node)
  const items: Operand[] = []
  if (nodes) {
    for (const item of nodes) {
      const one = evaluate(item, scope, focus)
      if (isUndetermined(one)) return one
      if (one === NOTHING) return nothingFound()
      items.push(fold({ value: one, isLiteral: isLiteral(item) }))
    }
  } else {
    const set = evaluate(node.set as ExpressionNode, scope, focus)
    if (isUndetermined(set)) return set
    if (set === NOTHING) return nothingFound()
    const array = typeof set === 'string' ? parseJsonStructure(set) : set
    if (array === undefined || !isArray(array))
      return undetermined('type', () => ({ text: `${describeValue(set)} is no array to look in` }))
    items.push(...array.map(item => fold(asRead(item))))
  }
  if (folds && node.set.kind === 'interval') return lost('case')
  const isInterval = node.set.kind === 'interval'
  return despiteError(left, storedErrorNanos(node.expression, scope, focus), operand => {
    const truth = isInterval ? isBetween(operand, items[0]!, items[1]!) : isAmong(operand, items)
    if (truth === undefined) return undetermined('type', () => mismatch(left, items[0] ?? asRead([])))
    return truth !== node.negated
  })
}

/** The items that are written out; absent where the set is a value. */
function setNodes({ set }: MembershipNode): readonly ExpressionNode[] | undefined {
  if (set.kind === 'interval') return [set.low, set.high]
  return set.kind === 'array' ? set.items : undefined
}

function isOfType(value: Value, type: TypeName): boolean {
  switch (type) {
    case 'string':
      return typeof value === 'string'
    case 'number':
      return typeof value === 'bigint' || typeof value === 'number'
    case 'duration':
      return isDuration(value)
    case 'boolean':
      return typeof value === 'boolean'
    case 'array':
      return isArray(value)
    case 'map':
      return isMap(value)
    case 'null':
      return value === null
    case 'json':
      return isStructure(value) || (typeof value === 'string' && parseJsonStructure(value) !== undefined)
  }
}

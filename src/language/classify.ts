import type {
  ComparisonNode,
  ComplexNode,
  CompoundNode,
  ConditionNode,
  ExpressionNode,
  FilterNode,
  KeyNode,
  PseudoNode,
  RelationName,
  SelectorNode,
  TemplatePart
} from './ast.ts'
import { INTRINSICS, SELECTED_COUNT } from './intrinsics.ts'
import { boundOf, readsScope } from './shape.ts'

/** Whether a selection can still change while spans arrive. `growing`: a span once in stays in. */
export type SelectionClass = 'fixed' | 'growing' | 'unsettled'

/** Whether the truth of a condition on one span can still change. `rising`: from false to true only; `falling`: the reverse. */
export type TestClass = 'fixed' | 'rising' | 'falling' | 'unsettled'

/** The outputs of a test: variables of these names are read off the trace, so that no verdict on them is early. */
export type OutputNames = ReadonlySet<string>

// Selections

export function classifySelector(selector: SelectorNode, outputs: OutputNames): SelectionClass {
  // Without items it is the empty text, which selects every span.
  if (selector.items.length === 0) return 'growing'
  return loosest(selector.items.map(item => classifyComplex(item, outputs)))
}

function classifyComplex(complex: ComplexNode, outputs: OutputNames): SelectionClass {
  const steps = loosest(complex.steps.map(step => classifyCompound(step.compound, outputs)))
  const isAlone = complex.steps.length === 1 && complex.steps[0]!.combinator === undefined
  return isAlone ? steps : loosest([steps, 'growing'])
}

function classifyCompound(compound: CompoundNode, outputs: OutputNames): SelectionClass {
  if (compound.filter && !isOwnFilter(compound.filter, outputs)) return 'unsettled'
  const pseudos = loosest(compound.pseudos.map(pseudo => classifyPseudo(pseudo, outputs)))
  const isAnchored = compound.pseudos.some(pseudo => pseudo.name === 'root' || pseudo.name === 'scope')
  return isAnchored ? pseudos : loosest([pseudos, 'growing'])
}

/** `fixed` stands for a pseudo-class that narrows by what a span is in itself. */
function classifyPseudo(pseudo: PseudoNode, outputs: OutputNames): SelectionClass {
  switch (pseudo.name) {
    case 'root':
    case 'scope':
    case 'error':
      return 'fixed'
    // Where an absent parent decides it, the judge withdraws this.
    case 'entry':
      return 'growing'
    case 'has':
      return loosest([classifyComplex(pseudo.selector, outputs), 'growing'])
    case 'not':
      return pseudo.selector.items.every(item => isOwnComplex(item, outputs)) ? 'fixed' : 'unsettled'
    case 'children':
      return pseudo.operator === '>=' || pseudo.operator === '>' ? 'growing' : 'unsettled'
    case 'first':
    case 'last':
    case 'nth_child':
    case 'leaf':
    case 'orphan':
    case 'depth':
      return 'unsettled'
  }
}

/** Whether a selector looks at nothing but the span itself. */
function isOwnComplex(complex: ComplexNode, outputs: OutputNames): boolean {
  const [step, ...others] = complex.steps
  if (!step || others.length > 0 || step.combinator !== undefined) return false
  const { filter, pseudos } = step.compound
  if (filter && !isOwnFilter(filter, outputs)) return false
  return pseudos.every(pseudo => classifyPseudo(pseudo, outputs) === 'fixed')
}

function isOwnFilter(filter: FilterNode, outputs: OutputNames): boolean {
  switch (filter.kind) {
    case 'and-filter':
    case 'or-filter':
      return filter.filters.every(part => isOwnFilter(part, outputs))
    case 'not-filter':
      return isOwnFilter(filter.filter, outputs)
    case 'exists-filter':
      return isOwnKey(filter.key)
    case 'compare-filter': {
      const { value } = filter
      const items = value.kind === 'list' ? value.items : [value]
      return (
        isOwnKey(filter.key) &&
        items.every(item => item.kind !== 'string' || item.parts.every(part => isOwnPart(part, outputs)))
      )
    }
  }
}

function isOwnKey(key: Pick<KeyNode, 'namespace' | 'name'>): boolean {
  if (key.namespace === 'parent') return false
  if (key.namespace !== undefined && key.namespace !== 'attr') return true
  return key.name !== SELECTED_COUNT && INTRINSICS.get(key.name) !== 'structure'
}

// Tests of one span

export function classifyTest(condition: ConditionNode, outputs: OutputNames): TestClass {
  const own = (...expressions: readonly ExpressionNode[]): TestClass =>
    expressions.every(expression => isOwnExpression(expression, outputs)) ? 'fixed' : 'unsettled'
  switch (condition.kind) {
    case 'boolean':
      return 'fixed'
    case 'not':
      return opposite(classifyTest(condition.condition, outputs))
    case 'and':
    case 'or':
      return condition.conditions.map(part => classifyTest(part, outputs)).reduce(inCommon, 'fixed')
    case 'exists':
    case 'type-test':
      return own(condition.expression)
    case 'membership':
      return condition.set.kind === 'interval'
        ? own(condition.expression, condition.set.low, condition.set.high)
        : own(condition.expression, condition.set)
    case 'relation':
      if (classifySelector(condition.selector, outputs) === 'unsettled') return 'unsettled'
      return isRisingRelation(condition.name) ? 'rising' : 'falling'
    case 'comparison':
      return own(condition.left, condition.right) === 'fixed' ? 'fixed' : classifyMeasure(condition, outputs)
  }
}

/** Relations to one span of a set rise as the set grows; relations to all of its spans fall. */
export function isRisingRelation(name: RelationName): boolean {
  return name === 'child-of' || name === 'descendant-of' || name === 'during' || name === 'overlaps'
}

/** Counts below the span grow and its self time shrinks as spans arrive. */
function classifyMeasure(comparison: ComparisonNode, outputs: OutputNames): TestClass {
  const bound = boundOf(comparison)
  if (!bound || !isOwnExpression(bound.limit, outputs)) return 'unsettled'
  const { measure, operator } = bound
  if (operator === '=' || operator === '!=') return 'unsettled'
  const isFloor = operator === '>' || operator === '>='
  if (measure.kind === 'reference' && measure.namespace === 'attr' && measure.name === 'self_time')
    return isFloor ? 'falling' : 'rising'
  if (measure.kind !== 'aggregate' || measure.name !== 'count' || !measure.selector) return 'unsettled'
  if (!readsScope(measure.selector)) return 'unsettled'
  if (classifySelector(measure.selector, outputs) === 'unsettled') return 'unsettled'
  return isFloor ? 'rising' : 'falling'
}

function opposite(test: TestClass): TestClass {
  return test === 'rising' ? 'falling' : test === 'falling' ? 'rising' : test
}

function inCommon(a: TestClass, b: TestClass): TestClass {
  if (a === b || b === 'fixed') return a
  return a === 'fixed' ? b : 'unsettled'
}

/** Whether the value of an expression lies in the span under test, in the response or in constants alone. */
export function isOwnExpression(node: ExpressionNode, outputs: OutputNames): boolean {
  const all = (parts: readonly ExpressionNode[]): boolean =>
    parts.every(part => isOwnExpression(part, outputs))
  switch (node.kind) {
    case 'number':
    case 'duration':
    case 'boolean':
    case 'null':
    case 'response':
      return true
    case 'string':
      return node.parts.every(part => isOwnPart(part, outputs))
    case 'reference':
      return isOwnKey(node)
    case 'variable':
      return !outputs.has(node.name)
    case 'call':
      return all(node.args)
    case 'array':
      return all(node.items)
    case 'pipe':
      return all([node.input, ...node.args])
    case 'binary':
      return all([node.left, node.right])
    case 'negation':
      return isOwnExpression(node.operand, outputs)
    case 'aggregate':
    case 'of':
      return false
  }
}

function isOwnPart(part: TemplatePart, outputs: OutputNames): boolean {
  return typeof part === 'string' || isOwnExpression(part, outputs)
}

function loosest(classes: readonly SelectionClass[]): SelectionClass {
  if (classes.includes('unsettled')) return 'unsettled'
  return classes.includes('growing') ? 'growing' : 'fixed'
}

import fc from 'fast-check'
import type {
  AggregateNode,
  AssertionNode,
  ComplexNode,
  CompoundNode,
  ConditionNode,
  DurationNode,
  ExpressionNode,
  FilterNode,
  FilterValueNode,
  IntervalNode,
  KeyNode,
  LiteralNode,
  Namespace,
  PseudoNode,
  QuantifierNode,
  SelectorNode,
  StepNode,
  StringNode,
  TemplateNode,
  TemplatePart
} from '../../src/language/ast.ts'
import { parseDuration } from '../../src/language/literals.ts'

// Trees as the parser gives them: `and` and `or` flat, `not … exists` as one node, the first step without a combinator.

/** The range of a node that no text gave. */
const NOWHERE = { start: 0, end: 0 } as const

/** Every range as if the tree came from no text: what is left is what `parse(print(tree))` must keep. */
export function withoutRanges<T>(node: T): T {
  return JSON.parse(
    JSON.stringify(node, (key, value: unknown) => {
      if (key === 'start' || key === 'end') return 0
      if (typeof value === 'bigint') return `${value}n`
      return value
    })
  ) as T
}

const int = fc.oneof(fc.bigInt(-20n, 600n), fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }))
const double = fc
  .oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.integer().map(value => value / 8)
  )
  .map(value => (value === 0 ? 0 : value))

const number: fc.Arbitrary<LiteralNode> = fc
  .oneof(int, double)
  .map(value => ({ kind: 'number', value, ...NOWHERE }))

const duration: fc.Arbitrary<DurationNode> = fc
  .tuple(
    fc.constantFrom('', '', '-'),
    fc.nat(2000),
    fc.constantFrom('', '.5', '.25', '.10', '.000001'),
    fc.constantFrom('ns', 'us', 'µs', 'ms', 's', 'm', 'h')
  )
  .map(parts => parts.join(''))
  .map(text => ({ kind: 'duration', ...parseDuration(text)!, text, ...NOWHERE }))

const constant: fc.Arbitrary<LiteralNode> = fc.oneof(
  fc.boolean().map((value): LiteralNode => ({ kind: 'boolean', value, ...NOWHERE })),
  fc.constant<LiteralNode>({ kind: 'null', ...NOWHERE })
)
const literal: fc.Arbitrary<LiteralNode> = fc.oneof(number, duration, constant)

/** Any text that double quotes of selectors can hold: with JSON's escapes that is all. */
const anyText = fc.oneof(
  fc.constantFrom(
    'cart',
    'POST /checkout',
    '${',
    '$',
    '$${',
    '${x}',
    '"',
    "'",
    '\\',
    'a\nb',
    'é',
    '🛒',
    '} {',
    ''
  ),
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.string({ unit: fc.constantFrom('$', '{', '}', '"', "'", '\\', 'a', ' '), maxLength: 8 })
)

/** Text that stands in quotes of assertions as well, where a backslash protects a quote and nothing else. */
const plainText = anyText.map(text => text.replaceAll('\\', '').replaceAll(/\$+$/g, ''))

function stringNode(parts: readonly TemplatePart[]): StringNode {
  const merged: TemplatePart[] = []
  for (const part of parts) {
    const last = merged.at(-1)
    if (part === '') continue
    if (typeof part === 'string' && typeof last === 'string') merged[merged.length - 1] = last + part
    else merged.push(part)
  }
  return { kind: 'string', parts: merged, ...NOWHERE }
}

const filterString: fc.Arbitrary<StringNode> = anyText.map(text => stringNode([text]))
const patternString: fc.Arbitrary<StringNode> = fc
  .constantFrom('^POST', '\\d+', 'a{2}', 'cart|checkout', '\\"', "it's", '^$', '\\\\')
  .map(text => stringNode([text]))

const name = fc.oneof(
  fc.constantFrom('name', 'service.name', 'db.system', 'http.request.method', 'order.id', 'events.count'),
  fc.constantFrom(
    'not',
    'or',
    'in',
    'exists',
    'true',
    'contains',
    'span',
    'content-type',
    '5',
    '1.5',
    'a/b',
    'é.ü'
  ),
  fc.string({
    unit: fc.constantFrom('a', '.', '-', '/', ' ', ':', '"', "'", '_', '7'),
    minLength: 1,
    maxLength: 6
  })
)
const namespace = fc.constantFrom<Namespace>('attr', 'resource', 'scope', 'event', 'link', 'parent')
const key: fc.Arbitrary<KeyNode> = fc
  .tuple(fc.option(namespace, { nil: undefined }), name)
  .map(([space, text]) => ({ kind: 'key', ...(space ? { namespace: space } : {}), name: text, ...NOWHERE }))

const ordering = fc.constantFrom(
  '=' as const,
  '!=' as const,
  '<' as const,
  '<=' as const,
  '>' as const,
  '>=' as const
)
const filterValue: fc.Arbitrary<LiteralNode | StringNode> = fc.oneof(literal, filterString)
const bound: fc.Arbitrary<LiteralNode> = fc.oneof(number, duration)
const interval: fc.Arbitrary<IntervalNode> = fc
  .tuple(bound, bound)
  .map(([low, high]) => ({ kind: 'interval', low, high, ...NOWHERE }))
const filterSet: fc.Arbitrary<FilterValueNode> = fc.oneof(
  fc
    .array(filterValue, { maxLength: 3 })
    .map((items): FilterValueNode => ({ kind: 'list', items, ...NOWHERE })),
  interval
)

const compareFilter: fc.Arbitrary<FilterNode> = fc.oneof(
  fc
    .tuple(
      key,
      fc.oneof(
        ordering,
        fc.constantFrom(
          'contains' as const,
          'not-contains' as const,
          'starts-with' as const,
          'ends-with' as const
        )
      ),
      filterValue
    )
    .map(
      ([k, operator, value]): FilterNode => ({ kind: 'compare-filter', key: k, operator, value, ...NOWHERE })
    ),
  fc
    .tuple(key, patternString)
    .map(
      ([k, value]): FilterNode => ({ kind: 'compare-filter', key: k, operator: 'matches', value, ...NOWHERE })
    ),
  fc
    .tuple(key, fc.constantFrom('in' as const, 'not in' as const), filterSet)
    .map(
      ([k, operator, value]): FilterNode => ({ kind: 'compare-filter', key: k, operator, value, ...NOWHERE })
    ),
  fc
    .tuple(key, fc.boolean())
    .map(([k, negated]): FilterNode => ({ kind: 'exists-filter', key: k, negated, ...NOWHERE }))
)

function flat<Node extends { readonly kind: string }>(
  kind: string,
  nodes: readonly Node[],
  below: (node: Node) => readonly Node[] | undefined
): readonly Node[] {
  return nodes.flatMap(node => (node.kind === kind ? (below(node) ?? []) : [node]))
}

function joinedFilter(kind: 'and-filter' | 'or-filter', nodes: readonly FilterNode[]): FilterNode {
  const filters = flat(kind, nodes, node => ('filters' in node ? node.filters : undefined))
  return { kind, filters, ...NOWHERE }
}

function notFilter(filter: FilterNode): FilterNode {
  if (filter.kind === 'exists-filter' && !filter.negated) return { ...filter, negated: true }
  return { kind: 'not-filter', filter, ...NOWHERE }
}

/** What stands in the brackets of a compound. */
const arbitraryFilter: fc.Arbitrary<FilterNode> = fc.letrec<{ filter: FilterNode }>(tie => ({
  filter: fc.oneof(
    { maxDepth: 2, depthIdentifier: 'filter' },
    compareFilter,
    fc.array(tie('filter'), { minLength: 2, maxLength: 3 }).map(nodes => joinedFilter('and-filter', nodes)),
    fc.array(tie('filter'), { minLength: 2, maxLength: 3 }).map(nodes => joinedFilter('or-filter', nodes)),
    tie('filter').map(notFilter)
  )
})).filter

type Selectors = {
  pseudo: PseudoNode
  compound: CompoundNode
  complex: ComplexNode
  selector: SelectorNode
}

function selectors(options: { readonly scope: boolean }): {
  readonly [Name in keyof Selectors]: fc.Arbitrary<Selectors[Name]>
} {
  const plain = [
    'first',
    'last',
    'root',
    'leaf',
    'entry',
    'error',
    'orphan',
    ...(options.scope ? ['scope'] : [])
  ]
  const count = fc.bigInt(0n, 9n)
  return fc.letrec<Selectors>(tie => ({
    pseudo: fc.oneof(
      { maxDepth: 2, depthIdentifier: 'selector' },
      fc.constantFrom(...plain).map(each => ({ kind: 'pseudo', name: each, ...NOWHERE }) as PseudoNode),
      count.map((index): PseudoNode => ({ kind: 'pseudo', name: 'nth_child', index, ...NOWHERE })),
      fc.tuple(fc.constantFrom('depth' as const, 'children' as const), ordering, count).map(
        ([each, operator, n]): PseudoNode => ({
          kind: 'pseudo',
          name: each,
          operator,
          count: n,
          ...NOWHERE
        })
      ),
      fc.tuple(tie('complex'), fc.boolean()).map(
        ([selector, isChild]): PseudoNode => ({
          kind: 'pseudo',
          name: 'has',
          selector: isChild ? asChild(selector) : selector,
          ...NOWHERE
        })
      ),
      tie('selector').map((selector): PseudoNode => ({ kind: 'pseudo', name: 'not', selector, ...NOWHERE }))
    ),
    compound: fc
      .tuple(fc.option(arbitraryFilter, { nil: undefined }), fc.array(tie('pseudo'), { maxLength: 2 }))
      .map(
        ([filter, pseudos]): CompoundNode => ({
          kind: 'compound',
          ...(filter ? { filter } : {}),
          pseudos,
          ...NOWHERE
        })
      ),
    complex: fc
      .array(
        fc.tuple(
          fc.constantFrom('descendant' as const, 'child' as const, 'sibling' as const),
          tie('compound')
        ),
        {
          minLength: 1,
          maxLength: 3
        }
      )
      .map(
        (pairs): ComplexNode => ({
          kind: 'complex',
          steps: pairs.map(
            ([combinator, compound], at): StepNode => ({
              kind: 'step',
              ...(at === 0 ? {} : { combinator }),
              compound,
              ...NOWHERE
            })
          ),
          ...NOWHERE
        })
      ),
    selector: fc
      .array(tie('complex'), { minLength: 1, maxLength: 2 })
      .map((items): SelectorNode => ({ kind: 'selector', items, ...NOWHERE }))
  }))
}

function asChild(complex: ComplexNode): ComplexNode {
  const [first, ...rest] = complex.steps
  return { ...complex, steps: [{ ...first!, combinator: 'child' }, ...rest] }
}

const outside = selectors({ scope: false })
const inside = selectors({ scope: true })

/** A selector as it may stand in a spec; `""` included. */
export const arbitrarySelector: fc.Arbitrary<SelectorNode> = fc.oneof(
  { arbitrary: outside.selector, weight: 40 },
  { arbitrary: fc.constant<SelectorNode>({ kind: 'selector', items: [], ...NOWHERE }), weight: 1 }
)

const variable: fc.Arbitrary<ExpressionNode> = fc
  .constantFrom('ORDER_ID', 'host', 'a.b', 'my-var')
  .map(each => ({ kind: 'variable', name: each, ...NOWHERE }))
const reference: fc.Arbitrary<ExpressionNode> = fc
  .tuple(namespace, name)
  .map(([space, text]) => ({ kind: 'reference', namespace: space, name: text, ...NOWHERE }))
const response: fc.Arbitrary<ExpressionNode> = fc.oneof(
  fc
    .constantFrom('status' as const, 'body' as const, 'duration' as const, 'messages' as const)
    .map((part): ExpressionNode => ({ kind: 'response', part, ...NOWHERE })),
  fc
    .tuple(
      fc.constantFrom('header' as const, 'trailer' as const),
      fc.constantFrom('content-type', 'x y', 'etag')
    )
    .map(([part, each]): ExpressionNode => ({ kind: 'response', part, name: each, ...NOWHERE }))
)
const call: fc.Arbitrary<ExpressionNode> = fc.constantFrom<ExpressionNode>(
  { kind: 'call', name: 'uuid', args: [], ...NOWHERE },
  { kind: 'call', name: 'date', args: [stringNode(['YYYY'])], ...NOWHERE }
)

// Filters with arguments that pass the checks of a plan.
const filterCall: fc.Arbitrary<{ readonly filter: string; readonly args: readonly ExpressionNode[] }> =
  fc.oneof(
    fc
      .constantFrom('length', 'type', 'lower', 'upper', 'trim', 'number', 'json')
      .map(filter => ({ filter, args: [] })),
    fc
      .constantFrom('$.id', '$.items[*]', '.name')
      .map(path => ({ filter: 'json_path', args: [stringNode([path])] })),
    fc.constantFrom('o.*', '\\d+').map(text => ({ filter: 'regex', args: [stringNode([text])] })),
    fc.nat(4).map(index => ({
      filter: 'get_index',
      args: [{ kind: 'number', value: BigInt(index), ...NOWHERE }] as const
    }))
  )

type Expressions = {
  value: ExpressionNode
  text: StringNode
  aggregate: AggregateNode
  condition: ConditionNode
}

export const relations = [
  'before',
  'after',
  'starts-before',
  'starts-after',
  'during',
  'overlaps',
  'child-of',
  'descendant-of'
] as const
const types = ['string', 'number', 'duration', 'boolean', 'array', 'map', 'null', 'json'] as const
const measures = ['sum', 'avg', 'min', 'max', 'p50', 'p90', 'p95', 'p99', 'distinct'] as const

const expressions = fc.letrec<Expressions>(tie => ({
  text: fc.oneof(
    { maxDepth: 1, depthIdentifier: 'text' },
    plainText.map(text => stringNode([text])),
    // Strings inside strings are found by the tests of the parser: most of them cannot be written.
    fc
      .array(fc.oneof(plainText, variable, reference.filter(isQuoteless), call.filter(isQuoteless)), {
        maxLength: 3
      })
      .map(stringNode)
  ),
  aggregate: fc.oneof(
    fc.option(inside.selector, { nil: undefined }).map(
      (selector): AggregateNode => ({
        kind: 'aggregate',
        name: 'count',
        ...(selector ? { selector } : {}),
        ...NOWHERE
      })
    ),
    fc.tuple(fc.constantFrom(...measures), tie('value'), fc.option(inside.selector, { nil: undefined })).map(
      ([each, expression, selector]): AggregateNode => ({
        kind: 'aggregate',
        name: each,
        expression,
        ...(selector ? { selector } : {}),
        ...NOWHERE
      })
    )
  ),
  value: fc.oneof(
    { maxDepth: 2, depthIdentifier: 'value' },
    reference,
    literal,
    variable,
    response,
    call,
    tie('text'),
    tie('aggregate'),
    fc
      .array(tie('value'), { maxLength: 3 })
      .map((items): ExpressionNode => ({ kind: 'array', items, ...NOWHERE })),
    fc
      .tuple(tie('value'), inside.complex)
      .map(([expression, selector]): ExpressionNode => ({ kind: 'of', expression, selector, ...NOWHERE })),
    fc
      .tuple(tie('value'), filterCall)
      .map(([input, filter]): ExpressionNode => ({ kind: 'pipe', input, ...filter, ...NOWHERE })),
    fc
      .tuple(
        fc.constantFrom('+' as const, '-' as const, '*' as const, '/' as const, '%' as const),
        tie('value'),
        tie('value')
      )
      .map(
        ([operator, left, right]): ExpressionNode => ({ kind: 'binary', operator, left, right, ...NOWHERE })
      ),
    tie('value').map((operand): ExpressionNode => ({ kind: 'negation', operand, ...NOWHERE }))
  ),
  condition: fc.oneof(
    { maxDepth: 2, depthIdentifier: 'condition' },
    fc
      .tuple(
        fc.oneof(
          ordering,
          fc.constantFrom(
            'contains' as const,
            'not-contains' as const,
            'starts-with' as const,
            'ends-with' as const,
            'matches' as const,
            'json-contains' as const
          )
        ),
        tie('value'),
        tie('value')
      )
      .map(
        ([operator, left, right]): ConditionNode => ({
          kind: 'comparison',
          operator,
          left,
          right,
          ...NOWHERE
        })
      ),
    fc
      .tuple(tie('value'), fc.boolean())
      .map(([expression, negated]): ConditionNode => ({ kind: 'exists', expression, negated, ...NOWHERE })),
    fc
      .tuple(
        tie('value'),
        fc.oneof(
          interval,
          fc
            .array(tie('value'), { maxLength: 2 })
            .map((items): ExpressionNode => ({ kind: 'array', items, ...NOWHERE }))
        ),
        fc.boolean()
      )
      .map(
        ([expression, set, negated]): ConditionNode => ({
          kind: 'membership',
          expression,
          set,
          negated,
          ...NOWHERE
        })
      ),
    fc.tuple(tie('value'), fc.constantFrom(...types), fc.boolean()).map(
      ([expression, type, negated]): ConditionNode => ({
        kind: 'type-test',
        expression,
        type,
        negated,
        ...NOWHERE
      })
    ),
    fc
      .tuple(fc.constantFrom(...relations), inside.selector)
      .map(([each, selector]): ConditionNode => ({ kind: 'relation', name: each, selector, ...NOWHERE })),
    fc.boolean().map((value): ConditionNode => ({ kind: 'boolean', value, ...NOWHERE })),
    fc.array(tie('condition'), { minLength: 2, maxLength: 3 }).map(nodes => joinedCondition('and', nodes)),
    fc.array(tie('condition'), { minLength: 2, maxLength: 3 }).map(nodes => joinedCondition('or', nodes)),
    tie('condition').map((condition): ConditionNode => {
      if (condition.kind === 'exists' && !condition.negated) return { ...condition, negated: true }
      return { kind: 'not', condition, ...NOWHERE }
    })
  )
}))

function isQuoteless(node: ExpressionNode): boolean {
  return node.kind === 'reference'
    ? /^[a-z.]+$/.test(node.name)
    : node.kind !== 'call' || node.args.length === 0
}

function joinedCondition(kind: 'and' | 'or', nodes: readonly ConditionNode[]): ConditionNode {
  const conditions = flat(kind, nodes, node => ('conditions' in node ? node.conditions : undefined))
  return { kind, conditions, ...NOWHERE }
}

const quantifier: fc.Arbitrary<QuantifierNode> = fc.oneof(
  fc.constant<QuantifierNode>({ kind: 'quantifier', name: 'every', isWritten: false, ...NOWHERE }),
  fc
    .constantFrom('every' as const, 'some' as const, 'none' as const)
    .map((each): QuantifierNode => ({ kind: 'quantifier', name: each, isWritten: true, ...NOWHERE })),
  fc
    .tuple(fc.constantFrom('exactly' as const, 'at-least' as const, 'at-most' as const), fc.bigInt(0n, 9n))
    .map(
      ([each, count]): QuantifierNode => ({
        kind: 'quantifier',
        name: each,
        count,
        isWritten: true,
        ...NOWHERE
      })
    )
)

/** Any condition; whether it makes sense is for the static checks to say. */
const arbitraryCondition: fc.Arbitrary<ConditionNode> = expressions.condition

/** Any expression; whether it makes sense is for the static checks to say. */
export const arbitraryExpression: fc.Arbitrary<ExpressionNode> = expressions.value

/** Any assertion; whether it makes sense is for the static checks to say. */
export const arbitraryAssertion: fc.Arbitrary<AssertionNode> = fc
  .tuple(quantifier, arbitraryCondition)
  .map(([each, condition]) => ({ kind: 'assertion', quantifier: each, condition, ...NOWHERE }))

/** A text with `${…}`. */
export const arbitraryTemplate: fc.Arbitrary<TemplateNode> = fc
  .array(fc.oneof(plainText, variable, call), { maxLength: 4 })
  .map(parts => ({ kind: 'template', parts: stringNode(parts).parts, ...NOWHERE }))

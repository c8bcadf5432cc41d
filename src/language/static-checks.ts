import type { Problem } from '../errors/diagnostic.ts'
import { suggest } from '../errors/suggest.ts'
import type {
  AggregateNode,
  AssertionNode,
  CallNode,
  ExpressionNode,
  NodeRange,
  PipeNode,
  SelectorNode,
  SyntaxNode,
  TemplateNode
} from './ast.ts'
import { checkDurations } from './check-durations.ts'
import { checkOperands } from './check-operands.ts'
import { checkValues } from './check-values.ts'
import { filters } from './filters.ts'
import { functions } from './functions.ts'
import { SELECTED_COUNT } from './intrinsics.ts'
import { isPerSpan } from './shape.ts'
import { walkNodes } from './walk.ts'

/** What a selector of a spec says that cannot be meant. */
export function checkSelector(node: SelectorNode): readonly Problem[] {
  return [...checkNodes(node), ...checkScope(node)]
}

/** What an assertion says that cannot be meant. */
export function checkAssertion(node: AssertionNode): readonly Problem[] {
  const { quantifier, condition } = node
  const problems = checkNodes(node)
  if (!quantifier.isWritten || isPerSpan(condition)) return problems
  return [
    ...problems,
    error(
      quantifier,
      `\`${quantifier.name}\` counts spans, and the condition says nothing of one span`,
      'leave the quantifier out: the condition is judged once'
    )
  ]
}

/** What an expression says that cannot be meant. */
export function checkExpression(node: ExpressionNode): readonly Problem[] {
  return [...checkNodes(node), ...checkScope(node)]
}

/** What a template says that cannot be meant: there is no span yet. */
export function checkTemplate(node: TemplateNode): readonly Problem[] {
  return [...checkNodes(node), ...spanReads(node, 'there is no span here to read it from')]
}

/** The name of a filter, and how many arguments it has: what stands in its strings is not known yet. */
export function checkFilter(node: PipeNode, name: NodeRange): readonly Problem[] {
  const filter = filters.get(node.filter)
  if (filter === undefined)
    return [
      unknown(name, 'filter', node.filter, [...filters.keys()], OTHER_FILTERS.get(node.filter.toLowerCase()))
    ]
  const problem = checkArity(node.filter, 'filter', name, filter.parameters, node.args)
  return problem === undefined ? [] : [problem]
}

function checkFilterArguments(node: PipeNode): readonly Problem[] {
  const parameters = filters.get(node.filter)?.parameters ?? []
  return node.args.flatMap((arg, at) => {
    const type = parameters[at]?.type
    const text = literalText(arg)
    const isIndex =
      (arg.kind === 'number' && typeof arg.value === 'bigint') || /^(?:\d+|last)$/.test(text ?? '')
    if (type === 'index' && isLiteral(arg) && !isIndex)
      return [error(arg, `\`${node.filter}\` wants an index from 0, or 'last'`, `write \`${node.filter} 0\``)]
    if (type === 'unit' && isLiteral(arg) && !/^(?:ns|us|ms|s|m|h)$/.test(text ?? ''))
      return [error(arg, `\`${node.filter}\` wants a unit`, 'the units are ns, us, ms, s, m and h')]
    if (type === 'text' && isLiteral(arg) && arg.kind !== 'string')
      return [
        error(arg, `\`${node.filter}\` wants a text`, `write it in quotes, as in \`${node.filter} '…'\``)
      ]
    return []
  })
}

/** An aggregate and what it ranges over. */
export function checkAggregate(node: AggregateNode): readonly Problem[] {
  if (node.name === 'count' && node.expression !== undefined)
    return [
      error(
        node.expression,
        '`count` counts spans, not values',
        'count a selection, as in `count(span[db.system exists])`; `distinct(attr:name)` counts different values'
      )
    ]
  if (node.name !== 'count' && node.expression === undefined)
    return [
      error(
        node,
        `\`${node.name}\` wants a value`,
        `write it as in \`${node.name}(attr:duration)\`, or with \`of span[…]\``
      )
    ]
  return []
}

const OTHER_FILTERS: ReadonlyMap<string, string> = new Map(
  Object.entries<string>({
    jsonpath: 'json_path',
    jq: 'json_path',
    path: 'json_path',
    match: 'regex',
    matches: 'regex',
    group: 'regex_group',
    groups: 'regex_group',
    index: 'get_index',
    get: 'get_index',
    nth: 'get_index',
    first: 'get_index',
    last: 'get_index',
    size: 'length',
    len: 'length',
    count: 'length',
    lowercase: 'lower',
    tolower: 'lower',
    to_lower: 'lower',
    uppercase: 'upper',
    toupper: 'upper',
    to_upper: 'upper',
    strip: 'trim',
    int: 'number',
    float: 'number',
    to_number: 'number',
    tonumber: 'number',
    parse: 'json',
    fromjson: 'json'
  })
)

const OTHER_FUNCTIONS: ReadonlyMap<string, string> = new Map(
  Object.entries<string>({
    mean: 'avg',
    average: 'avg',
    total: 'sum',
    minimum: 'min',
    maximum: 'max',
    median: 'p50',
    p75: 'p90',
    unique: 'distinct',
    count_distinct: 'distinct',
    guid: 'uuid',
    random: 'randomInt',
    randint: 'randomInt',
    rand: 'randomInt',
    today: 'date',
    timestamp: 'now',
    time: 'now'
  })
)
const AGGREGATES = ['count', 'sum', 'avg', 'min', 'max', 'p50', 'p90', 'p95', 'p99', 'distinct']

function checkNodes(root: SyntaxNode): readonly Problem[] {
  const problems: Problem[] = [...checkDurations(root), ...checkOperands(root), ...checkValues(root)]
  walkNodes(root, node => {
    if (node.kind === 'call') problems.push(...checkCall(node))
    if (node.kind === 'pipe') problems.push(...checkFilterArguments(node))
    if (node.kind === 'compare-filter')
      problems.push(...spanReads(node.value, 'a selector has no span yet to read it from'))
    if (
      node.kind === 'reference' &&
      node.name.startsWith('tracetest.selected_spans.') &&
      node.name !== SELECTED_COUNT
    )
      problems.push(error(node, `there is no \`${node.name}\``, 'the number of spans is written `count()`'))
  })
  return problems
}

function checkCall(node: CallNode): readonly Problem[] {
  const name = { start: node.start, end: node.start + node.name.length }
  const known = functions.get(node.name)
  if (known !== undefined) {
    const problem = checkArity(node.name, 'function', name, known.parameters, node.args)
    return problem === undefined ? checkArguments(node, known.parameters) : [problem]
  }
  if (node.name === 'first' || node.name === 'last')
    return [
      {
        ...unknown(name, 'function', node.name, []),
        hint: `read it from one span: \`attr:name of span[…]:${node.name}\``
      }
    ]
  if (filters.has(node.name) || filters.has(OTHER_FILTERS.get(node.name.toLowerCase()) ?? ''))
    return [
      {
        ...unknown(name, 'function', node.name, []),
        hint: `\`${filters.has(node.name) ? node.name : OTHER_FILTERS.get(node.name.toLowerCase())}\` is a filter: write it behind the value, as in \`attr:name | length\``
      }
    ]
  if (node.name === 'exists' || node.name === 'has')
    return [{ ...unknown(name, 'function', node.name, []), hint: 'write `attr:name exists`' }]
  return [
    unknown(
      name,
      'function',
      node.name,
      [...functions.keys(), ...AGGREGATES],
      OTHER_FUNCTIONS.get(node.name.toLowerCase())
    )
  ]
}

function checkArguments(
  node: CallNode,
  parameters: readonly { readonly type: 'text' | 'int' }[]
): readonly Problem[] {
  return node.args.flatMap((arg, at) => {
    const type = parameters[at]?.type
    if (!isLiteral(arg)) return []
    const text = literalText(arg)
    const isInt = (arg.kind === 'number' && typeof arg.value === 'bigint') || /^-?\d+$/.test(text ?? '')
    if (type === 'int' && !isInt)
      return [error(arg, `\`${node.name}\` wants whole numbers`, 'write it as in `randomInt(1, 6)`')]
    if (type === 'text' && arg.kind !== 'string')
      return [error(arg, `\`${node.name}\` wants a text`, `write it as in \`${node.name}('DD/MM/YYYY')\``)]
    return []
  })
}

function checkArity(
  name: string,
  what: string,
  range: NodeRange,
  parameters: readonly { readonly name: string; readonly isOptional: boolean }[],
  args: readonly ExpressionNode[]
): Problem | undefined {
  const needed = parameters.filter(parameter => !parameter.isOptional).length
  if (args.length >= needed && args.length <= parameters.length) return undefined
  const wanted =
    parameters.length === 0
      ? 'no arguments'
      : `${needed === parameters.length ? '' : 'up to '}${parameters.length} ${parameters.length === 1 ? 'argument' : 'arguments'} (${parameters.map(each => each.name).join(', ')})`
  const extra = args[parameters.length]
  return error(
    extra ?? range,
    `the ${what} \`${name}\` takes ${wanted}, not ${args.length === 0 ? 'none' : args.length}`,
    what === 'filter'
      ? "arguments follow the name: `| json_path '$.id'`"
      : `write \`${name}(${parameters.map(each => each.name).join(', ')})\``
  )
}

function unknown(
  range: NodeRange,
  what: string,
  name: string,
  candidates: readonly string[],
  known?: string
): Problem {
  const near = known ?? suggest(name, candidates)
  const hint = near === undefined ? `there are ${candidates.join(', ')}` : `did you mean \`${near}\`?`
  return { ...error(range, `there is no ${what} \`${name}\``, hint), code: 'UNKNOWN_FUNCTION' }
}

function checkScope(root: SyntaxNode): readonly Problem[] {
  const problems: Problem[] = []
  walkNodes(root, node => {
    if (node.kind === 'pseudo' && node.name === 'scope')
      problems.push(
        error(
          node,
          '`:scope` is the span that an assertion judges: there is none here',
          'use it in an assertion, as in `count(:scope > span[db.system exists]) <= 3`'
        )
      )
  })
  return problems
}

/** Everything that needs a span, where there is none. */
function spanReads(root: SyntaxNode, why: string): readonly Problem[] {
  const problems: Problem[] = []
  walkNodes(root, node => {
    if (node.kind === 'reference')
      problems.push(
        error(
          node,
          `\`${node.namespace}:${node.name}\` cannot stand here: ${why}`,
          'use `var:` for what is known before'
        )
      )
    if (node.kind === 'aggregate' || node.kind === 'of')
      problems.push(
        error(node, `spans cannot be counted or read here: ${why}`, 'use `var:` for what is known before')
      )
  })
  return problems
}

function isLiteral(node: ExpressionNode): boolean {
  return ['number', 'duration', 'boolean', 'null'].includes(node.kind) || literalText(node) !== undefined
}

function literalText(node: ExpressionNode): string | undefined {
  if (node.kind !== 'string' || !node.parts.every(part => typeof part === 'string')) return undefined
  return node.parts.join('')
}

function error({ start, end }: NodeRange, message: string, hint: string): Problem {
  return { code: 'EXPRESSION_SYNTAX', severity: 'error', message, range: { start, end }, hint }
}

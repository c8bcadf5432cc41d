import type {
  AggregateNode,
  CallNode,
  ExpressionNode,
  Namespace,
  OfNode,
  PipeNode,
  ReferenceNode,
  ResponseNode,
  StringNode,
  TemplateNode,
  TemplatePart
} from '../language/ast.ts'
import { FilterError } from '../language/filter-error.ts'
import { filters } from '../language/filters.ts'
import { isSelectedCount } from '../language/intrinsics.ts'
import { parseJson } from '../language/json.ts'
import { printExpression } from '../language/print.ts'
import { readsScope } from '../language/shape.ts'
import { durationOf, NOTHING, textOf, type Value } from '../language/values.ts'
import type { Span } from '../model/span.ts'
import type { Reason } from '../model/verdict.ts'
import { aggregateValues } from './aggregate.ts'
import { calculate, negative } from './arithmetic.ts'
import type { CallMemo } from './calls.ts'
import { literalValue } from './literal-value.ts'
import { type KeyReader, keyReader, readAll, readOne } from './lookup.ts'
import { explainMissing } from './missing.ts'
import { type PrefixSums, prefixSums } from './prefix.ts'
import { eachOf, type Row, rowSize } from './row.ts'
import { chooseRow, selectorOfItem } from './rows.ts'
import { type Focus, type Surroundings, spend, type TraceScope } from './scope.ts'
import { skewWithTrigger } from './skew.ts'
import { describeSpan } from './text.ts'
import { type Evaluated, isUndetermined, type Undetermined, undetermined } from './truth.ts'

/** What a template outside of a trace may read. */
export interface TemplateScope {
  readonly variables: ReadonlyMap<string, string>
  readonly calls: CallMemo
}

export type TemplateOutcome =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly reason: Reason }

/** The text of a template of a trigger or a name. */
export function evaluateTemplate(template: TemplateNode, scope: TemplateScope): TemplateOutcome {
  const text = joinParts(template.parts, part => evaluateOutside(part, scope))
  return isUndetermined(text) ? { ok: false, reason: text.explain() } : { ok: true, text }
}

/** The value of an expression on the span in focus. */
export function evaluate(node: ExpressionNode, scope: TraceScope, focus: Focus): Evaluated {
  switch (node.kind) {
    case 'number':
    case 'duration':
    case 'boolean':
    case 'null':
      return literalValue(node)
    case 'reference':
      if (isSelectedCount(node)) return BigInt(focus.selected ? rowSize(focus.selected) : 0)
      return evaluateReference(node, scope, focus)
    case 'aggregate':
      return evaluateAggregate(node, scope, focus)
    case 'of':
      return evaluateOf(node, scope, focus)
    default:
      return evaluatePlain(node, scope, inner => evaluate(inner, scope, focus))
  }
}

/** The value of an expression where there is no trace to read. */
export function evaluateOutside(node: ExpressionNode, scope: Surroundings): Evaluated {
  if (node.kind === 'reference' || node.kind === 'aggregate' || node.kind === 'of')
    return undetermined('missing', () => ({
      text: `\`${printExpression(node)}\` reads spans, and there are none here`
    }))
  return evaluatePlain(node, scope, inner => evaluateOutside(inner, scope))
}

type PlainNode = Exclude<ExpressionNode, ReferenceNode | AggregateNode | OfNode>

/** What reads no trace itself; `read` gives the values of the parts. */
function evaluatePlain(
  node: PlainNode,
  scope: Surroundings,
  read: (node: ExpressionNode) => Evaluated
): Evaluated {
  switch (node.kind) {
    case 'number':
    case 'duration':
    case 'boolean':
    case 'null':
      return literalValue(node)
    case 'string':
      return evaluateString(node, read)
    case 'response':
      return unmasked(evaluateResponse(node, scope), scope)
    case 'variable':
      return unmasked(
        scope.variables.get(node.name) ??
          undetermined('variable', () => ({ text: `the variable ${node.name} has no value` })),
        scope
      )
    case 'array':
      return allOf(node.items.map(read), items => items)
    case 'binary':
      return allOf([read(node.left), read(node.right)], ([left, right]) =>
        calculate(node.operator, left!, right!)
      )
    case 'negation':
      return allOf([read(node.operand)], ([operand]) => negative(operand!))
    case 'call':
      return allOf(node.args.map(read), args => evaluateCall(node, args, scope.calls))
    case 'pipe':
      return evaluatePipe(node, read(node.input), node.args.map(read))
  }
}

/** Computes with values, all of them there. */
function allOf(parts: readonly Evaluated[], compute: (values: readonly Value[]) => Evaluated): Evaluated {
  const values: Value[] = []
  for (const part of parts) {
    if (isUndetermined(part)) return part
    if (part === NOTHING) return nothingFound()
    values.push(part)
  }
  return compute(values)
}

export function nothingFound(): Undetermined {
  return undetermined('missing', () => ({ text: 'the JSONPath found nothing' }))
}

/** The text of a string with its interpolations. */
export function evaluateString(
  node: StringNode,
  read: (node: ExpressionNode) => Evaluated
): string | Undetermined {
  return joinParts(node.parts, read)
}

function joinParts(
  parts: readonly TemplatePart[],
  read: (node: ExpressionNode) => Evaluated
): string | Undetermined {
  let text = ''
  for (const part of parts) {
    if (typeof part === 'string') {
      text += part
      continue
    }
    const value = read(part)
    if (isUndetermined(value)) return value
    if (value !== NOTHING) text += textOf(value)
  }
  return text
}

function evaluateCall(node: CallNode, args: readonly Value[], calls: CallMemo): Evaluated {
  return attempt(node.name, () => calls.valueOf(node, args))
}

function evaluatePipe(node: PipeNode, input: Evaluated, args: readonly Evaluated[]): Evaluated {
  if (isUndetermined(input)) return input
  return allOf(args, values =>
    attempt(node.filter, () => filters.get(node.filter)?.apply(input, values) ?? null)
  )
}

function attempt(name: string, action: () => Evaluated): Evaluated {
  try {
    return action()
  } catch (error) {
    if (!(error instanceof FilterError)) throw error
    return undetermined('filter', () => ({ text: `${name}: ${error.message}` }))
  }
}

function evaluateResponse(node: ResponseNode, scope: Surroundings): Evaluated {
  const { response } = scope
  const absent = (what: string): Undetermined => undetermined('missing', () => ({ text: what }))
  if (node.part === 'duration')
    return scope.responseDurationNanos === undefined
      ? absent('there is no answer whose duration could be read')
      : durationOf(scope.responseDurationNanos)
  if (!response) return absent('there is no answer to read')
  switch (node.part) {
    case 'status':
      return response.status === undefined ? absent('the answer has no status') : BigInt(response.status)
    case 'body':
      return response.body ?? absent('the answer has no body')
    case 'messages':
      return (
        response.messages?.map(message => parseJson(message) ?? message) ??
        absent('the answer has no messages')
      )
    case 'header':
    case 'trailer': {
      const fields = node.part === 'header' ? response.headers : (response.trailers ?? [])
      const values = fields.filter(({ key }) => key.toLowerCase() === node.name).map(({ value }) => value)
      return values.length > 0
        ? values.join(', ')
        : absent(`the answer has no ${node.part} \`${node.name ?? ''}\``)
    }
  }
}

function unmasked(value: Evaluated, { maskedText }: Surroundings): Evaluated {
  if (maskedText === undefined || typeof value !== 'string' || !value.includes(maskedText)) return value
  return undetermined('masked', () => ({ text: 'the value was a secret, and is hidden in the saved run' }))
}

// The trace

function evaluateReference(node: ReferenceNode, scope: TraceScope, focus: Focus): Evaluated {
  const { index } = scope
  const { at } = focus
  if (at === undefined)
    return undetermined('missing', () => ({
      text: `there is no span to read \`${printExpression(node)}\` from`
    }))
  const { namespace, name } = node
  const value =
    namespace === 'event' || namespace === 'link'
      ? readMany(index.trace.spans[at]!, namespace, name, focus[namespace])
      : readerOf(node, namespace, scope)(at)
  if (value === undefined) return undetermined('missing', () => explainMissing(index, at, node))
  if (name === 'offset' && namespace === 'attr') {
    const skew = skewWithTrigger(index, at)
    if (skew) return undetermined('clock-skew', () => ({ text: skew, spanId: index.trace.spans[at]!.spanId }))
  }
  return unmasked(value, scope)
}

function readerOf(
  node: ReferenceNode,
  namespace: Exclude<Namespace, 'event' | 'link'>,
  scope: TraceScope
): KeyReader {
  const known = scope.readers.get(node)
  if (known) return known
  const reader = keyReader(scope.index, namespace, node.name, 'attribute')
  scope.readers.set(node, reader)
  return reader
}

/** The value of the event or link in focus; without one the only value, or all of several. */
function readMany(
  span: Span,
  namespace: 'event' | 'link',
  name: string,
  one: number | undefined
): Value | undefined {
  if (one !== undefined) return readOne(span, namespace, name, one)
  const values = readAll(span, namespace, name)
  return values.length > 1 ? values : values[0]
}

function evaluateOf(node: OfNode, scope: TraceScope, focus: Focus): Evaluated {
  const selector = selectorOfItem(node.selector)
  return sharedUnless(readsScope(selector), node, scope, () => {
    const row = chooseRow(selector, focus, scope)
    if (isUndetermined(row)) return row
    const size = rowSize(row)
    if (size !== 1)
      return undetermined('not-one-span', () => ({
        text: `\`${printExpression(node)}\` wants one span, and ${size === 0 ? 'none matches' : `${size} match`}`
      }))
    return evaluate(
      node.expression,
      scope,
      focusOn(row.order[row.slices.find((_, at) => isStart(row, at))!]!, focus)
    )
  })
}

/** Another span in focus; its events are not those of the one before. */
function focusOn(at: number, { selected }: Focus): Focus {
  return selected === undefined ? { at } : { at, selected }
}

function isStart({ slices }: Row, at: number): boolean {
  return at % 2 === 0 && slices[at]! < slices[at + 1]!
}

function sharedUnless(
  isOfSpan: boolean,
  node: ExpressionNode,
  scope: TraceScope,
  compute: () => Evaluated
): Evaluated {
  if (isOfSpan) return compute()
  const known = scope.shared.get(node)
  if (known !== undefined) return known
  const value = compute()
  scope.shared.set(node, value)
  return value
}

function evaluateAggregate(node: AggregateNode, scope: TraceScope, focus: Focus): Evaluated {
  const isOfSpan = node.selector !== undefined && readsScope(node.selector)
  return sharedUnless(isOfSpan, node, scope, () => {
    const row = chooseRow(node.selector, focus, scope)
    if (isUndetermined(row)) return row
    const { name, expression } = node
    if (name === 'count' || !expression) return BigInt(rowSize(row))
    const valueAt = (at: number): Evaluated => {
      const value = evaluate(expression, scope, focusOn(at, focus))
      return value === NOTHING
        ? nothingFound()
        : isUndetermined(value)
          ? incomplete(node, value, at, scope)
          : value
    }
    if (isOfSpan && (name === 'sum' || name === 'avg')) {
      const sum = prefixOf(node, row, scope, valueAt)?.over(row, name)
      if (sum !== undefined) return sum
    }
    const overspent = isOfSpan ? spend(scope, rowSize(row)) : undefined
    if (overspent) return overspent
    const values: Value[] = []
    let open: Undetermined | undefined
    eachOf(row, at => {
      const value = valueAt(at)
      if (isUndetermined(value)) open = value
      else values.push(value as Value)
      return open === undefined
    })
    return open ?? aggregateValues(name, values)
  })
}

function prefixOf(
  node: AggregateNode,
  row: Row,
  scope: TraceScope,
  valueAt: (at: number) => Evaluated
): PrefixSums | undefined {
  if (!scope.prefixes.has(node)) scope.prefixes.set(node, prefixSums(Array.from(row.order, valueAt)))
  return scope.prefixes.get(node)
}

function incomplete(node: AggregateNode, reason: Undetermined, at: number, scope: TraceScope): Undetermined {
  const span = scope.index.trace.spans[at]!
  return undetermined(reason.code, () => {
    const { text, ...rest } = reason.explain()
    const where = text.includes(describeSpan(span)) ? '' : ` on ${describeSpan(span)}`
    const hint = reason.code === 'missing' ? ': narrow the selector to the spans that have it' : ''
    return {
      ...rest,
      text: `${node.name}() cannot range over all spans, ${text}${where}${hint}`,
      spanId: span.spanId
    }
  })
}

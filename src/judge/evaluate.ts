import type {
  AggregateNode,
  ExpressionNode,
  Namespace,
  OfNode,
  ReferenceNode,
  TemplateNode
} from '../language/ast.ts'
import { isSelectedCount } from '../language/intrinsics.ts'
import { printExpression } from '../language/print.ts'
import { readsScope } from '../language/shape.ts'
import { NOTHING, type Value } from '../language/values.ts'
import type { Span } from '../model/span.ts'
import type { VariableText } from '../model/variable.ts'
import type { Reason } from '../model/verdict.ts'
import { aggregateValues } from './aggregate.ts'
import type { CallMemo } from './calls.ts'
import { doubtOffset } from './clock-keys.ts'
import { explainDropped } from './dropped.ts'
import { literalValue } from './literal-value.ts'
import { type KeyReader, keyReader, readAll, readOne } from './lookup.ts'
import { lost, mayBeStructure } from './loss.ts'
import { explainMissing } from './missing.ts'
import { evaluateOutside, evaluatePlain, joinParts, nothingFound, unmasked } from './plain-value.ts'
import { type PrefixSums, prefixSums } from './prefix.ts'
import { eachOf, type Row, rowSize } from './row.ts'
import { chooseRow, selectorOfItem } from './rows.ts'
import { type Focus, spend, type TraceScope } from './scope.ts'
import { describeSpan } from './text.ts'
import { type Evaluated, isUndetermined, type Undetermined, undetermined } from './truth.ts'

/** What a template outside of a trace may read. */
export interface TemplateScope {
  readonly variables: ReadonlyMap<string, VariableText>
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
    case 'pipe':
      return evaluatePlain(node, scope, inner => {
        const value = evaluate(inner, scope, focus)
        const isInput = inner === node.input
        return isInput && mayBeStructure(inner, value, node, scope.losses) ? lost('nested-types') : value
      })
    default:
      return evaluatePlain(node, scope, inner => evaluate(inner, scope, focus))
  }
}

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
  if (value === undefined) {
    const dropped = explainDropped(scope, at, node)
    if (dropped) return undetermined('dropped', () => dropped)
    // An orphan has a parent, and what that has nobody knows.
    const isUnseen = namespace === 'parent' && index.trace.orphans[at] === 1
    return undetermined(isUnseen ? 'hole' : 'missing', () => explainMissing(index, at, node))
  }
  const doubt = focus.ignoresClocks ? undefined : doubtOffset(index, at, node)
  return doubt ?? unmasked(value, scope)
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
function focusOn(at: number, { selected, ignoresClocks }: Focus): Focus {
  return {
    at,
    ...(selected === undefined ? {} : { selected }),
    ...(ignoresClocks ? { ignoresClocks } : {})
  }
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

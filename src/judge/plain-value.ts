import type {
  AggregateNode,
  CallNode,
  ExpressionNode,
  OfNode,
  PipeNode,
  ReferenceNode,
  ResponseNode,
  StringNode,
  TemplatePart
} from '../language/ast.ts'
import { FilterError } from '../language/filter-error.ts'
import { filters } from '../language/filters.ts'
import { parseJson } from '../language/json.ts'
import { printExpression } from '../language/print.ts'
import { durationOf, NOTHING, textOf, type Value } from '../language/values.ts'
import { calculate, negative } from './arithmetic.ts'
import type { CallMemo } from './calls.ts'
import { literalValue } from './literal-value.ts'
import type { Surroundings } from './scope.ts'
import { type Evaluated, isUndetermined, type Undetermined, undetermined } from './truth.ts'

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
export function evaluatePlain(
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

export function joinParts(
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
    case 'stderr':
      return response.stderr ?? absent('the answer has no stderr, as only that of a command has')
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

export function unmasked(value: Evaluated, { maskedText }: Surroundings): Evaluated {
  if (maskedText === undefined || typeof value !== 'string' || !value.includes(maskedText)) return value
  return undetermined('masked', () => ({ text: 'the value was a secret, and is hidden in the saved run' }))
}

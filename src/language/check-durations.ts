import type { Problem } from '../errors/diagnostic.ts'
import type {
  ExpressionNode,
  FilterValueNode,
  IntervalNode,
  NodeRange,
  ReferenceNode,
  SyntaxNode
} from './ast.ts'
import { walkNodes } from './walk.ts'

const SUFFIXES: readonly (readonly [pattern: RegExp, unit: string, nanos: bigint])[] = [
  [/[._](?:ns|nanos|nanoseconds)$/i, 'ns', 1n],
  [/[._](?:us|micros|microseconds)$/i, 'us', 1000n],
  [/[._](?:ms|millis|milliseconds)$|(?:Ms|Millis)$/, 'ms', 1_000_000n],
  [/[._](?:s|secs|seconds)$|seconds$|Seconds$/, 's', 1_000_000_000n]
]

/** The unit that the name of a key ends in: what its ints count. */
function unitOfKey(name: string): { readonly unit: string; readonly nanos: bigint } | undefined {
  for (const [pattern, unit, nanos] of SUFFIXES) if (pattern.test(name)) return { unit, nanos }
  return undefined
}

/**
 * Durations compared with keys that say they count milliseconds or seconds: the int would be taken for nanoseconds,
 * and an upper bound would always hold.
 */
export function checkDurations(root: SyntaxNode): readonly Problem[] {
  const problems: Problem[] = []
  walkNodes(root, node => {
    if (node.kind === 'comparison') {
      problems.push(...checkPair(node.left, [node.right], true), ...checkPair(node.right, [node.left], true))
    } else if (node.kind === 'membership') {
      problems.push(...checkPair(node.expression, valuesOf(node.set), true))
    } else if (node.kind === 'compare-filter') {
      problems.push(...checkKey(node.key.name, node.key.name, node.key, valuesOf(node.value), false))
    }
  })
  return problems
}

type AnyValue = ExpressionNode | FilterValueNode | IntervalNode

function valuesOf(node: AnyValue): readonly AnyValue[] {
  if (node.kind === 'interval') return [node.low, node.high]
  return node.kind === 'array' || node.kind === 'list' ? node.items : [node]
}

function checkPair(
  node: ExpressionNode,
  others: readonly AnyValue[],
  canFilter: boolean
): readonly Problem[] {
  return keysMeasured(node).flatMap(key =>
    checkKey(key.name, `${key.namespace}:${key.name}`, key, others, canFilter)
  )
}

/** The keys whose units an expression has: of a key itself, of an aggregate of it, of what is added. */
function keysMeasured(node: ExpressionNode): readonly ReferenceNode[] {
  switch (node.kind) {
    case 'reference':
      return [node]
    case 'aggregate':
      return node.expression && node.name !== 'distinct' ? keysMeasured(node.expression) : []
    case 'of':
      return keysMeasured(node.expression)
    case 'negation':
      return keysMeasured(node.operand)
    case 'binary':
      if (node.operator !== '+' && node.operator !== '-') return []
      return [...keysMeasured(node.left), ...keysMeasured(node.right)]
    default:
      return []
  }
}

/** Whether a value is a duration, whatever the trace holds. */
function isTime(node: AnyValue): boolean {
  switch (node.kind) {
    case 'duration':
      return true
    case 'response':
      return node.part === 'duration'
    case 'reference':
      return node.namespace === 'attr' && (node.name === 'offset' || TIMES.has(node.name))
    case 'aggregate':
      return node.expression !== undefined && node.name !== 'distinct' && isTime(node.expression)
    case 'of':
      return isTime(node.expression)
    case 'negation':
      return isTime(node.operand)
    case 'binary':
      return node.operator === '/'
        ? isTime(node.left) && !isTime(node.right)
        : isTime(node.left) || isTime(node.right)
    default:
      return false
  }
}

function checkKey(
  name: string,
  written: string,
  range: NodeRange,
  others: readonly AnyValue[],
  canFilter: boolean
): readonly Problem[] {
  if (TIMES.has(name)) return checkUnits(name, others)
  const found = unitOfKey(name)
  const duration = others.find(isTime)
  // Nanoseconds are what an int counts against a duration.
  if (found === undefined || found.unit === 'ns' || duration === undefined) return []
  const number =
    duration.kind === 'duration'
      ? `\`${countOf(duration.nanos, found.nanos)}\` for \`${duration.text}\``
      : undefined
  const value = canFilter ? `\`${written} | duration '${found.unit}'\` for the value` : undefined
  return [
    {
      code: 'EXPRESSION_SYNTAX',
      severity: 'error',
      message: `\`${name}\` says that it counts ${found.unit}, but a number against a duration counts nanoseconds`,
      range: { start: Math.min(range.start, duration.start), end: Math.max(range.end, duration.end) },
      hint: `write ${[number, value].filter(part => part !== undefined).join(', or ')}`
    }
  ]
}

/** Intrinsics that are durations. */
const TIMES: ReadonlySet<string> = new Set(['duration', 'self_time', 'tracetest.span.duration'])
const NANOS_PER_MS = 1_000_000

/** Numbers without a unit that are no millisecond: milliseconds were probably meant. */
function checkUnits(name: string, others: readonly AnyValue[]): readonly Problem[] {
  return others.flatMap(other => {
    if (other.kind !== 'number' || Number(other.value) === 0) return []
    if (Math.abs(Number(other.value)) >= NANOS_PER_MS) return []
    return {
      code: 'NO_EFFECT',
      severity: 'warning',
      message: `\`${name}\` is a duration, and a number without a unit counts nanoseconds`,
      range: { start: other.start, end: other.end },
      hint: `write \`${other.value}ms\`, or \`${other.value}ns\` if that is meant`
    }
  })
}

function countOf(nanos: bigint, unitNanos: bigint): string {
  const sign = nanos < 0n ? '-' : ''
  const size = nanos < 0n ? -nanos : nanos
  const digits = String(unitNanos).length - 1
  const fraction = String(size % unitNanos)
    .padStart(digits, '0')
    .replace(/0+$/, '')
  return `${sign}${size / unitNanos}${fraction === '' ? '' : `.${fraction}`}`
}

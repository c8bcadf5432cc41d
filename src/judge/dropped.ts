import type { KeyNode } from '../language/ast.ts'
import type { CompiledChecks } from '../language/check.ts'
import { INTRINSICS } from '../language/intrinsics.ts'
import type { DroppedCounts, Span } from '../model/span.ts'
import type { Trace } from '../model/trace.ts'
import type { Reason } from '../model/verdict.ts'
import { holderOf } from './lookup.ts'
import { nodesOf, nodesOfChecks } from './nodes.ts'
import type { TraceScope } from './scope.ts'
import { hasKey } from './span-filter.ts'
import { describeSpan } from './text.ts'
import { indexOf } from './trace-index.ts'

type Part = keyof DroppedCounts

const LIMITS: Readonly<Record<Part, string>> = {
  attributes: 'OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT',
  events: 'OTEL_SPAN_EVENT_COUNT_LIMIT',
  links: 'OTEL_SPAN_LINK_COUNT_LIMIT'
}

type Key = Pick<KeyNode, 'namespace' | 'name'>

/** How many of each part SDKs keep of a span, unless they are told otherwise. */
const DEFAULT_LIMIT = 128

/** Why it is not known whether a span had a key that it does not have: its SDK kept no more of it, or may have kept no more. */
export function explainDropped(
  { index, losses }: Pick<TraceScope, 'index' | 'losses'>,
  at: number,
  key: Key
): Omit<Reason, 'code'> | undefined {
  const span = index.trace.spans[holderOf(index, at, key.namespace)]
  const part = span && lostPart(span, key)
  if (!part) return span && losses.has('dropped-counts') ? explainFull(span, key) : undefined
  const lost = `${span.dropped![part]} ${part} of ${describeSpan(span)} were dropped at a limit of its SDK`
  return { spanId: span.spanId, text: `${lost}: ${key.name} may have been among them; raise ${LIMITS[part]}` }
}

/** The store does not say what was dropped: a span that has as much as SDKs keep may have had more. */
function explainFull(span: Span, key: Key): Omit<Reason, 'code'> | undefined {
  const part = partOf(key)
  if (!part) return undefined
  const size = part === 'attributes' ? span.attributes.size : span[part].length
  if (size < DEFAULT_LIMIT) return undefined
  const kept = `${describeSpan(span)} has ${size} ${part}, and the store loses how many were dropped at a limit of its SDK`
  return { spanId: span.spanId, text: `${kept}: ${key.name} may have been among them; raise ${LIMITS[part]}` }
}

/**
 * What is to be said of spans that lost what selectors ask for: whether they should have been chosen is not known. Nothing
 * for almost every trace: SDKs keep 128 attributes a span.
 */
export function warnOfDropped(checks: CompiledChecks, trace: Trace): readonly string[] {
  if (trace.spans.every(span => span.dropped === undefined)) return []
  const index = indexOf(trace)
  const keys = nodesOfChecks(checks)
    .flatMap(nodesOf)
    .filter(node => node.kind === 'key')
  const warnings = new Set<string>()
  for (const key of keys)
    for (const [at, span] of trace.spans.entries()) {
      const part = lostPart(span, key)
      if (!part || (part === 'attributes' && hasKey(index, at, key))) continue
      warnings.add(
        `${describeSpan(span)} lost ${part} at a limit of its SDK, so that whether it had ${key.name} is not known: raise ${LIMITS[part]}`
      )
      break
    }
  return [...warnings]
}

function lostPart({ dropped }: Span, key: Key): Part | undefined {
  if (dropped === undefined) return undefined
  const part = partOf(key)
  return part && dropped[part] > 0 ? part : undefined
}

function partOf({ namespace, name }: Key): Part | undefined {
  switch (namespace) {
    case undefined:
    case 'attr':
    case 'parent':
      return INTRINSICS.has(name) ? undefined : 'attributes'
    case 'event':
      return 'events'
    case 'link':
      return 'links'
    default:
      return undefined
  }
}

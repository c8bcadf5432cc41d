import type { KeyNode, Namespace } from '../language/ast.ts'
import type { CompiledChecks } from '../language/check.ts'
import { INTRINSICS } from '../language/intrinsics.ts'
import type { DroppedCounts, Span } from '../model/span.ts'
import type { Trace } from '../model/trace.ts'
import type { Reason } from '../model/verdict.ts'
import { holderOf } from './lookup.ts'
import { nodesOf, nodesOfChecks } from './nodes.ts'
import { hasKey } from './span-filter.ts'
import { describeSpan } from './text.ts'
import { indexOf, type TraceIndex } from './trace-index.ts'

type Part = keyof DroppedCounts

const LIMITS: Readonly<Record<Part, string>> = {
  attributes: 'OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT',
  events: 'OTEL_SPAN_EVENT_COUNT_LIMIT',
  links: 'OTEL_SPAN_LINK_COUNT_LIMIT'
}

type Key = Pick<KeyNode, 'namespace' | 'name'>

/** Why it is not known whether a span had a key that it does not have: its SDK kept no more of it. */
export function explainDropped(index: TraceIndex, at: number, key: Key): Omit<Reason, 'code'> | undefined {
  const span = index.trace.spans[holderOf(index, at, key.namespace)]
  const part = span && lostPart(span, key)
  if (!part) return undefined
  const lost = `${span.dropped![part]} ${part} of ${describeSpan(span)} were dropped at a limit of its SDK`
  return { spanId: span.spanId, text: `${lost}: ${key.name} may have been among them; raise ${LIMITS[part]}` }
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

function lostPart({ dropped }: Span, { namespace, name }: Key): Part | undefined {
  if (dropped === undefined) return undefined
  const part = partOf(namespace)
  if (part === 'attributes' && INTRINSICS.has(name)) return undefined
  return part && dropped[part] > 0 ? part : undefined
}

function partOf(namespace: Namespace | undefined): Part | undefined {
  switch (namespace) {
    case undefined:
    case 'attr':
    case 'parent':
      return 'attributes'
    case 'event':
      return 'events'
    case 'link':
      return 'links'
    case 'resource':
    case 'scope':
      return undefined
  }
}

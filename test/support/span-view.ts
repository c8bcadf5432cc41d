import type { AttributeValue } from '../../src/model/attributes.ts'
import type { Span } from '../../src/model/span.ts'

/** Spans as text that is good to read and to compare: bigints end in `n`, bytes are hexadecimal, maps are objects. */
export function viewSpans(spans: Iterable<Span>): string {
  return `${JSON.stringify([...spans], (_key, value: unknown) => view(value), 2)}\n`
}

function view(value: unknown): unknown {
  if (typeof value === 'bigint') return `${value}n`
  if (value instanceof Uint8Array) return `bytes ${Buffer.from(value).toString('hex')}`
  if (value instanceof Map) return Object.fromEntries(value as Map<string, AttributeValue>)
  return value
}

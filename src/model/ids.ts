/** 32 lower-case hexadecimal digits, not all zero. */
export type TraceId = string & { readonly __brand: 'TraceId' }
/** 16 lower-case hexadecimal digits, not all zero. */
export type SpanId = string & { readonly __brand: 'SpanId' }

/** Accepts hexadecimal of either case, padded to the left where a store dropped leading zeros. */
export function parseTraceId(text: string): TraceId | undefined {
  return parseHex(text, 32) as TraceId | undefined
}

/** As {@link parseTraceId}, for span ids. */
export function parseSpanId(text: string): SpanId | undefined {
  return parseHex(text, 16) as SpanId | undefined
}

function parseHex(text: string, digits: number): string | undefined {
  if (text.length === 0 || text.length > digits || !/^[0-9a-f]+$/i.test(text)) return undefined
  const padded = text.toLowerCase().padStart(digits, '0')
  return /^0+$/.test(padded) ? undefined : padded
}

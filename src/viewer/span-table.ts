import { serviceName } from '../model/span.ts'
import type { Trace } from '../model/trace.ts'

/** What the rows of a waterfall are drawn from, by position. */
export interface SpanTable {
  readonly trace: Trace
  readonly size: number
  /** From the first start to the last end, in nanoseconds. */
  readonly wholeNanos: number
  /** After the first start. */
  readonly starts: Float64Array
  /** A span that is still in progress lasts to the end. */
  readonly ends: Float64Array
  readonly depths: Int32Array
  /** In the order in which they first appear. */
  readonly services: readonly string[]
  /** Which of `services`. */
  readonly serviceNumbers: Int32Array
}

export function buildSpanTable(trace: Trace): SpanTable {
  const { spans, parents } = trace
  const size = spans.length
  const first = spans.reduce(
    (least, { startUnixNano }) => (least === undefined || startUnixNano < least ? startUnixNano : least),
    undefined as bigint | undefined
  )
  const starts = Float64Array.from(spans, span => Number(span.startUnixNano - (first ?? 0n)))
  const ends = Float64Array.from(spans, ({ endUnixNano, startUnixNano }) =>
    endUnixNano === undefined ? Number.NaN : Number(max(endUnixNano, startUnixNano) - (first ?? 0n))
  )
  let wholeNanos = 0
  for (let at = 0; at < size; at++) wholeNanos = Math.max(wholeNanos, starts[at]!, ends[at]! || 0)
  for (let at = 0; at < size; at++) if (Number.isNaN(ends[at])) ends[at] = wholeNanos
  const depths = new Int32Array(size)
  for (let at = 0; at < size; at++) depths[at] = parents[at]! < 0 ? 0 : depths[parents[at]!]! + 1
  const numbers = new Map<string, number>()
  const serviceNumbers = Int32Array.from(spans, span => {
    const name = serviceName(span)
    const known = numbers.get(name) ?? numbers.size
    numbers.set(name, known)
    return known
  })
  return { trace, size, wholeNanos, starts, ends, depths, services: [...numbers.keys()], serviceNumbers }
}

function max(a: bigint, b: bigint): bigint {
  return a > b ? a : b
}

/** The positions that have a row: all but what is folded away, or only the given ones and what is above them. */
export function visiblePositions(
  { trace, size }: SpanTable,
  folded: ReadonlySet<number>,
  only: Uint8Array | undefined
): Int32Array {
  const { parents, subtreeEnds } = trace
  const wanted = only?.slice()
  if (wanted)
    for (let at = size - 1; at >= 0; at--) if (wanted[at] && parents[at]! >= 0) wanted[parents[at]!] = 1
  const visible = new Int32Array(size)
  let count = 0
  for (let at = 0; at < size; ) {
    if (!wanted || wanted[at]) visible[count++] = at
    at = folded.has(at) && !wanted ? subtreeEnds[at]! : at + 1
  }
  return visible.slice(0, count)
}

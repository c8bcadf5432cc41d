import type { Location, SourceText } from './source-text.ts'

/** Line and column as an editor counts them: from 1. */
export interface Position {
  readonly line: number
  readonly column: number
}

const lineStartsOf = new WeakMap<SourceText, readonly number[]>()

/** The offset at which each line of a source starts. Computed once a source. */
export function lineStarts(source: SourceText): readonly number[] {
  const known = lineStartsOf.get(source)
  if (known) return known
  const starts = [0]
  for (let at = source.text.indexOf('\n'); at >= 0; at = source.text.indexOf('\n', at + 1))
    starts.push(at + 1)
  lineStartsOf.set(source, starts)
  return starts
}

/** The position of an offset; an offset beyond the end is the end. */
export function positionOf(source: SourceText, offset: number): Position {
  const starts = lineStarts(source)
  const target = Math.min(Math.max(offset, 0), source.text.length)
  let low = 0
  let high = starts.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (starts[middle]! <= target) low = middle
    else high = middle - 1
  }
  return { line: low + 1, column: target - starts[low]! + 1 }
}

/** `file:line:column`, the form that editors and terminals make clickable. */
export function renderLocation(location: Location): string {
  const { line, column } = positionOf(location.source, location.range.start)
  return `${location.source.name}:${line}:${column}`
}

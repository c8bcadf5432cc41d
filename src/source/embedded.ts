import type { Location, Range, SourceText } from './source-text.ts'

/** Text that lives inside another: a selector in a YAML scalar. Offsets into it can be traced back to the file. */
export interface EmbeddedText {
  readonly text: string
  /** The place in the file of a range of `text`; the whole scalar where the characters do not correspond. */
  locate(range: Range): Location
}

/** Text that stands in its source as it is: the whole source, or a plain scalar that starts at `start`. */
export function verbatimText(source: SourceText, start = 0, end: number = source.text.length): EmbeddedText {
  return {
    text: source.text.slice(start, end),
    locate: range => ({ source, range: { start: start + range.start, end: start + range.end } })
  }
}

/** Text whose characters do not stand in the source one by one: every range of it is the whole of `range`. */
export function opaqueText(text: string, source: SourceText, range: Range): EmbeddedText {
  return { text, locate: () => ({ source, range }) }
}

/** Where each character of a text stands in its source: character `i` is `[starts[i], ends[i])`. */
export interface CharacterMap {
  readonly starts: readonly number[]
  readonly ends: readonly number[]
}

/** Text whose characters stand in the source one by one, with other things between them: indentation, escapes. */
export function mappedText(text: string, source: SourceText, map: CharacterMap, whole: Range): EmbeddedText {
  return {
    text,
    locate: range => {
      if (text.length === 0) return { source, range: { start: whole.end, end: whole.end } }
      const last = text.length - 1
      const start = range.start > last ? map.ends[last]! : map.starts[Math.max(0, range.start)]!
      if (range.end <= range.start) return { source, range: { start, end: start } }
      return { source, range: { start, end: Math.max(start, map.ends[Math.min(range.end - 1, last)]!) } }
    }
  }
}

/** A stretch of a composed text: as it stands in the inner text, or put in the place of a stretch of it. */
export interface Segment {
  readonly text: string
  readonly inner: Range
  readonly isReplaced: boolean
}

/** Text made from another by putting something else in the place of parts of it. */
export function composedText(inner: EmbeddedText, segments: readonly Segment[]): EmbeddedText {
  const text = segments.map(segment => segment.text).join('')
  return {
    text,
    locate: range => inner.locate({ start: toInner(range.start, 'start'), end: toInner(range.end, 'end') })
  }

  /** An offset within a replaced stretch is its nearer outer edge. */
  function toInner(offset: number, edge: keyof Range): number {
    let from = 0
    for (const segment of segments) {
      const to = from + segment.text.length
      const isInside = edge === 'start' ? offset < to : offset <= to && (offset > from || from === 0)
      if (isInside) return segment.isReplaced ? segment.inner[edge] : segment.inner.start + (offset - from)
      from = to
    }
    return segments.at(-1)?.inner.end ?? 0
  }
}

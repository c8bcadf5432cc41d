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

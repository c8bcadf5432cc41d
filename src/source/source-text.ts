/** A file, or standard input, as it was read. `name` is what messages show. */
export interface SourceText {
  readonly name: string
  readonly text: string
}

/** Half-open, in UTF-16 code units: what `string.slice` takes. */
export interface Range {
  readonly start: number
  readonly end: number
}

/** A place in a source that a message can point at. */
export interface Location {
  readonly source: SourceText
  readonly range: Range
}

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

/** Whether an object is a {@link Location}, among whatever a report holds. */
export function isLocation(value: object): value is Location {
  const { source, range } = value as Partial<Location>
  return typeof source?.text === 'string' && typeof range?.start === 'number'
}

/** Some spans: pieces of an array of positions. No span is in it twice. */
export interface Row {
  readonly order: Int32Array
  /** Pairs of `from` and `to`. */
  readonly slices: readonly number[]
}

export function rowOf(positions: Int32Array): Row {
  return { order: positions, slices: [0, positions.length] }
}

export function rowSize({ slices }: Row): number {
  let size = 0
  for (let at = 0; at < slices.length; at += 2) size += slices[at + 1]! - slices[at]!
  return size
}

/** Calls back with every position of a row until it answers `false`. */
export function eachOf({ order, slices }: Row, visit: (at: number) => boolean | undefined): void {
  for (let slice = 0; slice < slices.length; slice += 2)
    for (let place = slices[slice]!; place < slices[slice + 1]!; place++)
      if (visit(order[place]!) === false) return
}

import { columnsOf, takeColumns, takeLastColumns } from '../source/columns.ts'
import { makeVisible } from '../source/visible.ts'
import { renderCount } from './quantity.ts'

/** Cuts a text that is too wide at its end: for names, whose beginning tells them apart. */
export function shortenEnd(text: string, columns: number, ellipsis: string): string {
  const visible = makeVisible(text)
  return columnsOf(visible) <= columns
    ? visible
    : takeColumns(visible, columns - columnsOf(ellipsis)) + ellipsis
}

/** Leaves out the middle of a text that is too wide, where both ends tell it apart: of names, of URLs. */
export function clipMiddle(text: string, columns: number, ellipsis: string): string {
  const visible = makeVisible(text)
  if (columnsOf(visible) <= columns) return visible
  const room = columns - columnsOf(ellipsis)
  if (room < 6) return shortenEnd(text, columns, ellipsis)
  const head = takeColumns(visible, Math.ceil(room * 0.6))
  return head + ellipsis + takeLastColumns(visible, room - columnsOf(head))
}

/** Leaves out the middle of a text that is too wide, and says how long the whole is. */
export function shortenMiddle(text: string, columns: number, ellipsis: string): string {
  const visible = makeVisible(text)
  if (columnsOf(visible) <= columns) return visible
  const note = ` (${renderCount([...text].length, 'character')})`
  const room = columns - note.length - ellipsis.length
  if (room < 8) return shortenEnd(text, columns, ellipsis)
  const head = Math.ceil(room * 0.6)
  return takeColumns(visible, head) + ellipsis + takeLastColumns(visible, room - head) + note
}

/**
 * Shortens two texts that should have been equal: where both begin alike, the beginning is left out,
 * so that the first difference is in sight.
 */
export function shortenPair(
  expected: string,
  actual: string,
  columns: number,
  ellipsis: string
): readonly [string, string] {
  const shared = sharedPrefix(expected, actual)
  const isWide = columnsOf(makeVisible(expected)) > columns || columnsOf(makeVisible(actual)) > columns
  if (!isWide || shared < columns / 2)
    return [shortenMiddle(expected, columns, ellipsis), shortenMiddle(actual, columns, ellipsis)]
  const from = shared - 10
  const cut = (text: string): string => {
    const note = ` (${renderCount([...text].length, 'character')}, differs after ${shared})`
    const room = Math.max(20, columns - note.length - 2 * ellipsis.length)
    const rest = makeVisible(text.slice(from))
    const shown = takeColumns(rest, room)
    return ellipsis + shown + (shown.length < rest.length ? ellipsis : '') + note
  }
  return [cut(expected), cut(actual)]
}

/** In UTF-16 code units, never in the middle of a surrogate pair. */
function sharedPrefix(a: string, b: string): number {
  let at = 0
  while (at < a.length && a[at] === b[at]) at++
  return at > 0 && /[\ud800-\udbff]/.test(a[at - 1]!) ? at - 1 : at
}

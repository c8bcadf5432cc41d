import { columnsOf, takeColumns } from '../source/columns.ts'
import { makeVisible } from '../source/visible.ts'

/** What a piece of text is to the reader; each screen paints it in its own way. */
export type Tone = 'plain' | 'strong' | 'dim' | 'good' | 'bad' | 'caution' | 'accent'

/** Text that is safe to print, and its tone. */
export interface Fragment {
  readonly text: string
  readonly tone: Tone
}

/** One line of a report; its fragments stand side by side. */
export type Line = readonly Fragment[]

/** Makes any text a fragment. The only way to one: nothing reaches a terminal without having been made visible. */
export function toned(text: string, tone: Tone = 'plain'): Fragment {
  return { text: makeVisible(text), tone }
}

/** A line of texts and fragments; what is undefined is left out. */
export function lineOf(...parts: readonly (string | Fragment | undefined)[]): Line {
  return parts
    .filter(part => part !== undefined)
    .map(part => (typeof part === 'string' ? toned(part) : part))
    .filter(part => part.text !== '')
}

export function lineColumns(line: Line): number {
  return line.reduce((columns, fragment) => columns + columnsOf(fragment.text), 0)
}

/** The columns of the widest of some lines. */
export function widestOf(lines: readonly Line[]): number {
  return lines.reduce((widest, line) => Math.max(widest, lineColumns(line)), 0)
}

/** Moves lines to the right; empty ones stay empty. */
export function indent(lines: readonly Line[], columns: number): readonly Line[] {
  const margin = toned(' '.repeat(columns))
  return lines.map(line => (line.length === 0 ? line : [margin, ...line]))
}

/** Fills a line with spaces up to a width; a longer line stays as it is. */
export function padLine(line: Line, columns: number): Line {
  const missing = columns - lineColumns(line)
  return missing > 0 ? [...line, toned(' '.repeat(missing))] : line
}

/** Cuts a line to a width, the sign of omission included. */
export function clipLine(line: Line, columns: number, ellipsis: string): Line {
  if (lineColumns(line) <= columns) return line
  const clipped: Fragment[] = []
  let left = columns - columnsOf(ellipsis)
  for (const fragment of line) {
    const text = takeColumns(fragment.text, left)
    if (text !== '') clipped.push({ ...fragment, text })
    left -= columnsOf(fragment.text)
    if (left <= 0) break
  }
  return [...clipped, toned(ellipsis, 'dim')]
}

/** `left`, and `right` at the far end; where they do not fit side by side, `right` stands on a line of its own. */
export function spread(left: Line, right: Line, columns: number): readonly Line[] {
  if (right.length === 0) return wrapLine(left, columns, 2)
  const gap = columns - lineColumns(left) - lineColumns(right)
  if (gap >= 2) return [[...left, toned(' '.repeat(gap)), ...right]]
  return [...wrapLine(left, columns, 2), ...indent(wrapLine(right, columns - 2, 0), 2)]
}

/**
 * Breaks a line between words, the parts after the first moved to the right by `hanging`.
 * A word that is wider than a line is broken where the line ends.
 */
export function wrapLine(line: Line, columns: number, hanging: number): readonly Line[] {
  if (lineColumns(line) <= columns) return [line]
  const width = Math.max(columns, hanging + 8)
  const margin = hanging > 0 ? [toned(' '.repeat(hanging))] : []
  const lines: Fragment[][] = []
  let current: Fragment[] = []
  let used = 0
  const breakLine = (): void => {
    lines.push(trimEnd(current))
    current = [...margin]
    used = hanging
  }
  for (const word of wordsOf(line)) {
    let rest = word.text
    const columnsOfWord = columnsOf(rest.trimEnd())
    const isStart = used === (lines.length === 0 ? 0 : hanging)
    if (used + columnsOfWord > width && !isStart) breakLine()
    while (columnsOf(rest.trimEnd()) > width - used) {
      const taken = takeColumns(rest, width - used) || [...rest][0]!
      current.push({ ...word, text: taken })
      rest = rest.slice(taken.length)
      breakLine()
    }
    if (rest !== '') {
      current.push({ ...word, text: rest })
      used += columnsOf(rest)
    }
  }
  if (current.length > margin.length || lines.length === 0) lines.push(trimEnd(current))
  return lines
}

/** Wraps those lines that are too wide, each a little to the right of where it begins. */
export function fitLines(lines: readonly Line[], columns: number): readonly Line[] {
  return lines.flatMap(line => {
    if (lineColumns(line) <= columns) return [line]
    const margin = /^ */.exec(line.map(fragment => fragment.text).join(''))![0].length
    return wrapLine(line, columns, Math.min(margin + 2, Math.floor(columns / 2)))
  })
}

/** Every word with the spaces behind it; a number and its unit of time are one. */
function wordsOf(line: Line): Fragment[] {
  return line.flatMap(fragment =>
    (fragment.text.match(/^ +|(?:[\d.,]+ (?=[nµmu]?s\b))?[^ ]+ */g) ?? []).map(text => ({
      text,
      tone: fragment.tone
    }))
  )
}

function trimEnd(fragments: readonly Fragment[]): Fragment[] {
  const last = fragments.at(-1)
  if (last === undefined || !last.text.endsWith(' ')) return [...fragments]
  return [...fragments.slice(0, -1), { ...last, text: last.text.trimEnd() }]
}

import { columnsOf } from '../../src/source/columns.ts'

/** A window of a terminal: understands the few sequences that we write, and fails on any other. */
export interface TerminalWindow {
  write(text: string): void
  /** Gives the window another size, as terminals do that break lines anew; `cuts`: as those that do not. */
  resize(columns: number, how?: 'breaks' | 'cuts'): void
  /** All that is to be seen, and what has gone out at the top, a line each. */
  text(): string
  readonly isCursorShown: boolean
  /** How often something was shown: what stands in one frame is shown at once. */
  readonly frames: number
  readonly columns: number
  readonly rows: number
}

interface Row {
  cells: string[]
  /** The row below goes on with the same line. */
  goesOn: boolean
}

const ESC = '\u001b'
const TOKEN = new RegExp(`${ESC}${String.raw`\[(\??)([\d;]*)([A-Za-z])|[\s\S]`}`, 'gu')
const BEGIN_FRAME = '\u001b[?2026h'
const END_FRAME = '\u001b[?2026l'
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })

/** Opens one that is empty. */
export function openWindow(size: { readonly columns: number; readonly rows?: number }): TerminalWindow {
  let { columns } = size
  const rows = size.rows ?? 24
  let lines: Row[] = [emptyRow()]
  let row = 0
  let column = 0
  let isCursorShown = true
  let isInFrame = false
  let frames = 0

  const put = (grapheme: string): void => {
    const width = columnsOf(grapheme)
    if (column + width > columns) {
      lines[row]!.goesOn = true
      moveDown()
      column = 0
    }
    const { cells } = lines[row]!
    while (cells.length < column) cells.push(' ')
    cells.splice(column, width, grapheme, ...Array.from({ length: width - 1 }, () => ''))
    column += width
  }
  const moveDown = (): void => {
    row++
    if (row === lines.length) lines.push(emptyRow())
  }
  const top = (): number => Math.max(0, lines.length - rows)
  const act = (isPrivate: boolean, parameters: string, letter: string): void => {
    const sequence = `${isPrivate ? '?' : ''}${parameters}${letter}`
    switch (sequence) {
      case '?25l':
        isCursorShown = false
        return
      case '?25h':
        isCursorShown = true
        return
      case '?2026h':
        isInFrame = true
        return
      case '?2026l':
        isInFrame = false
        return
      case 'K':
        lines[row]!.cells.length = Math.min(lines[row]!.cells.length, column)
        lines[row]!.goesOn = false
        return
      case '0J':
        lines = lines.slice(0, row + 1)
        lines[row] = { cells: lines[row]!.cells.slice(0, column), goesOn: false }
        return
      default:
        if (letter === 'A') row = Math.max(top(), row - Number(parameters))
        else if (letter !== 'm') throw new Error(`the window does not know ESC [ ${sequence}`)
    }
  }
  return {
    write(text): void {
      const isOneFrame =
        text.startsWith(BEGIN_FRAME) && text.indexOf(END_FRAME) === text.length - END_FRAME.length
      for (const [token, mark = '', parameters = '', letter] of text.matchAll(TOKEN)) {
        if (letter !== undefined) act(mark === '?', parameters, letter)
        else if (token === '\n') {
          lines[row]!.goesOn = false
          moveDown()
          column = 0
        } else if (token === '\r') column = 0
        else if (token < ' ') throw new Error(`the window does not know ${JSON.stringify(token)}`)
        else for (const { segment } of graphemes.segment(token)) put(segment)
      }
      if (isInFrame) throw new Error('a frame that was begun was not ended')
      frames += isOneFrame ? 1 : text.split(END_FRAME).length
    },
    resize(next, how = 'breaks'): void {
      if (how === 'cuts') {
        for (const line of lines) line.cells.length = Math.min(line.cells.length, next)
        columns = next
        column = Math.min(column, next)
        return
      }
      const broken = breakAnew(lines, { row, column }, next)
      lines = broken.lines
      row = broken.row
      column = broken.column
      columns = next
    },
    text: () => `\n${lines.map(({ cells }) => cells.join('').trimEnd()).join('\n')}`,
    get isCursorShown() {
      return isCursorShown
    },
    get frames() {
      return frames
    },
    get columns() {
      return columns
    },
    rows
  }
}

function emptyRow(): Row {
  return { cells: [], goesOn: false }
}

function breakAnew(
  lines: readonly Row[],
  cursor: { readonly row: number; readonly column: number },
  columns: number
): { lines: Row[]; row: number; column: number } {
  const broken: Row[] = []
  let row = 0
  let column = 0
  for (let at = 0; at < lines.length; at++) {
    const cells: string[] = []
    let offset: number | undefined
    for (; ; at++) {
      if (at === cursor.row) offset = cells.length + cursor.column
      cells.push(...lines[at]!.cells)
      if (!lines[at]!.goesOn || at + 1 === lines.length) break
    }
    if (offset !== undefined) {
      row = broken.length + Math.floor(offset / columns)
      column = offset % columns
    }
    for (let from = 0; from === 0 || from < cells.length; from += columns)
      broken.push({ cells: cells.slice(from, from + columns), goesOn: from + columns < cells.length })
  }
  while (broken.length <= row) broken.push(emptyRow())
  return { lines: broken, row, column }
}

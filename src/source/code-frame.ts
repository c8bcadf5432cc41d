import { columnsOf, takeColumns, takeLastColumns } from './columns.ts'
import { lineStarts, positionOf } from './line-index.ts'
import type { Location, SourceText } from './source-text.ts'
import { blankInvisible } from './visible.ts'

/** How the parts of a frame are shown: identity by default, colours where a terminal takes them. */
export interface FrameStyle {
  /** Line numbers and the rule beside them. */
  gutter(text: string): string
  /** The carets under the range. */
  mark(text: string): string
}

const PLAIN: FrameStyle = { gutter: text => text, mark: text => text }

/** Cells of a tab in a frame: the same above and below, so that carets line up. */
const TAB = '  '
const DEFAULT_WIDTH = 100
const ELLIPSIS = '…'

export interface FrameOptions {
  readonly style?: FrameStyle
  /** Cells that a line may take, the gutter apart; longer ones are cut round the range. */
  readonly width?: number
  /** Stands for what was cut. */
  readonly ellipsis?: string
}

/**
 * The source line of a location and carets under its exact range, without a line break at the end.
 * A range over several lines is marked to the end of its first.
 */
export function renderCodeFrame(location: Location, options: FrameOptions = {}): string {
  const style = options.style ?? PLAIN
  const { source, range } = location
  const { line, column } = positionOf(source, range.start)
  const text = lineText(source, line)
  const from = Math.min(column - 1, text.length)
  const length = Math.max(0, Math.min(range.end - range.start, text.length - from))
  const cells = windowOf(
    {
      before: text.slice(0, from),
      marked: text.slice(from, from + length),
      after: text.slice(from + length)
    },
    options.width ?? DEFAULT_WIDTH,
    options.ellipsis ?? ELLIPSIS
  )
  const number = String(line)
  const caret = '^'.repeat(Math.max(1, columnsOf(cells.marked)))
  const shown = `${cells.before}${cells.marked}${cells.after}`.trimEnd()
  return [
    `${style.gutter(`${number} |`)} ${shown}`,
    `${style.gutter(`${' '.repeat(number.length)} |`)} ${' '.repeat(columnsOf(cells.before))}${style.mark(caret)}`
  ].join('\n')
}

function lineText(source: SourceText, line: number): string {
  const starts = lineStarts(source)
  const start = starts[line - 1] ?? 0
  const end = starts[line] ?? source.text.length
  return source.text.slice(start, end).replace(/\r?\n$/, '')
}

interface Cells {
  readonly before: string
  readonly marked: string
  readonly after: string
}

function windowOf(line: Cells, width: number, ellipsis: string): Cells {
  const shown: Cells = {
    before: printable(line.before),
    marked: printable(line.marked),
    after: printable(line.after)
  }
  const total = columnsOf(shown.before) + columnsOf(shown.marked) + columnsOf(shown.after)
  if (total <= width) return shown
  const marked = cutEnd(shown.marked, Math.floor(width / 2), ellipsis)
  const rest = width - columnsOf(marked)
  const afterWidth = columnsOf(shown.after)
  const before = cutStart(shown.before, Math.max(Math.floor(rest / 2), rest - afterWidth), ellipsis)
  const after = marked === shown.marked ? cutEnd(shown.after, rest - columnsOf(before), ellipsis) : ''
  return { before, marked, after }
}

function cutStart(text: string, width: number, ellipsis: string): string {
  return columnsOf(text) <= width ? text : ellipsis + takeLastColumns(text, width - columnsOf(ellipsis))
}

function cutEnd(text: string, width: number, ellipsis: string): string {
  return columnsOf(text) <= width ? text : takeColumns(text, width - columnsOf(ellipsis)) + ellipsis
}

/** A control character would move the cursor, or worse: it is shown as a space, a tab as two. */
function printable(text: string): string {
  return blankInvisible(text.replaceAll('\t', TAB))
}

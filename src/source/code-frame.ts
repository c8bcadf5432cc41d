import { lineStarts, positionOf } from './line-index.ts'
import type { Location, SourceText } from './source-text.ts'

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
const MORE = '…'

export interface FrameOptions {
  readonly style?: FrameStyle
  /** Cells that a line may take, the gutter apart; longer ones are cut round the range. */
  readonly width?: number
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
    options.width ?? DEFAULT_WIDTH
  )
  const number = String(line)
  const caret = '^'.repeat(Math.max(1, displayWidth(cells.marked)))
  const shown = `${cells.before}${cells.marked}${cells.after}`.trimEnd()
  return [
    `${style.gutter(`${number} |`)} ${shown}`,
    `${style.gutter(`${' '.repeat(number.length)} |`)} ${' '.repeat(displayWidth(cells.before))}${style.mark(caret)}`
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

function windowOf(line: Cells, width: number): Cells {
  const shown: Cells = {
    before: printable(line.before),
    marked: printable(line.marked),
    after: printable(line.after)
  }
  const total = displayWidth(shown.before) + displayWidth(shown.marked) + displayWidth(shown.after)
  if (total <= width) return shown
  const marked = cutEnd(shown.marked, Math.floor(width / 2))
  const rest = width - displayWidth(marked)
  const afterWidth = displayWidth(shown.after)
  const before = cutStart(shown.before, Math.max(Math.floor(rest / 2), rest - afterWidth))
  const after = marked === shown.marked ? cutEnd(shown.after, rest - displayWidth(before)) : ''
  return { before, marked, after }
}

function cutStart(text: string, width: number): string {
  if (displayWidth(text) <= width) return text
  const kept: string[] = []
  let used = 1
  for (const character of [...text].reverse()) {
    used += characterWidth(character.codePointAt(0)!)
    if (used > width) break
    kept.push(character)
  }
  return MORE + kept.reverse().join('')
}

function cutEnd(text: string, width: number): string {
  if (displayWidth(text) <= width) return text
  let kept = ''
  let used = 1
  for (const character of text) {
    used += characterWidth(character.codePointAt(0)!)
    if (used > width) break
    kept += character
  }
  return kept + MORE
}

/** A control character would move the cursor, or worse: it is shown as a space, a tab as two. */
function printable(text: string): string {
  let shown = ''
  for (const character of text) {
    const code = character.codePointAt(0)!
    const isControl = code < 0x20 || (code >= 0x7f && code < 0xa0) || isDirectionMark(code)
    shown += character === '\t' ? TAB : isControl ? ' ' : character
  }
  return shown
}

function isDirectionMark(code: number): boolean {
  return (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069)
}

/** Terminal cells that a text takes: two for wide East Asian characters and emoji, none for combining marks. */
export function displayWidth(text: string): number {
  let width = 0
  for (const character of text) width += characterWidth(character.codePointAt(0)!)
  return width
}

const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0x33ff],
  [0x3400, 0x4dbf],
  [0x4e00, 0x9fff],
  [0xa000, 0xa4cf],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x1f300, 0x1f64f],
  [0x1f680, 0x1f6ff],
  [0x1f900, 0x1faff],
  [0x20000, 0x3fffd]
]

const COMBINING = /^(?:\p{Mn}|\p{Me}|[\u200b-\u200c]|\u200d|[\ufe00-\ufe0f])$/u

function characterWidth(code: number): number {
  if (code < 0x300) return 1
  if (COMBINING.test(String.fromCodePoint(code))) return 0
  return WIDE.some(([low, high]) => code >= low && code <= high) ? 2 : 1
}

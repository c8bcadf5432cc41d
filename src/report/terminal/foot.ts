import { type Line, lineColumns } from '../line.ts'
import { paint } from '../paint.ts'
import type { Screen } from '../screen.ts'
import type { Outlet } from '../writer.ts'

/** Lines at the foot of a terminal that change, and above which everything else is written. */
export interface Foot {
  /** Writes a text that stays. */
  writeAbove(text: string): void
  /** Draws the lines as they ought to be now; writes nothing where they are so already. */
  redraw(): void
  /** Takes the lines away and shows the cursor; they come back when they are drawn again. */
  remove(): void
}

interface Drawn {
  readonly columns: number
  readonly text: string
}

const HIDE_CURSOR = '\u001b[?25l'
const SHOW_CURSOR = '\u001b[?25h'
/** What stands between these is shown at once; terminals that do not know them pass over them. */
const BEGIN_FRAME = '\u001b[?2026h'
const END_FRAME = '\u001b[?2026l'
const ERASE_BELOW = '\u001b[0J'
const ERASE_TO_THE_RIGHT = '\u001b[K'
/** Of a window whose size is not known. */
const USUAL_ROWS = 24

/**
 * `render` gives the lines for at most so many rows; each must leave the last column free, since a full line makes some
 * terminals begin another. Where nothing moves there are none.
 */
export function createFoot(
  screen: Screen,
  outlet: Outlet,
  render: (maxRows: number) => readonly Line[]
): Foot {
  let drawn: readonly Drawn[] = []
  let drawnWidth = 0

  const lines = (): readonly Drawn[] =>
    screen.isInteractive
      ? render(Math.max(1, (screen.rows ?? USUAL_ROWS) - 2)).map(line => ({
          columns: lineColumns(line),
          text: paint([line], screen)
        }))
      : []
  /** A window that has become narrower breaks the lines that were drawn for a wider one. */
  const rowsOf = ({ columns }: Drawn): number =>
    screen.cutsLines === true ? 1 : Math.max(1, Math.ceil(columns / screen.width))
  const erasing = (): string => {
    const rows = drawn.reduce((sum, line) => sum + rowsOf(line), 0)
    return rows === 0 ? '' : `${up(rows)}${ERASE_BELOW}`
  }
  const write = (above: string, next: readonly Drawn[]): void => {
    const isSame = above === '' && next.length === drawn.length && screen.width === drawnWidth
    const body = isSame ? changesOf(drawn, next) : erasing() + above + next.map(({ text }) => text).join('')
    const cursor =
      drawn.length === 0 && next.length > 0
        ? HIDE_CURSOR
        : drawn.length > 0 && next.length === 0
          ? SHOW_CURSOR
          : ''
    const isFrame = drawn.length > 0 || next.length > 0
    drawn = next
    drawnWidth = screen.width
    if (body !== '') outlet.write(isFrame ? BEGIN_FRAME + body + cursor + END_FRAME : body)
  }
  return {
    writeAbove: text => write(text === '' || text.endsWith('\n') ? text : `${text}\n`, lines()),
    redraw: () => write('', lines()),
    remove: () => write('', [])
  }
}

/** From the last row back to the first line that is not what it was, and down again. */
function changesOf(before: readonly Drawn[], after: readonly Drawn[]): string {
  const first = after.findIndex(({ text }, at) => text !== before[at]!.text)
  if (first < 0) return ''
  const rows = after.slice(first).map(({ text }, at) => {
    if (text === before[first + at]!.text) return '\n'
    return `${text.slice(0, -1)}${ERASE_TO_THE_RIGHT}\n`
  })
  return up(after.length - first) + rows.join('')
}

function up(rows: number): string {
  return `\u001b[${rows}A`
}

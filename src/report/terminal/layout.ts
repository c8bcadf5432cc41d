import { type Signs, signsOf } from '../paint.ts'
import type { Screen } from '../screen.ts'

/** Wider lines are no easier to read, and tear what belongs together apart. */
const WIDEST = 120

/** The room and the signs that a report is laid out with. */
export interface Layout {
  readonly columns: number
  readonly signs: Signs
}

export function layoutFor(screen: Screen): Layout {
  return { columns: Math.min(screen.width, WIDEST), signs: signsOf(screen) }
}

/** The same layout, for lines that will be moved to the right. */
export function inset(layout: Layout, columns: number): Layout {
  return { ...layout, columns: Math.max(16, layout.columns - columns) }
}

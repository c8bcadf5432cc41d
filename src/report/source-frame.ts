import { renderCodeFrame } from '../source/code-frame.ts'
import type { Location } from '../source/source-text.ts'
import { type Line, lineOf, type Tone, toned } from './line.ts'

/** The columns that the number of a line and the rule beside it take. */
const GUTTER = 8

/** The source line of a location with carets under the range. */
export function renderSourceFrame(
  location: Location,
  columns: number,
  tone: Tone,
  ellipsis: string
): readonly Line[] {
  const [shown = '', carets = ''] = renderCodeFrame(location, {
    width: Math.max(16, columns - GUTTER),
    ellipsis
  }).split('\n')
  const gutter = /^ *\d* \|/
  const numbered = gutter.exec(shown)?.[0] ?? ''
  const blank = gutter.exec(carets)?.[0] ?? ''
  return [
    lineOf(toned(numbered, 'dim'), shown.slice(numbered.length)),
    lineOf(toned(blank, 'dim'), toned(carets.slice(blank.length), tone))
  ]
}

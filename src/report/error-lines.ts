import { indent, type Line, lineOf, toned, wrapLine } from './line.ts'
import { signsOf } from './paint.ts'
import type { Screen } from './screen.ts'

/** The message of an error and the way out of it, wrapped; line breaks and margins of the message are kept. */
export function errorLines(
  error: { readonly message: string; readonly hint?: string | undefined },
  columns: number,
  screen: Screen
): readonly Line[] {
  const hint = error.hint === undefined ? [] : sentenceLines(error.hint, columns - 2)
  const arrow = toned(`${signsOf(screen).arrow} `, 'accent')
  const [first, ...rest] = hint
  return [
    ...sentenceLines(error.message, columns),
    ...(first === undefined ? [] : [[arrow, ...first], ...indent(rest, 2)])
  ]
}

/** Sentences in lines of at most so many columns. */
export function sentenceLines(text: string, columns: number): readonly Line[] {
  return text.split(/\r?\n/).flatMap(part => {
    const margin = /^ */.exec(part)![0].length
    return wrapLine(lineOf(part), columns, Math.min(margin, 8))
  })
}

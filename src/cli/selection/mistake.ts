import { UsageError } from '../../errors/errors.ts'
import { columnsOf } from '../../source/columns.ts'
import { blankInvisible } from '../../source/visible.ts'

/** A text that a flag was given, and the part of it that makes no sense. */
export interface Mistake {
  readonly flag: string
  readonly text: string
  readonly start: number
  readonly end: number
}

/** Shows the text with carets under what is wrong. */
export function mistakeIn(
  { flag, text, start, end }: Mistake,
  message: string,
  hint: string | undefined
): UsageError {
  const before = columnsOf(blankInvisible(text.slice(0, start)))
  const marked = Math.max(1, columnsOf(blankInvisible(text.slice(start, end))))
  const frame = `  ${blankInvisible(text)}\n  ${' '.repeat(before)}${'^'.repeat(marked)}`
  return new UsageError(`${flag}: ${message}\n${frame}`, { hint })
}

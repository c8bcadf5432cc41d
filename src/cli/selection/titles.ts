import { compilePattern, findPatternFault } from '../../language/patterns.ts'
import { mistakeIn } from './mistake.ts'

/** Whether a title is meant. */
export type TitleFilter = (title: string) => boolean

/**
 * Reads a regular expression, which need not fit the whole title, nor its letter case. A title that holds the text as it is
 * written is meant too: `no N+1` is more often a name than a pattern. Patterns must be loaded.
 */
export function parseTitlePattern(text: string, flag: string): TitleFilter {
  const fault = findPatternFault(text)
  if (fault)
    throw mistakeIn(
      { flag, text, ...fault },
      `this is no regular expression: ${fault.what}`,
      'the syntax is that of RE2; a backslash before a sign takes it as it is'
    )
  const pattern = compilePattern(`(?i)${text}`)
  const plain = text.toLowerCase()
  return title => pattern.matches(title) || title.toLowerCase().includes(plain)
}

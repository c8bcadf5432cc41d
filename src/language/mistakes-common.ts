import type { IToken, TokenType } from 'chevrotain'
import { tokenMatcher } from 'chevrotain'
import type { NodeRange } from './ast.ts'
import { SIGN_MISTAKES } from './mistake-words.ts'
import * as t from './tokens.ts'

/** What a text is read as. */
export type Entry = 'selector' | 'assertion' | 'expression'

/** The place at which a text stops to make sense. */
export interface Place {
  readonly entry: Entry
  readonly text: string
  readonly tokens: readonly IToken[]
  readonly index: number
  /** The token that does not fit; absent at the end of the text. */
  readonly token: IToken | undefined
  readonly before: IToken | undefined
  readonly start: number
  readonly end: number
  readonly isInBrackets: boolean
}

export interface Edit {
  readonly start: number
  readonly end: number
  readonly text: string
}

export interface Mistake {
  readonly message: string
  readonly range?: NodeRange
  /** What makes it right; the corrected text is the hint, if it can be read. */
  readonly edits?: readonly Edit[]
  /** What to do, where there is no corrected text to show. */
  readonly hint?: string
}

export type Rule = (place: Place) => Mistake | undefined

export function isType(token: IToken | undefined, ...types: readonly TokenType[]): boolean {
  return token !== undefined && types.some(type => tokenMatcher(token, type))
}

/** The match of a sticky pattern at an offset. */
export function matchAt(pattern: RegExp, text: string, offset: number): RegExpExecArray | null {
  const sticky = new RegExp(pattern.source, pattern.flags.includes('y') ? pattern.flags : `${pattern.flags}y`)
  sticky.lastIndex = offset
  return sticky.exec(text)
}

/** One replacement, with a message of the usual form. */
export function replaced(place: Place, range: NodeRange, by: string, message?: string): Mistake {
  const written = place.text.slice(range.start, range.end)
  return {
    message: message ?? `\`${written}\` is written \`${by.trim()}\` here`,
    range: { start: range.start, end: range.end },
    edits: [{ start: range.start, end: range.end, text: by }],
    hint: `write \`${by.trim()}\``
  }
}

/** A replacement that is a word stands apart from its neighbours. */
function apart(text: string, { start, end }: NodeRange, by: string): Edit {
  const isWord = /[a-z]/.test(by)
  const before = isWord && start > 0 && !/\s|\(/.test(text[start - 1]!) ? ' ' : ''
  const after = isWord && end < text.length && !/\s/.test(text[end]!) ? ' ' : ''
  return { start, end, text: `${before}${by}${after}` }
}

const SIGNS = /[=!<>~^$*&|≠≥≤:]/u

const wrongSigns: Rule = place => {
  const { text } = place
  let { start } = place
  let end = start
  while (start > 0 && SIGNS.test(text[start - 1]!)) start--
  while (end < text.length && SIGNS.test(text[end]!)) end++
  const spaced = matchAt(/!\s+=/, text, start)?.[0]
  if (spaced !== undefined) return replaced(place, { start, end: start + spaced.length }, '!=')
  const written = text.slice(start, end)
  const by = SIGN_MISTAKES.get(written)
  if (by === undefined) return undefined
  return { ...replaced(place, { start, end }, by), edits: [apart(text, { start, end }, by)] }
}

const QUOTES: ReadonlyMap<string, string> = new Map(
  Object.entries<string>({
    '“': '"',
    '”': '"',
    '„': '"',
    '«': '"',
    '»': '"',
    '‘': "'",
    '’': "'",
    '‚': "'",
    '`': '"'
  })
)
const QUOTE = /[“”„«»‘’‚`]/gu

const curlyQuotes: Rule = ({ text, token, start, end }) => {
  if (token === undefined || QUOTES.get(token.image) === undefined) return undefined
  return {
    message:
      token.image === '`'
        ? 'a backtick is no quotation mark here'
        : `\`${token.image}\` is no quotation mark here`,
    range: { start, end },
    edits: [...text.matchAll(QUOTE)].map(match => ({
      start: match.index,
      end: match.index + 1,
      text: QUOTES.get(match[0])!
    })),
    hint: 'put the text in `"` or `\'`'
  }
}

const unclosedText: Rule = ({ text, tokens, token }) => {
  const unclosed = isType(token, t.UnclosedString)
    ? token
    : tokens.find(each => isType(each, t.UnclosedString))
  if (unclosed === undefined) return undefined
  const quote = unclosed.image[0]!
  const start = unclosed.startOffset
  const line = text.indexOf('\n', start)
  return {
    message: 'the string is not closed',
    range: { start, end: line < 0 ? text.length : line },
    edits: [{ start: text.length, end: text.length, text: quote }],
    hint: `close it with \`${quote}\``
  }
}

const unclosedComment: Rule = ({ token }) => {
  if (token === undefined || !isType(token, t.UnclosedComment)) return undefined
  const start = token.startOffset
  return {
    message: 'the comment is not closed',
    range: { start, end: start + 2 },
    hint: 'close it with `*/`'
  }
}

/** `"a "b" c"`: the string ended where it was not meant to. */
const earlyEnd: Rule = ({ token, before, start }) => {
  if (token === undefined || before === undefined || !isType(before, t.Text)) return undefined
  if (t.endOf(before) !== start || isType(token, t.FilterClose, t.RParen)) return undefined
  const quote = before.image[0] === '"' ? '"' : "'"
  const other = quote === '"' ? "'" : '"'
  if (!/[\p{L}\p{N}{}$\\/]/u.test(token.image[0]!)) return undefined
  return {
    message: `the string ends at this \`${quote}\``,
    range: { start: start - 1, end: start },
    hint: `put the whole text in \`${other}\`, or write \`\\${quote}\` inside`
  }
}

/** Mistakes that look the same wherever they are made. */
export const signRules: readonly Rule[] = [earlyEnd, unclosedText, unclosedComment, curlyQuotes, wrongSigns]

import type { TokenType } from 'chevrotain'
import { createToken } from 'chevrotain'
import type { Pattern } from './letter-patterns.ts'

/** When the lexer takes a token, and what it does then. */
interface LexerRule {
  /** Its first character is one of these. */
  readonly starts?: string
  /** Whether it may follow a token; undefined stands for the start of the text. */
  readonly mayFollow?: (before: TokenType | undefined) => boolean
  /** Taken in its place where that matches more. */
  readonly longer?: Terminal
  /** The mode for what follows, until a token leaves it. */
  readonly enters?: 'filter' | 'list'
  readonly leaves?: boolean
}

/** A type of token that stands in texts. */
export interface Terminal extends TokenType, LexerRule {
  readonly pattern: Pattern
}

interface TokenOptions extends LexerRule {
  readonly categories?: TokenType | TokenType[]
}

/** A type of token. The label is what messages call it. */
export function token(
  name: string,
  pattern: Pattern,
  label: string,
  { categories = [], ...rule }: TokenOptions = {}
): Terminal {
  return Object.assign(createToken({ name, label, categories }), { pattern, ...rule })
}

/** A token that is always written the same. */
export function sign(name: string, text: string, options: TokenOptions = {}): Terminal {
  const source = text.replaceAll(/[()[\].|+*/]/g, String.raw`\$&`)
  return token(name, { source, flags: '' }, `\`${text}\``, { starts: text[0]!, ...options })
}

/** What several types of tokens are. */
export function category(name: string, label: string): TokenType {
  return createToken({ name, label })
}

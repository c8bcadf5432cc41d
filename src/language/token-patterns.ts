import type { TokenType } from 'chevrotain'
import { createToken } from 'chevrotain'

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
  readonly PATTERN: RegExp
}

interface TokenOptions extends LexerRule {
  readonly categories?: TokenType | TokenType[]
}

/** A type of token. The label is what messages call it. */
export function token(
  name: string,
  pattern: RegExp,
  label: string,
  { categories = [], ...rule }: TokenOptions = {}
): Terminal {
  return Object.assign(createToken({ name, label, categories }), { PATTERN: pattern, ...rule })
}

/** A token that is always written the same. */
export function sign(name: string, text: string, options: TokenOptions = {}): Terminal {
  const pattern = new RegExp(text.replaceAll(/[()[\].|+*/]/g, String.raw`\$&`))
  return token(name, pattern, `\`${text}\``, { starts: text[0]!, ...options })
}

/** What several types of tokens are. */
export function category(name: string, label: string): TokenType {
  return createToken({ name, label })
}

/** A pattern of letters and digits of any script. */
export function unicode(source: string): RegExp {
  return new RegExp(source, 'u')
}

/** The same pattern for a text of ASCII: to compile the letters of all scripts takes longer than to read a usual file. */
export function asciiPattern(pattern: RegExp): RegExp {
  return new RegExp(pattern.source.replaceAll(String.raw`\p{L}\p{N}`, 'A-Za-z0-9'), pattern.flags)
}

import type { ICustomPattern, IToken, ITokenConfig, TokenType } from 'chevrotain'
import { createToken, Lexer } from 'chevrotain'

type TokenOptions = Pick<
  ITokenConfig,
  'categories' | 'group' | 'line_breaks' | 'push_mode' | 'pop_mode' | 'start_chars_hint' | 'longer_alt'
>

/** A type of token. The label is what messages call it. */
export function token(
  name: string,
  pattern: NonNullable<ITokenConfig['pattern']>,
  label: string,
  options: TokenOptions = {}
): TokenType {
  return createToken({ name, pattern, label, ...options })
}

/** What several types of tokens are. */
export function category(name: string, label: string): TokenType {
  return createToken({ name, pattern: Lexer.NA, label })
}

/** A pattern with the `u` flag, which Chevrotain drops: only a function keeps it. */
export function unicode(
  source: string,
  isAllowed: (tokens: readonly IToken[]) => boolean = () => true
): ICustomPattern {
  const pattern = new RegExp(source, 'uy')
  return {
    exec: (text, offset, tokens) => {
      pattern.lastIndex = offset
      return isAllowed(tokens) ? pattern.exec(text) : null
    }
  }
}

/** A match of `[`, where a function decides on it. */
export function bracket(text: string, offset: number): RegExpExecArray {
  const match = ['['] as unknown as RegExpExecArray
  match.index = offset
  match.input = text
  return match
}

/** First characters for Chevrotain to choose a pattern by: one bucket for each 255 code units above Latin-1. */
export function startHints(start: RegExp): number[] {
  const hints: number[] = []
  for (let code = 0; code < 256; code++) if (start.test(String.fromCharCode(code))) hints.push(code)
  for (let code = 256; code < 65_536; code += 255) hints.push(code)
  hints.push(65_535)
  return hints
}

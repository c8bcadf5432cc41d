import type { IToken, TokenType } from 'chevrotain'
import type { LiteralMistake } from './literals.ts'
import * as t from './tokens.ts'

/** In UTF-16 code units: far above what anyone writes, far below what would be slow. */
const LONGEST_TEXT = 65_536
/** Parentheses, brackets and prefixes inside one another. The parser recurses: it is counted before it starts. */
const DEEPEST_NESTING = 64
/** Levels of a tree: bounds a chain such as `1 + 1 + 1 + …` as well, for whoever walks the tree. */
export const DEEPEST_TREE = 512

export function lengthMistake(text: string): LiteralMistake | undefined {
  if (text.length <= LONGEST_TEXT) return undefined
  return {
    start: 0,
    end: Math.min(text.length, 40),
    message: `the text is ${text.length} characters long; ${LONGEST_TEXT} are the limit`,
    hint: 'split it into several checks'
  }
}

const OPENING = new Set<TokenType>([t.LParen, t.ArrayOpen, t.FilterOpen, t.ListOpen])
const CLOSING = new Set<TokenType>([t.RParen, t.ArrayClose, t.FilterClose, t.ListClose])
const PREFIX = new Set<TokenType>([t.Not, t.Minus, t.FilterNot])

/** The token at which a text is nested deeper than the limit. */
export function nestingMistake(tokens: readonly IToken[]): LiteralMistake | undefined {
  const levels: number[] = []
  let depth = 0
  let prefixes = 0
  for (const token of tokens) {
    if (PREFIX.has(token.tokenType)) prefixes++
    else if (OPENING.has(token.tokenType)) {
      levels.push(prefixes + 1)
      depth += prefixes + 1
      prefixes = 0
    } else {
      if (CLOSING.has(token.tokenType)) depth -= levels.pop() ?? 0
      prefixes = 0
    }
    if (depth + prefixes > DEEPEST_NESTING) return tooDeep(token.startOffset, t.endOf(token))
  }
  return undefined
}

/** A chain of operations that makes a tree deeper than the limit. */
export function chainMistake(text: string): LiteralMistake {
  return {
    start: 0,
    end: text.length,
    message: `the text strings together more than ${DEEPEST_TREE} operations`,
    hint: 'split it into several checks'
  }
}

function tooDeep(start: number, end: number): LiteralMistake {
  return {
    start,
    end,
    message: `the text is nested more than ${DEEPEST_NESTING} levels deep`,
    hint: 'split it into several checks'
  }
}

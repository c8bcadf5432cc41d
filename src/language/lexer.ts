import type { IToken, TokenType } from 'chevrotain'
import { invariant } from '../errors/invariant.ts'
import { matcherFor } from './token-matcher.ts'
import type { Terminal } from './token-patterns.ts'
import * as t from './tokens.ts'

const categories = [
  t.Sign,
  t.WordOperator,
  t.KeyWord,
  t.FilterLiteral,
  t.Word,
  t.Quantifier,
  t.CountedQuantifier,
  t.Relation
]
const comments = [t.LineComment, t.BlockComment, t.UnclosedComment]
const signs = [
  t.NotEqual,
  t.LessEqual,
  t.GreaterEqual,
  t.Equal,
  t.Less,
  t.Greater,
  t.LParen,
  t.RParen,
  t.Comma,
  t.Colon,
  t.DotDot
]

const expressionMode = [
  t.WhiteSpace,
  t.Text,
  t.UnclosedString,
  t.FilterOpen,
  t.ArrayOpen,
  t.ArrayClose,
  t.Reference,
  t.ResponseReference,
  t.VariableReference,
  ...signs,
  t.Pipe,
  t.Plus,
  t.Minus,
  t.Star,
  t.Slash,
  t.Percent,
  t.Tilde,
  t.Dot,
  t.NotExists,
  t.Exists,
  ...t.wordOperators,
  ...t.quantifiers,
  ...t.relations,
  t.And,
  t.Or,
  t.Not,
  t.In,
  t.Is,
  t.Of,
  t.True,
  t.False,
  t.Null,
  t.Span,
  t.Aggregate,
  t.DurationLiteral,
  t.BasedNumber,
  t.NumberLiteral,
  t.Identifier,
  t.Unknown
]

const bracketWords = [
  t.FilterNamespace,
  t.FilterNotExists,
  t.FilterExists,
  ...t.filterOperators,
  t.FilterIn,
  t.FilterOr,
  t.FilterAnd,
  t.FilterNot,
  ...t.filterConstants,
  t.FilterDuration,
  t.FilterNumber,
  t.DottedNumber,
  t.NegativeDuration,
  t.NegativeNumber,
  t.FilterName,
  t.Dot,
  t.Unknown
]
const filterMode = [
  t.WhiteSpace,
  ...comments,
  t.Text,
  t.UnclosedString,
  t.ListOpen,
  t.FilterClose,
  ...signs,
  ...bracketWords
]
const listMode = [
  t.WhiteSpace,
  ...comments,
  t.Text,
  t.UnclosedString,
  t.ListOpen,
  t.ListClose,
  ...signs,
  ...bracketWords
]

/** Every token type that the grammar may meet. */
export const vocabulary: TokenType[] = [
  ...new Set([...categories, ...comments, ...expressionMode, ...filterMode, ...listMode])
]

// Comments are none in an expression.
const modes = {
  selector: [...comments, ...expressionMode],
  expression: expressionMode,
  filter: filterMode,
  list: listMode
} satisfies Readonly<Record<string, readonly Terminal[]>>
const skipped: ReadonlySet<TokenType> = new Set([t.WhiteSpace, t.LineComment, t.BlockComment])

/** The tokens of a text. What belongs to no sentence becomes a token as well. */
export function tokenize(text: string, start: 'selector' | 'expression'): IToken[] {
  const matchAt = matcherFor(text)
  const tokens: IToken[] = []
  const stack = [modes[start]]
  let startOffset = 0
  while (startOffset < text.length) {
    const match = matchAt(stack.at(-1) ?? [], text, startOffset, tokens.at(-1)?.tokenType)
    invariant(match, 'every character belongs to a token')
    const { type, image } = match
    if (!skipped.has(type))
      tokens.push({ image, startOffset, tokenType: type, tokenTypeIdx: type.tokenTypeIdx! })
    if (type.leaves === true) stack.pop()
    if (type.enters !== undefined) stack.push(modes[type.enters])
    startOffset += image.length
  }
  return tokens
}

import { Lexer, type TokenType } from 'chevrotain'
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
  t.Unknown,
  ...categories
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
  t.Unknown,
  ...categories
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
export const vocabulary: TokenType[] = [...new Set([...expressionMode, ...filterMode, ...listMode])]

/**
 * The lexer that never fails: what belongs to no sentence becomes a token as well. Comments are skipped in the mode
 * `selector`; in the mode `expression` they are none.
 */
export function createLexer(options: { validate: boolean }): Lexer {
  return new Lexer(
    {
      modes: {
        selector: [...comments, ...expressionMode],
        expression: expressionMode,
        filter: filterMode,
        list: listMode
      },
      defaultMode: 'expression'
    },
    {
      positionTracking: 'onlyOffset',
      ensureOptimizations: options.validate,
      skipValidations: !options.validate,
      // Analysing the patterns takes longer than all texts of a usual file.
      safeMode: !options.validate
    }
  )
}

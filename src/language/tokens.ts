import type { IToken, TokenType } from 'chevrotain'
import { Lexer } from 'chevrotain'
import { bracket, category, startHints, token, unicode } from './token-patterns.ts'

// Categories: what the grammar asks for where several tokens will do.

/** `=`, `!=`, `<`, … */
export const Sign: TokenType = category('Sign', 'a comparison')
/** `contains`, `matches`, … */
export const WordOperator: TokenType = category('WordOperator', 'an operator')
/** Any word in brackets: a key, unless the grammar finds that it is an operator. */
export const KeyWord: TokenType = category('KeyWord', 'a key')
/** What may stand on the right of an operator in brackets. */
export const FilterLiteral: TokenType = category('FilterLiteral', 'a value')
/** A word outside brackets: may name a pseudo-class. */
export const Word: TokenType = category('Word', 'a word')
export const Quantifier: TokenType = category('Quantifier', 'a quantifier')
export const CountedQuantifier: TokenType = category('CountedQuantifier', 'a quantifier')
export const Relation: TokenType = category('Relation', 'a relation')

const ANY_START = startHints(/[\s\S]/)
const WORD_START = startHints(/[\p{L}\p{N}_]/u)

// Skipped

export const WhiteSpace: TokenType = token('WhiteSpace', /\s+/, 'white space', {
  group: Lexer.SKIPPED,
  line_breaks: true
})
export const LineComment: TokenType = token('LineComment', /\/\/[^\n]*/, 'a comment', {
  group: Lexer.SKIPPED
})
export const BlockComment: TokenType = token('BlockComment', /\/\*[\s\S]*?\*\//, 'a comment', {
  group: Lexer.SKIPPED,
  line_breaks: true
})

// Never part of a sentence: they carry a mistake to where it can be explained.

export const UnclosedComment: TokenType = token('UnclosedComment', /\/\*[\s\S]*/, 'an unclosed comment', {
  line_breaks: true
})
export const UnclosedString: TokenType = token('UnclosedString', /["'][\s\S]*/, 'an unclosed string', {
  line_breaks: true
})
export const Unknown: TokenType = token('Unknown', /[\uD800-\uDBFF][\uDC00-\uDFFF]|[\s\S]/, 'a character', {
  line_breaks: true,
  start_chars_hint: ANY_START
})

// Signs

export const LParen: TokenType = token('LParen', /\(/, '`(`')
export const RParen: TokenType = token('RParen', /\)/, '`)`')
export const Comma: TokenType = token('Comma', /,/, '`,`')
export const Colon: TokenType = token('Colon', /:/, '`:`')
export const DotDot: TokenType = token('DotDot', /\.\./, '`..`')
export const Dot: TokenType = token('Dot', /\./, '`.`')
export const Pipe: TokenType = token('Pipe', /\|/, '`|`')
export const Plus: TokenType = token('Plus', /\+/, '`+`')
export const Minus: TokenType = token('Minus', /-/, '`-`')
export const Star: TokenType = token('Star', /\*/, '`*`')
export const Slash: TokenType = token('Slash', /\//, '`/`')
export const Percent: TokenType = token('Percent', /%/, '`%`')
export const Tilde: TokenType = token('Tilde', /~/, '`~`')
export const NotEqual: TokenType = token('NotEqual', /!=/, '`!=`', { categories: Sign })
export const LessEqual: TokenType = token('LessEqual', /<=/, '`<=`', { categories: Sign })
export const GreaterEqual: TokenType = token('GreaterEqual', />=/, '`>=`', { categories: Sign })
export const Equal: TokenType = token('Equal', /=/, '`=`', { categories: Sign })
export const Less: TokenType = token('Less', /</, '`<`', { categories: Sign })
export const Greater: TokenType = token('Greater', />/, '`>`', { categories: Sign })

// A string ends at its first own quote that no backslash protects, whatever stands inside `${…}`.
const QUOTED = String.raw`"(?:\\[\s\S]|[^"\\])*"|'(?:\\[\s\S]|[^'\\])*'`

export const Text: TokenType = token('Text', new RegExp(QUOTED), 'a string', {
  categories: FilterLiteral,
  line_breaks: true
})

// Words of expressions

export const Identifier: TokenType = token('Identifier', /[A-Za-z_][A-Za-z0-9_]*/, 'a name', {
  categories: Word
})
export const Span: TokenType = keyword('Span', 'span')
export const NotExists: TokenType = keyword('NotExists', 'not-exists')
export const Exists: TokenType = keyword('Exists', 'exists')
export const And: TokenType = keyword('And', 'and')
export const Or: TokenType = keyword('Or', 'or')
export const Not: TokenType = keyword('Not', 'not')
export const In: TokenType = keyword('In', 'in')
export const Is: TokenType = keyword('Is', 'is')
export const Of: TokenType = keyword('Of', 'of')
export const True: TokenType = keyword('True', 'true')
export const False: TokenType = keyword('False', 'false')
export const Null: TokenType = keyword('Null', 'null')
/** The operators that are words. */
export const wordOperators: readonly TokenType[] = [
  keyword('NotContains', 'not-contains', WordOperator),
  // Tracetest reads `contains5` as `contains 5`.
  token('Contains', /contains(?![A-Za-z_-])/, '`contains`', { categories: [WordOperator, Word] }),
  keyword('StartsWith', 'starts-with', WordOperator),
  keyword('EndsWith', 'ends-with', WordOperator),
  keyword('Matches', 'matches', WordOperator),
  keyword('JsonContains', 'json-contains', WordOperator)
]
/** The quantifiers. */
export const quantifiers: readonly TokenType[] = [
  keyword('Every', 'every', Quantifier),
  keyword('Some', 'some', Quantifier),
  keyword('None', 'none', Quantifier),
  keyword('Exactly', 'exactly', CountedQuantifier),
  keyword('AtLeast', 'at-least', CountedQuantifier),
  keyword('AtMost', 'at-most', CountedQuantifier)
]
/** The relations of time and structure. */
export const relations: readonly TokenType[] = [
  keyword('StartsBefore', 'starts-before', Relation),
  keyword('StartsAfter', 'starts-after', Relation),
  keyword('ChildOf', 'child-of', Relation),
  keyword('DescendantOf', 'descendant-of', Relation),
  keyword('Before', 'before', Relation),
  keyword('After', 'after', Relation),
  keyword('During', 'during', Relation),
  keyword('Overlaps', 'overlaps', Relation)
]
/** The name of an aggregate where a parenthesis follows; anywhere else it is a name like any other. */
export const Aggregate: TokenType = token(
  'Aggregate',
  /(?:count|sum|avg|min|max|p50|p90|p95|p99|distinct)(?=\s*\()/,
  'an aggregate',
  { categories: Word }
)
export const DurationLiteral: TokenType = token(
  'DurationLiteral',
  // The micro sign and the Greek letter look the same.
  /\d+(?:\.\d+)? ?(?:ns|us|\u00B5s|\u03BCs|ms|s|m|h)(?!\w)/,
  'a duration'
)
/** Only where Tracetest reads one: as the argument of a pseudo-class. */
export const BasedNumber: TokenType = token(
  'BasedNumber',
  /0(?:[xX][0-9a-fA-F]+|[oO][0-7]+|[bB][01]+)/,
  'a number'
)
export const NumberLiteral: TokenType = token('NumberLiteral', /\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/, 'a number')

const NAME = String.raw`[\p{L}\p{N}_][\p{L}\p{N}_.-]*|${QUOTED}`

export const Reference: TokenType = token(
  'Reference',
  // In `:scope:first` the word before the second colon is a pseudo-class.
  unicode(
    `(?:attr|resource|scope|event|link|parent):(?:${NAME})`,
    tokens => tokens.at(-1)?.tokenType !== Colon
  ),
  'an attribute',
  { start_chars_hint: [...'arselp'], line_breaks: true }
)
export const ResponseReference: TokenType = token(
  'ResponseReference',
  unicode(String.raw`response:[\p{L}\p{N}_-]+(?:\.(?:${NAME}))?`),
  'a part of the response',
  { start_chars_hint: ['r'], line_breaks: true }
)
export const VariableReference: TokenType = token(
  'VariableReference',
  unicode(String.raw`(?:var|env):(?:[\p{L}\p{N}_][\p{L}\p{N}_.]*|${QUOTED})`),
  'a variable',
  { start_chars_hint: [...'ve'], line_breaks: true }
)

// Brackets. After `span`, and after the `]` of a filter, `[` opens a filter; anywhere else an array.

export const FilterClose: TokenType = token('FilterClose', /\]/, '`]`', { pop_mode: true })
export const FilterOpen: TokenType = token(
  'FilterOpen',
  {
    exec: (text, offset, tokens) => {
      const before = tokens.at(-1)?.tokenType
      return text[offset] === '[' && (before === Span || before === FilterClose)
        ? bracket(text, offset)
        : null
    }
  },
  '`[`',
  { push_mode: 'filter', line_breaks: false, start_chars_hint: ['['] }
)
export const ArrayOpen: TokenType = token('ArrayOpen', /\[/, '`[`')
export const ArrayClose: TokenType = token('ArrayClose', /\]/, '`]`')
export const ListOpen: TokenType = token('ListOpen', /\[/, '`[`', { push_mode: 'list' })
export const ListClose: TokenType = token('ListClose', /\]/, '`]`', { pop_mode: true })

// Words in brackets: any may be a key, so that each belongs to `KeyWord`.

export const FilterName: TokenType = token(
  'FilterName',
  unicode(String.raw`[\p{L}\p{N}_](?:[\p{L}\p{N}_-]|\/(?![/*])|\.(?=[\p{L}\p{N}_]))*`),
  'a key',
  { categories: KeyWord, line_breaks: false, start_chars_hint: WORD_START }
)
export const FilterNamespace: TokenType = token(
  'FilterNamespace',
  unicode(String.raw`(?:attr|resource|scope|event|link|parent):(?=["'\p{L}\p{N}_])`),
  'a namespace',
  { line_breaks: false, start_chars_hint: [...'arselp'] }
)
export const FilterNotExists: TokenType = filterKeyword('FilterNotExists', 'not-exists')
export const FilterExists: TokenType = filterKeyword('FilterExists', 'exists')
export const FilterIn: TokenType = filterKeyword('FilterIn', 'in')
export const FilterAnd: TokenType = filterKeyword('FilterAnd', 'and')
export const FilterOr: TokenType = filterKeyword('FilterOr', 'or')
export const FilterNot: TokenType = filterKeyword('FilterNot', 'not')
export const FilterMatches: TokenType = filterKeyword('FilterMatches', 'matches', WordOperator)
/** The constants in brackets. */
export const filterConstants: readonly TokenType[] = [
  filterKeyword('FilterTrue', 'true', FilterLiteral),
  filterKeyword('FilterFalse', 'false', FilterLiteral),
  filterKeyword('FilterNull', 'null', FilterLiteral)
]
/** The operators in brackets that are words. */
export const filterOperators: readonly TokenType[] = [
  filterKeyword('FilterNotContains', 'not-contains', WordOperator),
  filterKeyword('FilterContains', 'contains', WordOperator),
  filterKeyword('FilterStartsWith', 'starts-with', WordOperator),
  filterKeyword('FilterEndsWith', 'ends-with', WordOperator),
  FilterMatches
]

// A number or duration ends where a name would end, too: `5ms-cache` is a key. Two dots end it: `200..299`.
const NUMBER_END = String.raw`(?![\p{L}\p{N}_/-]|\.(?!\.))`
const FILTER_DURATION = `\\d+(?:\\.\\d+)?(?:ns|us|\u00B5s|\u03BCs|ms|s|m|h)${NUMBER_END}`
const FILTER_NUMBER = `(?:0[xX][0-9a-fA-F]+|0[oO][0-7]+|0[bB][01]+|\\d+(?:_\\d+)*(?:\\.\\d+)?(?:[eE][+-]?\\d+)?)${NUMBER_END}`

export const FilterDuration: TokenType = filterNumber(
  'FilterDuration',
  FILTER_DURATION,
  'a duration',
  KeyWord
)
export const FilterNumber: TokenType = filterNumber('FilterNumber', FILTER_NUMBER, 'a number', KeyWord)
/** `.5` and `5.`, which Tracetest takes: never keys. */
export const DottedNumber: TokenType = filterNumber(
  'DottedNumber',
  `(?:\\.\\d+(?:[eE][+-]?\\d+)?|\\d+\\.)(?![\\p{L}\\p{N}_./-])`,
  'a number'
)
export const NegativeDuration: TokenType = filterNumber(
  'NegativeDuration',
  `-${FILTER_DURATION}`,
  'a duration'
)
export const NegativeNumber: TokenType = filterNumber('NegativeNumber', `-${FILTER_NUMBER}`, 'a number')

/** The offset behind a token. */
export function endOf(token: IToken): number {
  return token.startOffset + token.image.length
}

function keyword(name: string, word: string, role?: TokenType): TokenType {
  return token(name, new RegExp(`${word}(?![\\w-])`), `\`${word}\``, {
    categories: role === undefined ? Word : [role, Word]
  })
}

function filterKeyword(name: string, word: string, role?: TokenType): TokenType {
  return token(name, new RegExp(word), `\`${word}\``, {
    categories: role === undefined ? KeyWord : [role, KeyWord],
    longer_alt: FilterName
  })
}

function filterNumber(name: string, source: string, label: string, role?: TokenType): TokenType {
  return token(name, unicode(source), label, {
    categories: role === undefined ? FilterLiteral : [FilterLiteral, role],
    line_breaks: false,
    start_chars_hint: [...(source.startsWith('-') ? '-' : '.0123456789')]
  })
}

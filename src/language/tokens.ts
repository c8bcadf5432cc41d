import type { IToken, TokenType } from 'chevrotain'
import { unicode } from './letter-patterns.ts'
import { category, sign, type Terminal, token } from './token-patterns.ts'

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

const DIGITS = '0123456789'

// Skipped

export const WhiteSpace: Terminal = token('WhiteSpace', /\s+/, 'white space')
export const LineComment: Terminal = token('LineComment', /\/\/[^\n]*/, 'a comment', { starts: '/' })
export const BlockComment: Terminal = token('BlockComment', /\/\*[\s\S]*?\*\//, 'a comment', {
  starts: '/'
})

// Never part of a sentence: they carry a mistake to where it can be explained.

export const UnclosedComment: Terminal = token('UnclosedComment', /\/\*[\s\S]*/, 'an unclosed comment', {
  starts: '/'
})
export const UnclosedString: Terminal = token('UnclosedString', /["'][\s\S]*/, 'an unclosed string', {
  starts: `"'`
})
export const Unknown: Terminal = token('Unknown', /[\uD800-\uDBFF][\uDC00-\uDFFF]|[\s\S]/, 'a character')

// Signs

export const LParen: Terminal = sign('LParen', '(')
export const RParen: Terminal = sign('RParen', ')')
export const Comma: Terminal = sign('Comma', ',')
export const Colon: Terminal = sign('Colon', ':')
export const DotDot: Terminal = sign('DotDot', '..')
export const Dot: Terminal = sign('Dot', '.')
export const Pipe: Terminal = sign('Pipe', '|')
export const Plus: Terminal = sign('Plus', '+')
export const Minus: Terminal = sign('Minus', '-')
export const Star: Terminal = sign('Star', '*')
export const Slash: Terminal = sign('Slash', '/')
export const Percent: Terminal = sign('Percent', '%')
export const Tilde: Terminal = sign('Tilde', '~')
export const NotEqual: Terminal = sign('NotEqual', '!=', { categories: Sign })
export const LessEqual: Terminal = sign('LessEqual', '<=', { categories: Sign })
export const GreaterEqual: Terminal = sign('GreaterEqual', '>=', { categories: Sign })
export const Equal: Terminal = sign('Equal', '=', { categories: Sign })
export const Less: Terminal = sign('Less', '<', { categories: Sign })
export const Greater: Terminal = sign('Greater', '>', { categories: Sign })

// A string ends at its first own quote that no backslash protects, whatever stands inside `${…}`.
const QUOTED = String.raw`"(?:\\[\s\S]|[^"\\])*"|'(?:\\[\s\S]|[^'\\])*'`

export const Text: Terminal = token('Text', { source: QUOTED, flags: '' }, 'a string', {
  categories: FilterLiteral,
  starts: `"'`
})

// Words of expressions

export const Identifier: Terminal = token('Identifier', /[A-Za-z_][A-Za-z0-9_]*/, 'a name', {
  categories: Word
})
export const Span: Terminal = keyword('Span', 'span')
export const NotExists: Terminal = keyword('NotExists', 'not-exists')
export const Exists: Terminal = keyword('Exists', 'exists')
export const And: Terminal = keyword('And', 'and')
export const Or: Terminal = keyword('Or', 'or')
export const Not: Terminal = keyword('Not', 'not')
export const In: Terminal = keyword('In', 'in')
export const Is: Terminal = keyword('Is', 'is')
export const Of: Terminal = keyword('Of', 'of')
export const True: Terminal = keyword('True', 'true')
export const False: Terminal = keyword('False', 'false')
export const Null: Terminal = keyword('Null', 'null')
/** The operators that are words. */
export const wordOperators: readonly Terminal[] = [
  keyword('NotContains', 'not-contains', WordOperator),
  // Tracetest reads `contains5` as `contains 5`.
  token('Contains', /contains(?![A-Za-z_-])/, '`contains`', {
    categories: [WordOperator, Word],
    starts: 'c'
  }),
  keyword('StartsWith', 'starts-with', WordOperator),
  keyword('EndsWith', 'ends-with', WordOperator),
  keyword('Matches', 'matches', WordOperator),
  keyword('JsonContains', 'json-contains', WordOperator)
]
/** The quantifiers. */
export const quantifiers: readonly Terminal[] = [
  keyword('Every', 'every', Quantifier),
  keyword('Some', 'some', Quantifier),
  keyword('None', 'none', Quantifier),
  keyword('Exactly', 'exactly', CountedQuantifier),
  keyword('AtLeast', 'at-least', CountedQuantifier),
  keyword('AtMost', 'at-most', CountedQuantifier)
]
/** The relations of time and structure. */
export const relations: readonly Terminal[] = [
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
export const Aggregate: Terminal = token(
  'Aggregate',
  /(?:count|sum|avg|min|max|p50|p90|p95|p99|distinct)(?=\s*\()/,
  'an aggregate',
  { categories: Word, starts: 'csampd' }
)
export const DurationLiteral: Terminal = token(
  'DurationLiteral',
  // The micro sign and the Greek letter look the same.
  /\d+(?:\.\d+)? ?(?:ns|us|\u00B5s|\u03BCs|ms|s|m|h)(?!\w)/,
  'a duration',
  { starts: DIGITS }
)
/** Only where Tracetest reads one: as the argument of a pseudo-class. */
export const BasedNumber: Terminal = token(
  'BasedNumber',
  /0(?:[xX][0-9a-fA-F]+|[oO][0-7]+|[bB][01]+)/,
  'a number',
  { starts: '0' }
)
export const NumberLiteral: Terminal = token('NumberLiteral', /\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/, 'a number', {
  starts: DIGITS
})

const NAME = String.raw`[\p{L}\p{N}_][\p{L}\p{N}_.-]*|${QUOTED}`

export const Reference: Terminal = token(
  'Reference',
  unicode(`(?:attr|resource|scope|event|link|parent):(?:${NAME})`),
  'an attribute',
  // In `:scope:first` the word before the second colon is a pseudo-class.
  { starts: 'arselp', mayFollow: before => before !== Colon }
)
export const ResponseReference: Terminal = token(
  'ResponseReference',
  unicode(String.raw`response:[\p{L}\p{N}_-]+(?:\.(?:${NAME}))?`),
  'a part of the response',
  { starts: 'r' }
)
export const VariableReference: Terminal = token(
  'VariableReference',
  unicode(String.raw`(?:var|env):(?:[\p{L}\p{N}_][\p{L}\p{N}_.]*|${QUOTED})`),
  'a variable',
  { starts: 've' }
)

// Brackets. After `span`, and after the `]` of a filter, `[` opens a filter; anywhere else an array.

export const FilterClose: Terminal = sign('FilterClose', ']', { leaves: true })
export const FilterOpen: Terminal = sign('FilterOpen', '[', {
  enters: 'filter',
  mayFollow: before => before === Span || before === FilterClose
})
export const ArrayOpen: Terminal = sign('ArrayOpen', '[')
export const ArrayClose: Terminal = sign('ArrayClose', ']')
export const ListOpen: Terminal = sign('ListOpen', '[', { enters: 'list' })
export const ListClose: Terminal = sign('ListClose', ']', { leaves: true })

// Words in brackets: any may be a key, so that each belongs to `KeyWord`.

export const FilterName: Terminal = token(
  'FilterName',
  unicode(String.raw`[\p{L}\p{N}_](?:[\p{L}\p{N}_-]|\/(?![/*])|\.(?=[\p{L}\p{N}_]))*`),
  'a key',
  { categories: KeyWord }
)
export const FilterNamespace: Terminal = token(
  'FilterNamespace',
  unicode(String.raw`(?:attr|resource|scope|event|link|parent):(?=["'\p{L}\p{N}_])`),
  'a namespace',
  { starts: 'arselp' }
)
export const FilterNotExists: Terminal = filterKeyword('FilterNotExists', 'not-exists')
export const FilterExists: Terminal = filterKeyword('FilterExists', 'exists')
export const FilterIn: Terminal = filterKeyword('FilterIn', 'in')
export const FilterAnd: Terminal = filterKeyword('FilterAnd', 'and')
export const FilterOr: Terminal = filterKeyword('FilterOr', 'or')
export const FilterNot: Terminal = filterKeyword('FilterNot', 'not')
export const FilterMatches: Terminal = filterKeyword('FilterMatches', 'matches', WordOperator)
/** The constants in brackets. */
export const filterConstants: readonly Terminal[] = [
  filterKeyword('FilterTrue', 'true', FilterLiteral),
  filterKeyword('FilterFalse', 'false', FilterLiteral),
  filterKeyword('FilterNull', 'null', FilterLiteral)
]
/** The operators in brackets that are words. */
export const filterOperators: readonly Terminal[] = [
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

export const FilterDuration: Terminal = filterNumber('FilterDuration', FILTER_DURATION, 'a duration', KeyWord)
export const FilterNumber: Terminal = filterNumber('FilterNumber', FILTER_NUMBER, 'a number', KeyWord)
/** `.5` and `5.`, which Tracetest takes: never keys. */
export const DottedNumber: Terminal = filterNumber(
  'DottedNumber',
  `(?:\\.\\d+(?:[eE][+-]?\\d+)?|\\d+\\.)(?![\\p{L}\\p{N}_./-])`,
  'a number'
)
export const NegativeDuration: Terminal = filterNumber(
  'NegativeDuration',
  `-${FILTER_DURATION}`,
  'a duration'
)
export const NegativeNumber: Terminal = filterNumber('NegativeNumber', `-${FILTER_NUMBER}`, 'a number')

/** The offset behind a token. */
export function endOf(token: IToken): number {
  return token.startOffset + token.image.length
}

function keyword(name: string, word: string, role?: TokenType): Terminal {
  return token(name, { source: `${word}(?![\\w-])`, flags: '' }, `\`${word}\``, {
    categories: role === undefined ? Word : [role, Word],
    starts: word[0]!
  })
}

function filterKeyword(name: string, word: string, role?: TokenType): Terminal {
  return token(name, { source: word, flags: '' }, `\`${word}\``, {
    categories: role === undefined ? KeyWord : [role, KeyWord],
    starts: word[0]!,
    longer: FilterName
  })
}

function filterNumber(name: string, source: string, label: string, role?: TokenType): Terminal {
  return token(name, unicode(source), label, {
    categories: role === undefined ? FilterLiteral : [FilterLiteral, role],
    starts: source.startsWith('-') ? '-' : '.0123456789'
  })
}

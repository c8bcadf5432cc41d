import { suggest } from '../errors/suggest.ts'
import type { NodeRange } from './ast.ts'
import { quoted } from './error-messages.ts'
import { NAMESPACE_WORDS, OPENING_WORDS, OPERATOR_WORDS, VALUE_WORDS } from './mistake-words.ts'
import { intendedOperator } from './mistakes-brackets.ts'
import { isType, type Mistake, matchAt, type Place, type Rule, replaced } from './mistakes-common.ts'
import { literalRules } from './mistakes-literals.ts'
import { pipeRules } from './mistakes-pipes.ts'
import { namespaces } from './references.ts'
import * as t from './tokens.ts'

const OPERATORS = [t.Sign, t.WordOperator, t.In, t.Plus, t.Minus, t.Star, t.Slash, t.Percent, t.DotDot]
const OPENERS = [t.And, t.Or, t.Not, t.LParen, t.ArrayOpen, t.Comma, t.Quantifier]

/** Whether an operand, or a condition, is wanted here: nothing before it could take an operator. */
function wantsOperand({ before, tokens, index }: Place): boolean {
  if (before === undefined || isType(before, ...OPERATORS, ...OPENERS)) return true
  return isType(before, t.NumberLiteral) && isType(tokens[index - 2], t.CountedQuantifier)
}

/** Whether the operand is the right side of an operator: a text may stand there. */
function isRightSide({ before }: Place): boolean {
  return isType(before, ...OPERATORS)
}

/** `.name`, `span.name`, `span:name`, `attr: name`, `http.method`: an attribute that does not look like one. */
const bareName: Rule = place => {
  const { text, token, start } = place
  if (token === undefined || !wantsOperand(place) || !couldBeName(place)) return undefined
  const opening = phraseAt(OPENING_WORDS, text, start)
  if (opening !== undefined && !isRightSide(place))
    return replaced(place, { start, end: start + opening.written.length }, opening.by)
  const name = matchAt(/(?:([\p{L}_][\p{L}\p{N}_-]*)([.:])\s*|\.)?([\p{L}_][\p{L}\p{N}_.-]*)/u, text, start)
  if (name === null) return undefined
  const [whole, space = '', mark = '', rest = ''] = name
  const range = { start, end: start + whole.length }
  const written = text.slice(range.start, range.end)
  const namespace = NAMESPACE_WORDS.get(space.toLowerCase())
  if (namespace !== undefined) return namespaced(place, range, namespace, rest)
  if (mark === ':') return wrongNamespace(place, range, space, rest)
  const word = mark === '.' ? `${space}.${rest}` : rest
  const constant = VALUE_WORDS.get(word.toLowerCase())
  if (constant !== undefined && constant !== written) return replaced(place, range, constant)
  if (text.slice(range.end).trimStart().startsWith('(')) return undefined
  if (word === 'tracetest.selected_spans.count' || word === 'selected_spans.count' || word === 'count')
    return replaced(place, range, 'count()', 'the number of spans is written `count()`')
  if (/^[A-Z][A-Z0-9_]*$/.test(written))
    return replaced(
      place,
      range,
      `var:${written}`,
      `\`${written}\` is no value: a variable is written \`var:${written}\``
    )
  if (isRightSide(place) && mark !== '.' && !written.startsWith('.'))
    return {
      ...replaced(place, range, `"${word}"`, 'a text stands in quotes'),
      hint: `write \`"${word}"\`; an attribute would be \`attr:${word}\`, a variable \`var:${word}\``
    }
  return replaced(
    place,
    range,
    `attr:${word}`,
    `\`${written}\` is no value: an attribute is written \`attr:${word}\``
  )
}

/** `atr:name`, `header:etag`. */
function wrongNamespace(place: Place, range: NodeRange, space: string, rest: string): Mistake {
  const near = space === 'header' ? 'response:header.' : suggest(space, namespaces)
  const message = `there is no namespace \`${space}:\``
  if (near !== undefined) return replaced(place, range, `${near.replace(/(?<!\.)$/, ':')}${rest}`, message)
  return {
    ...replaced(place, range, `attr:"${space}:${rest}"`, message),
    hint: 'an attribute is written `attr:name`'
  }
}

/** A word of the language is a name only where an operator follows: `contains = 5`. */
function couldBeName({ tokens, index, token }: Place): boolean {
  if (isType(token, t.Identifier, t.Span, t.Dot, t.Unknown, t.Aggregate)) return true
  return isType(token, t.Not) || isType(tokens[index + 1], t.Sign, t.Dot)
}

/** `attr:a/b = 1`, `var:my-host = "x"`: the sign in the middle is an operator. */
const signInKey: Rule = place => {
  const { text, tokens, index, token, before, start } = place
  const key = tokens[index - 2]
  if (key === undefined || before === undefined || !isType(token, t.Word)) return undefined
  const isDivided = isType(key, t.Reference) && isType(before, t.Slash)
  const isSubtracted = isType(key, t.VariableReference) && isType(before, t.Minus)
  if (!isDivided && !isSubtracted) return undefined
  if (t.endOf(key) !== before.startOffset || t.endOf(before) !== start) return undefined
  const word = matchAt(/[\p{L}\p{N}_./-]+/u, text, start)?.[0] ?? ''
  const colon = key.image.indexOf(':') + 1
  return replaced(
    place,
    { start: key.startOffset, end: start + word.length },
    `${key.image.slice(0, colon)}"${key.image.slice(colon)}${before.image}${word}"`,
    isDivided
      ? 'the slash divides: a key with a slash in it stands in quotes'
      : 'the dash subtracts: a variable with a dash in its name stands in quotes'
  )
}

/** `attr:x of span, span`: a union. */
const unionOf: Rule = ({ tokens, index, token, start, end }) => {
  if (!isType(token, t.Comma) || !tokens.slice(0, index).some(each => isType(each, t.Of))) return undefined
  return {
    message: '`of` reads from one span',
    range: { start, end },
    hint: 'name one selector; an aggregate such as `max(attr:name of span, span)` takes several'
  }
}

function namespaced(
  place: Place,
  range: { start: number; end: number },
  namespace: string,
  rest: string
): Mistake {
  const name =
    namespace === 'response:'
      ? rest.replace(/^(?:status_?code|code)$/i, 'status').replace(/^headers\./, 'header.')
      : rest
  return replaced(place, range, `${namespace}${name}`)
}

/** `attr:a:b`. */
const danglingColon: Rule = place => {
  const { text, token, before, start, end } = place
  if (!isType(token, t.Colon) || before === undefined) return undefined
  if (!isType(before, t.Reference))
    return {
      message: '`:` is not expected here',
      range: { start, end },
      hint: 'an attribute is written `attr:name`'
    }
  const colon = before.image.indexOf(':') + 1
  const rest = matchAt(/:[\p{L}\p{N}_.:-]*/u, text, start)?.[0] ?? ':'
  return replaced(
    place,
    { start: before.startOffset, end: start + rest.length },
    `${before.image.slice(0, colon)}"${before.image.slice(colon)}${rest}"`,
    'a name with a colon in it stands in quotes'
  )
}

/** `startsWith`, `like`, `AND`: a word in the place of an operator. */
const wrongOperator: Rule = place => {
  const { text, token, before, start } = place
  if (token === undefined || before === undefined || wantsOperand(place)) return undefined
  const phrase = phraseAt(OPERATOR_WORDS, text, start)
  if (phrase !== undefined && phrase.by !== phrase.written)
    return replaced(place, { start, end: start + phrase.written.length }, phrase.by)
  const between = matchAt(/between\s+(\S+)\s+and\s+(\S+)/i, text, start)
  if (between !== null)
    return replaced(
      place,
      { start, end: start + between[0].length },
      `in ${between[1]}..${between[2]}`,
      'an interval is written with `..`'
    )
  const word = matchAt(/[\p{L}_][\p{L}\p{N}_-]*/u, text, start)?.[0]
  if (word === undefined || !isType(token, t.Identifier)) return undefined
  const by = suggest(word, ['contains', 'starts-with', 'ends-with', 'matches', 'exists', 'and', 'or'])
  const range = { start, end: start + word.length }
  if (by !== undefined && intendedOperator(word) !== undefined)
    return replaced(place, range, by, `there is no operator \`${word}\``)
  return {
    message: `there is no operator \`${word}\``,
    range,
    hint: 'operators are = != < <= > >= contains not-contains starts-with ends-with matches in exists is'
  }
}

/** The longest phrase of a table that stands at an offset, and what it is written as. */
function phraseAt(
  words: ReadonlyMap<string, string>,
  text: string,
  start: number
): { readonly written: string; readonly by: string } | undefined {
  const phrase = matchAt(/[A-Za-z_]+(?:\s+[A-Za-z]+){0,3}/, text, start)?.[0] ?? ''
  for (let written = phrase; written !== ''; written = written.replace(/\s*\S+$/, '')) {
    const by = words.get(written.toLowerCase().replaceAll(/\s+/g, ' '))
    if (by !== undefined) return { written, by }
  }
  return undefined
}

/** `a < b < c`; or a bracket before it that was never closed. */
const chain: Rule = ({ tokens, index, token, before, start, end }) => {
  if (token === undefined || before === undefined || !isType(token, t.Sign, t.WordOperator)) return undefined
  if (isType(before, ...OPERATORS)) return undefined
  let depth = 0
  for (const each of tokens.slice(0, index).reverse()) {
    if (isType(each, t.RParen, t.ArrayClose, t.FilterClose)) depth++
    else if (isType(each, t.LParen, t.ArrayOpen, t.FilterOpen)) {
      if (depth === 0)
        return {
          message: 'the bracket is not closed',
          range: { start: each.startOffset, end: t.endOf(each) },
          edits: [{ start: t.endOf(before), end: t.endOf(before), text: each.image === '(' ? ')' : ']' }],
          hint: `close it before \`${token.image}\``
        }
      depth--
    } else if (depth === 0 && isType(each, t.And, t.Or)) return undefined
    else if (depth === 0 && isType(each, t.Sign, t.WordOperator))
      return {
        message: 'comparisons do not chain',
        range: { start, end },
        hint: 'write `a < b and b < c`'
      }
  }
  return undefined
}

/** `"a" "b"`: two values side by side. */
const missingOperator: Rule = ({ token, before, start, end }) => {
  if (token === undefined || before === undefined || isType(before, ...OPERATORS, ...OPENERS))
    return undefined
  if (!isType(token, t.Text, t.NumberLiteral, t.DurationLiteral, t.Reference, t.VariableReference))
    return undefined
  return {
    message: `an operator is missing before ${quoted(token)}`,
    range: { start, end },
    hint: 'write `and` between two conditions, or an operator such as `=` between two values'
  }
}

/** `//`, `/*`, `#`. */
const comment: Rule = ({ text, token, start, before }) => {
  const from = isType(before, t.Slash) && isType(token, t.Slash, t.Star) ? start - 1 : start
  const mark = matchAt(/\/\/|\/\*|#/, text, from)?.[0]
  if (mark === undefined) return undefined
  return {
    message: 'there are no comments in assertions',
    range: { start: from, end: from + mark.length },
    hint: 'write it as a YAML comment beside the assertion'
  }
}

/** `in (200, 201)`. */
const listInParentheses: Rule = ({ text, tokens, index, token, start }) => {
  if (!isType(token, t.Comma)) return undefined
  const open = tokens.slice(0, index).findLastIndex(each => isType(each, t.LParen))
  if (open < 1 || !isType(tokens[open - 1], t.In)) return undefined
  const close = text.indexOf(')', start)
  const from = tokens[open]!.startOffset
  if (close < 0) return undefined
  return {
    message: 'a list stands in `[` and `]`',
    range: { start: from, end: close + 1 },
    edits: [
      { start: from, end: from + 1, text: '[' },
      { start: close, end: close + 1, text: ']' }
    ]
  }
}

/** `in [200..299]`. */
const intervalInBrackets: Rule = ({ text, tokens, index, token, end }) => {
  if (!isType(token, t.DotDot)) return undefined
  const open = tokens.slice(0, index).findLast(each => isType(each, t.ArrayOpen))
  const close = text.indexOf(']', end)
  if (open === undefined || close < 0) return undefined
  return {
    message: 'an interval stands without brackets',
    range: { start: open.startOffset, end: close + 1 },
    edits: [
      { start: open.startOffset, end: open.startOffset + 1, text: '' },
      { start: close, end: close + 1, text: '' }
    ]
  }
}

/** `exists attr:x`, `exists(attr:x)`. */
const prefixExists: Rule = place => {
  const { tokens, index, token, start } = place
  if (token === undefined || !isType(token, t.Exists, t.NotExists) || !wantsOperand(place)) return undefined
  const isCall = isType(tokens[index + 1], t.LParen)
  const operand = tokens[isCall ? index + 2 : index + 1]
  const last = isCall ? tokens[index + 3] : operand
  if (operand === undefined || last === undefined || !isType(operand, t.Reference, t.VariableReference))
    return undefined
  if (isCall && !isType(last, t.RParen)) return undefined
  return replaced(
    place,
    { start, end: t.endOf(last) },
    `${operand.image} ${token.image}`,
    `\`${token.image}\` stands behind what it asks for`
  )
}

const ending: Rule = place => {
  const { text, token, before, start, end, tokens } = place
  if (token?.image === ';') return replaced(place, { start, end }, '', 'an assertion does not end with `;`')
  if (token === undefined && before !== undefined && isType(before, ...OPERATORS, t.And, t.Or, t.Not))
    return {
      message: `nothing follows \`${before.image}\``,
      range: { start: before.startOffset, end: t.endOf(before) },
      hint: 'write a value, as in `attr:name = "checkout"`'
    }
  if (token === undefined) {
    const open = tokens.filter(each => isType(each, t.LParen)).length
    const closed = tokens.filter(each => isType(each, t.RParen)).length
    if (open > closed)
      return {
        message: 'the parenthesis is not closed',
        range: { start, end: start },
        edits: [{ start, end: text.length, text: ')'.repeat(open - closed) }],
        hint: 'close it with `)`'
      }
    return undefined
  }
  if (isType(token, t.RParen, t.ArrayClose) && !isType(before, ...OPERATORS))
    return replaced(place, { start, end }, '', `there is no opening bracket for \`${token.image}\``)
  return undefined
}

/** `[name = "x"]` after `of`, `after`, …: the selector lacks its `span`. */
const selectorWithoutSpan: Rule = ({ token, before, start, end }) => {
  if (token === undefined || !isType(before, t.Of, t.Relation)) return undefined
  return {
    message: `a selector is wanted after \`${before?.image}\``,
    range: { start, end },
    ...(isType(token, t.ArrayOpen) ? { edits: [{ start, end: start, text: 'span' }] } : {}),
    hint: `write it as in \`${before?.image} span[name = "checkout"]\``
  }
}

/** Mistakes in assertions and expressions, outside the brackets of their selectors. */
export const expressionRules: readonly Rule[] = [
  ...literalRules,
  comment,
  listInParentheses,
  intervalInBrackets,
  selectorWithoutSpan,
  ...pipeRules,
  prefixExists,
  signInKey,
  bareName,
  danglingColon,
  unionOf,
  wrongOperator,
  chain,
  missingOperator,
  ending
]

import { suggest } from '../errors/suggest.ts'
import { parseDuration } from './literals.ts'
import { NAMESPACE_WORDS, OPERATOR_WORDS, UNIT_WORDS, VALUE_WORDS } from './mistake-words.ts'
import { isType, type Mistake, matchAt, type Rule, replaced } from './mistakes-common.ts'
import * as t from './tokens.ts'
import { durationText } from './values.ts'

const operators = ['contains', 'not-contains', 'starts-with', 'ends-with', 'matches', 'exists', 'in']

/** The operator that a word was meant as. */
export function intendedOperator(word: string): string | undefined {
  return OPERATOR_WORDS.get(word.toLowerCase()) ?? suggest(word, operators)
}

/** `kind=server`, `status=nil`. */
const bareValue: Rule = place => {
  const { before, token, start, text } = place
  if (token === undefined || !isType(before, t.Sign, t.WordOperator, t.FilterIn)) return undefined
  if (isType(before, t.FilterIn) && isType(token, t.LParen)) return listInParentheses(place)
  if (isType(before, t.FilterIn) && isType(token, t.FilterLiteral)) return undefined
  const word = matchAt(/[^\s\],)("'[]+/u, text, start)?.[0]
  if (word === undefined || !isType(token, t.KeyWord, t.Unknown, t.Dot, t.FilterNamespace)) return undefined
  const constant = VALUE_WORDS.get(word.toLowerCase()) ?? durationIn(word)
  const range = { start, end: start + word.length }
  if (constant !== undefined) return replaced(place, range, constant)
  const code = /^\$\{.*\}$/.test(word) ? 'a variable' : 'a text'
  return replaced(place, range, `"${word}"`, `${code} stands in quotes`)
}

/** `5sec`, `1m30s`: a duration in other words. */
function durationIn(word: string): string | undefined {
  const [, number = '', unit = ''] = /^(\d+(?:\.\d+)?)([a-z]+)$/i.exec(word) ?? []
  const known = UNIT_WORDS.get(unit.toLowerCase())
  if (known !== undefined) return `${number}${known}`
  const parts = /^(?:\d+(?:\.\d+)?[a-zµ]+){2,}$/.test(word) ? (word.match(/[\d.]+[a-zµ]+/g) ?? []) : []
  const durations = parts.map(part => parseDuration(part)?.nanos)
  if (parts.length === 0 || durations.includes(undefined)) return undefined
  return durationText(durations.reduce<bigint>((sum, nanos) => sum + (nanos ?? 0n), 0n))
}

function listInParentheses({ text, start }: Parameters<Rule>[0]): Mistake {
  const close = text.indexOf(')', start)
  return {
    message: 'a list stands in `[` and `]`',
    range: { start, end: start + 1 },
    ...(close < 0
      ? {}
      : {
          edits: [
            { start, end: start + 1, text: '[' },
            { start: close, end: close + 1, text: ']' }
          ]
        }),
    hint: 'write it as in `in ["a", "b"]`'
  }
}

/** `in "cart"`, `in [200..299]`. */
const wrongSet: Rule = place => {
  const { text, tokens, index, token, before, start, end } = place
  if (isType(token, t.DotDot) && isType(tokens[index - 2], t.ListOpen)) {
    const open = tokens[index - 2]!.startOffset
    const close = text.indexOf(']', end)
    if (close < 0) return undefined
    return {
      message: 'an interval stands without brackets',
      range: { start: open, end: close + 1 },
      edits: [
        { start: open, end: open + 1, text: '' },
        { start: close, end: close + 1, text: '' }
      ]
    }
  }
  if (!isType(tokens[index - 2], t.FilterIn) || !isType(before, t.FilterLiteral)) return undefined
  const from = before!.startOffset
  return {
    message: '`in` takes a list or an interval',
    range: { start: from, end: t.endOf(before!) },
    edits: [
      { start: from, end: from, text: '[' },
      { start: t.endOf(before!), end: t.endOf(before!), text: ']' }
    ],
    hint: `write it as in \`in ["a", "b"]\` or \`in 200..299\`, in front of \`${text.slice(start, end)}\``
  }
}

/** `span:name = "x"`, `http:method = "x"`, `name: "x"`. */
const colonInKey: Rule = place => {
  const { text, token, before, start } = place
  if (!isType(token, t.Colon) || before === undefined || !isType(before, t.KeyWord)) return undefined
  const from = before.startOffset
  const name = matchAt(/[\p{L}\p{N}_.:/-]+/u, text, start + 1)?.[0] ?? ''
  if (name === '') {
    const space = matchAt(/\s*/, text, start + 1)?.[0].length ?? 0
    const mistake = replaced(place, { start, end: start + 1 + space }, '=', '`:` is no operator')
    return { ...mistake, range: { start, end: start + 1 } }
  }
  const range = { start: from, end: start + 1 + name.length }
  const namespace = NAMESPACE_WORDS.get(before.image.toLowerCase())
  if (namespace === 'attr:' || namespace === 'response:')
    return replaced(place, range, name, `keys of the span have no \`${before.image}:\` before them`)
  if (namespace !== undefined && namespace !== `${before.image}:`)
    return replaced(place, range, `${namespace}${name}`)
  return {
    ...replaced(place, range, `"${before.image}:${name}"`, `there is no namespace \`${before.image}:\``),
    hint: 'a key with a colon in its name stands in quotes'
  }
}

/** `.http.method = "GET"`, as in TraceQL. */
const leadingDot: Rule = place => {
  const { token, start } = place
  if (!isType(token, t.Dot)) return undefined
  return replaced(place, { start, end: start + 1 }, '', 'keys have no dot before them')
}

const extraComma: Rule = place => {
  const { token, before, start, end } = place
  if (!isType(token, t.Comma) || !isType(before, t.Comma, t.FilterOpen, t.LParen)) return undefined
  return replaced(place, { start, end }, '', 'there is no filter before this comma')
}

const danglingWord: Rule = ({ token, before }) => {
  if (!isType(token, t.FilterClose) || !isType(before, t.FilterAnd, t.FilterOr, t.FilterNot)) return undefined
  return {
    message: `there is no filter after \`${before!.image}\``,
    range: { start: before!.startOffset, end: t.endOf(before!) },
    hint: `a key of that name is written \`"${before!.image}" exists\``
  }
}

const unclosedBracket: Rule = ({ token, before, start, text, tokens }) => {
  if (token !== undefined || before === undefined) return undefined
  if (isType(before, t.Sign, t.WordOperator, t.FilterIn)) return undefined
  const isInList =
    tokens.findLastIndex(each => isType(each, t.ListOpen)) >
    tokens.findLastIndex(each => isType(each, t.ListClose))
  return {
    message: 'the bracket is not closed',
    range: { start, end: start },
    edits: [{ start, end: text.length, text: isInList ? ']]' : ']' }],
    hint: 'close it with `]`'
  }
}

/** Mistakes between the brackets of a selector. */
export const bracketRules: readonly Rule[] = [
  bareValue,
  wrongSet,
  colonInKey,
  leadingDot,
  extraComma,
  danglingWord,
  unclosedBracket
]

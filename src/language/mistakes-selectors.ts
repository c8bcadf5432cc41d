import { isType, matchAt, type Rule, replaced } from './mistakes-common.ts'
import * as t from './tokens.ts'

const CSS_PSEUDOS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    'nth-child': ':nth_child',
    'nth-of-type': ':nth_child',
    'first-child': ':first',
    'first-of-type': ':first',
    'last-child': ':last',
    'last-of-type': ':last'
  })
)

/** `:nth-child(2)`, `:first-child`: pseudo-classes of CSS. */
const dashedPseudo: Rule = place => {
  const { text, tokens, index } = place
  const colon = tokens.slice(0, index + 1).findLast(token => isType(token, t.Colon))
  if (colon === undefined) return undefined
  const name = matchAt(/:\s*([a-z]+(?:-[a-z]+)+)/, text, colon.startOffset)
  if (name === null) return undefined
  const [whole, word = ''] = name
  if (colon.startOffset + whole.length < place.start) return undefined
  const by = CSS_PSEUDOS.get(word)
  return by === undefined
    ? undefined
    : replaced(place, { start: colon.startOffset, end: colon.startOffset + whole.length }, by)
}

/** `::first`. */
const doubledColon: Rule = place => {
  if (!isType(place.token, t.Colon) || !isType(place.before, t.Colon)) return undefined
  return replaced(place, { start: place.start - 1, end: place.end }, ':')
}

const wrongCombinator: Rule = place => {
  const { token, start, end } = place
  if (isType(token, t.Plus))
    return replaced(place, { start, end }, '~', 'there is no combinator `+`: `~` is a later sibling')
  const next = place.tokens[place.index + 1]
  if (isType(token, t.Greater) && isType(next, t.Greater)) {
    const space = place.text[end + 1] === ' ' ? 1 : 0
    return {
      message: 'a descendant needs no combinator: a space is enough',
      range: { start, end: end + 1 },
      edits: [{ start, end: end + 1 + space, text: '' }]
    }
  }
  if (isType(token, t.Greater, t.Tilde) && next === undefined)
    return {
      message: `nothing follows \`${token?.image}\``,
      range: { start, end },
      hint: 'write it as in `span > span[…]`'
    }
  if (isType(token, t.Slash, t.Pipe) || token?.image === '<')
    return {
      message: `there is no combinator \`${token?.image}\``,
      range: { start, end },
      hint: 'a space is a descendant, `>` a child, `~` a later sibling, `,` a union'
    }
  return undefined
}

/** `[name = "x"]`, `SPAN[…]`, `service[…]`, `*`. */
const missingSpan: Rule = place => {
  const { text, token, before, start, end } = place
  if (token === undefined) return undefined
  const opensCompound =
    before === undefined || isType(before, t.Comma, t.Greater, t.Tilde, t.FilterClose, t.LParen)
  if (isType(token, t.ArrayOpen) && isType(before, t.Word) && !isType(before, t.Span))
    return afterPseudo(place.tokens, place.index)
      ? {
          message: 'filters stand before pseudo-classes',
          range: { start, end },
          hint: 'write `span[…]:first`, not `span:first[…]`'
        }
      : undefined
  if (!opensCompound) return undefined
  if (isType(token, t.ArrayOpen))
    return {
      message: '`span` is missing before `[`',
      range: { start, end },
      edits: [{ start, end: start, text: 'span' }],
      hint: 'write `span[…]`'
    }
  if (isType(token, t.Star)) return replaced(place, { start, end }, 'span')
  const word = matchAt(/[\p{L}_][\p{L}\p{N}_.-]*/u, text, start)?.[0] ?? ''
  if (word === '') return undefined
  const range = { start, end: start + word.length }
  const next = text.slice(range.end).trimStart()[0]
  if (word.toLowerCase() === 'span' || word.toLowerCase() === 'spans' || next === '[')
    return replaced(place, range, 'span', `a selector begins with \`span\`, not with \`${word}\``)
  const condition = matchAt(
    /[\p{L}_][\p{L}\p{N}_.:-]*\s*(?:=|!=|<|>|<=|>=|contains|matches)\s*[^,>~]+/u,
    text,
    start
  )
  return {
    message: `a selector begins with \`span\`, not with \`${word}\``,
    range,
    ...(condition === null
      ? {}
      : {
          edits: [
            { start, end: start, text: 'span[' },
            {
              start: start + condition[0].trimEnd().length,
              end: start + condition[0].trimEnd().length,
              text: ']'
            }
          ]
        }),
    hint: 'write it as in `span[name = "checkout"]`'
  }
}

function afterPseudo(tokens: Parameters<Rule>[0]['tokens'], index: number): boolean {
  return isType(tokens[index - 2], t.Colon)
}

/** `{ .service.name = "cart" }`, as in TraceQL. */
const braces: Rule = ({ token, start, end }) => {
  if (token?.image !== '{') return undefined
  return {
    message: 'spans are selected as in CSS',
    range: { start, end },
    hint: 'write it as in `span[name = "checkout"]`'
  }
}

const trailingComma: Rule = place => {
  const { token, before, text, tokens, index } = place
  const comma = isType(token, t.Comma)
    ? token
    : isType(before, t.Comma) && token === undefined
      ? before
      : undefined
  if (comma === undefined) return undefined
  const isLast = comma === before || tokens[index + 1] === undefined || isType(tokens[index + 1], t.Comma)
  if (!isLast) return undefined
  const range = { start: comma.startOffset, end: t.endOf(comma) }
  return replaced(
    place,
    range,
    '',
    text.trimEnd().endsWith(',') ? 'nothing follows the last comma' : 'there is nothing between the commas'
  )
}

const strayBracket: Rule = place => {
  const { token, start, end } = place
  if (token === undefined || !isType(token, t.ArrayClose, t.RParen)) return undefined
  return replaced(place, { start, end }, '', `there is no opening bracket for \`${token.image}\``)
}

const unclosedParenthesis: Rule = ({ token, start, text, tokens }) => {
  if (token !== undefined) return undefined
  const open = tokens.filter(each => isType(each, t.LParen)).length
  const closed = tokens.filter(each => isType(each, t.RParen)).length
  if (open <= closed) return undefined
  return {
    message: 'the parenthesis is not closed',
    range: { start, end: start },
    edits: [{ start, end: text.length, text: ')'.repeat(open - closed) }],
    hint: 'close it with `)`'
  }
}

/** Mistakes outside the brackets of a selector. */
export const selectorRules: readonly Rule[] = [
  doubledColon,
  dashedPseudo,
  braces,
  wrongCombinator,
  trailingComma,
  missingSpan,
  strayBracket,
  unclosedParenthesis
]

import { isType, matchAt, type Place, type Rule, replaced } from './mistakes-common.ts'
import * as t from './tokens.ts'

/** The `|` whose filter the place stands behind, if any. */
function openPipe({ tokens, index }: Place): number {
  for (let at = index - 1; at >= 0; at--) {
    const token = tokens[at]
    if (isType(token, t.Pipe)) return at
    if (isType(token, t.Sign, t.And, t.Or, t.LParen, t.RParen)) return -1
  }
  return -1
}

/** `attr:x | length - 1`: a filter binds looser than arithmetic. */
const arithmeticBehind: Rule = place => {
  const { text, tokens, index, token, start, end } = place
  if (!isType(token, t.Minus, t.Plus, t.Star, t.Slash, t.Percent)) return undefined
  const pipe = openPipe(place)
  if (pipe < 0) return undefined
  if (isType(tokens[pipe + 1], t.Word) && tokens[pipe + 1]?.image === 'get_index' && pipe + 2 === index) {
    const number = matchAt(/-\s*\d+/, text, start)?.[0] ?? '-'
    return replaced(place, { start, end: start + number.length }, "'last'", 'an index counts from 0')
  }
  const from = operandStart(place, pipe)
  const behind = place.before === undefined ? start : t.endOf(place.before)
  return {
    message: `\`|\` binds looser than \`${token?.image}\``,
    range: { start, end },
    edits: [
      { start: from, end: from, text: '(' },
      { start: behind, end: behind, text: ')' }
    ],
    hint: 'put the part before it in parentheses'
  }
}

/** Where the operand begins that is filtered: behind the last operator of a lower rank. */
function operandStart({ tokens }: Place, pipe: number): number {
  let depth = 0
  for (let at = pipe - 1; at >= 0; at--) {
    const token = tokens[at]
    if (isType(token, t.RParen, t.ArrayClose, t.FilterClose)) depth++
    else if (isType(token, t.LParen, t.ArrayOpen, t.FilterOpen)) {
      if (depth === 0) return t.endOf(token!)
      depth--
    } else if (depth === 0 && isBoundary(token)) return tokens[at + 1]?.startOffset ?? 0
  }
  return tokens[0]?.startOffset ?? 0
}

function isBoundary(token: Place['token']): boolean {
  return isType(token, t.Sign, t.WordOperator, t.And, t.Or, t.Not, t.In, t.Comma, t.Quantifier)
}

/** `| length()`, `| json_path('$.id')`. */
const calledFilter: Rule = place => {
  const { text, tokens, index, token, before, start, end } = place
  if (!isType(token, t.LParen) || !isType(before, t.Word) || !isType(tokens[index - 2], t.Pipe))
    return undefined
  const close = text.indexOf(')', end)
  if (close < 0) return undefined
  return {
    message: 'a filter takes its arguments without parentheses',
    range: { start, end: close + 1 },
    edits: [
      { start, end, text: close === end ? '' : ' ' },
      { start: close, end: close + 1, text: '' }
    ],
    hint: "write it as in `| json_path '$.id'`"
  }
}

/** `attr:x | length of span[…]`. */
const ofBehind: Rule = place => {
  const { token, start, end } = place
  if (!isType(token, t.Of)) return undefined
  const pipe = openPipe(place)
  if (pipe < 0) return undefined
  const from = operandStart(place, pipe)
  return {
    message: '`of` stands directly behind what it reads',
    range: { start, end },
    edits: [
      { start: from, end: from, text: '(' },
      { start: t.endOf(place.before!), end: t.endOf(place.before!), text: ')' }
    ],
    hint: 'put the part before `of` in parentheses'
  }
}

const missingFilter: Rule = ({ token, before, start, end }) => {
  if (before === undefined || !isType(before, t.Pipe)) return undefined
  return {
    message: 'a filter is wanted after `|`',
    range: token === undefined ? { start: before.startOffset, end: t.endOf(before) } : { start, end },
    hint: "write it as in `attr:body | json_path '$.id'`"
  }
}

/** Mistakes around `|`. */
export const pipeRules: readonly Rule[] = [arithmeticBehind, calledFilter, ofBehind, missingFilter]

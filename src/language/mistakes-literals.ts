import { parseDuration } from './literals.ts'
import { UNIT_WORDS } from './mistake-words.ts'
import { isType, matchAt, type Rule, replaced } from './mistakes-common.ts'
import * as t from './tokens.ts'
import { durationText } from './values.ts'

/** `1m30s`, `1h 30m`. */
const compoundDuration: Rule = place => {
  const { text, tokens, index } = place
  const number = tokens
    .slice(Math.max(0, index - 1), index + 1)
    .find(token => isType(token, t.NumberLiteral, t.DurationLiteral))
  if (number === undefined) return undefined
  const written = matchAt(
    /(?:\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h) ?){2,}(?!\w)/u,
    text,
    number.startOffset
  )?.[0].trimEnd()
  if (written === undefined) return undefined
  const parts = written.match(/\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h)/gu) ?? []
  const nanos = parts.reduce((sum, part) => sum + (parseDuration(part)?.nanos ?? 0n), 0n)
  const range = { start: number.startOffset, end: number.startOffset + written.length }
  return replaced(place, range, durationText(nanos), 'a duration has one unit')
}

/** `5sec`, `5  ms`, `1_000`, `10MB`. */
const wrongUnit: Rule = place => {
  const { text, before, token, start } = place
  if (!isType(before, t.NumberLiteral) || token === undefined) return undefined
  const from = before!.startOffset
  const word = matchAt(/[\p{L}_µ][\p{L}\p{N}_]*/u, text, start)?.[0]
  if (word === undefined) return undefined
  const range = { start: from, end: start + word.length }
  if (/^_\d/.test(word) && t.endOf(before!) === start)
    return replaced(place, range, before!.image + word.replaceAll('_', ''), 'digits are not grouped')
  const unit = UNIT_WORDS.get(word.toLowerCase())
  if (unit !== undefined) return replaced(place, range, `${before!.image}${unit}`)
  if (t.endOf(before!) !== start) return undefined
  return {
    message: `there is no unit \`${word}\``,
    range: { start, end: start + word.length },
    hint: 'the units are ns, us, ms, s, m and h'
  }
}

/** `.5`, `5.`. */
const halfNumber: Rule = place => {
  const { token, before, start, end, text } = place
  if (!isType(token, t.Dot)) return undefined
  if (isType(before, t.NumberLiteral) && t.endOf(before!) === start)
    return replaced(
      place,
      { start: before!.startOffset, end },
      before!.image,
      'a number does not end with a dot'
    )
  const digits = matchAt(/\.\d+/, text, start)?.[0]
  if (digits === undefined) return undefined
  return replaced(
    place,
    { start, end: start + digits.length },
    `0${digits}`,
    'a number does not begin with a dot'
  )
}

/** `1,000`. */
const groupedDigits: Rule = place => {
  const { text, token, before, start } = place
  if (before === undefined || !isType(token, t.Comma) || !isType(before, t.NumberLiteral)) return undefined
  const rest = matchAt(/(?:,\d{3})+(?!\d)/, text, start)?.[0]
  if (rest === undefined || t.endOf(before) !== start) return undefined
  const range = { start: before.startOffset, end: start + rest.length }
  return replaced(place, range, before.image + rest.replaceAll(',', ''), 'digits are not grouped')
}

/** `${var:X}` outside a string. */
const bareInterpolation: Rule = place => {
  const { text, start } = place
  const from = text[start] === '{' ? start - 1 : start
  const code = matchAt(/\$\{([^{}]*)\}/, text, from)
  if (code === null) return undefined
  return replaced(
    place,
    { start: from, end: from + code[0].length },
    code[1]!.trim(),
    '`${…}` is for strings'
  )
}

/** `matches /^GET/`. */
const regexLiteral: Rule = place => {
  const { text, token, before, start } = place
  if (!isType(token, t.Slash) || !isType(before, t.Sign, t.WordOperator)) return undefined
  const pattern = matchAt(/\/((?:\\.|[^/\\])+)\//, text, start)
  if (pattern === null) return undefined
  return replaced(
    place,
    { start, end: start + pattern[0].length },
    `'${pattern[1]}'`,
    'a regular expression stands in quotes'
  )
}

/** Literals of other languages, in assertions and expressions. */
export const literalRules: readonly Rule[] = [
  compoundDuration,
  wrongUnit,
  groupedDigits,
  regexLiteral,
  bareInterpolation,
  halfNumber
]

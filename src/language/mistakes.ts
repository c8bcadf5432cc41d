import type { IToken } from 'chevrotain'
import type { LiteralMistake } from './literals.ts'
import { bracketRules } from './mistakes-brackets.ts'
import { type Entry, type Mistake, type Place, type Rule, signRules } from './mistakes-common.ts'
import { expressionRules } from './mistakes-expressions.ts'
import { selectorRules } from './mistakes-selectors.ts'

/** Where the reading of a text ended. */
export interface Stop {
  readonly tokens: readonly IToken[]
  /** Of the token that does not fit; the number of tokens where more is wanted. */
  readonly index: number
  readonly message: string
}

/** Reads a text again: the place where it ends, or nothing where it is right. */
export type ReadAgain = (text: string) => Stop | undefined

const LONGEST_HINT = 160
const MOST_CORRECTIONS = 12

/** What is wrong where the reading of a text stopped, and the text as it was probably meant. */
export function explainStop(entry: Entry, text: string, stop: Stop, readAgain: ReadAgain): LiteralMistake {
  const place = placeOf(entry, text, stop)
  const mistake = mistakeAt(place)
  const { start, end } = mistake?.range ?? { start: place.start, end: place.end }
  const message = mistake?.message ?? stop.message
  const corrected = mistake?.edits && correctedText(entry, text, mistake, readAgain)
  const isShort = corrected !== undefined && corrected.length <= LONGEST_HINT && !corrected.includes('\n')
  const hint = isShort ? `write \`${corrected.trim()}\`` : (mistake?.hint ?? '')
  return { start, end, message, hint }
}

function mistakeAt(place: Place): Mistake | undefined {
  const rules: readonly Rule[] = [
    ...signRules,
    ...(place.isInBrackets ? bracketRules : place.entry === 'selector' ? selectorRules : expressionRules)
  ]
  for (const rule of rules) {
    const mistake = rule(place)
    if (mistake !== undefined) return mistake
  }
  return undefined
}

/** The text with this and all further mistakes mended, if it can be read then. */
function correctedText(entry: Entry, text: string, first: Mistake, readAgain: ReadAgain): string | undefined {
  let current = text
  let mistake: Mistake | undefined = first
  for (let round = 0; round < MOST_CORRECTIONS && mistake?.edits !== undefined; round++) {
    current = applied(current, mistake)
    const stop = readAgain(current)
    if (stop === undefined) return current
    mistake = mistakeAt(placeOf(entry, current, stop))
  }
  return undefined
}

function applied(text: string, { edits = [] }: Mistake): string {
  const pieces: string[] = []
  let from = 0
  for (const edit of [...edits].sort((left, right) => left.start - right.start)) {
    pieces.push(text.slice(from, edit.start), edit.text)
    from = edit.end
  }
  return pieces.join('') + text.slice(from)
}

function placeOf(entry: Entry, text: string, { tokens, index }: Stop): Place {
  const token = tokens[index]
  const before = tokens[index - 1]
  const behind = before === undefined ? 0 : before.startOffset + before.image.length
  const start = token?.startOffset ?? behind
  let isInBrackets = false
  for (const each of tokens.slice(0, index)) {
    if (each.tokenType.name === 'FilterOpen') isInBrackets = true
    else if (each.tokenType.name === 'FilterClose') isInBrackets = false
  }
  return {
    entry,
    text,
    tokens,
    index,
    token,
    before,
    start,
    end: token === undefined ? start : start + token.image.length,
    isInBrackets
  }
}

import type { GraphQLError } from 'graphql'
import type { OptionPath, OptionProblem } from '../../plugin/trigger.ts'

const AT_QUERY: OptionPath = ['body', 'query']

/** A place in a text. */
export interface TextRange {
  readonly start: number
  readonly end: number
}

/** What graphql says of a query, in our words and with its place. */
export function queryProblem(error: GraphQLError, query: string): OptionProblem {
  const { message, hint } = wordsOf(error)
  const range = rangeOf(error, query)
  return { path: AT_QUERY, message, hint, ...(range === undefined ? {} : { range }) }
}

/** Words for an error of graphql: its guess is a hint. */
export function wordsOf({ message }: Pick<GraphQLError, 'message'>): {
  readonly message: string
  readonly hint: string | undefined
} {
  const [, first = message, guess] = /^(.*?)[.,]? [Dd]id you mean (.*)\?$/s.exec(message) ?? []
  return {
    message: inLowerCase(first.replace(/^Syntax Error: /, '').replace(/\.$/, '')),
    hint:
      guess === undefined ? waysOut.find(([pattern]) => pattern.test(message))?.[1] : `did you mean ${guess}?`
  }
}

const waysOut: readonly (readonly [RegExp, string])[] = [
  [/is never used/, 'use it, or take it out'],
  [/^Variable .* is not defined/, 'declare it in the parentheses behind the name of the operation'],
  [/must not have a selection/, 'take the braces behind it out'],
  [/There can be only one/, 'take one of them out'],
  [/is required, but it was not provided|was not provided/, 'give it a value']
]

/** The word or sign that an error begins at. */
export function rangeOf({ positions }: Pick<GraphQLError, 'positions'>, text: string): TextRange | undefined {
  const [at] = positions ?? []
  if (at === undefined) return undefined
  // What is missing at the end is missing behind the last sign.
  const start = Math.min(at, Math.max(0, text.trimEnd().length - 1))
  const [word = ''] = /^(?:\.\.\.\s*\w+|[$@]?\w+|"[^"\n]*"|\S)/.exec(text.slice(start)) ?? []
  return { start, end: Math.min(text.length, start + Math.max(1, word.length)) }
}

/** A sentence in the middle of ours; the name of a type keeps its capital. */
function inLowerCase(sentence: string): string {
  const isWord =
    /^(?:Anonymous|Argument|Cannot|Directive|Enum|Expected|Fields?|Fragment|Invalid|The|There|This|Unexpected|Unknown|Unterminated|Value|Variable)\b/
  return isWord.test(sentence) ? sentence[0]!.toLowerCase() + sentence.slice(1) : sentence
}

import { suggest } from '../../errors/suggest.ts'
import { mistakeIn } from './mistake.ts'

/** Whether a test with these tags is meant. */
export type TagFilter = (tags: readonly string[]) => boolean

type Sign = ',' | '&' | '!' | '(' | ')'

interface Token {
  /** Absent for a tag. */
  readonly sign?: Sign
  readonly text: string
  readonly start: number
  readonly end: number
}

const SPELLINGS: Readonly<Record<string, Sign>> = {
  ',': ',',
  '|': ',',
  '||': ',',
  or: ',',
  '&': '&',
  '&&': '&',
  and: '&',
  '!': '!',
  not: '!',
  '(': '(',
  ')': ')'
}

const TOKENS = /\s*(?:("[^"]*"?)|([,!()]|\|\|?|&&?)|([^\s,!()|&"]+))/gy
const HELP = 'write "a,b" for a or b, "a&b" for both, "!a" for not a, and parentheses round a part'

/**
 * Reads `smoke,checkout&!slow`, or `smoke or checkout and not slow`: `not` binds closest, then `and`, then `or`; a tag with
 * blanks or signs in it stands in quotes. A wanted tag that no test has is most probably misspelt, and is refused unless
 * `knownTags` is left out.
 */
export function parseTagExpression(text: string, knownTags?: ReadonlySet<string>): TagFilter {
  const tokens = readTokens(text)
  let at = 0
  const fail = (message: string, token = tokens[at], hint: string | undefined = HELP): never => {
    const { start = text.length, end = text.length } = token ?? {}
    throw mistakeIn({ flag: '--tag', text, start, end }, message, hint)
  }
  const takes = (sign: Sign): boolean => {
    if (tokens[at]?.sign !== sign) return false
    at += 1
    return true
  }
  const readAlternatives = (isWanted: boolean): TagFilter => {
    const alternatives = [readTerms(isWanted)]
    while (takes(',')) alternatives.push(readTerms(isWanted))
    return tags => alternatives.some(holds => holds(tags))
  }
  const readTerms = (isWanted: boolean): TagFilter => {
    const terms = [readTerm(isWanted)]
    while (takes('&')) terms.push(readTerm(isWanted))
    return tags => terms.every(holds => holds(tags))
  }
  const readTerm = (isWanted: boolean): TagFilter => {
    if (takes('!')) {
      const holds = readTerm(!isWanted)
      return tags => !holds(tags)
    }
    const opening = tokens[at]
    if (takes('(')) {
      const holds = readAlternatives(isWanted)
      if (!takes(')'))
        fail(tokens[at] ? betweenTags(tokens[at]!) : 'this parenthesis is not closed', tokens[at] ?? opening)
      return holds
    }
    const token = tokens[at]
    if (token === undefined || token.sign !== undefined || token.text === '')
      return fail('a tag is missing here')
    at += 1
    const tag = token.text
    if (isWanted && knownTags && !knownTags.has(tag))
      fail(`no test has the tag "${tag}"`, token, nearTag(tag, knownTags))
    return tags => tags.includes(tag)
  }
  const filter = readAlternatives(true)
  if (tokens[at])
    fail(tokens[at]!.sign === ')' ? 'this parenthesis was never opened' : betweenTags(tokens[at]!))
  return filter
}

function betweenTags({ text, sign }: Token): string {
  return sign === undefined
    ? `"and" or "or" is missing before "${text}"; a tag with blanks in it stands in quotes`
    : `"and" or "or" is missing before "${sign}"`
}

function readTokens(text: string): readonly Token[] {
  return [...text.matchAll(TOKENS)].map(([whole, quoted, sign, word], position, all) => {
    const start = all[position]!.index + whole.length - whole.trimStart().length
    const place = { start, end: start + whole.trimStart().length }
    if (quoted === undefined) {
      const written = sign ?? word ?? ''
      const spelling = SPELLINGS[written.toLowerCase()]
      return { text: written, ...place, ...(spelling ? { sign: spelling } : {}) }
    }
    if (quoted.length < 2 || !quoted.endsWith('"'))
      throw mistakeIn({ flag: '--tag', text, ...place }, 'this quote is not closed', HELP)
    return { text: quoted.slice(1, -1), ...place }
  })
}

function nearTag(tag: string, known: ReadonlySet<string>): string {
  const near = suggest(tag, known)
  if (near) return `did you mean ${near}?`
  return known.size === 0 ? 'no test has tags' : `there are ${[...known].sort().join(', ')}`
}

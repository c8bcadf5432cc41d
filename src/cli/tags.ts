import { UsageError } from '../errors/errors.ts'
import { suggest } from '../errors/suggest.ts'

/** Whether a test with these tags is meant. */
export type TagFilter = (tags: readonly string[]) => boolean

/**
 * Reads `smoke,checkout&!slow`: alternatives by `,`, all of several by `&`, none by `!`.
 * A wanted tag that no test has is most probably misspelt, and is refused unless `knownTags` is left out.
 */
export function parseTagExpression(text: string, knownTags?: ReadonlySet<string>): TagFilter {
  const alternatives = text.split(',').map(part => part.split('&').map(term => parseTerm(term, text)))
  for (const { tag, isNegated } of alternatives.flat()) {
    if (isNegated || knownTags === undefined || knownTags.has(tag)) continue
    const near = suggest(tag, knownTags)
    const known = [...knownTags].sort().join(', ')
    throw new UsageError(`--tag ${text}: no test has the tag "${tag}"`, {
      hint: near ? `did you mean ${near}?` : known === '' ? 'no test has tags' : `there are ${known}`
    })
  }
  return tags => alternatives.some(terms => terms.every(term => tags.includes(term.tag) !== term.isNegated))
}

function parseTerm(text: string, whole: string): { readonly tag: string; readonly isNegated: boolean } {
  const trimmed = text.trim()
  const isNegated = trimmed.startsWith('!')
  const tag = (isNegated ? trimmed.slice(1) : trimmed).trim()
  if (tag === '')
    throw new UsageError(`--tag ${whole}: a tag is missing in the expression`, {
      hint: 'write "a,b" for a or b, "a&b" for both, "!a" for not a'
    })
  return { tag, isNegated }
}

import type { TokenType } from 'chevrotain'
import { asciiPattern, isAscii, type Pattern } from './letter-patterns.ts'
import type { Terminal } from './token-patterns.ts'

/** What stands at a place of a text. */
interface Match {
  readonly type: Terminal
  readonly image: string
}

/** The first of some types that matches at an offset, behind the token before it. */
type Matcher = (
  types: readonly Terminal[],
  text: string,
  offset: number,
  before: TokenType | undefined
) => Match | undefined

/**
 * Chevrotain's own lexer analyses every pattern before it reads: that takes longer than to read all texts of a usual
 * file. Here a pattern is compiled when a text first asks for it.
 */
function createMatcher(adapt: (pattern: Pattern) => Pattern): Matcher {
  const patterns = new Map<Terminal, RegExp>()
  const candidates = new Map<readonly Terminal[], Map<string, readonly Terminal[]>>()

  const match = (type: Terminal, text: string, offset: number): Match | undefined => {
    let pattern = patterns.get(type)
    if (pattern === undefined) {
      const { source, flags } = adapt(type.pattern)
      pattern = new RegExp(source, `${flags}y`)
      patterns.set(type, pattern)
    }
    pattern.lastIndex = offset
    const image = pattern.exec(text)?.[0]
    return image === undefined ? undefined : { type, image }
  }

  const startingWith = (first: string, types: readonly Terminal[]): readonly Terminal[] => {
    const byFirst = candidates.get(types) ?? new Map<string, readonly Terminal[]>()
    candidates.set(types, byFirst)
    const found = byFirst.get(first) ?? types.filter(({ starts }) => starts?.includes(first) ?? true)
    byFirst.set(first, found)
    return found
  }

  return (types, text, offset, before) => {
    for (const type of startingWith(text[offset]!, types)) {
      if (type.mayFollow?.(before) === false) continue
      const found = match(type, text, offset)
      if (found === undefined) continue
      const longer = type.longer && match(type.longer, text, offset)
      return longer && longer.image.length > found.image.length ? longer : found
    }
    return undefined
  }
}

const matchAscii = createMatcher(asciiPattern)
const matchUnicode = createMatcher(pattern => pattern)

/** The cheapest matcher that reads a text as all others would. */
export function matcherFor(text: string): Matcher {
  return isAscii(text) ? matchAscii : matchUnicode
}

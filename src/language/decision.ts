import type { IToken, TokenType } from 'chevrotain'
import { EOF, tokenMatcher } from 'chevrotain'
import { invariant } from '../errors/invariant.ts'
import { vocabulary } from './lexer.ts'

/** How many tokens a decision looks at. */
export const MAX_LOOKAHEAD = 2

/** A way into an alternative, for whoever stands before a token that it may begin with. */
interface Way {
  readonly alternative: number
  readonly second: TokenType | undefined
}

/** Which of several alternatives a text goes on with, by the tokens that come next. */
export class Decision {
  readonly #texts: readonly string[]
  readonly #ways = new Map<TokenType, readonly Way[]>()
  #paths: readonly (readonly TokenType[][])[] | undefined

  /** Of each alternative the ways into it: `Minus Sign>NumberLiteral` are two, and the second takes two tokens. */
  constructor(texts: readonly string[]) {
    this.#texts = texts
  }

  /** Read on first use: no text needs every decision. */
  get paths(): readonly (readonly TokenType[][])[] {
    this.#paths ??= this.#texts.map(text => text.split(' ').map(path => path.split('>').map(tokenTypeOf)))
    return this.#paths
  }

  /** The first alternative that two tokens lead into, and that is open; undefined where it is none. */
  choose(first: IToken, second: IToken, isOpen: (alternative: number) => boolean): number | undefined {
    return this.#waysFrom(first).find(
      way => (way.second === undefined || tokenMatcher(second, way.second)) && isOpen(way.alternative)
    )?.alternative
  }

  #waysFrom(token: IToken): readonly Way[] {
    const known = this.#ways.get(token.tokenType)
    if (known !== undefined) return known
    const ways = this.paths.flatMap((paths, alternative) =>
      paths
        .filter(([first]) => tokenMatcher(token, first!))
        .map(([, second]): Way => ({ alternative, second }))
    )
    this.#ways.set(token.tokenType, ways)
    return ways
  }
}

let types: ReadonlyMap<string, TokenType> | undefined

function tokenTypeOf(name: string): TokenType {
  types ??= new Map([...vocabulary, EOF].map(type => [type.name, type]))
  const type = types.get(name)
  invariant(type, `${name} is a type of token`)
  return type
}

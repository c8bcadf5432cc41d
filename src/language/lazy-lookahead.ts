import type { ILookaheadStrategy } from 'chevrotain'
import { LLkLookaheadStrategy } from 'chevrotain'

type Alternation = ILookaheadStrategy['buildLookaheadForAlternation']
type Optional = ILookaheadStrategy['buildLookaheadForOptional']

/** Decides as Chevrotain does, but computes each decision when it is first to be taken: no text needs them all. */
export class LazyLookahead extends LLkLookaheadStrategy {
  override buildLookaheadForAlternation(options: Parameters<Alternation>[0]): ReturnType<Alternation> {
    return lazily(() => super.buildLookaheadForAlternation(options))
  }

  override buildLookaheadForOptional(options: Parameters<Optional>[0]): ReturnType<Optional> {
    return lazily(() => super.buildLookaheadForOptional(options))
  }
}

/** The decision is a method of the parser. */
function lazily<Parser, Given extends unknown[], Result>(
  build: () => (this: Parser, ...given: Given) => Result
): (this: Parser, ...given: Given) => Result {
  let decide: ((this: Parser, ...given: Given) => Result) | undefined
  return function (...given) {
    decide ??= build()
    return decide.apply(this, given)
  }
}

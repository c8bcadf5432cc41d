import type { IParserErrorMessageProvider, IToken, TokenType } from 'chevrotain'
import { EOF, tokenLabel } from 'chevrotain'

/** Says what is wanted and what stands there, in the words of the user. Where it stands is the error's own. */
export const errorMessages: IParserErrorMessageProvider = {
  buildMismatchTokenMessage: ({ expected, actual }) =>
    expected === EOF ? notExpected(actual) : `expected ${wanted([expected])}, ${found(actual)}`,

  buildNotAllInputParsedMessage: ({ firstRedundant }) => notExpected(firstRedundant),

  buildNoViableAltMessage: ({ expectedPathsPerAlt, actual, customUserDescription }) => {
    const firsts = expectedPathsPerAlt.flat().flatMap(path => path.slice(0, 1))
    return `expected ${customUserDescription ?? wanted(firsts)}, ${found(actual[0])}`
  },

  buildEarlyExitMessage: ({ expectedIterationPaths, actual, customUserDescription }) => {
    const firsts = expectedIterationPaths.flatMap(path => path.slice(0, 1))
    return `expected ${customUserDescription ?? wanted(firsts)}, ${found(actual[0])}`
  }
}

function notExpected(token: IToken): string {
  return `${quoted(token)} is not expected here`
}

function wanted(types: readonly TokenType[]): string {
  const labels = [...new Set(types.map(type => (type === EOF ? 'the end' : tokenLabel(type))))]
  const last = labels.pop() ?? 'something else'
  return labels.length === 0 ? last : `${labels.join(', ')} or ${last}`
}

function found(token: IToken | undefined): string {
  return token === undefined || token.tokenType === EOF ? 'but the text ends here' : `found ${quoted(token)}`
}

/** What stands at a place, cut to what a line of a message can hold. */
export function quoted(token: IToken): string {
  const [line = ''] = token.image.split('\n', 1)
  const shown = line.length > 40 ? `${line.slice(0, 39)}…` : line
  return line === '' ? 'a line break' : `\`${shown}\``
}

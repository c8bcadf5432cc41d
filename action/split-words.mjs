import { InputError } from './input-error.mjs'

const TOKEN =
  /(?<blank>(?:\s|\\\r?\n)+)|'(?<single>[^']*)'|"(?<double>(?:\\"|\\(?!")|[^"\\])*)"|\\(?<escaped>["'\s])|(?<plain>[^\s'"\\]+|\\)|(?<unclosed>['"])/suy

/**
 * The words of a text, as a shell would take them that expands nothing: quotes group, and a backslash
 * protects a quote or a blank, or joins two lines. Before anything else it is itself, so that paths of Windows stay whole.
 */
export function splitWords(text, input) {
  const words = []
  let word
  let at = 0
  while (at < text.length) {
    TOKEN.lastIndex = at
    const { blank, single, double, escaped, plain, unclosed } = TOKEN.exec(text).groups
    if (unclosed !== undefined)
      throw new InputError(
        input,
        `the quote ${unclosed} at character ${at + 1} is not closed: close it, or put \\ before it`
      )
    at = TOKEN.lastIndex
    if (blank === undefined) {
      word = (word ?? '') + (single ?? double?.replaceAll('\\"', '"') ?? escaped ?? plain)
    } else if (word !== undefined) {
      words.push(word)
      word = undefined
    }
  }
  return word === undefined ? words : [...words, word]
}

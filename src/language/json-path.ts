import { expressionFor, unicode } from './letter-patterns.ts'

/** An int that JSONPath libraries, which compare doubles, take for its neighbours. */
const UNSAFE_LITERAL = /(?<![\w.'"])-?\d{16,}(?![\w.'"])/
const shorthand = expressionFor(unicode(String.raw`^[\p{L}_][\p{L}\p{N}_]*$`))

/**
 * A JSONPath as RFC 9535 writes it, from the spellings that Tracetest takes as well: `.name`, `name`, `@.name`,
 * `$.content-type`, `$.0`.
 */
export function standardJsonPath(written: string): string {
  const text = written.trim()
  const rooted = text.startsWith('$')
    ? text
    : text.startsWith('@')
      ? `$${text.slice(1)}`
      : text.startsWith('.') || text.startsWith('[')
        ? `$${text}`
        : `$.${text}`
  let path = '$'
  for (let at = 1; at < rooted.length; ) {
    const end = rooted[at] === '[' ? bracketEnd(rooted, at) : nameEnd(rooted, at)
    path += segment(rooted.slice(at, end))
    at = end
  }
  return path
}

/** Whether a path compares with an int that a double cannot hold. */
export function hasUnsafeLiteral(path: string): boolean {
  const literal = UNSAFE_LITERAL.exec(withoutStrings(path))
  return literal !== null && !Number.isSafeInteger(Number(literal[0]))
}

/** Whether a filter of a path asks what is greater. */
export function hasOrdering(path: string): boolean {
  return /[<>]/.test(withoutStrings(path))
}

function withoutStrings(path: string): string {
  return path.replace(/"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'/g, '""')
}

function segment(text: string): string {
  const [, dots = '', name = ''] = /^(\.{0,2})([\s\S]*)$/.exec(text) ?? []
  if (dots === '' || name === '' || name === '*' || name.trim() !== name || shorthand(name).test(name))
    return text
  const quoted = `['${name.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}']`
  return dots === '..' ? `..${quoted}` : quoted
}

function nameEnd(text: string, from: number): number {
  let at = from
  while (text[at] === '.') at++
  while (at < text.length && text[at] !== '.' && text[at] !== '[') at++
  return Math.max(at, from + 1)
}

function bracketEnd(text: string, from: number): number {
  let depth = 0
  let quote = ''
  for (let at = from; at < text.length; at++) {
    const character = text[at]!
    if (quote !== '') {
      if (character === '\\') at++
      else if (character === quote) quote = ''
    } else if (character === '"' || character === "'") quote = character
    else if (character === '[') depth++
    else if (character === ']' && --depth === 0) return at + 1
  }
  return text.length
}

/** What a regular expression is made of. To make one of the letters of all scripts takes time: it is made when needed. */
export interface Pattern {
  readonly source: string
  readonly flags: string
}

/** A pattern of letters and digits of any script. */
export function unicode(source: string): Pattern {
  return { source, flags: 'u' }
}

/** The same pattern for a text of ASCII. */
export function asciiPattern({ source, flags }: Pattern): Pattern {
  return {
    source: source.replaceAll(String.raw`\p{L}`, 'A-Za-z').replaceAll(String.raw`\p{N}`, '0-9'),
    flags
  }
}

export function isAscii(text: string): boolean {
  return /^[\0-\x7F]*$/.test(text)
}

/** The cheapest regular expression that reads a text as the pattern would. */
export function expressionFor(pattern: Pattern): (text: string) => RegExp {
  let ascii: RegExp | undefined
  let full: RegExp | undefined
  return text => {
    if (isAscii(text)) return (ascii ??= expressionOf(asciiPattern(pattern)))
    return (full ??= expressionOf(pattern))
  }
}

function expressionOf({ source, flags }: Pattern): RegExp {
  return new RegExp(source, flags)
}

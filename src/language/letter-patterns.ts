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
    // No mark is ASCII.
    source: source
      .replaceAll(String.raw`\p{L}`, 'A-Za-z')
      .replaceAll(String.raw`\p{N}`, '0-9')
      .replaceAll(String.raw`\p{M}`, ''),
    flags
  }
}

export function isAscii(text: string): boolean {
  return /^[\0-\x7F]*$/.test(text)
}

/** The cheapest regular expression that reads a text as the pattern would. */
export function expressionFor(pattern: Pattern): (text: string) => RegExp {
  const ascii = onFirstUse(() => asciiPattern(pattern))
  const full = onFirstUse(() => pattern)
  return text => (isAscii(text) ? ascii() : full())
}

function onFirstUse(pattern: () => Pattern): () => RegExp {
  let expression: RegExp | undefined
  return () => {
    if (expression === undefined) {
      const { source, flags } = pattern()
      expression = new RegExp(source, flags)
    }
    return expression
  }
}

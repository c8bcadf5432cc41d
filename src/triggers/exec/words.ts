/** Words of a text that no shell reads; a problem in words where it cannot be taken apart. */
export function splitWords(text: string): readonly string[] | { readonly problem: string } {
  const words: string[] = []
  for (const { 0: written } of text.matchAll(/(?:[^\s'"]|'[^']*'|"[^"]*"|['"])+/g)) {
    const word = written.replace(
      /'([^']*)'|"([^"]*)"/g,
      (_, single?: string, double?: string) => single ?? double ?? ''
    )
    const isOpen = /['"]/.test(written.replace(/'[^']*'|"[^"]*"/g, ''))
    if (isOpen) return { problem: `a quote is never closed in \`${text}\`` }
    if (OPERATORS.test(written))
      return { problem: `\`${written}\` means something to a shell only, and there is none` }
    words.push(word)
  }
  return words
}

const OPERATORS = /^(?:\|\|?|&&?|;|\d?>>?|<|2>&1)$|^\$\(|`/

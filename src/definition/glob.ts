/** Whether a pattern has anything that stands for several names. */
export function isGlob(pattern: string): boolean {
  return /[*?[{]/.test(pattern)
}

/** A pattern, parted into the folder above everything that stands for several names, and the rest. */
export function splitGlob(pattern: string): { readonly base: string; readonly rest: string } {
  const parts = pattern.split('/')
  const fixed = parts.slice(0, parts.findIndex(isGlob))
  const base = fixed.length === 1 && fixed[0] === '' ? '/' : fixed.join('/') || '.'
  return { base, rest: parts.slice(fixed.length).join('/') }
}

/**
 * Whether a path, with `/` between its parts, fits a pattern of `*`, `?`, `[a-z]`, `{a,b}` and `**`.
 * Names that start with a dot must be spelt out.
 */
export function compileGlob(pattern: string): (path: string) => boolean {
  const expressions = expandBraces(pattern).map(one => new RegExp(`^${globSource(one)}$`, 'u'))
  return path => expressions.some(expression => expression.test(path))
}

/** A limit, so that a pattern of many braces stays small. */
const MAX_ALTERNATIVES = 500

function expandBraces(pattern: string): readonly string[] {
  let pending = [pattern]
  const done: string[] = []
  while (pending.length > 0) {
    const next: string[] = []
    for (const one of pending) {
      const match = /\{([^{}]*)\}/.exec(one)
      if (!match || done.length + next.length > MAX_ALTERNATIVES) done.push(one)
      else
        for (const choice of match[1]!.split(','))
          next.push(one.slice(0, match.index) + choice + one.slice(match.index + match[0].length))
    }
    pending = next
  }
  return done
}

function globSource(pattern: string): string {
  const parts = pattern.split('/')
  return parts
    .map((part, index) => {
      const isLast = index === parts.length - 1
      if (part === '**') return isLast ? '(?:[^/.][^/]*/)*[^/.][^/]*' : '(?:[^/.][^/]*/)*'
      return partSource(part) + (isLast ? '' : '/')
    })
    .join('')
}

function partSource(part: string): string {
  const source = part.replace(/\*+|\?|\[!?[^\]/]+\]|[\\^$.|+(){}[\]*?/]/gu, token => {
    if (token.startsWith('*')) return '[^/]*'
    if (token === '?') return '[^/]'
    if (token.length > 1) return token.replace(/^\[!/, '[^').replace(/\\/g, '\\\\')
    return `\\${token}`
  })
  return /^[*?[]/.test(part) ? `(?!\\.)${source}` : source
}

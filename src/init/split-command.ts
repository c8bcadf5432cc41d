import { UsageError } from '../errors/errors.ts'

/** How a command line was quoted: what a browser offers under "Copy as cURL", and what PowerShell takes. */
export type ShellKind = 'sh' | 'cmd' | 'powershell'

/** Which shell a command line was written for, by what only that shell does. */
function detectShell(text: string): ShellKind {
  if (/\^(?:["^%&!]|\r?\n)/.test(text)) return 'cmd'
  if (/`\r?\n/.test(text) || /^\s*curl\.exe\b/.test(text)) return 'powershell'
  return 'sh'
}

/** A word as it is, as a text of a test file: `${` in it means nothing. */
export function literalText(text: string): string {
  return text.replaceAll('${', () => '$${')
}

/**
 * The words of one command, as texts of a test file: `${NAME}` is a variable of the shell, any other `${` is
 * protected. Throws `UsageError` for a quote that is not closed and for a command inside the command.
 */
export function splitCommand(text: string, kind: ShellKind = detectShell(text)): readonly string[] {
  switch (kind) {
    case 'sh':
      return splitSh(text)
    case 'cmd':
      return splitCmd(text)
    case 'powershell':
      return splitPowerShell(text)
  }
}

/** Gathers words; a word of nothing but quotes is a word too. */
class Words {
  readonly done: string[] = []
  #word: string | undefined
  add(text: string): void {
    this.#word = (this.#word ?? '') + text
  }
  end(): void {
    if (this.#word !== undefined) this.done.push(this.#word)
    this.#word = undefined
  }
  get isInWord(): boolean {
    return this.#word !== undefined
  }
}

const SH_TOKEN =
  /(?<blank>\s+|\\\r?\n)|'(?<single>[^']*)'|\$'(?<ansi>(?:[^'\\]|\\.)*)'|"(?<double>(?:[^"\\]|\\.)*)"|\\(?<escaped>.)|(?<operator>&&|\|\|?|;|\d?>>?|<)|(?<plain>\$\{[^}]*\}|[\s\S])/suy

function splitSh(text: string): readonly string[] {
  const words = new Words()
  let at = 0
  while (at < text.length) {
    SH_TOKEN.lastIndex = at
    const groups = SH_TOKEN.exec(text)?.groups ?? {}
    const { blank, single, ansi, double, escaped, operator, plain } = groups
    if (plain === "'" || plain === '"') throw unclosed(plain)
    at = SH_TOKEN.lastIndex
    if (blank !== undefined) {
      if (!blank.startsWith('\\')) words.end()
    } else if (single !== undefined) words.add(literalText(single))
    else if (ansi !== undefined) words.add(literalText(unescapeAnsi(ansi)))
    else if (double !== undefined) words.add(readDouble(double))
    else if (escaped !== undefined) words.add(escaped)
    else if (operator !== undefined && !words.isInWord) break
    else if (plain?.startsWith('${')) words.add(reference(plain.slice(2, -1)))
    else words.add(readDouble(plainRun(operator ?? plain ?? '', text, at, length => (at += length))))
  }
  words.end()
  return words.done
}

/** A `$` outside quotes belongs to the name that follows it. */
function plainRun(first: string, text: string, at: number, skip: (length: number) => void): string {
  if (first !== '$') return first
  const [rest = ''] = /^(?:\w+|\()?/.exec(text.slice(at)) ?? []
  skip(rest.length)
  return `$${rest}`
}

/** What stands in double quotes: variables are read, few characters can be protected. */
function readDouble(text: string): string {
  if (/(?<!\\)(?:\$\(|`)/.test(text))
    throw new UsageError(`the command holds another command, which is not run: ${text.slice(0, 40)}`, {
      hint: 'put the result of it there instead, or a variable: $NAME'
    })
  return text.replace(
    /\\\r?\n|\\([$`"\\])|\$\{([^}]*)\}|\$([A-Za-z_]\w*)/g,
    (whole, escaped, braced, bare) => {
      if (escaped !== undefined) return escaped
      const name = braced ?? bare
      return name === undefined ? '' : whole.startsWith('$') ? reference(name) : whole
    }
  )
}

/** `NAME`, `NAME:-default`: as test files have it. Whatever else a shell makes of `${…}` cannot be repeated. */
function reference(name: string): string {
  if (/^[A-Za-z_]\w*(?::-[^}]*)?$/.test(name)) return `\${${name}}`
  throw new UsageError(`\${${name}} is more than a variable`, {
    hint: 'put its value there instead, or a variable: ${NAME} or ${NAME:-default}'
  })
}

const ANSI: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  e: '\u001b',
  E: '\u001b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v'
}

/** `$'…'`, which browsers use for a text with an exclamation mark or a line break. */
function unescapeAnsi(text: string): string {
  return text.replace(
    /\\(?:x([0-9a-f]{1,2})|u([0-9a-f]{1,4})|U([0-9a-f]{1,8})|([0-7]{1,3})|([\s\S]))/gi,
    (_, hex, short, long, octal, letter) => {
      if (letter !== undefined) return ANSI[letter] ?? letter
      return String.fromCodePoint(
        octal === undefined ? Number.parseInt(hex ?? short ?? long, 16) : Number.parseInt(octal, 8)
      )
    }
  )
}

/** First what cmd.exe takes away, its carets; then what programs of Windows do with quotes and backslashes. */
function splitCmd(text: string): readonly string[] {
  const words = new Words()
  let isQuoted = false
  const parts = /(?<blank>[ \t\r\n]+)|(?<slashes>\\*)"|(?<plain>[\s\S])/uy
  const bare = withoutCarets(text)
  let at = 0
  while (at < bare.length) {
    parts.lastIndex = at
    const { blank, slashes, plain } = parts.exec(bare)?.groups ?? {}
    at = parts.lastIndex
    if (blank !== undefined) {
      if (isQuoted) words.add(blank)
      else words.end()
    } else if (slashes !== undefined) {
      words.add('\\'.repeat(Math.floor(slashes.length / 2)))
      if (slashes.length % 2 === 1) words.add('"')
      else if (isQuoted && bare[at] === '"') {
        words.add('"')
        at++
      } else isQuoted = !isQuoted
    } else words.add(plain ?? '')
  }
  if (isQuoted) throw unclosed('"')
  words.end()
  return words.done.map(literalText)
}

function withoutCarets(text: string): string {
  let bare = ''
  let isQuoted = false
  for (let at = 0; at < text.length; at++) {
    const char = text[at]!
    if (char === '^' && !isQuoted) {
      // A line break after it is gone, and the character after that is what it is.
      const [lineBreak = ''] = /^\r?\n/.exec(text.slice(at + 1)) ?? []
      at += lineBreak.length + 1
      bare += text[at] ?? ''
      continue
    }
    if (char === '"') isQuoted = !isQuoted
    bare += char
  }
  return bare
}

const POWERSHELL_TOKEN =
  /(?<blank>\s+|`\r?\n)|'(?<single>(?:[^']|'')*)'|"(?<double>(?:[^"`]|`[\s\S]|"")*)"|`(?<escaped>[\s\S])|(?<plain>[\s\S])/uy

function splitPowerShell(text: string): readonly string[] {
  const words = new Words()
  let at = 0
  while (at < text.length) {
    POWERSHELL_TOKEN.lastIndex = at
    const { blank, single, double, escaped, plain } = POWERSHELL_TOKEN.exec(text)?.groups ?? {}
    if (plain === "'" || plain === '"') throw unclosed(plain)
    at = POWERSHELL_TOKEN.lastIndex
    if (blank !== undefined) {
      if (!blank.startsWith('`')) words.end()
    } else if (single !== undefined) words.add(literalText(unslashed(single.replaceAll("''", "'"))))
    else if (double !== undefined) words.add(readPowerShellDouble(double))
    else words.add(escaped ?? plain ?? '')
  }
  words.end()
  return words.done
}

const POWERSHELL: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '0': '\0' }

function readPowerShellDouble(text: string): string {
  const marked = text.replace(/""|`([\s\S])|\$\{?env:(\w+)\}?|\$\{/gi, (whole, escaped, name) => {
    if (whole === '""') return '"'
    if (escaped !== undefined) return POWERSHELL[escaped as string] ?? escaped
    return name === undefined ? '$${' : `\${${name}}`
  })
  return unslashed(marked)
}

/** Windows PowerShell hands `"` on to programs only as `\"`. */
function unslashed(text: string): string {
  return text.replaceAll('\\"', '"')
}

function unclosed(quote: string): UsageError {
  return new UsageError(`the command has a ${quote} that is not closed`, {
    hint: 'copy the whole command, and put it in quotes of the other kind, or after `--`'
  })
}

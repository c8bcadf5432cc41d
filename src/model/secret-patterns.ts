import type { Range } from '../source/source-text.ts'

/** The secrets of a run, ready to be searched for. */
export interface SecretPatterns {
  /** Literals only, the longest first: no user's text is read as a pattern. */
  readonly literals: RegExp
  /** Literal in base64 → how many characters around it also hold bits of the secret. */
  readonly borders: ReadonlyMap<string, { readonly before: number; readonly after: number }>
  /** Whether `+` may stand for a space of a secret. */
  readonly hasSpace: boolean
}

const UTF8_ENCODER = new TextEncoder()
const UTF8_DECODER = new TextDecoder()

/** Levels of escaping that are looked through: JSON in JSON in JSON, a URL in the query of a URL. */
const JSON_LEVELS = 3
const URL_LEVELS = 2

/** Prepares the search for the secrets as they are and for their base64 at each of its three alignments. */
export function compileSecrets(secrets: Iterable<string>): SecretPatterns {
  const literals = new Set<string>()
  const borders = new Map<string, { before: number; after: number }>()
  let hasSpace = false
  for (const secret of secrets) {
    for (const reading of readingsOf(secret)) literals.add(reading)
    if (secret.includes(' ')) hasSpace = true
    for (const form of base64Forms(secret)) {
      literals.add(form.text)
      borders.set(form.text, { before: form.before, after: form.after })
    }
  }
  const longestFirst = [...literals].sort((a, b) => b.length - a.length)
  return { literals: new RegExp(longestFirst.map(escapeLiteral).join('|'), 'g'), borders, hasSpace }
}

/** The places that hold a secret in whatever encoding: sorted, apart from one another, in offsets of the text. */
export function findSecrets(patterns: SecretPatterns, text: string): readonly Range[] {
  const found: Range[] = []
  let view: View | undefined = { text, starts: undefined }
  for (let level = 0; view !== undefined && level <= JSON_LEVELS; level++) {
    searchUrls(patterns, view, found)
    // A form writes a space as `+`, and a plus as `%2B`: it is told apart before anything is unescaped.
    if (patterns.hasSpace && view.text.includes('+'))
      searchUrls(patterns, { ...view, text: view.text.replaceAll('+', ' ') }, found)
    view = unescapeJson(view)
  }
  return found.length < 2 ? found : mergeRanges(found)
}

/** A text with one layer of escapes taken off. */
interface View {
  readonly text: string
  /** Offset → offset in the original; one more entry for the end. Absent: they are the same. */
  readonly starts: readonly number[] | undefined
}

function searchUrls(patterns: SecretPatterns, start: View, found: Range[]): void {
  let view: View | undefined = start
  for (let level = 0; view !== undefined && level <= URL_LEVELS; level++) {
    search(patterns, view, found)
    view = unescapeUrl(view)
  }
}

function search(patterns: SecretPatterns, view: View, found: Range[]): void {
  const { literals, borders } = patterns
  literals.lastIndex = 0
  for (let match = literals.exec(view.text); match !== null; match = literals.exec(view.text)) {
    const literal = match[0]
    let start = match.index
    let end = start + literal.length
    const border = borders.get(literal)
    if (border) {
      start = growBack(view.text, start, border.before)
      end = growForth(view.text, end, border.after)
    }
    found.push({ start: originalOffset(view, start), end: originalOffset(view, end) })
    // Secrets may overlap: the next may start inside this one.
    literals.lastIndex = match.index + 1
  }
}

function originalOffset(view: View, offset: number): number {
  return view.starts?.[offset] ?? offset
}

function growBack(text: string, start: number, count: number): number {
  let at = start
  while (at > 0 && start - at < count && isBase64(text.charCodeAt(at - 1))) at--
  return at
}

function growForth(text: string, end: number, count: number): number {
  let at = end
  while (at < text.length && at - end < count && isBase64(text.charCodeAt(at))) at++
  return at
}

function isBase64(code: number): boolean {
  return /[A-Za-z0-9+/_-]/.test(String.fromCharCode(code))
}

interface Base64Form {
  readonly text: string
  readonly before: number
  readonly after: number
}

/** The characters that the secret alone decides, with 0, 1 and 2 bytes before it, in both alphabets. */
function base64Forms(secret: string): readonly Base64Form[] {
  const bytes = UTF8_ENCODER.encode(secret)
  const forms: Base64Form[] = []
  for (const lead of [0, 1, 2]) {
    const text = base64('\0'.repeat(lead), bytes)
    const bits = (lead + bytes.length) * 8
    const start = Math.ceil((lead * 8) / 6)
    const whole = text.slice(start, Math.floor(bits / 6))
    const border = { before: lead === 0 ? 0 : 1, after: bits % 6 === 0 ? 0 : 1 }
    forms.push({ text: whole, ...border })
    const urlSafe = whole.replaceAll('+', '-').replaceAll('/', '_')
    if (urlSafe !== whole) forms.push({ text: urlSafe, ...border })
  }
  return forms
}

function base64(lead: string, bytes: Uint8Array): string {
  return btoa(lead + binaryText(bytes))
}

/** A character a byte. */
function binaryText(bytes: Uint8Array): string {
  let binary = ''
  for (const byte of bytes) binary += String.fromCharCode(byte)
  return binary
}

/**
 * The secret as it is, and as a service reads it that was sent it without an encoding: `+` in a query is a
 * space there, and headers are Latin-1 to many.
 */
function readingsOf(secret: string): readonly string[] {
  return [secret, secret.replaceAll('+', ' '), binaryText(UTF8_ENCODER.encode(secret))]
}

const JSON_ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t'
}

const JSON_ESCAPE = /\\(?:u([0-9a-fA-F]{4})|(["\\/bfnrt]))/g

function unescapeJson(view: View): View | undefined {
  if (!view.text.includes('\\')) return undefined
  return rewrite(view, JSON_ESCAPE, (_, code, letter) =>
    code === undefined ? JSON_ESCAPES[letter ?? ''] : String.fromCharCode(Number.parseInt(code, 16))
  )
}

/** The escapes of one character: UTF-8 has up to four bytes. */
const URL_ESCAPE =
  /%[0-7][0-9a-f]|%[cd][0-9a-f]%[89ab][0-9a-f]|%e[0-9a-f](?:%[89ab][0-9a-f]){2}|%f[0-7](?:%[89ab][0-9a-f]){3}/gi

function unescapeUrl(view: View): View | undefined {
  if (!view.text.includes('%')) return undefined
  return rewrite(view, URL_ESCAPE, escapes => {
    const bytes = escapes.slice(1).split('%')
    return UTF8_DECODER.decode(Uint8Array.from(bytes, byte => Number.parseInt(byte, 16)))
  })
}

/** Undefined where there is nothing to take off. */
function rewrite(
  view: View,
  pattern: RegExp,
  decode: (escaped: string, ...groups: (string | undefined)[]) => string | undefined
): View | undefined {
  const parts: string[] = []
  const starts: number[] = []
  let at = 0
  const keep = (end: number): void => {
    for (let offset = at; offset < end; offset++) starts.push(originalOffset(view, offset))
    parts.push(view.text.slice(at, end))
  }
  for (const match of view.text.matchAll(pattern)) {
    const decoded = decode(...(match as unknown as [string, ...(string | undefined)[]]))
    if (decoded === undefined) continue
    keep(match.index)
    // Both halves of a surrogate pair stand where their one escape starts.
    for (let unit = 0; unit < decoded.length; unit++) starts.push(originalOffset(view, match.index))
    parts.push(decoded)
    at = match.index + match[0].length
  }
  if (at === 0) return undefined
  keep(view.text.length)
  starts.push(originalOffset(view, view.text.length))
  return { text: parts.join(''), starts }
}

function mergeRanges(ranges: Range[]): readonly Range[] {
  ranges.sort((a, b) => a.start - b.start || a.end - b.end)
  const merged: { start: number; end: number }[] = []
  for (const range of ranges) {
    const last = merged.at(-1)
    if (last && range.start <= last.end) last.end = Math.max(last.end, range.end)
    else merged.push({ ...range })
  }
  return merged
}

function escapeLiteral(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&')
}

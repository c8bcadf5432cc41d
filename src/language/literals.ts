import type { DurationNode, DurationUnit, NodeRange, NumberNode } from './ast.ts'

/**
 * What a backslash means in a string. `json`: JSON's escapes, in the double quotes of selectors. `quote`: it protects
 * the string's own quote and is itself otherwise. `raw`: it is always itself, as regular expressions want it.
 */
export type Escapes = 'json' | 'quote' | 'raw'

/** Something in a literal that has no meaning, at an offset into it. */
export interface LiteralMistake {
  readonly start: number
  readonly end: number
  readonly message: string
  readonly hint: string
}

export interface Unescaped {
  readonly text: string
  readonly mistake?: LiteralMistake
}

const SIMPLE_ESCAPES: ReadonlyMap<string, string> = new Map(
  Object.entries<string>({
    '"': '"',
    '\\': '\\',
    '/': '/',
    b: '\b',
    f: '\f',
    n: '\n',
    r: '\r',
    t: '\t',
    // Go has these as well, and Tracetest's selectors are read by Go's scanner.
    a: '\u0007',
    v: '\v'
  })
)
const CODED_ESCAPE = /\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|x([0-7][0-9a-fA-F])|([01][0-7]{2})|([\s\S]?))/y

/** The text between the quotes of a string, without `${…}`. */
export function unescapeText(raw: string, escapes: Escapes, quote: string): Unescaped {
  if (escapes === 'raw' || !raw.includes('\\')) return { text: raw }
  if (escapes === 'quote') return { text: unprotect(raw, quote) }
  let text = ''
  let mistake: LiteralMistake | undefined
  for (let at = 0; at < raw.length; ) {
    if (raw[at] !== '\\') {
      text += raw[at]
      at++
      continue
    }
    CODED_ESCAPE.lastIndex = at
    const match = CODED_ESCAPE.exec(raw)
    const [image = '\\', short, long, hex, octal, letter = ''] = match ?? []
    const code = Number.parseInt(short ?? long ?? hex ?? octal ?? '', octal === undefined ? 16 : 8)
    const replacement = Number.isNaN(code) ? SIMPLE_ESCAPES.get(letter) : codePoint(code)
    if (replacement === undefined) {
      mistake ??= {
        start: at,
        end: at + image.length,
        message: `\`${image}\` means nothing in double quotes`,
        hint: `write \`\\${image}\`, or put the text in single quotes, where a backslash is itself`
      }
    }
    text += replacement ?? image
    at += image.length
  }
  return mistake === undefined ? { text } : { text, mistake }
}

function codePoint(code: number): string | undefined {
  return code <= 0x10ffff ? String.fromCodePoint(code) : undefined
}

function unprotect(raw: string, quote: string): string {
  return raw.replace(/\\([\s\S])/g, (pair, character: string) => (character === quote ? quote : pair))
}

/** A piece of a text with `${…}`: literal, or the place of an expression. Offsets count from the start of the text. */
export type TextPiece =
  | { readonly kind: 'text'; readonly text: string; readonly start: number }
  | { readonly kind: 'code'; readonly start: number; readonly end: number }

/**
 * Splits a text at `${…}`. A `}` inside quotes does not close; `$${` is a literal `${`; `${}` and a `${` that is
 * never closed are literal.
 */
export function splitInterpolations(text: string): readonly TextPiece[] {
  const pieces: TextPiece[] = []
  let from = 0
  const literal = (to: number, shown: string = text.slice(from, to)): void => {
    if (shown !== '') pieces.push({ kind: 'text', text: shown, start: from })
    from = to
  }
  for (let at = text.indexOf('${'); at >= 0; at = text.indexOf('${', from)) {
    if (text[at - 1] === '$' && at > from) {
      literal(at - 1)
      literal(at + 2, '${')
      continue
    }
    const end = closingBrace(text, at + 2)
    if (end < 0) break
    if (text.slice(at + 2, end).trim() === '') {
      literal(end + 1)
      continue
    }
    literal(at)
    pieces.push({ kind: 'code', start: at + 2, end })
    from = end + 1
  }
  literal(text.length)
  return pieces
}

function closingBrace(text: string, from: number): number {
  let quote = ''
  for (let at = from; at < text.length; at++) {
    const character = text[at]!
    if (character === '\\') at++
    else if (quote !== '') quote = character === quote ? '' : quote
    else if (character === '"' || character === "'") quote = character
    else if (character === '}') return at
  }
  return -1
}

/** How many nanoseconds a unit has. */
export const UNIT_NANOS: Readonly<Record<DurationUnit, bigint>> = {
  ns: 1n,
  us: 1000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n
}

export function nanosOfUnit(unit: string): bigint | undefined {
  return Object.hasOwn(UNIT_NANOS, unit) ? UNIT_NANOS[unit as DurationUnit] : undefined
}

export interface DurationFacts {
  readonly nanos: bigint
  readonly unit: DurationUnit
  readonly decimals: number
}

const DURATION = /^(-?)(\d+)(?:\.(\d+))? ?(ns|us|\u00B5s|\u03BCs|ms|s|m|h)$/

/** The duration that a text is written as (`5ms`, `-1.5 h`), if it is one. */
export function parseDuration(text: string): DurationFacts | undefined {
  const match = DURATION.exec(text)
  if (!match) return undefined
  const [, sign, whole = '', fraction = '', written = ''] = match
  const unit = (written.length === 2 && /[\u00B5\u03BC]/.test(written) ? 'us' : written) as DurationUnit
  const nanos = (BigInt(whole + fraction) * UNIT_NANOS[unit]) / 10n ** BigInt(fraction.length)
  return { nanos: sign === '-' ? -nanos : nanos, unit, decimals: fraction.length }
}

export function durationNode(image: string, range: NodeRange): DurationNode {
  const facts = parseDuration(image) ?? { nanos: 0n, unit: 'ns', decimals: 0 }
  return { kind: 'duration', ...facts, text: image.replace(' ', ''), start: range.start, end: range.end }
}

const JSON_NUMBER = /^-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/

/** The number that a text is written as by JSON's grammar, if it is one. */
export function parseNumber(text: string): bigint | number | undefined {
  const match = JSON_NUMBER.exec(text)
  if (!match) return undefined
  return match[1] === undefined && match[2] === undefined ? BigInt(text) : Number(text)
}

export interface NumberReading {
  readonly node: NumberNode
  readonly mistake?: LiteralMistake
}

/** A number as it is written in a text. In selectors a leading `0`, `0x`, `0o`, `0b` says its base, as in Tracetest. */
export function numberNode(image: string, range: NodeRange, style: 'selector' | 'expression'): NumberReading {
  const node = (value: bigint | number): NumberNode => ({
    kind: 'number',
    value,
    start: range.start,
    end: range.end
  })
  const isNegative = image.startsWith('-')
  const digits = (isNegative ? image.slice(1) : image).replaceAll('_', '')
  if (!/^[0-9]+$/.test(digits) && !/^0[xXoObB]/.test(digits)) {
    const value = Number(isNegative ? `-${digits}` : digits)
    // There is no negative zero to write.
    if (Number.isFinite(value)) return { node: node(value === 0 ? 0 : value) }
    return wrongNumber(node(0), image, 'is too large for a number', 'write a smaller number')
  }
  const based = style === 'selector' && /^0[0-9]/.test(digits) ? `0o${digits.slice(1)}` : digits
  if (/^0o.*[89]/.test(based))
    return wrongNumber(
      node(0),
      image,
      'is no number: a leading 0 makes it octal',
      `write \`${isNegative ? '-' : ''}${digits.replace(/^0+(?=.)/, '')}\`, or "${image}" for the text`
    )
  const value = BigInt(based)
  return { node: node(isNegative ? -value : value) }
}

function wrongNumber(node: NumberNode, image: string, what: string, hint: string): NumberReading {
  return { node, mistake: { start: 0, end: image.length, message: `\`${image}\` ${what}`, hint } }
}

/** The name in a quoted key; nothing is put in place of `${…}` there. */
export function keyName(image: string, escapes: Escapes): Unescaped {
  const name = unescapeText(image.slice(1, -1), escapes, image[0]!)
  if (name.mistake) {
    const { start, end } = name.mistake
    return { ...name, mistake: { ...name.mistake, start: start + 1, end: end + 1 } }
  }
  if (name.text !== '') return name
  return {
    text: '',
    mistake: {
      start: 0,
      end: image.length,
      message: 'the name of a key is empty',
      hint: 'write the name between the quotes'
    }
  }
}

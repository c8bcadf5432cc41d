import { type CharacterMap, type EmbeddedText, mappedText, opaqueText, verbatimText } from './embedded.ts'
import type { Range, SourceText } from './source-text.ts'

/** How a YAML scalar is written. */
export type ScalarStyle = 'plain' | 'single' | 'double' | 'literal' | 'folded'

/**
 * The content of a YAML scalar that stands at `range` and that a YAML reader took for `value`, every character
 * traced to the file. Where the two cannot be brought together, any place in it is the whole scalar.
 */
export function scalarText(
  source: SourceText,
  range: Range,
  style: ScalarStyle,
  value: string
): EmbeddedText {
  const inner =
    style === 'single' || style === 'double' ? { start: range.start + 1, end: range.end - 1 } : range
  const isFlow = style !== 'literal' && style !== 'folded'
  // What is written as it is meant has neither escapes nor folded lines: each of them is longer than what it stands for.
  if (isFlow && value.length === inner.end - inner.start && source.text.startsWith(value, inner.start))
    return verbatimText(source, inner.start, inner.end)
  const pieces = readPieces(source.text, inner, style)
  for (const candidate of pieces) {
    const map = matchPieces(candidate, value)
    if (map)
      return isIdentity(map, inner)
        ? verbatimText(source, inner.start, inner.end)
        : mappedText(value, source, map, inner)
  }
  return opaqueText(value, source, range)
}

/** A stretch of the source and what it may stand for in the content, the likeliest first. */
interface Piece {
  readonly start: number
  readonly end: number
  readonly choices: readonly string[]
}

/** The ways to read a scalar: one, but for block scalars whose indentation is not certain from their text alone. */
function readPieces(text: string, range: Range, style: ScalarStyle): Iterable<readonly Piece[]> {
  switch (style) {
    case 'plain':
      return [readFlow(text, range, () => undefined)]
    case 'single':
      return [readFlow(text, range, readQuote)]
    case 'double':
      return [readFlow(text, range, readEscape)]
    case 'literal':
    case 'folded':
      return readBlock(text, range, style)
  }
}

/** The places of the characters of `value`, if the pieces spell it; what is left over must be line breaks. */
function matchPieces(pieces: readonly Piece[], value: string): CharacterMap | undefined {
  const starts: number[] = []
  const ends: number[] = []
  for (const { start, end, choices } of pieces) {
    const at = starts.length
    const chosen = choices.find(choice => value.startsWith(choice, at))
    if (chosen === undefined) {
      if (at === value.length && choices.includes('\n')) continue
      return undefined
    }
    for (let i = 0; i < chosen.length; i++) {
      starts.push(start)
      ends.push(end)
    }
  }
  return starts.length === value.length ? { starts, ends } : undefined
}

function isIdentity(map: CharacterMap, range: Range): boolean {
  return (
    map.starts.length === range.end - range.start &&
    map.starts.every((start, i) => start === range.start + i && map.ends[i] === start + 1)
  )
}

// Plain and quoted scalars

interface Special {
  readonly characters: string
  readonly end: number
}

/** Line breaks, with the white space round them, are folded: one is a space, each further one a line break. */
function readFlow(
  text: string,
  range: Range,
  readSpecial: (text: string, at: number) => Special | undefined
): Piece[] {
  const pieces: Piece[] = []
  let at = range.start
  while (at < range.end) {
    const special = readSpecial(text, at) ?? readFold(text, at, range.end)
    const end = special?.end ?? at + 1
    pieces.push({ start: at, end, choices: [special?.characters ?? text[at]!] })
    at = end
  }
  return pieces
}

function readFold(text: string, at: number, end: number): Special | undefined {
  let here = at
  let breaks = 0
  while (here < end && /[ \t\r\n]/.test(text[here]!)) {
    if (text[here] === '\n') breaks++
    here++
  }
  if (breaks === 0) return undefined
  return { characters: breaks === 1 ? ' ' : '\n'.repeat(breaks - 1), end: here }
}

function readQuote(text: string, at: number): Special | undefined {
  return text.startsWith("''", at) ? { characters: "'", end: at + 2 } : undefined
}

const ESCAPES: Readonly<Record<string, string>> = {
  '0': '\0',
  a: '\x07',
  b: '\b',
  e: '\x1b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  N: '\u0085',
  _: '\u00a0',
  L: '\u2028',
  P: '\u2029',
  ' ': ' ',
  '"': '"',
  '/': '/',
  '\\': '\\',
  '\t': '\t'
}
const HEX_DIGITS: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 }

function readEscape(text: string, at: number): Special | undefined {
  if (text[at] !== '\\') return undefined
  const letter = text[at + 1] ?? ''
  const digits = HEX_DIGITS[letter]
  if (digits !== undefined) {
    const end = at + 2 + digits
    const code = Number.parseInt(text.slice(at + 2, end), 16)
    return code <= 0x10ffff ? { characters: String.fromCodePoint(code), end } : undefined
  }
  const afterBreak = text.startsWith('\r\n', at + 1) ? at + 3 : letter === '\n' ? at + 2 : undefined
  if (afterBreak !== undefined) {
    let end = afterBreak
    while (text[end] === ' ' || text[end] === '\t') end++
    return { characters: '', end }
  }
  const characters = ESCAPES[letter]
  return characters === undefined ? undefined : { characters, end: at + 2 }
}

// Block scalars

interface Line {
  readonly start: number
  /** Without the line break. */
  readonly end: number
}

function* readBlock(text: string, range: Range, style: 'literal' | 'folded'): Iterable<readonly Piece[]> {
  const lines = linesAfterHeader(text, range)
  const first = lines.find(line => /[^ \t\r]/.test(text.slice(line.start, line.end)))
  if (!first) {
    yield lines.map(line => breakPiece(text, line))
    return
  }
  // With an indentation indicator, some of the leading spaces belong to the content: try from all to none.
  const leading = /^ */.exec(text.slice(first.start, first.end))![0].length
  for (let indent = leading; indent >= 0; indent--) yield blockPieces(text, lines, indent, style)
}

function linesAfterHeader(text: string, range: Range): Line[] {
  const lines: Line[] = []
  const header = text.indexOf('\n', range.start)
  let start = header < 0 ? range.end : header + 1
  while (start < range.end) {
    const found = text.indexOf('\n', start)
    const next = found < 0 || found >= range.end ? range.end : found
    lines.push({ start, end: text[next - 1] === '\r' && next > start ? next - 1 : next })
    start = next + 1
  }
  return lines
}

function blockPieces(
  text: string,
  lines: readonly Line[],
  indent: number,
  style: 'literal' | 'folded'
): Piece[] {
  const pieces: Piece[] = []
  let hasContent = false
  for (const line of lines) {
    let start = line.start
    while (start < line.end && start < line.start + indent && text[start] === ' ') start++
    for (let at = start; at < line.end; at++) pieces.push({ start: at, end: at + 1, choices: [text[at]!] })
    hasContent ||= start < line.end
    const lineBreak = breakPiece(text, line)
    // A folded break is a space, or nothing where empty lines that follow stand for themselves.
    pieces.push(style === 'folded' && hasContent ? { ...lineBreak, choices: ['\n', ' ', ''] } : lineBreak)
  }
  return pieces
}

function breakPiece(text: string, line: Line): Piece {
  const end = text[line.end] === '\r' ? line.end + 2 : line.end + 1
  return { start: line.end, end: Math.min(end, text.length), choices: ['\n'] }
}

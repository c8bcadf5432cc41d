import type { Range } from '../source/source-text.ts'

/** A text with layers of escapes taken off. */
export interface Reading {
  readonly text: string
  /** What it was read from; absent for the text itself. */
  readonly from?: { readonly reading: Reading; readonly escapes: Escapes }
}

interface Escapes {
  readonly pattern: RegExp
  /** What an escape stands for; itself where it is none. Gets the match and its groups. */
  readonly decode: (written: string, ...groups: (string | undefined)[]) => string
}

/** Levels of escaping that are looked through: JSON in JSON in JSON, in the query of a URL. */
const MOST_LEVELS = 4

/** The text, and what remains of it as one layer of escapes after another is taken off, wrapped lines joined. */
export function readingsOf(text: string): readonly Reading[] {
  const readings: Reading[] = []
  let reading: Reading | undefined = { text }
  for (let level = 0; reading !== undefined && level <= MOST_LEVELS; level++) {
    readings.push(reading)
    if (reading.text.includes('\n'))
      for (const escapes of LINE_BREAKS) readings.push(takeOff(reading, escapes)!)
    reading = takeOff(reading, ESCAPES)
  }
  return readings
}

/** Undefined where there is nothing to take off. */
function takeOff(reading: Reading, escapes: Escapes): Reading | undefined {
  if (escapes === ESCAPES && !MAY_BE_ESCAPE.test(reading.text)) return undefined
  const text = reading.text.replace(escapes.pattern, escapes.decode)
  return text === reading.text ? undefined : { text, from: { reading, escapes } }
}

/** For each character of a reading, where what stands for it starts and ends in the text. */
interface Places {
  readonly starts: Uint32Array
  readonly ends: Uint32Array
}

/** Finds places of a reading in the text itself. Costs more than to read it: made where there is something to find. */
export function createLocator({ from }: Reading): (range: Range) => Range {
  if (from === undefined) return range => range
  const { starts, ends } = placesOf(from.reading, from.escapes)
  return ({ start, end }) => ({ start: starts[start]!, end: ends[end - 1]! })
}

function placesOf({ text, from }: Reading, { pattern, decode }: Escapes): Places {
  const below = from && placesOf(from.reading, from.escapes)
  const starts = new Uint32Array(text.length)
  const ends = new Uint32Array(text.length)
  let length = 0
  let at = 0
  const put = (start: number, end: number): void => {
    starts[length] = below ? below.starts[start]! : start
    ends[length++] = below ? below.ends[end - 1]! : end
  }
  for (const match of text.matchAll(pattern)) {
    const [written, ...groups] = match
    for (; at < match.index; at++) put(at, at + 1)
    at += written.length
    // Both halves of a surrogate pair stand where their one escape does.
    for (let unit = decode(written, ...groups).length; unit > 0; unit--) put(match.index, at)
  }
  for (; at < text.length; at++) put(at, at + 1)
  return { starts, ends }
}

const MAY_BE_ESCAPE = /[\\%&+]|''|""|'"'/

const LETTERS: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  e: '\u001b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '0': '\0'
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: '\u00a0'
}

const HEX = '[0-9A-Fa-f]'

/** The bytes of one character in UTF-8, each behind a prefix; one that stands alone is Latin-1. */
function hexCharacter(prefix: string): string {
  const next = `${prefix}[89ABab]${HEX}`
  return [
    `${prefix}[CDcd]${HEX}${next}`,
    `${prefix}[Ee]${HEX}(?:${next}){2}`,
    `${prefix}[Ff][0-7](?:${next}){3}`,
    `${prefix}${HEX}{2}`
  ].join('|')
}

const OCTAL_NEXT = '\\\\2[0-7]{2}'
const OCTAL_CHARACTER = [
  `\\\\3[0-3][0-7]${OCTAL_NEXT}`,
  `\\\\34[0-7](?:${OCTAL_NEXT}){2}`,
  `\\\\35[0-7](?:${OCTAL_NEXT}){2}`,
  `\\\\36[0-7](?:${OCTAL_NEXT}){3}`,
  '\\\\[0-3][0-7]{2}'
].join('|')

/**
 * Those of JSON and programming languages, of URLs and forms, of HTML and XML; quotes within quotes as shells,
 * SQL, CSV and YAML have them.
 */
const ESCAPES: Escapes = {
  pattern: new RegExp(
    [
      `'\\\\''|'"'"'|''|""|\\+`,
      `(${hexCharacter('%')})`,
      `(${hexCharacter('\\\\x')})`,
      `(${OCTAL_CHARACTER})`,
      `\\\\(?:u(${HEX}{4})|u\\{(${HEX}{1,6})\\}|U(${HEX}{8}))`,
      `\\\\(\\r?\\n[ \\t]*)`,
      `\\\\([^uUx\\s]|[ \\t])`,
      `&(?:#[Xx](${HEX}{1,6})|#([0-9]{1,7})|([A-Za-z]{2,4}));`
    ].join('|'),
    'g'
  ),
  decode: (
    written,
    url,
    hex,
    octal,
    short,
    braced,
    long,
    lineBreak,
    letter,
    hexEntity,
    decimalEntity,
    entity
  ) => {
    if (url !== undefined) return decodeBytes(url, '%', 16)
    if (letter !== undefined) return /[A-Za-z0-9]/.test(letter) ? (LETTERS[letter] ?? written) : letter
    if (entity !== undefined) return ENTITIES[entity.toLowerCase()] ?? written
    const code = short ?? braced ?? long ?? hexEntity
    if (code !== undefined) return characterOf(code, 16) ?? written
    if (hex !== undefined) return decodeBytes(hex, '\\x', 16)
    if (octal !== undefined) return decodeBytes(octal, '\\', 8)
    if (lineBreak !== undefined) return ''
    if (decimalEntity !== undefined) return characterOf(decimalEntity, 10) ?? written
    return written === '+' ? ' ' : written.at(-1)!
  }
}

/** Within a word, and between two. */
const LINE_BREAKS: readonly Escapes[] = [
  { pattern: /\r?\n[ \t]*/g, decode: () => '' },
  { pattern: /[ \t]*\r?\n[ \t]*/g, decode: () => ' ' }
]

const UTF8 = new TextDecoder('utf-8', { fatal: true })

function decodeBytes(escapes: string, prefix: string, radix: number): string {
  // One is the most frequent by far.
  if (escapes.length <= prefix.length + 3)
    return String.fromCharCode(Number.parseInt(escapes.slice(prefix.length), radix))
  const codes = escapes.split(prefix).slice(1)
  const bytes = Uint8Array.from(codes, code => Number.parseInt(code, radix))
  try {
    return UTF8.decode(bytes)
  } catch {
    return String.fromCharCode(...bytes)
  }
}

function characterOf(digits: string, radix: number): string | undefined {
  const code = Number.parseInt(digits, radix)
  return code > 0x10ffff ? undefined : String.fromCodePoint(code)
}

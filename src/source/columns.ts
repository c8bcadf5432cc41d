/** First and last code points of the scripts whose characters take two columns; emoji are known by their property. */
const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe10, 0xfe19],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x17000, 0x18cff],
  [0x1b000, 0x1b2ff],
  [0x20000, 0x3fffd]
]
/** Each of one column, ASCII and the signs of our own reports: telling characters apart takes a hundred times as long. */
const PLAIN = /^[\x20-\x7e\xb7\u2010-\u2027\u2190-\u21ff\u2500-\u25fc\u2713\u2717]*$/
const WITHOUT_WIDTH = /^[\p{Mn}\p{Me}\p{Cf}]$/u
const EMOJI = /^\p{Emoji_Presentation}$/u
const EMOJI_SELECTOR = '\ufe0f'

let segmenter: Intl.Segmenter | undefined

/** Made on first use: most texts are plain, and the rules of characters take as long to load as some of our commands. */
function segmentsOf(text: string): Intl.Segments {
  segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' })
  return segmenter.segment(text)
}

/** The columns of a terminal that a text takes, once it has been made visible. */
export function columnsOf(text: string): number {
  if (PLAIN.test(text)) return text.length
  let columns = 0
  for (const { segment } of segmentsOf(text)) columns += columnsOfGrapheme(segment)
  return columns
}

/** The longest beginning of a text that fits; what the reader takes for one character stays whole. */
export function takeColumns(text: string, columns: number): string {
  if (columns <= 0) return ''
  if (PLAIN.test(text)) return text.slice(0, columns)
  let used = 0
  for (const { segment, index } of segmentsOf(text)) {
    used += columnsOfGrapheme(segment)
    if (used > columns) return text.slice(0, index)
  }
  return text
}

/** The longest end of a text that fits. */
export function takeLastColumns(text: string, columns: number): string {
  if (columns <= 0) return ''
  if (PLAIN.test(text)) return text.slice(Math.max(0, text.length - columns))
  const segments = [...segmentsOf(text)]
  let used = 0
  for (let at = segments.length - 1; at >= 0; at--) {
    used += columnsOfGrapheme(segments[at]!.segment)
    if (used > columns) return text.slice(segments[at]!.index + segments[at]!.segment.length)
  }
  return text
}

function columnsOfGrapheme(grapheme: string): number {
  if (grapheme.includes(EMOJI_SELECTOR)) return 2
  let columns = 0
  for (const character of grapheme) columns = Math.max(columns, columnsOfCharacter(character))
  return columns
}

function columnsOfCharacter(character: string): number {
  if (WITHOUT_WIDTH.test(character)) return 0
  const code = character.codePointAt(0)!
  return EMOJI.test(character) || WIDE.some(([first, last]) => code >= first && code <= last) ? 2 : 1
}

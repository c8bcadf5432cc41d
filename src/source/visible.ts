/**
 * What a terminal would act on, or hide, instead of showing it: control characters, halves of surrogate pairs,
 * separators of lines, marks that turn the direction of text, and characters without width that join nothing.
 */
const INVISIBLE =
  /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}\u00ad\u180e\u200b\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu

const SHORT_ESCAPES: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/** The text with everything in it visible and harmless to a terminal: escapes as in a JSON string. */
export function makeVisible(text: string): string {
  return text.replace(INVISIBLE, character => SHORT_ESCAPES[character] ?? escapeOf(character))
}

/** The text with a space for everything invisible, so that each character keeps its column. */
export function blankInvisible(text: string): string {
  return text.replace(INVISIBLE, ' ')
}

function escapeOf(character: string): string {
  const code = character.codePointAt(0)!
  return code > 0xffff ? `\\u{${code.toString(16)}}` : `\\u${code.toString(16).padStart(4, '0')}`
}

import type { Range } from '../source/source-text.ts'

/** A place where a literal stands, or where a text that was cut off ends with the beginning of one. */
export interface LiteralMatch extends Range {
  readonly literal: string
}

/** Looks for many texts at once, in a time that hardly depends on their number. */
export type LiteralSearch = (text: string, onMatch: (match: LiteralMatch) => void) => void

/** Characters by which a literal is found: none may be shorter. */
export const SHORTEST_LITERAL = 4

/** So much of a literal at the end of a text is taken for one that was cut off there, as limits of exporters do. */
const SHORTEST_BEGINNING = 8

const SLOT_BITS = 16
const ELLIPSIS = '…'

/** Prepares the search. Matches may overlap. */
export function compileLiterals(literals: Iterable<string>): LiteralSearch {
  const isStart = new Uint8Array(1 << SLOT_BITS)
  const byStart = new Map<number, string[]>()
  for (const literal of new Set(literals)) {
    let start = 0
    for (let at = 0; at < SHORTEST_LITERAL; at++) start = withNext(start, literal.charCodeAt(at))
    isStart[slotOf(start)] = 1
    const others = byStart.get(start)
    if (others) others.push(literal)
    else byStart.set(start, [literal])
  }
  return (text, onMatch) => {
    let window = 0
    for (let at = 0; at < text.length; at++) {
      window = withNext(window, text.charCodeAt(at))
      if (isStart[slotOf(window)] === 0) continue
      const start = at + 1 - SHORTEST_LITERAL
      if (start < 0) continue
      for (const literal of byStart.get(window) ?? []) {
        const length = text.startsWith(literal, start) ? literal.length : lengthOfCut(literal, text, start)
        if (length > 0) onMatch({ literal, start, end: start + length })
      }
    }
  }
}

/** Four characters by their lower eight bits. */
function withNext(window: number, code: number): number {
  return (window << 8) | (code & 0xff)
}

function slotOf(window: number): number {
  return Math.imul(window, 0x9e3779b1) >>> (32 - SLOT_BITS)
}

/** How much of a literal stands before an ellipsis, or before the end of the text; 0 where it is another text. */
function lengthOfCut(literal: string, text: string, start: number): number {
  const ellipsis = text.indexOf(ELLIPSIS, start)
  const isShown = ellipsis >= 0 && ellipsis - start < literal.length
  const end = isShown ? ellipsis : text.length
  const length = end - start
  if (length >= literal.length) return 0
  const enough = isShown ? SHORTEST_LITERAL : Math.max(SHORTEST_BEGINNING, literal.length / 2)
  return length >= enough && literal.startsWith(text.slice(start, end)) ? length : 0
}

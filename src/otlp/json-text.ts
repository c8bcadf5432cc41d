import { OtlpDecodeError, OtlpTooLargeError } from './decode-error.ts'
import { MOST_ITEMS } from './span-draft.ts'

/** An integer that may not fit a double: 16 digits and more, not a fraction, not a key. */
const LONG_INTEGER = /(?<![\d.eE+-])-?[1-9]\d{15,}(?![\d.eE]|\s*:)/g

/**
 * Parses JSON text without rounding 64-bit integers: those that a double may not hold become strings, which OTLP allows wherever
 * it has a number. Several documents, one a line, become an array.
 */
export function parseOtlpJsonText(text: string): unknown {
  const clean = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text
  guardStructure(clean)
  const exact = quoteLongIntegers(clean)
  try {
    return JSON.parse(exact)
  } catch (error) {
    const lines = parseLines(exact)
    if (lines !== undefined) return lines
    throw jsonError(error, clean)
  }
}

/** JSON in lines, as the Collector's file exporter writes it; undefined if the text is something else. */
function parseLines(text: string): unknown[] | undefined {
  const lines = text.split('\n').filter(line => line.trim() !== '')
  if (lines.length < 2) return undefined
  const values: unknown[] = []
  for (const [index, line] of lines.entries()) {
    try {
      values.push(JSON.parse(line))
    } catch (error) {
      if (index === 0) return undefined
      throw new OtlpDecodeError(messageOf(error), `line ${index + 1}`)
    }
  }
  return values
}

function jsonError(error: unknown, text: string): OtlpDecodeError {
  const start = text.trimStart()
  if (/^[^[{]/.test(start))
    return new OtlpDecodeError(`not JSON: found ${JSON.stringify(start.slice(0, 10))}`, 'its start')
  const message = messageOf(error)
  const position = /position (\d+)/.exec(message)?.[1]
  return new OtlpDecodeError(
    `not JSON: ${message.replace(/ (?:in JSON )?at position.*$/s, '')}`,
    position === undefined ? 'its end' : `character ${position}`
  )
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** Objects are far larger in memory than the two characters they may take in a text. */
function guardStructure(text: string): void {
  // Cannot hold more objects than half its characters: nothing to count.
  if (text.length < 2 * MOST_ITEMS) return
  let open = 0
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code === 0x7b || code === 0x5b) open++
  }
  // An attribute takes two objects.
  if (open > 2 * MOST_ITEMS)
    throw new OtlpTooLargeError(`more than ${2 * MOST_ITEMS} objects and arrays in one document`, 'its end')
}

function quoteLongIntegers(text: string): string {
  if (!/[[:,\s]-?[1-9]\d{15}/.test(text)) return text
  const parts: string[] = []
  let position = 0
  while (position < text.length) {
    const quote = text.indexOf('"', position)
    const end = quote < 0 ? text.length : quote
    parts.push(text.slice(position, end).replace(LONG_INTEGER, '"$&"'))
    position = quote < 0 ? end : endOfString(text, quote)
    parts.push(text.slice(end, position))
  }
  return parts.join('')
}

/** One past the closing quote of the string that opens at `start`. */
function endOfString(text: string, start: number): number {
  let position = start + 1
  for (;;) {
    const quote = text.indexOf('"', position)
    if (quote < 0) return text.length
    let backslashes = 0
    while (text.charCodeAt(quote - 1 - backslashes) === 0x5c) backslashes++
    if (backslashes % 2 === 0) return quote + 1
    position = quote + 1
  }
}

import type { ExpressionNode, LiteralNode, StringNode, TemplatePart } from './ast.ts'
import { expressionFor, unicode } from './letter-patterns.ts'
import { type Escapes, splitInterpolations, unescapeText } from './literals.ts'

/** The quotes of the strings around a place: none of them may stand there unprotected. */
export type ForbiddenQuotes = '' | '"' | "'" | `"'` | `'"`

/** Prints an expression that stands inside a string. */
export type PrintCode = (node: ExpressionNode, forbidden: ForbiddenQuotes) => string

export function printLiteral(node: LiteralNode): string {
  switch (node.kind) {
    case 'number':
      return typeof node.value === 'bigint' ? String(node.value) : printDouble(node.value)
    case 'duration':
      return node.text
    case 'boolean':
      return String(node.value)
    case 'null':
      return 'null'
  }
}

function printDouble(value: number): string {
  const text = String(value)
  return /^-?\d+$/.test(text) ? `${text}.0` : text
}

/** A string in the first kind of quotes in which it reads as what it is. */
export function printString(
  { parts }: StringNode,
  escapes: Escapes,
  forbidden: ForbiddenQuotes,
  printCode: PrintCode
): string {
  const literals = parts.filter(part => typeof part === 'string').join('')
  const prefersSingle = escapes !== 'json' && literals.includes('"') && !literals.includes("'")
  for (const quote of prefersSingle ? (["'", '"'] as const) : (['"', "'"] as const)) {
    if (forbidden.includes(quote)) continue
    const inside = `${forbidden}${quote}` as ForbiddenQuotes
    // Single quotes take no JSON escapes.
    const own = escapes === 'json' && quote === "'" ? 'quote' : escapes
    const codes = parts.map(part => (typeof part === 'string' ? '' : printCode(part, inside)))
    const body = parts
      .map((part, at) =>
        typeof part === 'string'
          ? encode(part, own, quote, forbidden, at < parts.length - 1)
          : `\${${codes[at]}}`
      )
      .join('')
    if (isClosedBy(body, quote, forbidden) && readsAs(body, parts, codes, own, quote))
      return `${quote}${body}${quote}`
  }
  // Only a tree that no text gives comes here.
  return JSON.stringify(
    printParts(
      parts,
      text => text,
      part => printCode(part, forbidden)
    )
  )
}

/** Text with its expressions in `${…}`. */
export function printParts(
  parts: readonly TemplatePart[],
  literal: (text: string) => string,
  code: (node: ExpressionNode) => string
): string {
  return parts.map(part => (typeof part === 'string' ? literal(part) : `\${${code(part)}}`)).join('')
}

function encode(
  text: string,
  escapes: Escapes,
  quote: string,
  forbidden: ForbiddenQuotes,
  isBeforeCode: boolean
): string {
  if (escapes === 'json') {
    const json = protectBraces(JSON.stringify(text).slice(1, -1))
    const apart = isBeforeCode && json.endsWith('$') ? `${json.slice(0, -1)}\\u0024` : json
    return forbidden.includes("'") ? apart.replaceAll("'", '\\u0027') : apart
  }
  const plain = protectBraces(text)
  return escapes === 'raw' ? plain : plain.replaceAll(quote, `\\${quote}`)
}

/** Writes `${` as it stands for itself. */
export function protectBraces(text: string): string {
  return text.replaceAll('${', () => '$${')
}

function isClosedBy(body: string, quote: string, forbidden: ForbiddenQuotes): boolean {
  for (let at = 0; at < body.length; at++) {
    const character = body[at]!
    if (character === '\\') {
      at++
      if (at === body.length) return false
    } else if (character === quote || forbidden.includes(character)) return false
  }
  return true
}

function readsAs(
  body: string,
  parts: readonly TemplatePart[],
  codes: readonly string[],
  escapes: Escapes,
  quote: string
): boolean {
  const read: string[] = []
  let isText = false
  for (const piece of splitInterpolations(body)) {
    if (piece.kind === 'code') read.push(body.slice(piece.start, piece.end))
    else {
      const { text } = unescapeText(piece.text, escapes, quote)
      if (isText) read.push(`${read.pop()}${text}`)
      else read.push(text)
    }
    isText = piece.kind === 'text'
  }
  const meant = parts.map((part, at) => (typeof part === 'string' ? part : codes[at]!))
  return read.length === meant.length && read.every((text, at) => text === meant[at])
}

const plainName = expressionFor(unicode(String.raw`^[\p{L}\p{N}_][\p{L}\p{N}_.-]*$`))
const plainVariable = expressionFor(unicode(String.raw`^[\p{L}\p{N}_][\p{L}\p{N}_.]*$`))

/** The name after `attr:` or `var:`, in quotes where it needs them. */
export function printName(
  name: string,
  forbidden: ForbiddenQuotes,
  kind: 'key' | 'variable' = 'key'
): string {
  const plain = kind === 'key' ? plainName : plainVariable
  if (plain(name).test(name)) return name
  return printQuotedName(name, 'quote', forbidden)
}

/** A name in quotes: `${` means nothing in it. */
export function printQuotedName(name: string, escapes: 'json' | 'quote', forbidden: ForbiddenQuotes): string {
  for (const quote of ['"', "'"] as const) {
    if (forbidden.includes(quote)) continue
    if (escapes === 'json' && quote === '"') {
      const json = JSON.stringify(name)
      return forbidden.includes("'") ? json.replaceAll("'", '\\u0027') : json
    }
    const body = name.replaceAll(quote, `\\${quote}`)
    if (isClosedBy(body, quote, forbidden) && unescapeText(body, 'quote', quote).text === name)
      return `${quote}${body}${quote}`
  }
  return JSON.stringify(name)
}

import type { Diagnostic } from '../errors/diagnostic.ts'
import { suggest } from '../errors/suggest.ts'
import { composedText, type EmbeddedText, type Segment } from '../source/embedded.ts'

/** The variables of the process. */
export type ProcessVariables = Readonly<Record<string, string | undefined>>

export interface FilledText {
  /** With `$${` become `${`. */
  readonly text: EmbeddedText
  /** With `$${` left to the language. */
  readonly template: EmbeddedText
  /** Whether anything was put in. */
  readonly isFilled: boolean
  readonly problems: readonly Diagnostic[]
}

const REFERENCE = /\$\$\{|\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-((?:[^}\\]|\\.)*))?\}/g

/**
 * Puts variables of the process in the place of `${NAME}` and `${NAME:-default}`. Everything else in `${…}`
 * is the language's. A name that is not set is a problem; values are never shown.
 */
export function fillVariables(written: EmbeddedText, variables: ProcessVariables): FilledText {
  if (!written.text.includes('${')) return { text: written, template: written, isFilled: false, problems: [] }
  const problems: Diagnostic[] = []
  const text: Segment[] = []
  const template: Segment[] = []
  let isFilled = false
  let from = 0
  const keep = (to: number): void => {
    const piece = { text: written.text.slice(from, to), inner: { start: from, end: to }, isReplaced: false }
    text.push(piece)
    template.push(piece)
  }
  for (const match of written.text.matchAll(REFERENCE)) {
    const inner = { start: match.index, end: match.index + match[0].length }
    keep(inner.start)
    from = inner.end
    const name = match[1]
    if (name === undefined) {
      text.push({ text: '${', inner, isReplaced: true })
      template.push({ text: match[0], inner, isReplaced: false })
      continue
    }
    const value = variables[name] ?? match[2]
    if (value === undefined) problems.push(unset(name, written, inner, variables))
    isFilled = true
    const piece = { text: value ?? '', inner, isReplaced: true }
    text.push(piece)
    template.push(piece)
  }
  keep(written.text.length)
  return { text: composedText(written, text), template: composedText(written, template), isFilled, problems }
}

function unset(
  name: string,
  written: EmbeddedText,
  range: { readonly start: number; readonly end: number },
  variables: ProcessVariables
): Diagnostic {
  const near = suggest(name, Object.keys(variables))
  return {
    code: 'UNDEFINED_VARIABLE',
    severity: 'error',
    message: `the environment variable \`${name}\` is not set`,
    location: written.locate(range),
    hint: near
      ? `did you mean \`\${${near}}\`? A default is given by \`\${${name}:-value}\``
      : `set it, or give a default: \`\${${name}:-value}\`; a variable of the test is \`\${var:${name}}\``
  }
}

import { type Document, isMap as isMapNode, isScalar, visit, type YAMLError } from 'yaml'
import type { Diagnostic, Severity } from '../errors/diagnostic.ts'
import type { Range, SourceText } from '../source/source-text.ts'

const MAX_ERRORS = 5

/**
 * What the YAML reader found in a document, in the words of someone who writes tests: the first mistake of
 * each line, and none that is an echo of an unclosed quote or bracket.
 */
export function explainYamlErrors(
  document: Document.Parsed,
  severity: Severity,
  source: SourceText
): readonly Diagnostic[] {
  const all: readonly YAMLError[] = severity === 'error' ? document.errors : document.warnings
  // A tab in the place of spaces makes nonsense of everything round it.
  const tab = all.find(error => error.code === 'TAB_AS_INDENT')
  const errors = tab ? [tab] : all
  const explained: Diagnostic[] = []
  const lines = new Set<number>()
  for (const error of [...errors].sort((a, b) => a.pos[0] - b.pos[0])) {
    const line = lineAt(source.text, error.pos[0])
    if (lines.has(line.start)) continue
    lines.add(line.start)
    const { message, hint, range, isLast } = explain({ error, line, text: source.text, document })
    const start = error.pos[0]
    explained.push({
      code: 'YAML_SYNTAX',
      severity,
      message,
      location: { source, range: range ?? { start, end: Math.max(error.pos[1], start + 1) } },
      ...(hint === undefined ? {} : { hint })
    })
    if (isLast || explained.length === MAX_ERRORS) break
  }
  return explained
}

interface Explanation {
  readonly message: string
  readonly hint?: string
  readonly range?: Range
  /** What comes after it is an echo. */
  readonly isLast?: boolean
}

interface Line extends Range {
  readonly text: string
}

interface Mistake {
  readonly error: YAMLError
  readonly line: Line
  readonly text: string
  readonly document: Document.Parsed
}

const QUOTE_IT = 'put the whole text in quotes'
const FLOW_HINT = 'within brackets and braces, a text that holds one of `[ ] { } ,` must be in quotes'

function explain(mistake: Mistake): Explanation {
  const { error, line, text } = mistake
  const [start] = error.pos
  const own = error.message.split('\n')[0]!
  switch (error.code) {
    case 'TAB_AS_INDENT':
      return {
        message: 'YAML is indented with spaces, this is a tab',
        hint: 'replace the tabs at the start of the line'
      }
    case 'DUPLICATE_KEY': {
      const key = /^[^:\n]*/.exec(text.slice(start, line.end))![0].trim()
      return {
        message: `the key \`${key}\` stands here twice`,
        hint: 'a later one does not replace an earlier one: remove one of them',
        range: { start, end: start + Math.max(1, key.length) }
      }
    }
    case 'BLOCK_AS_IMPLICIT_KEY':
      return colonInText(line)
    case 'MULTILINE_IMPLICIT_KEY':
    case 'KEY_OVER_1024_CHARS':
      return {
        message: 'a key must stand on one line, with a colon behind it',
        hint: 'is a colon missing, or the indentation wrong?',
        range: contentOf(line)
      }
    case 'BAD_SCALAR_START':
      return { message: `an unquoted text cannot start with \`${text[start] ?? ''}\``, hint: QUOTE_IT }
    case 'BAD_INDENT':
      return /^Flow/.test(own) ? unclosed(own, mistake) : badIndent(line)
    case 'BAD_DQ_ESCAPE':
      return {
        message: `\`${text.slice(start, start + 2)}\` means nothing within double quotes`,
        hint: 'use single quotes: in them a backslash is a backslash',
        range: { start, end: start + 2 }
      }
    case 'BAD_ALIAS':
      return { message: own, hint: 'a text that starts with `*` or `&` must be in quotes' }
    case 'TAG_RESOLVE_FAILED':
      return {
        message: `\`${text.slice(start, error.pos[1])}\` means nothing here: the value is taken as it stands`
      }
    case 'MISSING_CHAR':
      return missing(own, mistake)
    case 'UNEXPECTED_TOKEN':
      return unexpected(own, mistake)
    case 'IMPOSSIBLE':
      return { message: 'this cannot be read as YAML', hint: QUOTE_IT, range: contentOf(line) }
    default:
      return { message: own }
  }
}

function badIndent(line: Line): Explanation {
  return {
    message: 'the indentation fits nothing above it',
    hint: 'entries that belong together start in the same column',
    range: contentOf(line)
  }
}

function colonInText(line: Line): Explanation {
  const colons = line.text.split(/:(?:\s|$)/).length - 1
  if (colons === 0) return badIndent(line)
  return colons === 1
    ? {
        message: 'this has a value on its line, and entries below it',
        hint: 'remove the value, or indent what follows as far as this line',
        range: contentOf(line)
      }
    : { message: 'an unquoted text cannot hold a colon and a space', hint: QUOTE_IT, range: contentOf(line) }
}

function missing(own: string, mistake: Mistake): Explanation {
  const { error, line } = mistake
  if (/closing ['"]quote/.test(own)) {
    const range = quoteBefore(mistake)
    return { message: 'a quote is opened here and never closed', ...(range ? { range } : {}), isLast: true }
  }
  if (own.startsWith('Implicit map keys'))
    return {
      message: 'this is neither a key with a value nor part of a text',
      hint: 'is a colon missing, or a space behind it?',
      range: contentOf(line)
    }
  if (own.startsWith('Flow')) return unclosed(own, mistake)
  if (own.startsWith('Sequence item'))
    return {
      message: 'this stands among the entries of a list, but has no dash',
      hint: 'indent it like the key it belongs to',
      range: contentOf(line)
    }
  if (/^Missing (?:,|space)/.test(own)) {
    const [start, end] = error.pos
    return {
      message: 'a comma is missing before this',
      hint: FLOW_HINT,
      range: { start, end: Math.max(end, start + 1) },
      isLast: true
    }
  }
  return { message: own }
}

function unclosed(own: string, mistake: Mistake): Explanation {
  const isMap = /map/.test(own)
  const range = openerBefore(mistake, isMap)
  return {
    message: `${isMap ? 'a brace' : 'a bracket'} is opened here and never closed`,
    hint: FLOW_HINT,
    ...(range ? { range } : {}),
    isLast: true
  }
}

function unexpected(own: string, { error, line }: Mistake): Explanation {
  const [start] = error.pos
  const rest = { start, end: Math.max(start + 1, contentOf(line).end) }
  const quoted = /^\s*(?:- +)?(?:[\w.-]+: +)?(["'])/.exec(line.text)
  if (quoted && own.endsWith('at node end'))
    return {
      message: 'there is more text behind the closing quote',
      hint: `put the whole text in ${quoted[1] === '"' ? 'single' : 'double'} quotes`,
      range: rest
    }
  if (/flow-(?:seq|map)-start at node end/.test(own))
    return {
      message: 'a bracket cannot follow here',
      hint: 'put the whole text, brackets included, in quotes',
      range: rest,
      isLast: true
    }
  if (own.endsWith('at node end'))
    return {
      message: 'entries with and without a dash are mixed here',
      hint: 'indent what belongs to the entry above',
      range: contentOf(line)
    }
  if (own.includes('block-seq-ind'))
    return {
      message: 'a list starts on a line of its own',
      hint: 'or write it in brackets: `[one, two]`',
      range: contentOf(line)
    }
  if (own.startsWith('Block scalar header'))
    return {
      message: 'the text of a block starts on the line below `|` or `>`',
      hint: 'or put it in quotes',
      range: contentOf(line)
    }
  return { message: own.charAt(0).toLowerCase() + own.slice(1), hint: QUOTE_IT }
}

/** The quote that opened the text which runs on to the mistake. */
function quoteBefore({ error, document }: Mistake): Range | undefined {
  let found: Range | undefined
  visit(document, {
    Scalar(_key, node) {
      if (!isScalar(node) || !node.range || !/^QUOTE/.test(node.type ?? '')) return
      const [start, end] = node.range
      if (start <= error.pos[0] && error.pos[0] <= end + 1) found = { start, end: start + 1 }
    }
  })
  return found
}

function openerBefore({ error, document }: Mistake, isMap: boolean): Range | undefined {
  let found: Range | undefined
  visit(document, {
    Collection(_key, node) {
      const [start = 0, end = 0] = node.range ?? []
      if (node.flow && 'items' in node && start <= error.pos[0] && error.pos[0] <= end + 1) {
        const opener = isMap ? '{' : '['
        if (opener === (isMapNode(node) ? '{' : '[')) found = { start, end: start + 1 }
      }
    }
  })
  return found
}

function lineAt(text: string, offset: number): Line {
  const start = text.lastIndexOf('\n', offset - 1) + 1
  const found = text.indexOf('\n', offset)
  const end = found < 0 ? text.length : found
  return { start, end, text: text.slice(start, end) }
}

/** A line without the white space round it. */
function contentOf(line: Line): Range {
  const lead = line.text.length - line.text.trimStart().length
  return { start: line.start + lead, end: line.start + Math.max(lead + 1, line.text.trimEnd().length) }
}

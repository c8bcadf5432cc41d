import type { Diagnostic } from '../errors/diagnostic.ts'
import type { Location, SourceText } from '../source/source-text.ts'
import type { VariableDefinition } from './document.ts'

const BLANK = /[ \t]*(?:#[^\n]*)?(?:\r?\n|$)/y
const LINE =
  /[ \t]*(?:export[ \t]+)?([A-Za-z_][\w.-]*)[ \t]*=(?:[ \t]*(?:"((?:\\[\s\S]|[^"\\])*)"|'([^']*)')[ \t]*(?:[ \t]#[^\n]*)?|(?![ \t]*["'])([^\r\n]*))(?:\r?\n|$)/y
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' }

/** Of a file that is no such file at all, the first lines say enough. */
const MOST_PROBLEMS = 10

/**
 * The variables of lines of `NAME=value`, as `.env` files have them: a value may stand in quotes and then go over
 * several lines; `#` begins a comment at the start of a line and after a blank. Double quotes take `\n`, `\t`, `\"`.
 * What stands in such a file may be a secret: its places show names alone.
 */
export function parseEnvLines(source: SourceText): {
  readonly variables: readonly VariableDefinition[]
  readonly problems: readonly Diagnostic[]
} {
  const { text } = source
  const lines: { readonly at: number; readonly end: number; readonly line: RegExpExecArray | undefined }[] =
    []
  let shown = ''
  for (let at = 0; at < text.length; ) {
    const blank = matchAt(BLANK, text, at)
    const line = blank ? undefined : matchAt(LINE, text, at)
    const end = at + (blank ?? line ?? [text.slice(at, endOfLine(text, at))])[0].length
    const open = blank ? end : line ? at + line[0].indexOf('=') + 1 : at
    shown += text.slice(at, open) + text.slice(open, end).replace(/\S/g, '•')
    if (!blank) lines.push({ at, end, line })
    at = end
  }
  const concealed = { ...source, text: shown }
  const variables: VariableDefinition[] = []
  const problems: Diagnostic[] = []
  for (const { at, end, line } of lines)
    if (line) {
      const start = at + line[0].indexOf(line[1]!)
      const location = { source: concealed, range: { start, end: start + line[1]!.length } }
      variables.push({ name: line[1]!, value: readValue(line), isSecret: false, location })
    } else if (problems.length < MOST_PROBLEMS)
      problems.push(refuseLine(text.slice(at, end), { source: concealed, range: { start: at, end: at } }))
  return { variables, problems }
}

function readValue([, , double, single, bare = '']: RegExpExecArray): string {
  return (
    double?.replace(/\\([\s\S])/g, (_, letter: string) => ESCAPES[letter] ?? letter) ??
    single ??
    bare.replace(/[ \t]#.*/, '').trim()
  )
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at
  return pattern.exec(text) ?? undefined
}

function endOfLine(text: string, from: number): number {
  const at = text.indexOf('\n', from)
  return at < 0 ? text.length : at + 1
}

function refuseLine(line: string, location: Location): Diagnostic {
  return {
    code: 'SCHEMA_VIOLATION',
    severity: 'error',
    message: /^[^=]*=[ \t]*["']/.test(line)
      ? 'a quote is not closed, or something follows it'
      : 'this line is no NAME=value',
    location,
    hint: 'write `NAME=value`, `NAME="several words"`, or `#` before a comment'
  }
}

/** Whether a text is meant as lines of `NAME=value`: by the name of its file, else by its first line. */
export function isEnvText({ name, text }: SourceText): boolean {
  if (/\.(?:ya?ml|json)$/i.test(name)) return false
  if (/(?:^|[\\/])\.env(?:\.[^\\/]*)?$|\.env$/i.test(name)) return true
  let at = 0
  for (let blank = matchAt(BLANK, text, at); blank && at < text.length; blank = matchAt(BLANK, text, at))
    at += blank[0].length
  return matchAt(LINE, text, at) !== undefined
}

import type { Diagnostic } from '../errors/diagnostic.ts'
import type { SourceText } from '../source/source-text.ts'
import type { VariableDefinition } from './document.ts'

const BLANK = /[ \t]*(?:#[^\n]*)?(?:\r?\n|$)/y
const LINE =
  /[ \t]*(?:export[ \t]+)?([A-Za-z_][\w.-]*)[ \t]*=[ \t]*(?:"((?:\\[\s\S]|[^"\\])*)"|'([^']*)'|(?!["'])([^\r\n]*?))[ \t]*(?:[ \t]#[^\n]*)?(?:\r?\n|$)/y
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' }

/**
 * The variables of lines of `NAME=value`, as `.env` files have them: a value may stand in quotes and then go over
 * several lines; `#` begins a comment at the start of a line and after a blank. Double quotes take `\n`, `\t`, `\"`.
 */
export function parseEnvLines(source: SourceText): {
  readonly variables: readonly VariableDefinition[]
  readonly problems: readonly Diagnostic[]
} {
  const { text } = source
  const variables: VariableDefinition[] = []
  const problems: Diagnostic[] = []
  for (let at = 0; at < text.length; ) {
    const blank = matchAt(BLANK, text, at)
    const line = blank ? undefined : matchAt(LINE, text, at)
    if (line) {
      const name = line[1]!
      const start = at + line[0].indexOf(name)
      variables.push({
        name,
        value:
          line[2]?.replace(/\\([\s\S])/g, (_, letter: string) => ESCAPES[letter] ?? letter) ??
          line[3] ??
          line[4]!,
        isSecret: false,
        location: { source, range: { start, end: start + name.length } }
      })
    } else if (!blank) problems.push(refuseLine(source, at))
    const taken = (blank ?? line)?.[0].length
    at = taken === undefined ? endOfLine(text, at) : at + taken
  }
  return { variables, problems }
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at
  return pattern.exec(text) ?? undefined
}

function endOfLine(text: string, from: number): number {
  const at = text.indexOf('\n', from)
  return at < 0 ? text.length : at + 1
}

/** What stands in the line may be a secret: the message shows nothing of it. */
function refuseLine(source: SourceText, at: number): Diagnostic {
  const isOpen = /^[^=\n]*=[ \t]*["']/.test(source.text.slice(at, endOfLine(source.text, at)))
  return {
    code: 'SCHEMA_VIOLATION',
    severity: 'error',
    message: isOpen ? 'a quote is not closed, or something follows it' : 'this line is no NAME=value',
    location: { source, range: { start: at, end: at } },
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

import type { Diagnostic } from '../errors/diagnostic.ts'
import type { EmbeddedText } from '../source/embedded.ts'
import type { Location, Range, SourceText } from '../source/source-text.ts'
import { entryOf, type ScalarNode, type ValueNode } from './tree.ts'

/** What auth blocks are called, here and in Tracetest. */
const AUTH_KEYS: readonly string[] = ['auth', 'authentication', 'authetication']

/** Keys of an auth block that hold no secret. */
const OPEN_KEYS: readonly string[] = ['type', 'in', 'key', 'username', 'user']

const SECRET_HEADER = /^(?:(?:proxy-)?authorization|(?:set-)?cookie|x-api-key)$/i

/** Keys whose values are credentials wherever they stand: headers written as a mapping, those of vendors' stores. */
const SECRET_KEY =
  /^(?:(?:proxy-)?authorization|(?:set-)?cookie|x-api-key|password|secretAccessKey|sessionToken|accessToken|accessKey)$/i

/** Hears of a text that no message may show. */
export type Hide = (text: string) => void

/**
 * The source as messages may show it: credentials that are written into it, and values of `type: secret`,
 * are blotted out. The same object where there is none.
 */
export function concealSecrets(source: SourceText, roots: readonly ValueNode[], hide: Hide): SourceText {
  const ranges = roots.flatMap(root => secretRanges(root, false, hide))
  let { text } = source
  for (const { start, end } of ranges)
    text = text.slice(0, start) + blot(text.slice(start, end)) + text.slice(end)
  return text === source.text ? source : { ...source, text }
}

function blot(text: string): string {
  return text.replace(/\S/g, '•')
}

/** Words near which a value may be secret. */
const SECRET_WORD =
  /secret|token|passw|passphrase|authori[sz]ation|\bauth|cookie|bearer|api[-_]?key|access[-_]?key|credential/i

/** Lines between such a word and the value that it is about. */
const NEAR = 2

/** The same for a source that cannot be read as YAML: nobody knows where in it a value ends. */
export function concealUnread(source: SourceText): SourceText {
  const lines = source.text.split('\n')
  const isNear = (at: number): boolean =>
    lines.slice(Math.max(0, at - NEAR), at + NEAR + 1).some(line => SECRET_WORD.test(line))
  const shown = lines.map((line, at) => {
    if (!isNear(at)) return line
    const [before] = /^[^:]*:/.exec(line) ?? ['']
    return before + blot(line.slice(before.length))
  })
  return { ...source, text: shown.join('\n') }
}

function secretRanges(node: ValueNode, isSecret: boolean, hide: Hide): readonly Range[] {
  switch (node.kind) {
    case 'scalar':
      return isSecret ? wholeRange(node, hide) : passwordRanges(node)
    case 'list':
      return node.items.flatMap(item => secretRanges(item, isSecret, hide))
    case 'map': {
      const type = entryOf(node, 'type')?.value
      const isVariable = type?.kind === 'scalar' && type.value === 'secret'
      const name = entryOf(node, 'key')?.value
      const isHeader = name?.kind === 'scalar' && SECRET_HEADER.test(name.text.text)
      return node.entries.flatMap(({ key, value }) => {
        const isValue = (isVariable || isHeader) && key === 'value'
        const isInherited = isSecret && !OPEN_KEYS.includes(key)
        return secretRanges(
          value,
          isInherited || AUTH_KEYS.includes(key) || isValue || SECRET_KEY.test(key),
          hide
        )
      })
    }
  }
}

/** The name of a variable of the process is no secret, what it was filled with is: that is not in the file. */
function wholeRange({ location, text: { text }, value }: ScalarNode, hide: Hide): readonly Range[] {
  if (typeof value !== 'boolean' && !text.includes('${')) hide(text)
  return textAt(location).includes('${') ? [] : [location.range]
}

const PASSWORD_IN_URL = /(:\/\/[^\s/?#@:]*:)([^\s/?#@]+)@/g

function passwordRanges({ location }: ScalarNode): readonly Range[] {
  return [...textAt(location).matchAll(PASSWORD_IN_URL)]
    .filter(([, , password = '']) => !password.includes('${'))
    .map(({ index, 1: before = '', 2: password = '' }) => {
      const start = location.range.start + index + before.length
      return { start, end: start + password.length }
    })
}

function textAt({ source, range }: Location): string {
  return source.text.slice(range.start, range.end)
}

/** The same value, with its places in another rendition of the same source. */
export function relocateNode(node: ValueNode, source: SourceText): ValueNode {
  const location = { ...node.location, source }
  switch (node.kind) {
    case 'scalar':
      return {
        ...node,
        location,
        text: relocateText(node.text, source),
        template: relocateText(node.template, source)
      }
    case 'list':
      return { ...node, location, items: node.items.map(item => relocateNode(item, source)) }
    case 'map':
      return {
        ...node,
        location,
        entries: node.entries.map(({ key, keyLocation, value }) => ({
          key,
          keyLocation: { ...keyLocation, source },
          value: relocateNode(value, source)
        }))
      }
  }
}

function relocateText(text: EmbeddedText, source: SourceText): EmbeddedText {
  return { text: text.text, locate: range => ({ ...text.locate(range), source }) }
}

/** The same problem, in another rendition of the same source. */
export function relocateProblem(problem: Diagnostic, source: SourceText): Diagnostic {
  return problem.location ? { ...problem, location: { ...problem.location, source } } : problem
}

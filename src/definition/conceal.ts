import type { Diagnostic } from '../errors/diagnostic.ts'
import type { EmbeddedText } from '../source/embedded.ts'
import type { Location, Range, SourceText } from '../source/source-text.ts'
import { entryOf, type ScalarNode, type ValueNode } from './tree.ts'

/** Keys of an auth block that hold no secret. */
const OPEN_KEYS: readonly string[] = ['type', 'in', 'key', 'username', 'user']

const SECRET_HEADER = /^(?:(?:proxy-)?authorization|(?:set-)?cookie|x-api-key)$/i

/** Keys whose values are credentials wherever they stand: headers written as a mapping, those of vendors' stores. */
const SECRET_KEY =
  /^(?:(?:proxy-)?authorization|(?:set-)?cookie|x-api-key|password|secretAccessKey|sessionToken|accessToken|accessKey)$/i

/**
 * The source as messages may show it: credentials that are written into it, and values of `type: secret`,
 * are blotted out. The same object where there is none.
 */
export function concealSecrets(source: SourceText, roots: readonly ValueNode[]): SourceText {
  const ranges = roots.flatMap(root => secretRanges(root, false))
  let { text } = source
  for (const { start, end } of ranges)
    text = text.slice(0, start) + text.slice(start, end).replace(/\S/g, '•') + text.slice(end)
  return text === source.text ? source : { ...source, text }
}

function secretRanges(node: ValueNode, isSecret: boolean): readonly Range[] {
  switch (node.kind) {
    case 'scalar':
      return isSecret ? wholeRange(node) : passwordRanges(node)
    case 'list':
      return node.items.flatMap(item => secretRanges(item, isSecret))
    case 'map': {
      const type = entryOf(node, 'type')?.value
      const isVariable = type?.kind === 'scalar' && type.value === 'secret'
      const name = entryOf(node, 'key')?.value
      const isHeader = name?.kind === 'scalar' && SECRET_HEADER.test(name.text.text)
      return node.entries.flatMap(({ key, value }) => {
        const isAuth = key === 'auth' || key === 'authentication'
        const isValue = (isVariable || isHeader) && key === 'value'
        const isInherited = isSecret && !OPEN_KEYS.includes(key)
        return secretRanges(value, isInherited || isAuth || isValue || SECRET_KEY.test(key))
      })
    }
  }
}

/** The name of a variable of the process is no secret: its value is not in the file. */
function wholeRange({ location }: ScalarNode): readonly Range[] {
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

import { suggest } from '../errors/suggest.ts'
import type { AggregateNode, Namespace, NodeRange, ReferenceNode, ResponseNode, VariableNode } from './ast.ts'
import { SELECTED_COUNT } from './intrinsics.ts'
import type { LiteralMistake } from './literals.ts'
import { keyName } from './literals.ts'

export interface ReferenceReading {
  readonly node: ReferenceNode | ResponseNode | VariableNode | AggregateNode
  readonly mistake?: LiteralMistake
}

/** Every word that may stand before a colon in an expression. */
export const namespaces: readonly string[] = [
  'attr',
  'resource',
  'scope',
  'event',
  'link',
  'parent',
  'response',
  'var',
  'env'
]

/** Takes `attr:name`, `var:"a name"`, `response:header.name` apart. */
export function readReference(image: string, { start, end }: NodeRange): ReferenceReading {
  const range = { start, end }
  const colon = image.indexOf(':')
  const namespace = image.slice(0, colon)
  if (namespace === 'response') return readResponse(image, colon + 1, range)
  const { name, mistake } = readName(image, colon + 1)
  const problem = mistake === undefined ? {} : { mistake }
  if (namespace === 'var' || namespace === 'env')
    return { node: { kind: 'variable', name, ...range }, ...problem }
  // Tracetest's spelling of the number of spans.
  if (namespace === 'attr' && name === SELECTED_COUNT)
    return { node: { kind: 'aggregate', name: 'count', ...range } }
  return { node: { kind: 'reference', namespace: namespace as Namespace, name, ...range }, ...problem }
}

const PARTS: readonly ResponseNode['part'][] = [
  'status',
  'body',
  'duration',
  'header',
  'trailer',
  'messages',
  'stderr'
]
const OTHER_PARTS: ReadonlyMap<string, ResponseNode['part']> = new Map(
  Object.entries<ResponseNode['part']>({
    statusCode: 'status',
    status_code: 'status',
    code: 'status',
    exitCode: 'status',
    exit_code: 'status',
    stdout: 'body',
    output: 'body',
    error: 'stderr',
    headers: 'header',
    metadata: 'header',
    trailers: 'trailer',
    message: 'messages',
    time: 'duration',
    text: 'body',
    content: 'body',
    data: 'body'
  })
)

function readResponse(image: string, from: number, range: NodeRange): ReferenceReading {
  const dot = image.indexOf('.', from)
  const word = image.slice(from, dot < 0 ? image.length : dot)
  const part = PARTS.find(known => known === word)
  if (part === undefined) {
    const near = OTHER_PARTS.get(word) ?? suggest(word, PARTS)
    const hint =
      near === undefined
        ? 'write `response:status`, `response:body`, `response:header.NAME` or `response:duration`'
        : `did you mean \`response:${near}${near === 'header' || near === 'trailer' ? '.NAME' : ''}\`?`
    return broken(range, {
      start: from,
      end: from + word.length,
      message: `a response has no part \`${word}\``,
      hint
    })
  }
  const isNamed = part === 'header' || part === 'trailer'
  if (isNamed && dot < 0)
    return broken(range, {
      start: from,
      end: image.length,
      message: `\`response:${part}\` needs a name`,
      hint: `write \`response:${part}.content-type\``
    })
  if (dot < 0) return { node: { kind: 'response', part, ...range } }
  if (!isNamed)
    return broken(range, {
      start: dot,
      end: image.length,
      message: `\`response:${part}\` has no parts`,
      hint:
        part === 'body' ? "read into it: `response:body | json_path '$.id'`" : `write \`response:${part}\``
    })
  const { name, mistake } = readName(image, dot + 1)
  const node: ResponseNode = { kind: 'response', part, name: name.toLowerCase(), ...range }
  return mistake === undefined ? { node } : { node, mistake }
}

function broken(range: NodeRange, mistake: LiteralMistake): ReferenceReading {
  return { node: { kind: 'response', part: 'status', ...range }, mistake }
}

function readName(image: string, from: number): { readonly name: string; readonly mistake?: LiteralMistake } {
  const written = image.slice(from)
  if (written[0] !== '"' && written[0] !== "'") return { name: written }
  const { text, mistake } = keyName(written, 'quote')
  if (mistake === undefined) return { name: text }
  return { name: text, mistake: { ...mistake, start: mistake.start + from, end: mistake.end + from } }
}

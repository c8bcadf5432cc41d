import type { Problem } from '../errors/diagnostic.ts'
import { suggest } from '../errors/suggest.ts'
import type { FilterValueNode, KeyNode, SyntaxNode } from './ast.ts'
import { walkNodes } from './walk.ts'

const KINDS = ['server', 'client', 'producer', 'consumer', 'internal', 'unspecified']
const STATUS_CODES = ['STATUS_CODE_OK', 'STATUS_CODE_ERROR', 'STATUS_CODE_UNSET']

/** Keys of which every value is known. */
const VALUES: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries<readonly string[]>({
    kind: KINDS,
    'tracetest.span.kind': KINDS,
    status: ['ok', 'error', 'unset'],
    'tracetest.span.status_code': STATUS_CODES,
    'tracetest.span.type': ['general', 'http', 'database', 'rpc', 'messaging', 'faas', 'exception']
  })
)

/** Warns of filters that choose nothing because of how a value or a key is spelt. */
export function checkValues(root: SyntaxNode): readonly Problem[] {
  const problems: Problem[] = []
  walkNodes(root, node => {
    if (node.kind === 'key') problems.push(...checkKey(node))
    if (node.kind !== 'compare-filter' || (node.operator !== '=' && node.operator !== 'in')) return
    const known = node.key.namespace === undefined ? VALUES.get(node.key.name) : undefined
    if (known === undefined) return
    for (const value of node.value.kind === 'list' ? node.value.items : [node.value])
      problems.push(...checkValue(node.key.name, value, known))
  })
  return problems
}

function checkValue(key: string, value: FilterValueNode, known: readonly string[]): readonly Problem[] {
  const text = value.kind === 'string' && value.parts.length === 1 ? value.parts[0] : undefined
  if (typeof text !== 'string' || known.includes(text)) return []
  const bare = text.replace(/^SPAN_KIND_|^STATUS_CODE_/i, '').toLowerCase()
  const near =
    known.find(each => each.replace(/^STATUS_CODE_/, '').toLowerCase() === bare) ?? suggest(text, known)
  return [
    warning(
      value,
      `no span has the ${key} ${JSON.stringify(text)}`,
      near === undefined ? `it is one of ${known.join(', ')}` : `did you mean "${near}"?`
    )
  ]
}

const FOREIGN_PREFIX = /^(span|resource|attributes?|parent|event)\.(.+)$/

/** `span.http.method`, `resource.service.name`, as in TraceQL. */
function checkKey(node: KeyNode): readonly Problem[] {
  const [, prefix, rest] = FOREIGN_PREFIX.exec(node.name) ?? []
  if (prefix === undefined || node.namespace !== undefined || node.name === 'span.events') return []
  const meant = prefix === 'span' || prefix.startsWith('attribute') ? rest : `${prefix}:${rest}`
  return [warning(node, `\`${node.name}\` is the name of one attribute here`, `did you mean \`${meant}\`?`)]
}

function warning(
  { start, end }: { readonly start: number; readonly end: number },
  message: string,
  hint: string
): Problem {
  return { code: 'NO_EFFECT', severity: 'warning', message, range: { start, end }, hint }
}

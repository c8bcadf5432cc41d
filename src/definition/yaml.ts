import { Composer, type CST, type Document, Parser } from 'yaml'
import type { Diagnostic } from '../errors/diagnostic.ts'
import type { SourceText } from '../source/source-text.ts'
import { concealSecrets, concealUnread, type Hide, relocateNode, relocateProblem } from './conceal.ts'
import type { ProcessVariables } from './environment.ts'
import { isNothing, type ValueNode } from './tree.ts'
import { explainYamlErrors } from './yaml-error.ts'
import { readTree } from './yaml-tree.ts'

/** One document of a YAML file; without a root where it could not be read. */
export interface YamlDocument {
  readonly root?: ValueNode
  readonly problems: readonly Diagnostic[]
}

/** Far more than a definition needs, far less than a stack holds. */
const MAX_DEPTH = 60

/** What reading YAML needs of the world. */
export interface YamlContext {
  /** The variables of the process, for `${NAME}`. */
  readonly variables: ProcessVariables
  /** Hears of each text in a place for secrets: messages about what stands there may hold it. */
  readonly hide?: Hide | undefined
}

/** Reads the documents of a YAML text, variables filled in. Documents that hold nothing are left out; never throws. */
export function parseYaml(
  source: SourceText,
  variables: ProcessVariables,
  hide: Hide = () => undefined
): readonly YamlDocument[] {
  const documents = composeAll(source.text)
  if ('tooDeepAt' in documents) {
    const start = documents.tooDeepAt
    return [
      {
        problems: [
          {
            code: 'YAML_SYNTAX',
            severity: 'error',
            message: `this is nested more than ${MAX_DEPTH} levels deep`,
            location: { source: concealUnread(source), range: { start, end: start + 1 } },
            hint: 'a text that holds brackets or braces must be in quotes'
          }
        ]
      }
    ]
  }
  const read = documents.map(document => readDocument(document, source, variables))
  const isUnread = read.some(({ root, problems }) => root === undefined && problems.length > 0)
  const shown = concealSecrets(
    isUnread ? concealUnread(source) : source,
    read.flatMap(({ root }) => root ?? []),
    hide
  )
  return read
    .filter(document => document.root !== undefined || document.problems.length > 0)
    .map(document => (shown === source ? document : relocate(document, shown)))
}

function relocate({ root, problems }: YamlDocument, source: SourceText): YamlDocument {
  const moved = problems.map(problem => relocateProblem(problem, source))
  return root ? { root: relocateNode(root, source), problems: moved } : { problems: moved }
}

/** Nothing is composed where the text is nested too deeply: the library composes recursively, its parser does not. */
function composeAll(text: string): readonly Document.Parsed[] | { readonly tooDeepAt: number } {
  const tokens = [...new Parser().parse(text)]
  const tooDeepAt = findTooDeep(tokens)
  if (tooDeepAt !== undefined) return { tooDeepAt }
  const composer = new Composer({ intAsBigInt: true, prettyErrors: false, logLevel: 'silent' })
  return [...composer.compose(tokens, true, text.length)]
}

function findTooDeep(tokens: readonly CST.Token[]): number | undefined {
  const pending = tokens.map(token => ({ token, depth: 0 }))
  for (let next = pending.pop(); next; next = pending.pop()) {
    const { token, depth } = next
    if (depth > MAX_DEPTH) return token.offset
    if (token.type === 'document' && token.value) pending.push({ token: token.value, depth })
    if (!('items' in token)) continue
    for (const item of token.items) {
      if (item.key) pending.push({ token: item.key, depth: depth + 1 })
      if (item.value) pending.push({ token: item.value, depth: depth + 1 })
    }
  }
  return undefined
}

function readDocument(
  document: Document.Parsed,
  source: SourceText,
  variables: ProcessVariables
): YamlDocument {
  const errors = explainYamlErrors(document, 'error', source)
  const warnings = explainYamlErrors(document, 'warning', source)
  if (errors.length > 0 || document.contents === null) return { problems: [...errors, ...warnings] }
  const { root, problems } = readTree(document.contents, source, variables)
  const all = [...warnings, ...problems]
  // What is built on a part that could not be read is no longer what was written.
  if (problems.some(problem => problem.code === 'YAML_SYNTAX')) return { problems: all }
  return isNothing(root) && root.location.range.start === root.location.range.end
    ? { problems: all }
    : { root, problems: all }
}

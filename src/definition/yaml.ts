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
  const composed = composeEach(source.text, document => readDocument(document, source, variables))
  if ('tooDeepAt' in composed) {
    const start = composed.tooDeepAt
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
  const { read } = composed
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

/**
 * One document after the other: of each, the library holds many times what is read of it. Nothing is composed that is nested
 * too deeply: the library composes recursively, its parser does not.
 */
function composeEach<T>(
  text: string,
  read: (document: Document.Parsed) => T
): { readonly read: readonly T[] } | { readonly tooDeepAt: number } {
  let tooDeepAt: number | undefined
  function* shallowTokens(): Iterable<CST.Token> {
    for (const token of new Parser().parse(text)) {
      tooDeepAt = findTooDeep(token)
      if (tooDeepAt !== undefined) return
      yield token
    }
  }
  const composer = new Composer({ intAsBigInt: true, prettyErrors: false, logLevel: 'silent' })
  const all: T[] = []
  for (const document of composer.compose(shallowTokens(), true, text.length)) all.push(read(document))
  return tooDeepAt === undefined ? { read: all } : { tooDeepAt }
}

function findTooDeep(whole: CST.Token): number | undefined {
  const pending = [{ token: whole, depth: 0 }]
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

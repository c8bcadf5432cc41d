import { type Diagnostic, locateProblem, type Outcome, type Problem } from '../errors/diagnostic.ts'
import { suggest } from '../errors/suggest.ts'
import type { SyntaxNode } from '../language/ast.ts'
import { checkPatterns, loadPatterns, usesPatterns } from '../language/patterns.ts'
import { walkNodes } from '../language/walk.ts'
import type { EmbeddedText } from '../source/embedded.ts'
import type { Location } from '../source/source-text.ts'
import type { ReadText } from './parse-memo.ts'

/** The names that a text may read as variables. */
export interface Readable {
  readonly names: ReadonlySet<string>
  /** Outputs of the test, which exist only once its trace is there. */
  readonly outputs: ReadonlySet<string>
  /** Whether outputs may be read here. */
  readonly allowsOutputs: boolean
  /** It is a step of a suite: those before it may put out what it reads. */
  readonly isStep?: boolean
}

/** What compiling needs beside the text; mistakes are added to `problems`. */
export interface TextContext {
  readonly readable: Readable
  readonly problems: Diagnostic[]
  /** Regular expressions and JSONPaths, checked once what they need is loaded. */
  readonly patterns: PatternUse[]
  readonly read: ReadText
  /** Names of variables that the texts read. Grows. */
  readonly reads: Set<string>
}

/** A tree with patterns in it, and the text it was parsed from. */
export interface PatternUse {
  readonly node: SyntaxNode
  readonly text: EmbeddedText
}

/** Parses a text of the language and checks what it reads; undefined where a problem says why not. */
export function compileText<Node extends SyntaxNode>(
  text: EmbeddedText,
  parse: (text: string) => Outcome<Node, Problem>,
  { readable, problems, patterns, reads, read }: TextContext
): Node | undefined {
  const outcome = read(parse, text.text)
  for (const problem of outcome.problems) problems.push(withCommentHint(locateProblem(problem, text), text))
  if (!outcome.ok) return undefined
  if (usesPatterns(outcome.value)) patterns.push({ node: outcome.value, text })
  const undefinedNames = undefinedVariables(outcome.value, text, { readable, reads })
  problems.push(...undefinedNames)
  return undefinedNames.length === 0 ? outcome.value : undefined
}

/** The mistakes in patterns. Their libraries are loaded only if there is one: that takes longer than all the rest. */
export async function patternProblems(patterns: readonly PatternUse[]): Promise<readonly Diagnostic[]> {
  if (patterns.length === 0) return []
  await loadPatterns()
  return patterns.flatMap(({ node, text }) =>
    checkPatterns(node).map(problem => locateProblem(problem, text))
  )
}

/** The place of a text, without white space round it. */
export function locationOf(text: EmbeddedText): Location {
  const start = text.text.length - text.text.trimStart().length
  return text.locate({ start, end: Math.max(start, text.text.trimEnd().length) })
}

/** An unquoted text ends where YAML sees a comment: half of it is missing then. */
function withCommentHint(problem: Diagnostic, text: EmbeddedText): Diagnostic {
  const isCut = 'isCutByComment' in text && text.isCutByComment === true
  if (!isCut || problem.severity !== 'error') return problem
  return { ...problem, hint: 'YAML takes what follows ` #` for a comment: put the whole text in quotes' }
}

function undefinedVariables(
  root: SyntaxNode,
  text: EmbeddedText,
  { readable, reads }: Pick<TextContext, 'readable' | 'reads'>
): readonly Diagnostic[] {
  const problems: Diagnostic[] = []
  walkNodes(root, node => {
    if (node.kind !== 'variable') return
    reads.add(node.name)
    if (readable.names.has(node.name)) return
    const isOutput = readable.outputs.has(node.name)
    if (isOutput && readable.allowsOutputs) return
    problems.push({
      code: 'UNDEFINED_VARIABLE',
      severity: 'error',
      message: isOutput
        ? `\`${node.name}\` is an output of this test: it is known only once the trace is there`
        : `the variable \`${node.name}\` is defined nowhere`,
      location: text.locate({ start: node.start, end: node.end }),
      hint: isOutput
        ? 'give a variable another name, or set it under `variables`'
        : hintFor(node.name, readable)
    })
  })
  return problems
}

function hintFor(name: string, { names, outputs, allowsOutputs, isStep }: Readable): string {
  const near = suggest(name, allowsOutputs ? [...names, ...outputs] : names)
  if (near) return `did you mean \`var:${near}\`?`
  const handed = isStep ? ', or let a step before this one put it out' : ''
  return `set it under \`variables\`, or with \`--vars ${name}=…\`${handed}`
}

import type { IRecognitionException, IToken, Lexer } from 'chevrotain'
import { EOF } from 'chevrotain'
import type { DiagnosticCode, Outcome, Problem } from '../errors/diagnostic.ts'
import { invariant } from '../errors/invariant.ts'
import type {
  AssertionNode,
  ExpressionNode,
  SelectorNode,
  SyntaxNode,
  TemplateNode,
  TemplatePart
} from './ast.ts'
import type { PendingString } from './filter-grammar.ts'
import { type EntryNodes, Grammar } from './grammar.ts'
import { DEEPEST_TREE, lengthMistake, nestingMistake, tooDeep } from './limits.ts'
import { type LiteralMistake, splitInterpolations, unescapeText } from './literals.ts'
import { createLexer, endOf } from './tokens.ts'
import { isDeeperThan } from './walk.ts'

type Entry = keyof EntryNodes

/** The selector of a spec, or of an output; `""` selects every span. */
export function parseSelector(text: string): Outcome<SelectorNode, Problem> {
  return parse('selector', text)
}

/** A check on the spans that a selector chose. */
export function parseAssertion(text: string): Outcome<AssertionNode, Problem> {
  return parse('assertion', text)
}

/** A value: of an output, or between the braces of `${…}`. */
export function parseExpression(text: string): Outcome<ExpressionNode, Problem> {
  return parse('expression', text)
}

/** A URL, a header, a body: text in which `${…}` is replaced, and nothing else means anything. */
export function parseTemplate(text: string): Outcome<TemplateNode, Problem> {
  const tooLong = lengthMistake(text)
  if (tooLong) return failure('EXPRESSION_SYNTAX', [problemOf(tooLong, 0)])
  const problems: Problem[] = []
  const parts = readParts(text, 0, problems)
  const node: TemplateNode = { kind: 'template', parts, start: 0, end: text.length }
  return finish('EXPRESSION_SYNTAX', node, problems)
}

const CODES: Readonly<Record<Entry, DiagnosticCode>> = {
  selector: 'SELECTOR_SYNTAX',
  assertion: 'ASSERTION_SYNTAX',
  expression: 'EXPRESSION_SYNTAX'
}

// Built on first use: construction is the costliest thing that a start of the program could do.
let lexer: Lexer | undefined
let grammar: Grammar | undefined

function parse<Name extends Entry>(entry: Name, text: string): Outcome<EntryNodes[Name], Problem> {
  const tooLong = lengthMistake(text)
  if (tooLong) return failure(CODES[entry], [problemOf(tooLong, 0)])
  const problems: Problem[] = []
  const node = read(entry, text, 0, problems)
  return node === undefined ? failure(CODES[entry], problems) : finish(CODES[entry], node, problems)
}

/** The tree of a text that stands at `offset`, strings included; undefined where a problem says why there is none. */
function read<Name extends Entry>(
  entry: Name,
  text: string,
  offset: number,
  problems: Problem[]
): EntryNodes[Name] | undefined {
  lexer ??= createLexer({ validate: false })
  const { tokens, errors } = lexer.tokenize(text, entry === 'selector' ? 'selector' : 'expression')
  invariant(errors.length === 0, 'every character belongs to a token')
  const nesting = nestingMistake(tokens)
  if (nesting) {
    problems.push(problemOf(nesting, offset))
    return undefined
  }
  grammar ??= new Grammar({ validate: false })
  const reading = grammar.read(entry, tokens, offset)
  const [error] = reading.errors
  if (error !== undefined) {
    problems.push(problemOf(mistakeOf(error, tokens, text), offset))
    return undefined
  }
  problems.push(...reading.problems)
  for (const pending of reading.pending) fillString(pending, offset, problems)
  return reading.node
}

/** Reads the `${…}` of a string, now that the parser is free again. */
function fillString({ token, escapes, parts }: PendingString, offset: number, problems: Problem[]): void {
  const quote = token.image[0]!
  const inner = token.image.slice(1, -1)
  const start = offset + token.startOffset + 1
  parts.push(
    ...readParts(inner, start, problems, (raw, at) => {
      const { text, mistake } = unescapeText(raw, escapes, quote)
      if (mistake) problems.push(problemOf(mistake, at))
      return text
    })
  )
}

function readParts(
  text: string,
  offset: number,
  problems: Problem[],
  decode: (raw: string, at: number) => string = raw => raw
): TemplatePart[] {
  const parts: TemplatePart[] = []
  for (const piece of splitInterpolations(text)) {
    if (piece.kind === 'code') {
      const node = read('expression', text.slice(piece.start, piece.end), offset + piece.start, problems)
      if (node !== undefined) parts.push(node)
      continue
    }
    const literal = decode(piece.text, offset + piece.start)
    const last = parts.at(-1)
    if (typeof last === 'string') parts[parts.length - 1] = last + literal
    else parts.push(literal)
  }
  return parts
}

function mistakeOf(error: IRecognitionException, tokens: readonly IToken[], text: string): LiteralMistake {
  const last = tokens.at(-1)
  const end = last === undefined ? text.length : endOf(last)
  const at =
    error.token.tokenType === EOF
      ? { start: end, end }
      : { start: error.token.startOffset, end: endOf(error.token) }
  return { ...at, message: error.message, hint: '' }
}

function problemOf({ start, end, message, hint }: LiteralMistake, offset: number): Problem {
  return {
    code: 'EXPRESSION_SYNTAX',
    severity: 'error',
    message,
    range: { start: start + offset, end: end + offset },
    ...(hint === '' ? {} : { hint })
  }
}

function finish<Node extends SyntaxNode>(
  code: DiagnosticCode,
  value: Node,
  problems: readonly Problem[]
): Outcome<Node, Problem> {
  if (isDeeperThan(value, DEEPEST_TREE)) return failure(code, [problemOf(tooDeep(value.start, value.end), 0)])
  const isBroken = problems.some(problem => problem.severity === 'error')
  return isBroken ? failure(code, problems) : { ok: true, value, problems: named(code, problems) }
}

function failure(
  code: DiagnosticCode,
  problems: readonly Problem[]
): { ok: false; problems: readonly Problem[] } {
  return { ok: false, problems: named(code, problems) }
}

/** Problems of syntax are named after the whole text, wherever in it they were found. */
function named(code: DiagnosticCode, problems: readonly Problem[]): readonly Problem[] {
  return problems
    .map(problem => (problem.code.endsWith('_SYNTAX') ? { ...problem, code } : problem))
    .sort((left, right) => left.range.start - right.range.start)
}

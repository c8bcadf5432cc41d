import { EOF, type IToken } from 'chevrotain'
import type { Outcome, Problem } from '../errors/diagnostic.ts'
import type { TemplateNode, TemplatePart } from './ast.ts'
import { type EntryNodes, Grammar, type Reading } from './grammar.ts'
import type { PendingString } from './grammar-base.ts'
import { tokenize } from './lexer.ts'
import { chainMistake, DEEPEST_TREE, lengthMistake, nestingMistake } from './limits.ts'
import { type LiteralMistake, splitInterpolations, unescapeText } from './literals.ts'
import { explainStop, type Stop } from './mistakes.ts'
import { isDeeperThan } from './walk.ts'

// A text that repeats one mistake a thousand times is not read to its end.
const MOST_PROBLEMS = 20

// Built on first use: construction is the costliest thing that a start of the program could do.
let grammar: Grammar | undefined

/** The tree of a text, whether it makes sense or not: that is for the checks of `parse.ts`. */
export function readSyntax<Entry extends keyof EntryNodes>(
  entry: Entry,
  text: string
): Outcome<EntryNodes[Entry], Problem> {
  const tooLong = lengthMistake(text)
  if (tooLong) return { ok: false, problems: [problemOf(tooLong, 0)] }
  const problems: Problem[] = []
  const node = read(entry, text, 0, problems)
  if (node !== undefined && isDeeperThan(node, DEEPEST_TREE))
    return { ok: false, problems: [problemOf(chainMistake(text), 0)] }
  const isBroken = node === undefined || problems.some(problem => problem.severity === 'error')
  return isBroken ? { ok: false, problems } : { ok: true, value: node, problems }
}

/** The same for a text in which only `${…}` means anything. */
export function readTemplateSyntax(text: string): Outcome<TemplateNode, Problem> {
  const tooLong = lengthMistake(text)
  if (tooLong) return { ok: false, problems: [problemOf(tooLong, 0)] }
  const problems: Problem[] = []
  const value: TemplateNode = {
    kind: 'template',
    parts: readParts(text, 0, problems),
    start: 0,
    end: text.length
  }
  if (isDeeperThan(value, DEEPEST_TREE)) return { ok: false, problems: [problemOf(chainMistake(text), 0)] }
  return problems.some(problem => problem.severity === 'error')
    ? { ok: false, problems }
    : { ok: true, value, problems }
}

/** The tree of a text that stands at `offset`, strings included; undefined where a problem says why there is none. */
function read<Entry extends keyof EntryNodes>(
  entry: Entry,
  text: string,
  offset: number,
  problems: Problem[]
): EntryNodes[Entry] | undefined {
  const tokens = tokenize(text, modeOf(entry))
  const nesting = nestingMistake(tokens)
  if (nesting) {
    problems.push(problemOf(nesting, offset))
    return undefined
  }
  const reading = readTokens(entry, tokens, offset)
  const stop = stopOf(reading, tokens)
  if (stop !== undefined) {
    problems.push(
      problemOf(
        explainStop(entry, text, stop, again => readAgain(entry, again)),
        offset
      )
    )
    return undefined
  }
  problems.push(...reading.problems)
  for (const pending of reading.pending) fillString(pending, offset, problems)
  return reading.node
}

function modeOf(entry: keyof EntryNodes): 'selector' | 'expression' {
  return entry === 'selector' ? 'selector' : 'expression'
}

function readTokens<Entry extends keyof EntryNodes>(
  entry: Entry,
  tokens: IToken[],
  offset: number
): Reading<EntryNodes[Entry]> {
  grammar ??= new Grammar({ validate: false })
  return grammar.read(entry, tokens, offset)
}

function stopOf(reading: Reading<unknown>, tokens: readonly IToken[]): Stop | undefined {
  const [error] = reading.errors
  if (error === undefined) return undefined
  const index = error.token.tokenType === EOF ? tokens.length : tokens.indexOf(error.token)
  return { tokens, index, message: error.message }
}

/** A correction that is no better than what it corrects is not shown: its own nesting is one of its tests. */
function readAgain(entry: keyof EntryNodes, text: string): Stop | undefined {
  const tokens = tokenize(text, modeOf(entry))
  const nesting = nestingMistake(tokens)
  if (nesting) return { tokens, index: 0, message: nesting.message }
  return stopOf(readTokens(entry, tokens, 0), tokens)
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
    if (problems.length >= MOST_PROBLEMS) break
    if (piece.kind === 'code') {
      const node = read('expression', text.slice(piece.start, piece.end), offset + piece.start, problems)
      if (node === undefined) offerLiteral(problems)
      else parts.push(node)
      continue
    }
    const literal = decode(piece.text, offset + piece.start)
    const last = parts.at(-1)
    if (typeof last === 'string') parts[parts.length - 1] = last + literal
    else parts.push(literal)
  }
  return parts
}

/** Braces that hold no expression may have been meant as text. */
function offerLiteral(problems: Problem[]): void {
  const last = problems.pop()
  if (last === undefined) return
  const hint = [last.hint, '`$${` stands for `${` itself'].filter(Boolean).join('; ')
  problems.push({ ...last, hint })
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

import type { JSONPathQuery, JSONValue } from 'json-p3'
import type { RE2JS } from 're2js'
import type { Problem } from '../errors/diagnostic.ts'
import { invariant } from '../errors/invariant.ts'
import type { ExpressionNode, FilterValueNode, IntervalNode, StringNode, SyntaxNode } from './ast.ts'
import { FilterError } from './filter-error.ts'
import { hasOrdering, hasUnsafeLiteral, standardJsonPath } from './json-path.ts'
import { isArray, isMap, NOTHING, type Nothing, textOf, type Value } from './values.ts'
import { walkNodes } from './walk.ts'

/** A regular expression in RE2's syntax, run in linear time. */
export interface Pattern {
  /** Whether it is found anywhere in a text. */
  matches(text: string): boolean
  /** All that it finds, from left to right. */
  findAll(text: string): readonly string[]
  /** The capture groups of all that it finds; `""` for a group that took no part. */
  findGroups(text: string): readonly string[]
}

interface Libraries {
  readonly compileRegex: (text: string) => RE2JS
  readonly compilePath: (path: string) => JSONPathQuery
}

let libraries: Libraries | undefined

/** Loads what patterns need; only then are they compiled and run, synchronously. Repeated calls cost nothing. */
export async function loadPatterns(): Promise<void> {
  if (libraries !== undefined) return
  const [{ RE2JS: Regex }, { JSONPathEnvironment, FunctionExpressionType: Type }] = await Promise.all([
    import('re2js'),
    import('json-p3')
  ])
  const environment = new JSONPathEnvironment({ maxRecursionDepth: 1000 })
  // The standard's own functions, on linear time as well.
  const regexFunction = (prepare: (pattern: string) => string): RegexFunction => ({
    argTypes: [Type.ValueType, Type.ValueType],
    returnType: Type.LogicalType,
    call: (text, pattern) =>
      typeof text === 'string' &&
      typeof pattern === 'string' &&
      compilePattern(prepare(pattern)).matches(text)
  })
  environment.functionRegister.set(
    'match',
    regexFunction(pattern => `^(?:${pattern})$`)
  )
  environment.functionRegister.set(
    'search',
    regexFunction(pattern => pattern)
  )
  libraries = {
    compileRegex: text => Regex.compile(text),
    compilePath: path => environment.compile(path)
  }
}

type RegexFunction = Parameters<import('json-p3').JSONPathEnvironment['functionRegister']['set']>[1]

const patterns = new Map<string, Pattern>()
const paths = new Map<string, JSONPathQuery>()

/** Throws a `FilterError` for what is no regular expression. */
export function compilePattern(text: string): Pattern {
  return remembered(patterns, text, () => {
    const { compileRegex } = loaded()
    const regex = attempt(() => compileRegex(text), `\`${shortened(text)}\` is no regular expression`)
    const answers = new Map<string, boolean>()
    const search = (subject: string): boolean => regex.matcher(subject).find()
    return {
      // Spans repeat few names, and looking one up is faster than running the expression again.
      matches: subject =>
        subject.length > LONGEST_REMEMBERED
          ? search(subject)
          : remembered(answers, subject, () => search(subject)),
      findAll: subject => found(regex, subject, matcher => [matcher.group() ?? '']),
      findGroups: subject =>
        found(regex, subject, matcher =>
          Array.from({ length: regex.groupCount() }, (_, group) => matcher.group(group + 1) ?? '')
        )
    }
  })
}

/** What is wrong with a text that is no regular expression, and where; undefined where nothing is. Patterns must be loaded. */
export function findPatternFault(
  text: string
): { readonly what: string; readonly start: number; readonly end: number } | undefined {
  try {
    loaded().compileRegex(text)
    return undefined
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error)
    const [, reason = what, part = text] = /^error parsing regexp: (.*?)(?:: `(.*)`)?$/s.exec(what) ?? []
    const start = Math.max(0, text.indexOf(part))
    return { what: reason, start, end: Math.min(text.length, start + part.length) }
  }
}

/** What a JSONPath finds: the value itself where it is one, an array of several. Throws a `FilterError` for what is no path. */
export function queryJsonPath(path: string, value: Value): Value | Nothing {
  const query = compileJsonPath(path)
  const state = { hasUnsafeInt: false }
  const shadow = shadowOf(value, state)
  if (state.hasUnsafeInt && hasOrdering(path))
    throw new FilterError(
      'ints above 2^53 are not ordered inside a JSONPath: select them, and compare the result'
    )
  const nodes = attempt(() => query.query(shadow).nodes, `the JSONPath \`${shortened(path)}\` failed`)
  const results = nodes.map(node => valueAt(value, node.location))
  const [first] = results
  if (first === undefined) return NOTHING
  return results.length === 1 ? first : results
}

function compileJsonPath(path: string): JSONPathQuery {
  return remembered(paths, path, () => {
    if (hasUnsafeLiteral(path))
      throw new FilterError(
        `\`${shortened(path)}\` compares with an int above 2^53: select the value, and compare the result`
      )
    const { compilePath } = loaded()
    return attempt(() => compilePath(standardJsonPath(path)), `\`${shortened(path)}\` is no JSONPath`)
  })
}

/** Whether `loadPatterns` must have been called before a node is evaluated. */
export function usesPatterns(node: SyntaxNode): boolean {
  let uses = false
  walkNodes(node, inner => {
    uses ||= patternUse(inner) !== undefined || (inner.kind === 'pipe' && PATTERN_FILTERS.has(inner.filter))
  })
  return uses
}

/** Problems of the regular expressions and JSONPaths that stand in a text as they are. Patterns must be loaded. */
export function checkPatterns(node: SyntaxNode): readonly Problem[] {
  const problems: Problem[] = []
  walkNodes(node, inner => {
    const use = patternUse(inner)
    const text = use?.node.kind === 'string' ? literalText(use.node) : undefined
    if (use === undefined || text === undefined) return
    try {
      if (use.kind === 'path') compileJsonPath(text)
      else compilePattern(text)
    } catch (error) {
      if (!(error instanceof FilterError)) throw error
      const { start, end } = use.node
      problems.push({
        code: 'EXPRESSION_SYNTAX',
        severity: 'error',
        message: error.message,
        range: { start, end },
        hint:
          use.kind === 'path'
            ? "a JSONPath is written as in `'$.items[0].id'`"
            : hintOnRegex(text, error.message)
      })
    }
  })
  return problems
}

function hintOnRegex(pattern: string, message: string): string {
  if (/too large|too deeply|repeat count/.test(message))
    return 'write it simpler: what it repeats may be repeated 1000 times at most, repeats within repeats multiplied'
  const lacks = /\(\?<?[=!]|\\[1-9]/.test(pattern) ? ': no look-around and no back-references' : ''
  return `the syntax is that of RE2${lacks}`
}

const PATTERN_FILTERS: ReadonlyMap<string, 'path' | 'regex'> = new Map(
  Object.entries<'path' | 'regex'>({
    json_path: 'path',
    regex: 'regex',
    regex_group: 'regex'
  })
)

interface PatternUse {
  readonly kind: 'path' | 'regex'
  readonly node: ExpressionNode | FilterValueNode | IntervalNode
}

function patternUse(node: SyntaxNode): PatternUse | undefined {
  if (node.kind === 'compare-filter' && node.operator === 'matches')
    return { kind: 'regex', node: node.value }
  if (node.kind === 'comparison' && node.operator === 'matches') return { kind: 'regex', node: node.right }
  if (node.kind !== 'pipe') return undefined
  const kind = PATTERN_FILTERS.get(node.filter)
  const [pattern] = node.args
  return kind === undefined || pattern === undefined ? undefined : { kind, node: pattern }
}

function literalText({ parts }: StringNode): string | undefined {
  return parts.every(part => typeof part === 'string') ? parts.join('') : undefined
}

function loaded(): Libraries {
  invariant(libraries, 'loadPatterns() comes before patterns')
  return libraries
}

// A check runs the same few patterns on every span; what a text gives at run time may be any number of them.
const MOST_REMEMBERED = 500
const LONGEST_REMEMBERED = 200

function remembered<T>(known: Map<string, T>, text: string, make: () => T): T {
  const before = known.get(text)
  if (before !== undefined) return before
  const made = make()
  if (known.size >= MOST_REMEMBERED) known.clear()
  known.set(text, made)
  return made
}

function attempt<T>(action: () => T, what: string): T {
  try {
    return action()
  } catch (error) {
    if (error instanceof FilterError) throw error
    throw new FilterError(error instanceof Error ? `${what}: ${error.message}` : what, { cause: error })
  }
}

type RegexMatcher = ReturnType<RE2JS['matcher']>

function found(
  regex: RE2JS,
  text: string,
  take: (matcher: RegexMatcher) => readonly string[]
): readonly string[] {
  const results: string[] = []
  const matcher = regex.matcher(text)
  while (matcher.find()) results.push(...take(matcher))
  return results
}

/** The value as JSONPath compares it: ints as doubles where nothing is lost, everything else that is no JSON as text. */
function shadowOf(value: Value, state: { hasUnsafeInt: boolean }): JSONValue {
  if (typeof value === 'bigint') {
    const double = Number(value)
    if (Number.isSafeInteger(double)) return double
    state.hasUnsafeInt = true
    // Equal to itself and to nothing else.
    return value as unknown as JSONValue
  }
  if (value === null || typeof value !== 'object') return value
  if (isArray(value)) return value.map(item => shadowOf(item, state))
  if (isMap(value))
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, shadowOf(item, state)]))
  return textOf(value)
}

function valueAt(root: Value, location: readonly (string | number)[]): Value {
  let value = root
  for (const step of location) {
    const inner = isArray(value) ? value[Number(step)] : isMap(value) ? value[String(step)] : undefined
    invariant(inner !== undefined, 'a JSONPath finds what is there')
    value = inner
  }
  return value
}

function shortened(text: string): string {
  return text.length > 60 ? `${text.slice(0, 59)}…` : text
}

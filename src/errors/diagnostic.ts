import type { EmbeddedText } from '../source/embedded.ts'
import type { Location, Range } from '../source/source-text.ts'

export type DiagnosticCode =
  | 'FILE_UNREADABLE'
  | 'YAML_SYNTAX'
  | 'SCHEMA_VIOLATION'
  | 'UNKNOWN_KEY'
  | 'SELECTOR_SYNTAX'
  | 'ASSERTION_SYNTAX'
  | 'EXPRESSION_SYNTAX'
  | 'UNKNOWN_FUNCTION'
  | 'UNDEFINED_VARIABLE'
  | 'UNKNOWN_TRIGGER'
  | 'UNKNOWN_BACKEND'
  | 'NOT_SUPPORTED'
  | 'NO_EFFECT'

export type Severity = 'error' | 'warning'

/** A mistake in a text, by offsets into that text alone: what the language reports. */
export interface Problem {
  readonly code: DiagnosticCode
  readonly severity: Severity
  readonly message: string
  readonly range: Range
  /** What to write instead, or where to look. */
  readonly hint?: string
}

/** A mistake in a user's file. Collected over all files, rendered at the edge, never thrown one by one. */
export interface Diagnostic {
  readonly code: DiagnosticCode
  readonly severity: Severity
  readonly message: string
  readonly location?: Location
  readonly hint?: string
}

/** A value, or the reasons why there is none. Warnings may accompany a value. */
export type Outcome<T, P = Diagnostic> =
  | { readonly ok: true; readonly value: T; readonly problems: readonly P[] }
  | { readonly ok: false; readonly problems: readonly P[] }

/** Carries a problem of an embedded text to the file it stands in. */
export function locateProblem(problem: Problem, text: EmbeddedText): Diagnostic {
  const { range, ...rest } = problem
  return { ...rest, location: text.locate(range) }
}

/** Each once; files in the order in which they first appear, each from its top to its end. */
export function inFileOrder(all: readonly Diagnostic[]): readonly Diagnostic[] {
  const diagnostics = [...new Map(all.map(diagnostic => [identityOf(diagnostic), diagnostic])).values()]
  const ranks = new Map<unknown, number>()
  for (const { location } of diagnostics)
    if (!ranks.has(location?.source)) ranks.set(location?.source, ranks.size)
  const rankOf = ({ location }: Diagnostic): number => ranks.get(location?.source) ?? 0
  const startOf = ({ location }: Diagnostic): number => location?.range.start ?? 0
  return diagnostics.toSorted((a, b) => rankOf(a) - rankOf(b) || startOf(a) - startOf(b))
}

/** A file may be read for several reasons: what is wrong with it is said once. */
function identityOf({ message, location }: Diagnostic): string {
  const { start, end } = location?.range ?? {}
  return [message, location?.source.name, start, end].join('\0')
}

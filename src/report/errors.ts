import { DefinitionError, type TracerunError } from '../errors/errors.ts'
import { renderDiagnostics } from './diagnostics.ts'
import { errorLines, sentenceLines } from './error-lines.ts'
import { indent, type Line, lineOf, toned } from './line.ts'
import { paint } from './paint.ts'
import type { Screen } from './screen.ts'

/** What happened and what to do about it; the diagnostics of a `DefinitionError` in full. Ends with a line break. */
export function renderError(error: TracerunError, screen: Screen): string {
  if (error instanceof DefinitionError) return renderDiagnostics(error.diagnostics, screen, 'nothing was run')
  const word = toned('error: ', 'bad')
  const [first = [], ...rest] = errorLines(error, screen.width - 7, screen)
  return paint([[word, ...first], ...indent(rest, 7)], screen)
}

export interface BugOptions {
  readonly version: string
  /** Shows where it happened in our code. */
  readonly isDebug: boolean
  /** Where bugs are reported. */
  readonly issuesUrl?: string
}

/** Admits a bug of our own: what is thrown and is no `TracerunError`. Ends with a line break. */
export function renderBug(error: unknown, screen: Screen, options: BugOptions): string {
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  const stack = options.isDebug && error instanceof Error ? (error.stack ?? '').split('\n').slice(1) : []
  const address = options.issuesUrl === undefined ? [] : [': ', toned(options.issuesUrl, 'accent')]
  const wanted = options.isDebug ? 'all of this' : 'what it prints under --debug'
  const lines: readonly Line[] = [
    lineOf(toned('This is a bug in tracerun', 'bad'), ` ${options.version}, not in your tests.`),
    ...indent(sentenceLines(message, screen.width - 2), 2),
    ...stack.map(line => lineOf(toned(`  ${line.trim()}`, 'dim'))),
    lineOf(`Please report it, with ${wanted} and the file that was run`, ...address)
  ]
  return paint(lines, screen)
}

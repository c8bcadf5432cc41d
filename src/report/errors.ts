import type { TracerunError } from '../errors/errors.ts'
import type { Screen } from './screen.ts'

/** What happened and what to do about it; the diagnostics of a `DefinitionError` in full. Ends with a line break. */
export function renderError(error: TracerunError, _screen: Screen): string {
  return `error: ${error.message}\n${error.hint === undefined ? '' : `${error.hint}\n`}`
}

export interface BugOptions {
  readonly version: string
  readonly isDebug: boolean
}

/** Admits a bug of our own: what is thrown and is no `TracerunError`. Ends with a line break. */
export function renderBug(error: unknown, _screen: Screen, options: BugOptions): string {
  return `This is a bug in tracerun ${options.version}: ${error instanceof Error ? error.message : String(error)}\n`
}

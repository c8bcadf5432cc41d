import type { Diagnostic } from '../errors/diagnostic.ts'
import { renderLocation } from '../source/line-index.ts'
import type { Screen } from './screen.ts'

/**
 * Every diagnostic with its place, its source line, and its way out, and at the end how many there are.
 * `consequence` closes the last line: `nothing was run`. Ends with a line break; empty where there is none.
 */
export function renderDiagnostics(
  diagnostics: readonly Diagnostic[],
  _screen: Screen,
  consequence?: string
): string {
  const lines = diagnostics.map(
    ({ severity, message, location }) =>
      `${severity} ${location ? `${renderLocation(location)} ` : ''}${message}`
  )
  return [...lines, consequence ?? '', ''].join('\n')
}

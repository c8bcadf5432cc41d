import type { Diagnostic, Severity } from '../errors/diagnostic.ts'
import { renderLocation } from '../source/line-index.ts'
import { sentenceLines } from './error-lines.ts'
import { indent, type Line, lineOf, type Tone, toned, wrapLine } from './line.ts'
import { paint, signsOf } from './paint.ts'
import { renderCount } from './quantity.ts'
import type { Screen } from './screen.ts'
import { renderSourceFrame } from './source-frame.ts'

const MARGIN = 2

/**
 * Every diagnostic with its place, its source line, and its way out, and at the end how many there are.
 * `consequence` closes the last line: `nothing was run`. Ends with a line break; empty where there is none.
 */
export function renderDiagnostics(
  diagnostics: readonly Diagnostic[],
  screen: Screen,
  consequence?: string
): string {
  if (diagnostics.length === 0) return ''
  const blocks = diagnostics.flatMap(diagnostic => [...diagnosticLines(diagnostic, screen), []])
  return paint([...blocks, totalLine(diagnostics, consequence)], screen)
}

function diagnosticLines(diagnostic: Diagnostic, screen: Screen): readonly Line[] {
  const { severity, message, location, hint } = diagnostic
  const tone = toneOf(severity)
  const place = location && toned(`${renderLocation(location)}  `, 'accent')
  const [first = '', ...rest] = message.split(/\r?\n/)
  const columns = screen.width - MARGIN
  return [
    ...wrapLine(lineOf(place, toned(severity, tone), ': ', toned(first, 'strong')), screen.width, MARGIN),
    ...indent(
      rest.flatMap(line => sentenceLines(line, columns)),
      MARGIN
    ),
    ...(location ? indent(renderSourceFrame(location, columns, tone, signsOf(screen).ellipsis), MARGIN) : []),
    ...hintLines(hint, screen)
  ]
}

function hintLines(hint: string | undefined, screen: Screen): readonly Line[] {
  if (hint === undefined) return []
  const [first = [], ...rest] = sentenceLines(hint, screen.width - MARGIN - 2)
  const arrow = toned(`${signsOf(screen).arrow} `, 'accent')
  return indent([[arrow, ...first], ...indent(rest, 2)], MARGIN)
}

function toneOf(severity: Severity): Tone {
  return severity === 'error' ? 'bad' : 'caution'
}

function totalLine(diagnostics: readonly Diagnostic[], consequence: string | undefined): Line {
  const errors = diagnostics.filter(diagnostic => diagnostic.severity === 'error').length
  const warnings = diagnostics.length - errors
  const files = new Set(diagnostics.flatMap(({ location }) => (location ? [location.source.name] : []))).size
  return lineOf(
    errors > 0 ? toned(renderCount(errors, 'error'), 'bad') : undefined,
    errors > 0 && warnings > 0 ? ' and ' : undefined,
    warnings > 0 ? toned(renderCount(warnings, 'warning'), 'caution') : undefined,
    files > 0 ? ` in ${renderCount(files, 'file')}` : undefined,
    consequence === undefined ? undefined : `; ${consequence}`
  )
}

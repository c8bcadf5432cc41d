import { renderBody } from '../document/body.ts'
import { headlineOf, renderHeadline } from '../document/headline.ts'
import type { JsonReport, JsonTest } from '../json-report.ts'
import { paint } from '../paint.ts'
import type { Screen } from '../screen.ts'
import { layoutFor } from '../terminal/layout.ts'
import { titleOf } from '../test-title.ts'
import { renderCommand } from './command.ts'

/** GitHub shows so many of a step. */
const MAX_SHOWN = 10
/** A text that is longer is cut by GitHub. */
const LONGEST_MESSAGE = 8000

/** Says where in the repository a file is; undefined where it is not in it. */
export type PathOf = (file: string) => string | undefined

interface Annotation {
  readonly level: 'error' | 'warning'
  /** The gravest first. */
  readonly rank: number
  readonly word: string
  readonly command: string
}

/** Commands that mark what went wrong at its line, the gravest first; the last counts those that are left out. */
export function renderAnnotations(report: JsonReport, screen: Screen, pathOf: PathOf): readonly string[] {
  const all = [
    ...annotateRun(report),
    ...report.tests.flatMap(test => annotateTest(test, screen, pathOf))
  ].sort((one, other) => one.rank - other.rank)
  const shown = all.slice(0, MAX_SHOWN).map(({ command }) => command)
  const rest = all.slice(MAX_SHOWN)
  if (rest.length === 0) return shown
  const message = `${rest.length} more are not marked: ${countWords(rest)}. The summary of the job names them.`
  return [...shown, renderCommand('notice', { title: 'tracerun' }, message)]
}

function countWords(annotations: readonly Annotation[]): string {
  const counts = new Map<string, number>()
  for (const { word } of annotations) counts.set(word, (counts.get(word) ?? 0) + 1)
  return [...counts].map(([word, count]) => `${count} ${word}`).join(', ')
}

function annotateTest(test: JsonTest, screen: Screen, pathOf: PathOf): readonly Annotation[] {
  switch (test.outcome) {
    case 'failed':
      return [annotate(test, { level: 'error', rank: 1, word: 'failed' }, bodyOf(test, screen), pathOf)]
    case 'errored':
      return [annotate(test, { level: 'error', rank: 2, word: 'errored' }, bodyOf(test, screen), pathOf)]
    case 'flaky':
      return [annotate(test, { level: 'warning', rank: 3, word: 'flaky' }, attemptsOf(test), pathOf)]
    case 'passed': {
      if (test.warnings.length === 0) return []
      const text = test.warnings.join('\n')
      return [annotate(test, { level: 'warning', rank: 4, word: 'with warnings' }, text, pathOf)]
    }
    case 'skipped':
      return []
  }
}

/** What ended badly although no test did. */
function annotateRun({ outcome, summary, warnings }: JsonReport): readonly Annotation[] {
  if (outcome === 'passed' || (outcome !== 'interrupted' && summary.failed + summary.errored > 0)) return []
  const message = warnings.length > 0 ? warnings.join('\n') : `the run was ${outcome}`
  const command = renderCommand('error', { title: `tracerun: ${outcome}` }, message)
  return [{ level: 'error', rank: 0, word: outcome, command }]
}

function annotate(
  test: JsonTest,
  kind: Omit<Annotation, 'command'>,
  text: string,
  pathOf: PathOf
): Annotation {
  const file = pathOf(test.file)
  const { line, column } = headlineOf(test)
  const place = file === undefined ? {} : { file, line, col: column }
  const link = test.traceUrl === undefined ? '' : `\n${test.traceUrl}`
  const whole = `${text}${link}`
  const message = whole.length <= LONGEST_MESSAGE ? whole : `${whole.slice(0, LONGEST_MESSAGE)}… (shortened)`
  const properties = { ...place, title: `${kind.word}: ${titleOf(test)}` }
  return { ...kind, command: renderCommand(kind.level, properties, message) }
}

function bodyOf(test: JsonTest, screen: Screen): string {
  return paint(renderBody(test, layoutFor(screen)), screen).trimEnd()
}

/** Which attempts did not pass, and why, a line each. */
function attemptsOf({ attempt, earlierAttempts = [] }: JsonTest): string {
  const earlier = earlierAttempts.map(
    one => `attempt ${one.attempt} ${one.outcome}: ${renderHeadline(headlineOf(one))}`
  )
  return [`passed at attempt ${attempt}`, ...earlier].join('\n')
}

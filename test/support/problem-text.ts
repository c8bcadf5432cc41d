import type { Outcome, Problem } from '../../src/errors/diagnostic.ts'

/** A problem on a few lines: what it says, the part of the text it points at, what to do. */
function problemText(text: string, { message, range, hint, severity }: Problem): string {
  const place = text.slice(range.start, range.end)
  const at = place === '' ? `at ${range.start}` : place
  return [
    `${severity === 'warning' ? 'warning: ' : ''}${message}`,
    `  ${at}`,
    ...(hint ? [`  ${hint}`] : [])
  ].join('\n')
}

/** All problems of a text. */
export function problemsText(text: string, { problems }: Outcome<unknown, Problem>): string {
  return problems.map(problem => problemText(text, problem)).join('\n')
}

/** What a text was understood as, or why it was not. */
export function readingOf<T>(
  text: string,
  outcome: Outcome<T, Problem>,
  print: (value: T) => string
): string {
  return outcome.ok ? print(outcome.value) : problemsText(text, outcome)
}

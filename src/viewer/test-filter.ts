import type { JsonReport, JsonTest } from '../report/json-report.ts'

export type ShownOutcome = JsonTest['outcome']

/** Gravest first: the order of the list, and of its filters. */
export const OUTCOMES: readonly ShownOutcome[] = ['failed', 'errored', 'flaky', 'passed', 'skipped']

/** Which tests are listed. */
export interface TestFilter {
  /** None: all. */
  readonly outcomes: ReadonlySet<ShownOutcome>
  /** Words that must all stand somewhere in the test, its suite, its tags or its file. */
  readonly text: string
}

/** The tests of a report, what did not pass first, otherwise as they ran. */
export function inOrderOfInterest(report: JsonReport): readonly JsonTest[] {
  return OUTCOMES.flatMap(outcome => report.tests.filter(test => test.outcome === outcome))
}

export function filterTests(tests: readonly JsonTest[], { outcomes, text }: TestFilter): readonly JsonTest[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  return tests.filter(test => {
    if (outcomes.size > 0 && !outcomes.has(test.outcome)) return false
    const haystack = searchedText(test)
    return words.every(word => haystack.includes(word))
  })
}

const searched = new WeakMap<JsonTest, string>()

function searchedText(test: JsonTest): string {
  const known = searched.get(test)
  if (known !== undefined) return known
  const text = [test.name, test.suite?.name, test.id, test.file, ...test.tags].join('\n').toLowerCase()
  searched.set(test, text)
  return text
}

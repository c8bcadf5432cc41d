import type { TestReport } from '../model/run-event.ts'

/** What a test is called: a step under the name of its suite, and which run of several it is. */
export function titleOf({
  name,
  suite,
  repetition
}: Pick<TestReport, 'name' | 'suite' | 'repetition'>): string {
  const title = suite === undefined ? name : `${suite.name} / ${name}`
  return repetition === undefined ? title : `${title} (${repetition.number} of ${repetition.of})`
}

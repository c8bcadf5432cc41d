import type { TestReport } from '../model/run-event.ts'

/** What a test is called: a step under the name of its suite. */
export function titleOf({ name, suite }: Pick<TestReport, 'name' | 'suite'>): string {
  return suite === undefined ? name : `${suite.name} / ${name}`
}

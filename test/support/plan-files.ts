import { compilePlan } from '../../src/plan/compile.ts'
import type { PlannedTest } from '../../src/plan/plan.ts'
import { parseText, recordingRegistry } from './compile-text.ts'

/** One document of type Test: its name, and more lines of its spec. */
export function testDocument(name: string, ...lines: readonly string[]): string {
  return [
    'type: Test',
    'spec:',
    `  name: ${name}`,
    ...lines.map(line => `  ${line}`),
    '  trigger: { type: http, httpRequest: { url: "http://shop" } }',
    '  specs: [{ selector: "span:error", assertions: ["count() = 0"] }]'
  ].join('\n')
}

/** One document of type TestSuite. */
export function suiteDocument(name: string, steps: readonly string[], ...lines: readonly string[]): string {
  return [
    'type: TestSuite',
    'spec:',
    `  name: ${name}`,
    ...lines.map(line => `  ${line}`),
    `  steps: ${JSON.stringify(steps)}`
  ].join('\n')
}

/** The tests of several files, each given by its documents. */
export async function planFiles(
  files: Readonly<Record<string, readonly string[]>>
): Promise<readonly PlannedTest[]> {
  const definitions = Object.entries(files).flatMap(([name, documents]) =>
    parseText(documents.join('\n---\n'), name)
  )
  const outcome = await compilePlan(definitions, recordingRegistry(), {})
  if (!outcome.ok) throw new Error(outcome.problems.map(({ message }) => message).join('\n'))
  return outcome.value.tests
}

import type { TestReport } from '../../model/run-event.ts'
import { failsRun } from '../../model/summary.ts'
import type { PlannedTest } from '../../plan/plan.ts'

/** A test of an earlier run that did not pass, as it was saved: masked. */
export interface Unpassed {
  readonly name: string
  readonly file: string
  /** The name of its suite. */
  readonly suite?: string
  /** It was not run. */
  readonly isSkipped: boolean
}

/** The lines that remember which tests of a run did not pass; empty if all did. Flaky ones are among them where they fail a run. */
export function renderUnpassed(tests: readonly TestReport[], failOnFlaky: boolean): string {
  const lines = tests
    .filter(test => test.verdict.outcome !== 'passed' || failsRun(test, failOnFlaky))
    .map(({ name, location, suite, verdict }) =>
      JSON.stringify({
        name,
        file: location.source.name,
        ...(suite ? { suite: suite.name } : {}),
        isSkipped: verdict.outcome === 'skipped'
      } satisfies Unpassed)
    )
  return [...new Set(lines)].map(line => `${line}\n`).join('')
}

/** Reads what `renderUnpassed` wrote; undefined where something else stands there. */
export function parseUnpassed(text: string): readonly Unpassed[] | undefined {
  try {
    const tests = text.split('\n').filter(line => line !== '')
    const parsed = tests.map(line => JSON.parse(line) as unknown)
    return parsed.every(isUnpassed) ? parsed : undefined
  } catch {
    return undefined
  }
}

function isUnpassed(value: unknown): value is Unpassed {
  if (typeof value !== 'object' || value === null) return false
  const { name, file, suite = '', isSkipped } = value as Record<string, unknown>
  return [name, file, suite].every(text => typeof text === 'string') && typeof isSkipped === 'boolean'
}

export interface Rerun {
  readonly tests: ReadonlySet<PlannedTest>
  /** Those that are no longer there, as they were called. */
  readonly gone: readonly string[]
}

/**
 * The tests that did not pass last time. What was not run then counts, unless its file says that it is skipped: a run that was
 * stopped has proved nothing of the rest. `mask` hides in names what was hidden when they were saved.
 */
export function findUnpassed(
  tests: readonly PlannedTest[],
  unpassed: readonly Unpassed[],
  mask: (text: string) => string
): Rerun {
  // Of tests with one name, one that failed outweighs one that was skipped.
  const byWeight = [...unpassed].sort((one, other) => Number(other.isSkipped) - Number(one.isSkipped))
  const wanted = new Map(byWeight.map(test => [keyOf(test), test]))
  const found = new Set<string>()
  const chosen = new Set<PlannedTest>()
  for (const test of tests) {
    const { name, location, step } = test
    const key = keyOf({
      name: mask(name),
      file: mask(location.source.name),
      ...(step ? { suite: mask(step.suite.name) } : {})
    })
    const last = wanted.get(key)
    if (last === undefined) continue
    found.add(key)
    if (!last.isSkipped || test.skip === undefined) chosen.add(test)
  }
  const gone = [...wanted].filter(([key, { isSkipped }]) => !found.has(key) && !isSkipped)
  return { tests: chosen, gone: gone.map(([, { name, file }]) => `"${name}" (${file})`) }
}

function keyOf({ name, file, suite = '' }: Omit<Unpassed, 'isSkipped'>): string {
  return [file, suite, name].join('\0')
}

import type {
  Definition,
  StepDefinition,
  StepVariable,
  SuiteDefinition,
  TestDefinition
} from '../definition/document.ts'
import type { Diagnostic } from '../errors/diagnostic.ts'
import { suggest } from '../errors/suggest.ts'
import { renderLocation } from '../source/line-index.ts'
import type { PlannedTest } from './plan.ts'

/** What is run in one go: the suite of a step, or the test itself. */
export function unitOf(test: PlannedTest): object {
  return test.step?.suite ?? test
}

/** A test as a step of a suite, the steps of suites within the suite being steps of it. */
export interface FlatStep {
  readonly test: TestDefinition
  /** What the steps that lead to it say, from the outside. */
  readonly variables: readonly StepVariable[]
  /** The suites that it is in, from the inside. */
  readonly suites: readonly SuiteDefinition[]
}

type Runnable = TestDefinition | SuiteDefinition

/** What is run: tests and suites, less those that are steps of a suite. */
export interface Units {
  readonly units: readonly (
    | TestDefinition
    | { readonly suite: SuiteDefinition; readonly steps: readonly FlatStep[] }
  )[]
  readonly problems: readonly Diagnostic[]
}

/** Finds what each step names. A test that is a step is run as such, and not on its own as well. */
export function arrangeUnits(definitions: readonly Definition[]): Units {
  const runnables = definitions.filter(one => one.kind === 'test' || one.kind === 'suite')
  const suites = runnables.filter(one => one.kind === 'suite')
  const problems: Diagnostic[] = []
  const targets = new Map<StepDefinition, Runnable>()
  for (const suite of suites)
    for (const step of suite.steps) {
      const target = findTarget(step, runnables, problems)
      if (target) targets.set(step, target)
    }
  const cyclic = findCycles(suites, targets, problems)
  const asStep = new Set<Runnable>(targets.values())
  const units = runnables
    .filter(one => !asStep.has(one) && !cyclic.has(one))
    .map(one =>
      one.kind === 'test' ? one : { suite: one, steps: flatten(one, targets, { variables: [], suites: [] }) }
    )
  return { units, problems }
}

function findTarget(
  { reference: { value, location }, target }: StepDefinition,
  runnables: readonly Runnable[],
  problems: Diagnostic[]
): Runnable | undefined {
  if (target) return runnables.find(one => one.location === target)
  const byId = runnables.filter(one => one.id === value)
  const found = byId.length > 0 ? byId : runnables.filter(one => one.name === value)
  if (found.length === 1) return found[0]
  const place = location ? { location } : {}
  if (found.length > 1) {
    const places = found.map(one => renderLocation(one.location)).join(' and ')
    const message = `the step \`${value}\` is the ${byId.length > 0 ? 'id' : 'name'} of ${found.length} tests`
    const hint = `they stand at ${places}: give each an id of its own, and name it by that`
    problems.push({ code: 'SCHEMA_VIOLATION', severity: 'error', message, hint, ...place })
    return undefined
  }
  const near = suggest(
    value,
    runnables.flatMap(one => [one.name, ...(one.id === undefined ? [] : [one.id])])
  )
  const hint = near
    ? `did you mean \`${near}\`?`
    : /\.ya?ml$/i.test(value)
      ? `a path starts with \`./\`: \`./${value}\``
      : 'it is the id or name of a test in one of the files that are run, or a path such as `./pay.yaml`'
  const message = `the step \`${value}\` names no test or suite`
  problems.push({ code: 'SCHEMA_VIOLATION', severity: 'error', message, hint, ...place })
  return undefined
}

/** Suites that are steps of themselves, each circle said once. */
function findCycles(
  suites: readonly SuiteDefinition[],
  targets: ReadonlyMap<StepDefinition, Runnable>,
  problems: Diagnostic[]
): ReadonlySet<Runnable> {
  const cyclic = new Set<Runnable>()
  const done = new Set<SuiteDefinition>()
  const visit = (suite: SuiteDefinition, above: readonly SuiteDefinition[]): void => {
    for (const step of suite.steps) {
      const target = targets.get(step)
      if (target?.kind !== 'suite') continue
      const path = [...above, suite]
      const at = path.indexOf(target)
      if (at >= 0) {
        const circle = path.slice(at)
        const isNew = circle.some(one => !cyclic.has(one))
        for (const one of circle) cyclic.add(one)
        const names = [...circle, target].map(one => `"${one.name}"`).join(' → ')
        const { location } = step.reference
        if (isNew)
          problems.push({
            code: 'SCHEMA_VIOLATION',
            severity: 'error',
            message: `the suite is a step of itself: ${names}`,
            ...(location ? { location } : {}),
            hint: 'remove one of these steps'
          })
      } else if (!done.has(target)) visit(target, path)
    }
    done.add(suite)
  }
  for (const suite of suites) if (!done.has(suite)) visit(suite, [])
  return cyclic
}

function flatten(
  suite: SuiteDefinition,
  targets: ReadonlyMap<StepDefinition, Runnable>,
  above: Omit<FlatStep, 'test'>
): readonly FlatStep[] {
  const suites = [suite, ...above.suites]
  return suite.steps.flatMap(step => {
    const target = targets.get(step)
    if (target === undefined || suites.some(one => one === target)) return []
    const variables = [...above.variables, ...step.variables]
    return target.kind === 'test'
      ? [{ test: target, variables, suites }]
      : flatten(target, targets, { variables, suites })
  })
}

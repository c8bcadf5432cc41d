import type {
  DataStoreDefinition,
  DataStoreDocument,
  Definition,
  PollingProfileDefinition,
  PollingProfileDocument,
  TestDefinition
} from '../definition/document.ts'
import type { Settings } from '../definition/settings.ts'
import { type Diagnostic, inFileOrder, type Outcome } from '../errors/diagnostic.ts'
import { SHORTEST_SECRET } from '../model/mask.ts'
import type { ExamineContext } from '../plugin/trigger.ts'
import { type BackendChoice, bindBackend } from './bind-backend.ts'
import { type BoundTriggerOutcome, bindTrigger } from './bind-trigger.ts'
import { compileChecks } from './compile-checks.ts'
import { type PatternUse, patternProblems } from './compile-text.ts'
import { lossWarnings } from './loss-warnings.ts'
import type { Plan, PlannedTest } from './plan.ts'
import type { Registry } from './registry.ts'
import { createIds } from './test-id.ts'
import { uncollectedSpans } from './uncollected.ts'
import { collectVariables, shortSecrets } from './variables.ts'
import { type Profiles, planWait } from './wait-settings.ts'

/**
 * What will happen, from what all files say. Every mistake that can be found without a request is a problem;
 * there is no plan while one of them is an error, or a definition is incomplete.
 */
export async function compilePlan(
  definitions: readonly Definition[],
  registry: Registry,
  settings: Settings,
  readFile: ExamineContext['readFile'] = refuseToRead
): Promise<Outcome<Plan>> {
  const tests = definitions.filter(definition => definition.kind === 'test')
  const problems: Diagnostic[] = [...shortSecrets(tests, settings)]
  const scope: PlanScope = {
    choice: chooseStores(definitions, registry, settings, problems),
    profiles: profilesOf(definitions),
    makeId: createIds(),
    patterns: []
  }
  const secrets = new Set<string>()
  const planned: PlannedTest[] = []
  for (const test of tests) {
    const outcome = compileTest(test, scope)
    problems.push(...outcome.problems, ...((await outcome.examine?.(readFile)) ?? []))
    for (const secret of outcome.secrets) secrets.add(secret)
    if (outcome.test) planned.push(outcome.test)
  }
  problems.push(...(await patternProblems(scope.patterns)))
  const isBroken = planned.length < tests.length || problems.some(problem => problem.severity === 'error')
  const ordered = inFileOrder(problems)
  return isBroken
    ? { ok: false, problems: ordered }
    : { ok: true, value: { tests: planned, secrets: [...secrets] }, problems: ordered }
}

interface PlanScope {
  readonly choice: BackendChoice
  readonly profiles: Profiles
  makeId(text: string): string
  readonly patterns: PatternUse[]
}

interface CompiledTest {
  readonly test?: PlannedTest
  readonly problems: readonly Diagnostic[]
  readonly secrets: readonly string[]
  readonly examine?: BoundTriggerOutcome['examine']
}

function refuseToRead(): Promise<never> {
  return Promise.reject(new Error('no files are read here'))
}

function compileTest(test: TestDefinition, { choice, profiles, makeId, patterns }: PlanScope): CompiledTest {
  const { registry, settings } = choice
  const problems: Diagnostic[] = []
  const variables = collectVariables(test, settings)
  const readable = {
    names: new Set(variables.keys()),
    outputs: new Set(test.outputs.map(output => output.name)),
    allowsOutputs: true
  }
  const store = bindBackend(test, choice, problems)
  const bound = bindTrigger(test, {
    readable: { ...readable, allowsOutputs: false },
    problems,
    patterns,
    registry,
    settings,
    variables
  })
  const checks = compileChecks(test, { readable, problems, patterns })
  const id = makeId(test.id ?? test.name)
  const secrets = [
    ...[...variables.values()].filter(variable => variable.isSecret).map(variable => variable.value),
    ...(bound?.secrets ?? []),
    ...(store?.secrets ?? [])
  ].filter(secret => secret.length >= SHORTEST_SECRET)
  if (!store || !bound || test.isIncomplete) return { problems, secrets }
  const { backend } = store
  const { examine } = bound

  const planned = planWait(test, settings, profiles, backend.caps)
  problems.push(...planned.problems)
  problems.push(...(test.collectsTrace ? lossWarnings(checks, backend) : uncollectedSpans(checks)))
  if (problems.some(problem => problem.severity === 'error')) return { problems, secrets, examine }
  return {
    problems,
    secrets,
    examine,
    test: {
      id,
      name: test.name,
      location: test.location,
      tags: test.tags,
      ...(test.skip === undefined ? {} : { skip: test.skip }),
      trigger: bound.trigger,
      backend,
      collectsTrace: test.collectsTrace,
      wait: planned.wait,
      variables,
      checks,
      warnings: problems.map(problem => problem.message)
    }
  }
}

function isStore(definition: Definition): definition is DataStoreDocument {
  return definition.kind === 'data-store'
}

function isProfile(definition: Definition): definition is PollingProfileDocument {
  return definition.kind === 'polling-profile'
}

/** The one data store among the files serves the tests that name none; of several, none does. */
function chooseStores(
  definitions: readonly Definition[],
  registry: Registry,
  settings: Settings,
  problems: Diagnostic[]
): BackendChoice {
  const documents = definitions.filter(isStore)
  const named = new Map<string, DataStoreDefinition>(settings.dataStores)
  for (const { id, name, dataStore } of documents)
    for (const key of [name, id]) if (key !== undefined) named.set(key, dataStore)
  const [first, second] = documents
  if (second)
    problems.push({
      code: 'NO_EFFECT',
      severity: 'warning',
      message: 'there are several data stores: only tests that name one use it',
      location: second.location,
      hint: 'name it in each test: `dataStore: NAME`'
    })
  return { registry, settings, named, common: second ? undefined : first?.dataStore }
}

function profilesOf(definitions: readonly Definition[]): Profiles {
  const profiles = new Map<string, PollingProfileDefinition>()
  for (const { id, name, pollingProfile } of definitions.filter(isProfile))
    for (const key of [name, id]) if (key !== undefined) profiles.set(key, pollingProfile)
  return profiles
}

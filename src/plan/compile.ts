import type {
  DataStoreDefinition,
  DataStoreDocument,
  Definition,
  PollingProfileDefinition,
  PollingProfileDocument,
  SuiteDefinition,
  TestDefinition
} from '../definition/document.ts'
import type { Settings } from '../definition/settings.ts'
import { type Diagnostic, inFileOrder, type Outcome } from '../errors/diagnostic.ts'
import { SHORTEST_SECRET } from '../model/mask.ts'
import type { ExamineContext } from '../plugin/trigger.ts'
import { type BackendChoice, bindBackend } from './bind-backend.ts'
import { type BoundTriggerOutcome, bindTrigger } from './bind-trigger.ts'
import { compileChecks } from './compile-checks.ts'
import {
  compileStep,
  decidedByStep,
  originsOf,
  planSuite,
  type StepScope,
  scopesOf,
  skipReaders
} from './compile-suite.ts'
import { type PatternUse, patternProblems } from './compile-text.ts'
import { groupProblems } from './group-problems.ts'
import { lossWarnings } from './loss-warnings.ts'
import { createParseMemo, type ParseMemo } from './parse-memo.ts'
import type { Plan, PlannedTest, VariableValue } from './plan.ts'
import type { Registry } from './registry.ts'
import { arrangeUnits, type Units } from './suites.ts'
import { createIds } from './test-id.ts'
import { unansweredParts } from './unanswered.ts'
import { uncollectedSpans } from './uncollected.ts'
import { collectVariables, shortSecrets, type VariableSets, variableSetsOf } from './variables.ts'
import { isOverride, type Profiles, planWait } from './wait-settings.ts'

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
  const arranged = arrangeUnits(definitions)
  const problems: Diagnostic[] = [...shortSecrets(definitions, settings), ...arranged.problems]
  const scope: PlanScope = {
    choice: chooseStores(definitions, registry, settings, problems),
    sets: variableSetsOf(definitions),
    profiles: profilesOf(definitions),
    makeId: createIds(),
    patterns: [],
    parses: createParseMemo()
  }
  const secrets = new Set<string>()
  const planned: PlannedTest[] = []
  let isBroken = false
  for (const unit of arranged.units) {
    const compiled = 'kind' in unit ? [compileTest(unit, scope)] : compileSuite(unit, scope)
    for (const outcome of compiled) {
      problems.push(...outcome.problems, ...((await outcome.examine?.(readFile)) ?? []))
      for (const secret of outcome.secrets) secrets.add(secret)
    }
    const tests = compiled.flatMap(outcome => outcome.test ?? [])
    isBroken ||= tests.length < compiled.length
    // What is judged again was run: it has what it reads.
    planned.push(...withSecretOutputs(settings.recorded ? tests : skipReaders(tests), compiled))
  }
  for (const definition of definitions) isBroken ||= definition.kind === 'suite' && definition.isIncomplete
  problems.push(...(await patternProblems(scope.patterns)))
  isBroken ||= problems.some(problem => problem.severity === 'error')
  const ordered = groupProblems(inFileOrder(problems))
  return isBroken
    ? { ok: false, problems: ordered }
    : { ok: true, value: { tests: planned, secrets: [...secrets] }, problems: ordered }
}

interface PlanScope {
  readonly choice: BackendChoice
  readonly sets: VariableSets
  readonly profiles: Profiles
  makeId(text: string): string
  readonly patterns: PatternUse[]
  readonly parses: ParseMemo
}

interface CompiledTest {
  readonly test?: PlannedTest
  readonly problems: readonly Diagnostic[]
  readonly secrets: readonly string[]
  /** Variables that it sends as credentials, or that are said to be secret. */
  readonly secretVariables?: readonly string[]
  readonly examine?: BoundTriggerOutcome['examine']
}

function refuseToRead(): Promise<never> {
  return Promise.reject(new Error('no files are read here'))
}

/** The steps of a suite, each with the variables of the suites that it is in. */
function compileSuite(
  { suite, steps }: Extract<Units['units'][number], { readonly suite: SuiteDefinition }>,
  scope: PlanScope
): readonly CompiledTest[] {
  const planned = planSuite(suite, steps, scope.makeId(suite.id ?? suite.name))
  return scopesOf(steps, planned).map(step => compileTest(step.flat.test, scope, step))
}

function compileTest(test: TestDefinition, scope: PlanScope, step?: StepScope): CompiledTest {
  const { choice, sets, profiles, makeId, patterns } = scope
  const read = scope.parses.begin()
  const { registry, settings } = choice
  const problems: Diagnostic[] = []
  const reads = new Set<string>()
  const given = collectVariables([test, ...(step?.flat.suites ?? [])], { settings, sets, problems })
  const decided = step ? decidedByStep(step) : new Set<string>()
  const variables = new Map([...given].filter(([name]) => !decided.has(name)))
  const stepReads = new Set<string>()
  const planned = step && compileStep(step, given, { problems, patterns, read, reads: stepReads })
  const readable = {
    names: new Set([...variables.keys(), ...decided, ...(settings.recorded ?? [])]),
    outputs: new Set(test.outputs.map(output => output.name)),
    allowsOutputs: true,
    isStep: step !== undefined
  }
  const store = bindBackend(test, choice, problems)
  const bound = bindTrigger(test, {
    readable: { ...readable, allowsOutputs: false },
    problems,
    patterns,
    read,
    reads,
    registry,
    settings,
    variables
  })
  const taken = new Set([...variables.keys(), ...(planned?.variables ?? []).map(({ name }) => name)])
  const checks = compileChecks(test, { readable, problems, patterns, read, reads }, taken)
  const name = test.id ?? test.name
  const id = makeId(step ? `${step.suite.id}-${step.number}-${name}` : name)
  const secrets = [
    ...[...variables.values()].filter(variable => variable.isSecret).map(variable => variable.value),
    ...(bound?.secrets ?? []),
    ...(store?.secrets ?? [])
  ].filter(secret => secret.length >= SHORTEST_SECRET)
  if (!store || !bound || test.isIncomplete || (step && !planned)) return { problems, secrets }
  const { backend } = store
  const { examine } = bound
  const hidden = new Set([...secretNames(given), ...(settings.secretNames ?? [])])
  const skip = [test, ...(step?.flat.suites ?? [])].find(one => one.skip !== undefined)?.skip
  const retries = isOverride(settings.retries) ? settings.retries : (test.retries ?? settings.retries)

  const wait = planWait(test, settings, profiles, {
    caps: backend.caps,
    isMessage: bound.trigger.isMessage
  })
  problems.push(...wait.problems)
  problems.push(...(test.collectsTrace ? lossWarnings(checks, backend) : uncollectedSpans(checks)))
  if (bound.trigger.sendsNothing) problems.push(...unansweredParts(test, checks))
  if (problems.some(problem => problem.severity === 'error')) return { problems, secrets, examine }
  return {
    problems,
    secrets,
    secretVariables: originsOf([...bound.secretVariables, ...hidden], planned?.variables),
    examine,
    test: {
      id,
      name: test.name,
      location: test.location,
      tags: test.tags,
      ...(skip === undefined ? {} : { skip }),
      ...(test.only ? { only: test.only } : {}),
      ...(test.serial === undefined ? {} : { serial: test.serial }),
      ...(retries ? { retries: retries.value } : {}),
      ...(planned ? { step: { ...planned, hidden, reads: neededOf(step!, reads, stepReads) } } : {}),
      secretOutputs: new Set(),
      trigger: bound.trigger,
      backend,
      collectsTrace: test.collectsTrace,
      wait: wait.wait,
      variables,
      checks,
      warnings: problems.map(problem => problem.message)
    }
  }
}

/** Outputs of earlier steps that a test reads, less those whose names the step gives itself, and those that the step reads. */
function neededOf(
  { handed, flat }: StepScope,
  reads: ReadonlySet<string>,
  stepReads: ReadonlySet<string>
): ReadonlySet<string> {
  const given = new Set(flat.variables.map(({ name }) => name))
  return new Set(
    [...[...reads].filter(name => !given.has(name)), ...stepReads].filter(name => handed.has(name))
  )
}

function secretNames(given: ReadonlyMap<string, VariableValue>): readonly string[] {
  return [...given].filter(([, { isSecret }]) => isSecret).map(([name]) => name)
}

/** An output that a later step of its suite sends as a credential, or takes for secret, is hidden from the start. */
function withSecretOutputs(
  tests: readonly PlannedTest[],
  compiled: readonly CompiledTest[]
): readonly PlannedTest[] {
  const secret = new Set(compiled.flatMap(({ secretVariables = [] }) => secretVariables))
  return tests.map(test => {
    const names = test.checks.outputs.map(({ name }) => name).filter(name => secret.has(name))
    return names.length > 0 ? { ...test, secretOutputs: new Set(names) } : test
  })
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

import { readFile } from 'node:fs/promises'
import type { Definition, VariableDefinition } from '../definition/document.ts'
import { loadDefinitions } from '../definition/load.ts'
import type { Project } from '../definition/project.ts'
import type { Settings } from '../definition/settings.ts'
import type { Diagnostic, Outcome } from '../errors/diagnostic.ts'
import { DefinitionError, UsageError } from '../errors/errors.ts'
import { SHORTEST_SECRET } from '../model/mask.ts'
import { compilePlan } from '../plan/compile.ts'
import type { Plan, PlannedTest } from '../plan/plan.ts'
import { givenVariables } from '../plan/variables.ts'
import { composeRegistry } from './compose.ts'
import type { Environment } from './environment.ts'
import type { SettingOptions, SourceOptions } from './options.ts'
import { loadEnvironment, readSettings } from './read-settings.ts'
import { testsAtLines } from './selection/places.ts'
import { readVariables } from './variables.ts'

/** What the files, the flags and the environment say together. */
export interface Inputs {
  readonly plan: Plan
  readonly settings: Settings
  /** Every file that was read, by the name in messages. */
  readonly sourceNames: readonly string[]
  /** As they stand in the files. */
  readonly definitions: readonly Definition[]
  readonly project: Project | undefined
  /** Files that options of triggers lead to, read to find mistakes in them. */
  readonly examined: ReadonlySet<string>
  readonly warnings: readonly Diagnostic[]
}

/**
 * Reads and compiles everything. All mistakes in all files are in one `DefinitionError`;
 * under `--strict` warnings are mistakes.
 */
export async function readInputs(
  options: SourceOptions & Partial<SettingOptions> & Pick<Settings, 'recorded'>,
  environment: Environment
): Promise<Inputs> {
  const { mask } = environment
  const problems: Diagnostic[] = []
  const take = <T>(outcome: Outcome<T>): T | undefined => {
    problems.push(...outcome.problems)
    return outcome.ok ? outcome.value : undefined
  }
  const load = loadEnvironment(environment)

  const secrets = options.secret.map(name => ({ name, value: environment.variables[name] }))
  mask.add(secrets.flatMap(({ value }) => value ?? []))
  const general = environment.variables['TRACERUN_VARIABLES'] ?? ''
  const variables = await readVariables(
    [general, ...options.vars].filter(text => text !== ''),
    load,
    found => mask.add(secretValues(givenVariables([], { variables: found }), options.secret))
  )

  const read = await readSettings(options, { environment, load, variables, problems })
  const settings = {
    ...read.settings,
    ...(options.recorded ? { recorded: options.recorded } : {}),
    secretNames: new Set(options.secret)
  }

  const patterns =
    options.files.length > 0 ? options.files : (settings.tests?.map(({ value }) => value) ?? [])
  if (patterns.length === 0) {
    failOnErrors(problems, options.strict)
    throw new UsageError('no file was named, and there is no tracerun.yaml that names tests', {
      hint: 'name one, such as -f checkout.yaml, or let one be written: tracerun init http://localhost:8080/cart'
    })
  }
  const loaded = take(await loadDefinitions(patterns, load))
  for (const name of loaded?.foreignFiles ?? []) environment.debug(`${name} is YAML, but not for tracerun`)
  mask.add(secretValues(givenVariables(loaded?.definitions ?? [], settings), options.secret))
  const examined = new Set<string>()
  const plan =
    loaded &&
    take(
      await compilePlan(loaded.definitions, composeRegistry(mask), settings, path => {
        examined.add(path)
        return readFile(path)
      })
    )
  mask.add(plan?.secrets ?? [])
  failOnErrors(problems, options.strict)
  if (!plan) throw new DefinitionError(problems)
  addNamedSecrets(secrets, plan.tests, givenVariables([], { variables }), environment)
  const tests = testsAtLines(plan.tests, loaded.named)
  return {
    plan: { ...plan, tests },
    settings,
    sourceNames: loaded.sources.map(({ name }) => name),
    definitions: loaded.definitions,
    project: read.project,
    examined,
    warnings: problems
  }
}

/** Ends a command over mistakes in files or settings; under `--strict` over warnings too. */
export function failOnErrors(problems: readonly Diagnostic[], isStrict: boolean): void {
  if (problems.some(problem => isStrict || problem.severity === 'error')) throw new DefinitionError(problems)
}

/** What must not be shown: the values of secrets, and of variables that are named as such. */
export function secretValues(
  variables: readonly VariableDefinition[],
  names: readonly string[] = []
): readonly string[] {
  return variables.filter(({ name, isSecret }) => isSecret || names.includes(name)).map(({ value }) => value)
}

/** Hidden once there is a value: what a step is given, and outputs. */
function isKnownLater(wanted: string, { step, checks }: PlannedTest): boolean {
  return [...(step?.variables ?? []), ...checks.outputs].some(({ name }) => name === wanted)
}

/** A name that stands for nothing would hide nothing, unnoticed. */
function addNamedSecrets(
  secrets: readonly { readonly name: string; readonly value: string | undefined }[],
  tests: readonly PlannedTest[],
  variables: readonly { readonly name: string; readonly value: string }[],
  environment: Environment
): void {
  for (const { name, value } of secrets) {
    const values = [
      ...(value === undefined ? [] : [value]),
      ...variables.filter(variable => variable.name === name).map(variable => variable.value),
      ...tests.flatMap(test => test.variables.get(name)?.value ?? [])
    ]
    if (values.length === 0 && tests.some(test => isKnownLater(name, test))) continue
    if (values.length === 0)
      throw new UsageError(`--secret ${name}: there is no variable of that name`, {
        hint: 'name a variable of the process, of --vars, of a test or of a step, or an output'
      })
    if (values.some(text => text.length < SHORTEST_SECRET))
      throw new UsageError(
        `--secret ${name}: its value has fewer than ${SHORTEST_SECRET} characters, too few to be searched for`
      )
    environment.mask.add(values)
  }
}

import type { Diagnostic } from '../../errors/diagnostic.ts'
import type { ExitCode } from '../../errors/exit-code.ts'
import type { PlannedTest } from '../../plan/plan.ts'
import { repeatTests } from '../../plan/repeat.ts'
import { renderDiagnostics } from '../../report/diagnostics.ts'
import { createSessions } from '../../run/sessions.ts'
import { commandsFor } from '../allow-exec.ts'
import type { Environment } from '../environment.ts'
import type { Inputs } from '../inputs.ts'
import { failOnErrors, readInputs } from '../inputs.ts'
import type { RunOptions } from '../options.ts'
import { pluginContext } from '../plugin-context.ts'
import type { Prepare } from '../prepare.ts'
import { asItIs, waitForSystem } from '../prepare.ts'
import type { ReporterRequest } from '../reporters.ts'
import { selectReporters, withJunit } from '../reporters.ts'
import { type Round, runRound } from '../run-round.ts'
import { errorScreen } from '../screens.ts'
import { readSelection } from '../selection/read-selection.ts'
import { spareMachine, spendMemory } from '../spare-machine.ts'

/** The tests that a command line means, and how they are to be run. */
export interface Chosen {
  readonly inputs: Inputs
  readonly requests: readonly ReporterRequest[]
  readonly tests: readonly PlannedTest[]
  /** What is doubtful in the files and in the choice. */
  readonly problems: readonly Diagnostic[]
}

/** Reads the files and chooses the tests. */
export async function chooseTests(options: RunOptions, environment: Environment): Promise<Chosen> {
  const { stderr, mask } = environment
  const inputs = await readInputs(options, environment)
  const { plan, settings, warnings } = inputs
  const reporters = withJunit(settings.reporters?.map(({ value }) => value) ?? [], options.junit)
  const requests = selectReporters(reporters, options.output, environment)
  const selection = await readSelection(plan.tests, options, environment)
  const problems = [...warnings, ...selection.problems]
  failOnErrors(problems, options.strict)
  for (const note of selection.notes) stderr.write(mask.text(`${note}\n`))
  return { inputs, requests, tests: repeatTests(selection.tests, options.repeat ?? 1), problems }
}

/** `tracerun run`: the main job. `prepare` gets the system under test ready. */
export async function runTests(
  options: RunOptions,
  environment: Environment,
  prepare: Prepare = waitForSystem
): Promise<ExitCode> {
  spareMachine()
  const { isEmpty, commands, plan, ...chosen } = await begin(options, environment)
  spendMemory(chosen.tests.length)
  const context = pluginContext(environment)
  await using sessions = createSessions(context)
  const ready = isEmpty ? asItIs : prepare
  await using system = await ready({ ...chosen, sessions, environment })
  const round = { ...chosen, options, environment, context, sessions, tests: system.tests }
  const { exitCode } = await runRound({ ...round, plan, ...(commands ? { commands } : {}) })
  system.afterReport?.(exitCode)
  return exitCode
}

/** What a run needs of what was chosen: the files as they were read take as much memory again as their plan. */
async function begin(
  options: RunOptions,
  environment: Environment
): Promise<
  Pick<Round, 'plan' | 'tests' | 'settings' | 'requests' | 'commands'> & { readonly isEmpty: boolean }
> {
  const chosen = await chooseTests(options, environment)
  const { inputs, requests, tests } = chosen
  const { plan, settings } = inputs
  const commands = commandsFor(tests, options, environment)
  tellProblems(chosen, environment)
  const isEmpty = hasNothingToRun(chosen)
  return { plan, tests, settings, requests, isEmpty, ...(commands ? { commands } : {}) }
}

/** Says what is doubtful. */
export function tellProblems({ problems }: Chosen, environment: Environment): void {
  const { stderr, mask } = environment
  if (problems.length > 0) stderr.write(renderDiagnostics(mask.value(problems), errorScreen(environment)))
}

/** Whether no test was chosen that is not to be skipped. */
export function hasNothingToRun({ tests }: Chosen): boolean {
  return tests.every(test => test.skip !== undefined)
}

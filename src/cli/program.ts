import { Command, CommanderError, Option } from 'commander'
import { UsageError } from '../errors/errors.ts'
import type { ExitCode } from '../errors/exit-code.ts'
import type { FileOption } from './command-options.ts'
import {
  collect,
  dataStoreOption,
  endpointOption,
  projectOptions,
  reporterOptions,
  runOptions,
  selectionOptions,
  sourceOptions,
  storeOptions
} from './command-options.ts'
import type { Environment } from './environment.ts'
import {
  CHECK_HELP,
  DOCTOR_HELP,
  EXEC_HELP,
  EXPLAIN_HELP,
  INIT_HELP,
  LIST_HELP,
  MERGE_HELP,
  PROGRAM_HELP,
  RUN_HELP,
  TRACE_HELP,
  VALIDATE_HELP
} from './help.ts'
import type {
  CheckOptions,
  DoctorOptions,
  ExplainOptions,
  InitOptions,
  ListOptions,
  MergeOptions,
  RunOptions,
  TraceOptions,
  ValidateOptions
} from './options.ts'
import { type Answer, addCompletion, addConfig, addSchema, addVersion, type Line } from './program-tools.ts'
import { withBailCount, withVariables } from './run-flags.ts'
import { checkGates, type TracetestOptions, tracetestOptions, withoutAlias } from './tracetest-options.ts'
import { usageError } from './usage-error.ts'
import { VERSION_LINE } from './version.ts'

/** Reads the words of a command line and runs the command they name. Rejects with `UsageError` where they name none. */
export async function runProgram(words: readonly string[], environment: Environment): Promise<ExitCode> {
  let exitCode: ExitCode = 0
  const answer: Answer = code => {
    exitCode = code
  }
  const program = buildProgram(environment, { words, answer })
  if (words.length === 0) {
    program.outputHelp()
    throw new UsageError('no command was given', { hint: 'try: tracerun run -f checkout.yaml' })
  }
  try {
    await program.parseAsync(withBailCount(words), { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    if (error.exitCode === 0) return 0
    const names = program.commands.map(command => command.name())
    throw usageError(error, words, names)
  }
  return exitCode
}

function buildProgram(environment: Environment, line: Line): Command {
  const { words } = line
  const program = new Command('tracerun')
    .description('Fires a request, waits for its distributed trace, checks it, fails the build.')
    .version(VERSION_LINE, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .configureHelp({ optionDescription: describeOption })
    .exitOverride()
    .configureOutput({
      writeOut: text => environment.stdout.write(text),
      writeErr: () => {},
      getOutHelpWidth: () => environment.stdout.columns ?? 100,
      getOutHasColors: () => false
    })
    .addHelpText('after', PROGRAM_HELP)
  const commands = new Map([
    ['run', addRun],
    ['exec', addExec],
    ['validate', addValidate],
    ['list', addList],
    ['check', addCheck],
    ['merge', addMerge],
    ['explain', addExplain],
    ['trace', addTrace],
    ['doctor', addDoctor],
    ['init', addInit],
    ['config', addConfig],
    ['schema', addSchema],
    ['completion', addCompletion],
    ['version', addVersion]
  ])
  const [first = ''] = words
  // Completion tells of the others. To describe them takes longer than to read the words.
  const asked = first === 'completion' ? undefined : commands.get(first)
  for (const add of asked ? [asked] : commands.values()) add(program, environment, line)
  return program
}

function addRun(program: Command, environment: Environment, { answer }: Line): void {
  const command = program
    .command('run')
    .description('run tests: fire their requests, wait for the traces, judge them')
    .argument('[files...]', 'files, directories, globs, or - for standard input')
  tracetestOptions(runOptions(command))
    .option('--watch', 'run again what each save of a file changes', false)
    .addHelpText('after', RUN_HELP)
    .action(
      async (
        files: readonly string[],
        given: Omit<RunOptions, 'files'> & FileOption & TracetestOptions & { readonly watch: boolean }
      ) => {
        const { environment: sets, requiredGates, watch, ...options } = given
        checkGates(requiredGates)
        if (sets.length > 0)
          environment.stderr.write('warning: -e, --environment is an older spelling of --vars\n')
        const vars = [...sets, ...options.vars]
        const told = { ...options, vars, files: withoutAlias(files, options.file) }
        const complete = withVariables(told, environment.variables)
        if (watch) {
          const { watchTests } = await import('./commands/watch-run.ts')
          answer(await watchTests(complete, environment))
        } else {
          const { runTests } = await import('./commands/run.ts')
          answer(await runTests(complete, environment))
        }
      }
    )
}

function addExec(program: Command, environment: Environment, { answer, words }: Line): void {
  const command = program
    .command('exec')
    .description('start the tested system, run tests against it, stop it')
    .usage('[options] -- COMMAND…')
    .argument('[command...]', 'what is started, after --: a program and its arguments')
  runOptions(command)
    .addHelpText('after', EXEC_HELP)
    .action(async (started: readonly string[], options: Omit<RunOptions, 'files'> & FileOption) => {
      const [first, ...rest] = words.includes('--') ? started : []
      if (first === undefined)
        throw new UsageError('exec: there is no command to start', {
          hint: 'it stands after --: tracerun exec -f checkout.yaml -- npm start'
        })
      const { execTests } = await import('./commands/exec.ts')
      const told = { ...options, files: options.file, command: [first, ...rest] } as const
      answer(await execTests(withVariables(told, environment.variables), environment))
    })
}

function addValidate(program: Command, environment: Environment, { answer }: Line): void {
  const command = program
    .command('validate')
    .description('say what is wrong with files, without any request')
    .argument('[files...]', 'files, directories, globs, or - for standard input')
  dataStoreOption(endpointOption(sourceOptions(command)))
    .addHelpText('after', VALIDATE_HELP)
    .action(async (files: readonly string[], options: Omit<ValidateOptions, 'files'> & FileOption) => {
      const { validateFiles } = await import('./commands/validate.ts')
      answer(await validateFiles({ ...options, files: [...files, ...options.file] }, environment))
    })
}

function addList(program: Command, environment: Environment, { answer }: Line): void {
  const command = program
    .command('list')
    .description('say which tests would be run, without any request')
    .argument('[files...]', 'files, directories, globs, or - for standard input')
  dataStoreOption(endpointOption(selectionOptions(sourceOptions(command))))
    .option('--json', 'print JSON instead', false)
    .addHelpText('after', LIST_HELP)
    .action(async (files: readonly string[], options: Omit<ListOptions, 'files'> & FileOption) => {
      const { listTests } = await import('./commands/list.ts')
      const told = { ...options, files: [...files, ...options.file] }
      answer(await listTests(withVariables(told, environment.variables), environment))
    })
}

function addCheck(program: Command, environment: Environment, { answer }: Line): void {
  const command = program
    .command('check')
    .description('judge a stored trace against a file, without any network')
    .argument('[files...]', 'files, directories, globs, or - for standard input')
  dataStoreOption(sourceOptions(command))
    .requiredOption('--trace <file>', 'the stored trace')
    .option('--test <name>', 'which test, where the files hold several')
    .option('--trace-id <id>', 'which trace, where the file holds several')
    .option('--watch', 'judge again each time one of the files is saved', false)
  reporterOptions(command)
    .addHelpText('after', CHECK_HELP)
    .action(async (files: readonly string[], options: Omit<CheckOptions, 'files'> & FileOption) => {
      const { checkTrace } = await import('./commands/check.ts')
      answer(await checkTrace({ ...options, files: [...files, ...options.file] }, environment))
    })
}

function addMerge(program: Command, environment: Environment, { answer }: Line): void {
  const command = program
    .command('merge')
    .description('make one report of the runs of several shards')
    .argument('<runs...>', 'folders such as copies of .tracerun/last, or JSON reports')
  reporterOptions(command)
    .option('--debug', 'say what happens inside, on standard error')
    .addHelpText('after', MERGE_HELP)
    .action(async (runs: readonly string[], options: Omit<MergeOptions, 'runs'>) => {
      const { mergeRuns } = await import('./commands/merge.ts')
      answer(await mergeRuns({ ...options, runs }, environment))
    })
}

function addExplain(program: Command, environment: Environment, { answer }: Line): void {
  const command = program
    .command('explain')
    .description('say what a selector matches in a trace, step by step')
    .argument('<selector>', 'such as span[service.name="cart"]')
    .requiredOption('--trace <file|id>', 'the stored trace, or the id of one in the data store')
    .option('--trace-id <id>', 'which trace, where the file holds several')
  projectOptions(storeOptions(command))
    .addHelpText('after', EXPLAIN_HELP)
    .action(async (selector: string, options: ExplainOptions) => {
      const { explainInTrace } = await import('./commands/explain.ts')
      answer(await explainInTrace(selector, options, environment))
    })
}

function addTrace(program: Command, environment: Environment, { answer }: Line): void {
  const command = program
    .command('trace')
    .description('draw a trace of the data store, or of a file')
    .argument('<id|file>', 'a trace id in any spelling, or a stored trace')
    .option('--json', 'print OTLP JSON instead', false)
    .option('--wait <duration>', 'look again until nothing new has come for so long, such as 10s')
    .option('--trace-id <id>', 'which trace, where the file holds several')
  projectOptions(storeOptions(command))
    .addHelpText('after', TRACE_HELP)
    .action(async (wanted: string, options: TraceOptions) => {
      const { showTrace } = await import('./commands/trace.ts')
      answer(await showTrace(wanted, options, environment))
    })
}

function addDoctor(program: Command, environment: Environment, { answer }: Line): void {
  const command = program
    .command('doctor')
    .description('find out whether traces can be read: reach the store, send a canary, find it again')
    .option('--otlp-endpoint <url>', 'where the canary is sent, as exporters send: http://localhost:4318')
    .option('--otlp-listen <host:port>', 'where the embedded receiver listens', collect, [])
  endpointOption(storeOptions(sourceOptions(command)))
    .addOption(new Option('-o, --output <format>', 'what standard output shows').choices(['pretty', 'json']))
    .addHelpText('after', DOCTOR_HELP)
    .action(async (options: Omit<DoctorOptions, 'files'> & FileOption) => {
      const { examine } = await import('./commands/doctor.ts')
      answer(await examine({ ...options, files: options.file }, environment))
    })
}

function addInit(program: Command, environment: Environment, { answer }: Line): void {
  const command = program
    .command('init')
    .description('send one request, and write a first test out of what its trace shows')
    .argument('[request...]', 'a URL, a curl command in quotes or after --, or - for standard input')
    .option('-f, --file <path>', 'where the test is written, such as tests/checkout.yaml')
    .option('-y, --yes', 'ask nothing: what is not said is assumed', false)
    .option('--no-send', 'send nothing: the test checks the answer alone')
    .option('--force', 'write over files that are there, tracerun.yaml and the workflow too', false)
    .addOption(new Option('--ci <kind>', 'the workflow to write').choices(['github', 'gitlab', 'none']))
    .option('--otlp-listen <host:port>', 'where the embedded receiver listens', collect, [])
    .option('--flush-delay <duration>', 'how long the system keeps ended spans before it sends them')
    .option('--timeout <duration>', 'how long to wait for the trace after the answer, such as 30s')
  dataStoreOption(command)
    .option('--debug', 'say what happens inside, on standard error')
    .addHelpText('after', INIT_HELP)
    .action(async (request: readonly string[], options: Omit<InitOptions, 'request'>) => {
      const { initProject } = await import('./commands/init.ts')
      answer(await initProject({ ...options, request }, environment))
    })
}

/** Defaults are said in words where they matter: an empty list says nothing. */
function describeOption({ description, argChoices }: Option): string {
  return argChoices ? `${description}: ${argChoices.join(' or ')}` : description
}

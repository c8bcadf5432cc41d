import type { Command } from 'commander'
import type { ExitCode } from '../errors/exit-code.ts'
import { configOptions } from './command-options.ts'
import type { Environment } from './environment.ts'
import { COMPLETION_HELP, CONFIG_HELP, SCHEMA_HELP } from './help.ts'
import type { ConfigOptions } from './options.ts'
import { VERSION_LINE } from './version.ts'

/** Hears how a command ended. */
export type Answer = (code: ExitCode) => void

/** A command line, and who hears how it ended. */
export interface Line {
  readonly answer: Answer
  readonly words: readonly string[]
}

/** `tracerun config`. */
export function addConfig(program: Command, environment: Environment, { answer }: Line): void {
  const command = program
    .command('config')
    .description('show every setting, its value, and who says it')
    .option('--show', 'what it does anyway', false)
    .option('--json', 'print JSON instead', false)
  configOptions(command)
    .addHelpText('after', CONFIG_HELP)
    .action(async (options: ConfigOptions) => {
      const { showConfig } = await import('./commands/config.ts')
      answer(await showConfig(options, environment))
    })
}

/** `tracerun completion`. */
export function addCompletion(program: Command, environment: Environment, { answer }: Line): void {
  program
    .command('completion')
    .description('print what a shell needs to complete commands and flags')
    .argument('<shell>', 'bash, zsh or fish')
    .addHelpText('after', COMPLETION_HELP)
    .action(async (shell: string) => {
      const [{ printCompletion }, { shapesOf }] = await Promise.all([
        import('./commands/completion.ts'),
        import('./completion/command-shape.ts')
      ])
      answer(printCompletion(shell, shapesOf(program), environment))
    })
}

/** `tracerun schema`. */
export function addSchema(program: Command, environment: Environment, { answer }: Line): void {
  program
    .command('schema')
    .description('print a JSON Schema')
    .argument('[name]', 'definition (the default), project, report or events')
    .addHelpText('after', SCHEMA_HELP)
    .action(async (name = 'definition') => {
      const { printSchema } = await import('./commands/schema.ts')
      answer(await printSchema(name, environment))
    })
}

/** `tracerun version`. */
export function addVersion(program: Command, environment: Environment): void {
  program
    .command('version')
    .description('print the version')
    .action(() => environment.stdout.write(`${VERSION_LINE}\n`))
}

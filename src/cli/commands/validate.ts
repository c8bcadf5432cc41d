import type { ExitCode } from '../../errors/exit-code.ts'
import type { Environment } from '../environment.ts'
import { readInputs } from '../inputs.ts'
import type { ValidateOptions } from '../options.ts'

/** `tracerun validate`: everything that can be said without a request. */
export async function validateFiles(options: ValidateOptions, environment: Environment): Promise<ExitCode> {
  const { plan, sourceNames, warnings } = await readInputs(options, environment)
  const { stdout, mask } = environment
  if (warnings.length > 0) {
    const [{ renderDiagnostics }, { outputScreen }] = await Promise.all([
      import('../../report/diagnostics.ts'),
      import('../screens.ts')
    ])
    stdout.write(renderDiagnostics(mask.value(warnings), outputScreen(environment)))
  }
  stdout.write(
    `${counted(plan.tests.length, 'test')} in ${counted(sourceNames.length, 'file')}: nothing is wrong\n`
  )
  const commands = plan.tests.filter(test => test.trigger.runsCommands && test.skip === undefined).length
  if (commands > 0)
    stdout.write(`${counted(commands, 'test')} would run a command of this machine: run needs --allow-exec\n`)
  return 0
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

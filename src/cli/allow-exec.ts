import type { Diagnostic } from '../errors/diagnostic.ts'
import { DefinitionError } from '../errors/errors.ts'
import type { PlannedTest } from '../plan/plan.ts'
import type { CommandSurroundings } from '../plugin/trigger.ts'
import type { Environment } from './environment.ts'
import { isOn } from './environment.ts'

/**
 * What the commands of tests get of this machine, where they may run. That is said by whoever starts tracerun, and by no
 * file: a pull request brings files of its own. Rejects with `DefinitionError` where a test needs it and nobody said so.
 */
export function commandsFor(
  tests: readonly PlannedTest[],
  { allowExec }: { readonly allowExec: boolean },
  { cwd, variables }: Environment
): CommandSurroundings | undefined {
  if (allowExec || isOn(variables['TRACERUN_ALLOW_EXEC'])) return { cwd, variables }
  const refused = tests.filter(test => test.trigger.runsCommands && test.skip === undefined)
  if (refused.length === 0) return undefined
  throw new DefinitionError(
    refused.map(
      ({ name, location }): Diagnostic => ({
        code: 'NOT_SUPPORTED',
        severity: 'error',
        message: `"${name}" runs a command of this machine, which was not allowed`,
        location,
        hint: 'read what it runs, then allow it: --allow-exec, or TRACERUN_ALLOW_EXEC=1; no file can'
      })
    )
  )
}

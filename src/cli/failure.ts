import { InternalError, TracerunError } from '../errors/errors.ts'
import type { ExitCode } from '../errors/exit-code.ts'
import type { Environment } from './environment.ts'
import { VERSION } from './version.ts'

/** Says on standard error what went wrong, and gives the exit code for it. */
export async function reportFailure(error: unknown, environment: Environment): Promise<ExitCode> {
  const { stderr, isDebug } = environment
  const { errorScreen } = await import('./screens.ts')
  const { renderBug, renderError } = await import('../report/errors.ts')
  const screen = errorScreen(environment)
  const masked = environment.mask.value(error)
  if (!(masked instanceof TracerunError) || masked instanceof InternalError) {
    const bug = masked instanceof InternalError ? (masked.cause ?? masked) : masked
    stderr.write(environment.mask.text(renderBug(bug, screen, { version: VERSION, isDebug })))
    return 70
  }
  stderr.write(environment.mask.text(renderError(masked, screen)))
  if (isDebug) stderr.write(`${masked.stack}\n`)
  return masked.exitCode
}

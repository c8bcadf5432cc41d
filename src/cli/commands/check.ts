import { UsageError } from '../../errors/errors.ts'
import type { ExitCode } from '../../errors/exit-code.ts'
import type { Environment } from '../environment.ts'
import type { CheckOptions } from '../options.ts'

/** `tracerun check`: judges a stored trace. */
export async function checkTrace(_options: CheckOptions, _environment: Environment): Promise<ExitCode> {
  throw new UsageError('check is being written')
}

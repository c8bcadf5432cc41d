import { UsageError } from '../../errors/errors.ts'
import type { ExitCode } from '../../errors/exit-code.ts'
import type { Environment } from '../environment.ts'
import type { ExplainOptions } from '../options.ts'

/** `tracerun explain`: says what a selector does to a stored trace. */
export async function explainInTrace(
  _selector: string,
  _options: ExplainOptions,
  _environment: Environment
): Promise<ExitCode> {
  throw new UsageError('explain is being written')
}

import type { ExitCode } from '../../errors/exit-code.ts'
import type { Environment } from '../environment.ts'
import type { ExecOptions } from '../options.ts'
import { startSystem } from '../start-system.ts'
import { runTests } from './run.ts'

/** `tracerun exec`: starts the system, runs the tests, stops the system. */
export function execTests(options: ExecOptions, environment: Environment): Promise<ExitCode> {
  return runTests(options, environment, unprepared => startSystem(options.command, unprepared))
}

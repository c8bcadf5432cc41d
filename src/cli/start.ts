import { setMaxListeners } from 'node:events'
import type { ReporterError } from '../errors/errors.ts'
import { type ExitCode, gravestExitCode } from '../errors/exit-code.ts'
import { createBugHandler } from './bug-handler.ts'
import { isOn, processEnvironment } from './environment.ts'
import { reportFailure } from './failure.ts'
import { runProgram } from './program.ts'
import { secretsOfSettings } from './setting-secrets.ts'

/** Runs a command line in this process and ends it with the exit code. */
export async function startProcess(host: NodeJS.Process, words: readonly string[]): Promise<void> {
  // Every waiting test listens to the one signal: their number is no leak, and no warning for users.
  setMaxListeners(0)
  const interruption = new AbortController()
  const interrupt = (): void => {
    if (interruption.signal.aborted) host.exit(130)
    interruption.abort(new Error('interrupted'))
  }
  host.on('SIGINT', interrupt)
  host.on('SIGTERM', interrupt)
  host.on('SIGHUP', interrupt)
  const { TRACERUN_DEBUG } = host.env
  const isDebug = words.includes('--debug') || isOn(TRACERUN_DEBUG)
  const lostOutput: ReporterError[] = []
  const environment = processEnvironment(host, {
    signal: interruption.signal,
    isDebug,
    onLostOutput: error => lostOutput.push(error)
  })
  environment.mask.add(secretsOfSettings(words, environment.variables))
  const endWith = async (exitCode: ExitCode): Promise<never> => {
    await Promise.all([drain(host.stdout), drain(host.stderr)])
    return host.exit(exitCode)
  }
  // Whatever no one has awaited is a bug, and is said like one.
  const onBug = createBugHandler({
    report: error => reportFailure(error, environment),
    say: text => environment.stderr.write(environment.mask.text(text)),
    end: () => void endWith(70)
  })
  host.on('uncaughtException', onBug)
  host.on('unhandledRejection', onBug)

  const exitCode = await runProgram(words, environment).catch((error: unknown) =>
    error === interruption.signal.reason ? 130 : reportFailure(error, environment)
  )
  await drain(host.stdout)
  // Streams tell of a write that failed only after it.
  await new Promise(setImmediate)
  const codes: ExitCode[] = [exitCode]
  for (const error of lostOutput) codes.push(await reportFailure(error, environment))
  await endWith(gravestExitCode(codes))
}

/** Pipes are written to in the background on some systems: what is still on its way must arrive. */
function drain(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise(resolve => {
    if (stream.destroyed || stream.writableLength === 0) resolve()
    else {
      stream.once('error', () => resolve())
      stream.write('', () => resolve())
    }
  })
}

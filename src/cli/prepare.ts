import type { Settings } from '../definition/settings.ts'
import { UsageError } from '../errors/errors.ts'
import type { ExitCode } from '../errors/exit-code.ts'
import type { PlannedTest } from '../plan/plan.ts'
import type { WaitTarget } from '../process/wait-for.ts'
import type { Sessions } from '../run/sessions.ts'
import type { Environment } from './environment.ts'

/** What is known before the first test: nothing was sent yet. */
export interface Unprepared {
  readonly tests: readonly PlannedTest[]
  readonly settings: Settings
  /** Backends that are opened here are those of the tests. */
  readonly sessions: Sessions
  readonly environment: Environment
}

/** The system under test is ready; disposing of this ends what was started for it. */
export interface PreparedSystem extends AsyncDisposable {
  /** As they are to be run. */
  readonly tests: readonly PlannedTest[]
  /** Called once the run was reported. */
  afterReport?(exitCode: ExitCode): void
}

/** Gets the system under test ready. */
export type Prepare = (unprepared: Unprepared) => Promise<PreparedSystem>

/** Nothing is done where nothing is to be run. */
export const asItIs: Prepare = ({ tests }) =>
  Promise.resolve({ tests, [Symbol.asyncDispose]: () => Promise.resolve() })

const DEFAULT_WAIT_MS = 60_000

/** Waits until all that is to be waited for answers. */
export const waitForSystem: Prepare = async unprepared => {
  const { settings, environment } = unprepared
  const { waitFor = [] } = settings
  if (waitFor.length > 0) {
    const { waitForAnswers } = await import('../process/wait-for.ts')
    await waitForAnswers(await namedTargets(settings), waitOptions(settings, environment))
  }
  return await asItIs(unprepared)
}

/** What the settings name. Rejects with `UsageError` where nobody could be asked there. */
export async function namedTargets({ waitFor = [] }: Settings): Promise<readonly WaitTarget[]> {
  const { parseWaitTarget } = await import('../process/wait-for.ts')
  return waitFor.map(({ value }) => {
    const target = parseWaitTarget(value)
    if (target !== undefined) return target
    throw new UsageError(`cannot wait for ${value}: that is no address`, {
      hint: 'write http://localhost:8080/health, or tcp://localhost:5432'
    })
  })
}

/** How long to wait, and by which clock. */
export function waitOptions(
  { waitTimeoutMs }: Settings,
  { clock, signal, debug }: Environment
): {
  readonly clock: Environment['clock']
  readonly signal: AbortSignal
  readonly timeoutMs: number
  readonly debug: Environment['debug']
} {
  return { clock, signal, timeoutMs: waitTimeoutMs?.value ?? DEFAULT_WAIT_MS, debug }
}

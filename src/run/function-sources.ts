import type { FunctionSources } from '../language/functions.ts'
import type { Clock } from '../plugin/context.ts'
import type { RandomBytes } from './trace-parent.ts'

/** What random functions and those of time read where no run has recorded it. */
export function functionSources({
  clock,
  random
}: {
  readonly clock: Clock
  readonly random: RandomBytes
}): FunctionSources {
  return {
    random: () => Buffer.from(random(6)).readUIntBE(0, 6) / 2 ** 48,
    nowUnixNano: () => clock.now()
  }
}

import type { BackendCaps, TraceBackend } from '../../plugin/trace-backend.ts'
import { forwardSecretsOf } from './forward-options.ts'
import type { OtlpOptions } from './options.ts'
import { OTLP_KINDS, OTLP_SCHEMA } from './options.ts'

const CAPS: BackendCaps = {
  isPushed: true,
  stepMs: { first: 250, longest: 1_500 },
  lookTimeoutMs: 5000,
  lagMs: 0,
  deadlineMs: 30_000,
  losses: [],
  findsLinks: true
}

/** Our own OTLP endpoint: the tested system sends its spans straight to the run. */
export const otlpBackend: TraceBackend<OtlpOptions> = {
  kinds: OTLP_KINDS,
  schema: OTLP_SCHEMA,
  files: [],
  secretsOf: ({ forward }) => (forward === undefined ? [] : forwardSecretsOf(forward)),
  caps: () => CAPS,
  // Servers are loaded when one is needed: most commands need none.
  open: async (options, context) => {
    const { openSession } = await import('./session.ts')
    return openSession(options, context)
  }
}

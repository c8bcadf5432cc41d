import type { BackendCaps, TraceBackend } from '../../plugin/trace-backend.ts'
import type { TempoOptions } from './options.ts'
import {
  exploreUrl,
  grpcOptionsOf,
  httpOptionsOf,
  isGrpc,
  parseTempoAddress,
  TEMPO_FILES,
  TEMPO_SCHEMA,
  tempoSecretsOf
} from './options.ts'

const CAPS: BackendCaps = {
  isPushed: false,
  stepMs: { first: 250, longest: 1500 },
  // A trace that is not there is looked for in every block of the object storage.
  lookTimeoutMs: 10_000,
  deadlineMs: 30_000,
  // Not in its blocks: a span has them only as long as it is in memory.
  losses: ['flags']
}

/** Grafana Tempo: traces are asked for by id. */
export const tempoBackend: TraceBackend<TempoOptions> = {
  kinds: ['tempo'],
  schema: TEMPO_SCHEMA,
  files: TEMPO_FILES,
  secretsOf: tempoSecretsOf,
  parseAddress: parseTempoAddress,
  caps: () => CAPS,
  open: async (options, context) => {
    if (isGrpc(options)) {
      const { openGrpcSession } = await import('./grpc-session.ts')
      return openGrpcSession(grpcOptionsOf(options), context)
    }
    const { openHttpSession } = await import('./session.ts')
    return openHttpSession(httpOptionsOf(options), context)
  },
  traceUrl: exploreUrl
}

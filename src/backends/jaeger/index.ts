import type { BackendCaps, TraceBackend } from '../../plugin/trace-backend.ts'
import { HTTP_STORE_FILES, httpSecretsOf } from '../http-options.ts'
import { JAEGER_JSON_LOSSES } from './losses.ts'
import type { JaegerOptions } from './options.ts'
import { grpcEndpointOf, httpOptionsOf, JAEGER_SCHEMA, pageOf, parseJaegerAddress } from './options.ts'

const CAPS: BackendCaps = {
  isPushed: false,
  stepMs: { first: 250, longest: 1_500 },
  lookTimeoutMs: 5_000,
  deadlineMs: 30_000,
  // Version 3 keeps everything; which of the two answers is known only from its answers.
  losses: []
}

/** Jaeger 1.x and 2.x, by HTTP or gRPC. */
export const jaegerBackend: TraceBackend<JaegerOptions> = {
  kinds: ['jaeger'],
  schema: JAEGER_SCHEMA,
  files: HTTP_STORE_FILES,
  secretsOf: httpSecretsOf,
  parseAddress: parseJaegerAddress,
  caps: options =>
    options.api === 'v1' && grpcEndpointOf(options) === undefined
      ? { ...CAPS, losses: JAEGER_JSON_LOSSES }
      : CAPS,
  open: async (options, context) => {
    const endpoint = grpcEndpointOf(options)
    if (endpoint !== undefined) {
      const { openGrpcSession } = await import('./grpc-session.ts')
      return openGrpcSession({ ...options, endpoint }, context)
    }
    const { openHttpSession } = await import('./session.ts')
    return openHttpSession(httpOptionsOf(options), context)
  },
  traceUrl: pageOf
}

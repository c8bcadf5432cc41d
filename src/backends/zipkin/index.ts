import type { BackendCaps, TraceBackend } from '../../plugin/trace-backend.ts'
import { HTTP_STORE_FILES, httpSecretsOf } from '../http-options.ts'
import { ZIPKIN_LOSSES } from './losses.ts'
import type { ZipkinOptions } from './options.ts'
import { pageOf, parseZipkinAddress, ZIPKIN_SCHEMA } from './options.ts'

const CAPS: BackendCaps = {
  isPushed: false,
  stepMs: { first: 250, longest: 1_500 },
  lookTimeoutMs: 5_000,
  deadlineMs: 30_000,
  losses: ZIPKIN_LOSSES
}

/** Zipkin 2.x and 3.x. */
export const zipkinBackend: TraceBackend<ZipkinOptions> = {
  kinds: ['zipkin'],
  schema: ZIPKIN_SCHEMA,
  files: HTTP_STORE_FILES,
  secretsOf: httpSecretsOf,
  parseAddress: parseZipkinAddress,
  caps: () => CAPS,
  open: async (options, context) => {
    const { openSession } = await import('./session.ts')
    return openSession(options, context)
  },
  traceUrl: pageOf
}

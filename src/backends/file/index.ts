import type { BackendCaps, TraceBackend } from '../../plugin/trace-backend.ts'
import type { FileOptions } from './options.ts'
import { FILE_PATHS, FILE_SCHEMA, parseFileAddress } from './options.ts'

const TAILED: BackendCaps = {
  isPushed: true,
  stepMs: { first: 250, longest: 1_500 },
  lookTimeoutMs: 5000,
  // The Collector's file exporter writes out once a second.
  lagMs: 1000,
  deadlineMs: 30_000,
  losses: [],
  findsLinks: true
}

// The first look is made at once; steps grow from the first one, which is therefore not 0.
const FINISHED: BackendCaps = { ...TAILED, isPushed: false, stepMs: { first: 1, longest: 1_500 }, lagMs: 0 }

/** Files of OTLP JSON lines, read on as they grow. */
export const fileBackend: TraceBackend<FileOptions> = {
  kinds: ['file'],
  schema: FILE_SCHEMA,
  files: FILE_PATHS,
  secretsOf: () => [],
  parseAddress: parseFileAddress,
  caps: ({ tail = true }) => (tail ? TAILED : FINISHED),
  open: async (options, context) => {
    const { openSession } = await import('./session.ts')
    return openSession(options, context)
  }
}

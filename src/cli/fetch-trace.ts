import { OTLP_KINDS } from '../backends/otlp/options.ts'
import { TraceError, UsageError } from '../errors/errors.ts'
import type { TraceId } from '../model/ids.ts'
import type { BoundBackend } from '../plan/plan.ts'
import type { TraceSession } from '../plugin/trace-backend.ts'
import type { LookUp } from '../run/look-up.ts'
import { lookUpTrace } from '../run/look-up.ts'
import type { BoundStore } from './bind-store.ts'
import { bindStore } from './bind-store.ts'
import type { Environment } from './environment.ts'
import type { StoreOptions } from './options.ts'
import { pluginContext } from './plugin-context.ts'

/** A trace out of a data store, and where a person looks at it. */
export interface FetchedTrace extends Omit<Extract<LookUp, { status: 'found' }>, 'status'> {
  /** What was asked. */
  readonly describe: string
  readonly url: string | undefined
}

/**
 * Fetches a trace by its id from the data store of the project. Rejects with `UsageError` where there is none to ask,
 * with `TraceError` where it does not have the trace, with `BackendError` where it cannot be asked.
 */
export async function fetchTrace(
  traceId: TraceId,
  options: StoreOptions & { readonly quietMs?: number },
  environment: Environment
): Promise<FetchedTrace> {
  const { quietMs = 0 } = options
  const store = await bindStore(options, environment)
  refuseReceiver(traceId, store)
  const { backend } = store
  await using session = await backend.open(pluginContext(environment))
  const { clock, signal } = environment
  const found = await lookUpTrace(session, traceId, { clock, signal, quietMs, caps: backend.caps })
  if (found.status !== 'found') throw missingTrace(found, { traceId, quietMs, session, backend })
  const { status: _, ...trace } = found
  return { ...trace, describe: session.describe, url: backend.traceUrl?.(traceId) }
}

/** The embedded receiver keeps nothing from one command to the next. */
function refuseReceiver(traceId: TraceId, { backend, chosenBy }: BoundStore): void {
  if (!OTLP_KINDS.includes(backend.kind)) return
  const what =
    chosenBy === undefined
      ? 'no data store is named'
      : `the data store \`${backend.kind}\` (${chosenBy}) is the receiver of a run, which keeps nothing`
  throw new UsageError(`there is nowhere to fetch trace ${traceId} from: ${what}`, {
    hint:
      'name one: --data-store jaeger=http://localhost:16686, or `dataStore` in tracerun.yaml; ' +
      'the traces of the last run are files in .tracerun/last'
  })
}

interface Missing {
  readonly traceId: TraceId
  readonly quietMs: number
  readonly session: TraceSession
  readonly backend: BoundBackend
}

function missingTrace(
  found: Exclude<LookUp, { status: 'found' }>,
  { traceId, quietMs, session, backend }: Missing
): TraceError {
  const url = backend.traceUrl?.(traceId)
  const asked = [`asked: ${session.describe}`, ...(url === undefined ? [] : [`in the backend: ${url}`])]
  if (found.status === 'busy')
    return new TraceError({
      code: 'TRACE_UNAVAILABLE',
      message: [`the data store gave no answer in substance: ${found.reason}`, ...asked].join('\n'),
      hint:
        quietMs > 0 ? 'Try again later.' : 'Try again later, or let it be asked again for a while: --wait 30s'
    })
  return new TraceError({
    code: 'TRACE_NOT_FOUND',
    message: [`the data store has no trace ${traceId}`, ...asked].join('\n'),
    hint:
      `${quietMs > 0 ? '' : 'It may still be on its way: --wait 30s. '}` +
      'Otherwise it was not sampled, went to another store, tenant or index, or is past its retention; ' +
      '`tracerun doctor` shows whether spans reach this store.'
  })
}

import { DecodeError } from '../../errors/decode-error.ts'
import { BackendError } from '../../errors/errors.ts'
import type { GrpcClient } from '../../grpc/client.ts'
import type { GrpcFailure } from '../../grpc/grpc-error.ts'
import { busyOrThrow } from '../../grpc/grpc-error.ts'
import type { TraceId } from '../../model/ids.ts'
import type { PluginContext } from '../../plugin/context.ts'
import type { BackendIdentity, FetchResult, TraceSession } from '../../plugin/trace-backend.ts'
import type { GrpcStoreOptions } from '../grpc-options.ts'
import { openGrpcClient } from '../grpc-options.ts'
import { NO_TRACE } from '../no-trace.ts'
import { decodeTempoTrace } from './decode.ts'
import { KnownFlags } from './known-flags.ts'
import { explainTenant } from './tenant.ts'

const METHOD = 'tempopb.Querier/FindTraceByID'

/**
 * Reads from Tempo by gRPC, as Tracetest does. The method is one that Tempo's own parts call one another by: it is not part of
 * its documented API. Opens no connection yet.
 */
export async function openGrpcSession(
  options: GrpcStoreOptions & { readonly endpoint: string },
  context: PluginContext
): Promise<TraceSession> {
  return new TempoGrpcSession(await openGrpcClient(options, context), options.endpoint)
}

class TempoGrpcSession implements TraceSession {
  readonly #client: GrpcClient
  readonly describe: string
  readonly #flags = new KnownFlags()

  constructor(client: GrpcClient, endpoint: string) {
    this.#client = client
    this.describe = `Tempo at ${endpoint} (gRPC, ${METHOD})`
  }

  async fetch(traceId: TraceId, signal: AbortSignal): Promise<FetchResult> {
    const answer = await this.#client.call(METHOD, requestOf(traceId), signal)
    if (answer.status === 'failed') {
      if (answer.code === 'NOT_FOUND') return { status: 'absent' }
      if (answer.code === 'UNIMPLEMENTED') throw noQuerier(answer.call, answer.details)
      return refuse(answer)
    }
    try {
      // Parts of one message that come apart are one message: protobuf joins them by joining their bytes.
      const { spans: answered, cut } = decodeTempoTrace('v2', 'protobuf', Buffer.concat(answer.messages))
      const spans = this.#flags.restore(traceId, answered)
      if (cut !== undefined)
        return { status: 'found', spans, completeness: 'truncated', note: `Tempo: ${cut}` }
      return spans.length === 0 ? { status: 'absent' } : { status: 'found', spans, completeness: 'unknown' }
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error
      throw new BackendError({
        code: 'BACKEND_BAD_RESPONSE',
        message: `${answer.call} was answered with what is no trace: ${error.problem} at ${error.at}`,
        hint: 'Is that the gRPC port of a Tempo, 9095 by default?',
        cause: error
      })
    }
  }

  /** Tempo says neither its version nor its time there: only that it answers. */
  async identify(signal: AbortSignal): Promise<BackendIdentity> {
    const result = await this.fetch(NO_TRACE, signal)
    if (result.status === 'busy')
      throw new BackendError({ code: 'BACKEND_UNREACHABLE', message: result.reason })
    return { protocol: 'gRPC' }
  }

  [Symbol.asyncDispose](): PromiseLike<void> {
    return this.#client[Symbol.asyncDispose]()
  }
}

function refuse(failure: GrpcFailure): FetchResult {
  try {
    return busyOrThrow(failure)
  } catch (error) {
    return explainTenant(error)
  }
}

/** `TraceByIDRequest`: traceID = 1. */
function requestOf(traceId: TraceId): Uint8Array {
  const id = Buffer.from(traceId, 'hex')
  return Buffer.concat([Buffer.from([0x0a, id.byteLength]), id])
}

function noQuerier(call: string, details: string): BackendError {
  return new BackendError({
    code: 'BACKEND_REJECTED',
    message: `${call} is not served there${details === '' ? '' : `: ${details}`}`,
    hint: 'Give Tempo’s HTTP API instead, which is the documented one: `type: http` and `http.url`, port 3200 by default.'
  })
}

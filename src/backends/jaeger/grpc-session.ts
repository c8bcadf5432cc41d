import { DecodeError } from '../../errors/decode-error.ts'
import { BackendError } from '../../errors/errors.ts'
import type { GrpcAnswer, GrpcClient } from '../../grpc/client.ts'
import type { GrpcFailure } from '../../grpc/grpc-error.ts'
import { busyOrThrow } from '../../grpc/grpc-error.ts'
import type { TraceId } from '../../model/ids.ts'
import type { Span } from '../../model/span.ts'
import { decodeOtlpProtobuf } from '../../otlp/decode.ts'
import type { PluginContext } from '../../plugin/context.ts'
import type { BackendIdentity, FetchResult, TraceSession } from '../../plugin/trace-backend.ts'
import type { GrpcStoreOptions } from '../grpc-options.ts'
import { openGrpcClient } from '../grpc-options.ts'
import { NO_TRACE } from '../no-trace.ts'
import { decodeJaegerChunk } from './decode-protobuf.ts'
import { JAEGER_MODEL_LOSSES } from './losses.ts'
import { JAEGER_SHARED_IDS, withoutOwnTags } from './span-from-jaeger.ts'

/** The two interfaces of Jaeger that give a trace by its id. */
type ApiVersion = 'v3' | 'v2'

/** Method of each version. */
export const METHODS: Readonly<Record<ApiVersion, string>> = {
  v3: 'jaeger.api_v3.QueryService/GetTrace',
  v2: 'jaeger.api_v2.QueryService/GetTrace'
}

/** Reads from Jaeger by gRPC. Opens no connection yet. */
export async function openGrpcSession(
  options: GrpcStoreOptions & { readonly endpoint: string },
  context: PluginContext
): Promise<TraceSession> {
  return new JaegerGrpcSession(await openGrpcClient(options, context), options.endpoint)
}

class JaegerGrpcSession implements TraceSession {
  readonly #client: GrpcClient
  readonly #endpoint: string
  #version: ApiVersion = 'v3'

  constructor(client: GrpcClient, endpoint: string) {
    this.#client = client
    this.#endpoint = endpoint
  }

  get describe(): string {
    return `Jaeger at ${this.#endpoint} (gRPC, ${METHODS[this.#version]})`
  }

  async fetch(traceId: TraceId, signal: AbortSignal): Promise<FetchResult> {
    const answer = await this.#ask(traceId, signal)
    if (answer.status === 'failed') return isAbsence(answer) ? { status: 'absent' } : busyOrThrow(answer)
    const spans = decode(this.#version, answer)
    if (spans.length === 0) return { status: 'absent' }
    return {
      status: 'found',
      spans,
      completeness: 'unknown',
      sharedIds: JAEGER_SHARED_IDS,
      ...(this.#version === 'v2' ? { losses: JAEGER_MODEL_LOSSES } : {})
    }
  }

  /** Jaeger says by gRPC neither its version nor its time: only which interface answers. */
  async identify(signal: AbortSignal): Promise<BackendIdentity> {
    const answer = await this.#ask(NO_TRACE, signal)
    if (answer.status === 'failed' && !isAbsence(answer)) {
      const { reason } = busyOrThrow(answer)
      throw new BackendError({ code: 'BACKEND_UNREACHABLE', message: reason })
    }
    return { protocol: `${this.#version} gRPC API` }
  }

  [Symbol.asyncDispose](): PromiseLike<void> {
    return this.#client[Symbol.asyncDispose]()
  }

  /** Version 3, or 2 where there is no 3. */
  async #ask(traceId: TraceId, signal: AbortSignal): Promise<GrpcAnswer> {
    if (this.#version === 'v2') return this.#client.call(METHODS.v2, requestOf('v2', traceId), signal)
    const first = await this.#client.call(METHODS.v3, requestOf('v3', traceId), signal)
    if (first.status === 'answered' || first.code !== 'UNIMPLEMENTED') return first
    const second = await this.#client.call(METHODS.v2, requestOf('v2', traceId), signal)
    if (second.status === 'failed' && second.code === 'UNIMPLEMENTED') throw noJaeger(first, this.#endpoint)
    this.#version = 'v2'
    return second
  }
}

/** `GetTraceRequest`: trace_id = 1, in hexadecimal for version 3 and as bytes for version 2; raw_traces = 4. */
export function requestOf(version: ApiVersion, traceId: TraceId): Uint8Array {
  const id = Buffer.from(traceId, version === 'v3' ? 'ascii' : 'hex')
  // As stored: adjusters would move times for what they think is skew.
  return Buffer.concat([Buffer.from([0x0a, id.byteLength]), id, Buffer.from([0x20, 1])])
}

/** Some versions wrap what they say, and so lose its code. */
function isAbsence({ code, details }: GrpcFailure): boolean {
  return code === 'NOT_FOUND' || (code === 'UNKNOWN' && /trace not found/i.test(details))
}

function decode(
  version: ApiVersion,
  { messages, call }: Extract<GrpcAnswer, { status: 'answered' }>
): readonly Span[] {
  try {
    const read = version === 'v3' ? readOtlp : decodeJaegerChunk
    return messages.flatMap(read)
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error
    throw new BackendError({
      code: 'BACKEND_BAD_RESPONSE',
      message: `${call} was answered with what is no trace: ${error.problem} at ${error.at}`,
      hint: 'Is that the gRPC port of Jaeger, 16685 by default?',
      cause: error
    })
  }
}

function readOtlp(message: Uint8Array): readonly Span[] {
  return decodeOtlpProtobuf(message).map(withoutOwnTags)
}

function noJaeger({ call, code, details }: GrpcFailure, endpoint: string): BackendError {
  return new BackendError({
    code: 'BACKEND_REJECTED',
    message: `there is no Jaeger at ${endpoint}: ${call} was answered with ${code}: ${details}, and ${METHODS.v2} is not served either`,
    hint: 'Its gRPC port for queries is 16685 by default; 4317 and 14250 only take spans.'
  })
}

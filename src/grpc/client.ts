import type { Client, ServiceError } from '@grpc/grpc-js'
import { compressionAlgorithms, Metadata, status as STATUS } from '@grpc/grpc-js'
import pRetry from 'p-retry'
import { BackendError } from '../errors/errors.ts'
import type { HeaderPair, TlsSettings } from '../http/client.ts'
import { createChannel } from './channel.ts'
import { connectionFailureOf } from './connection-failure.ts'
import type { GrpcFailure } from './grpc-error.ts'
import { givenUp } from './grpc-error.ts'

/** Whom to call, and how. */
export interface GrpcClientOptions {
  /** `host:port` */
  readonly endpoint: string
  /** Absent: plaintext. */
  readonly tls?: TlsSettings & { readonly verifies: boolean }
  /** Values of names that end in `-bin` are base64. */
  readonly headers: readonly HeaderPair[]
  readonly compression?: 'gzip' | 'deflate' | undefined
  /** Waits for a connection as long as the signal lets it. */
  readonly waitsForReady?: boolean
  readonly maxAnswerBytes?: number
}

/** What a call came to: its messages as they are on the wire, or why there are none. */
export type GrpcAnswer =
  | { readonly status: 'answered'; readonly messages: readonly Uint8Array[]; readonly call: string }
  | GrpcFailure

/** A channel to one server. Rejects only with `BackendError`, where the signal ends a call. */
export interface GrpcClient extends AsyncDisposable {
  /** Calls a method with one message for as many as there are: `jaeger.api_v3.QueryService/GetTrace`. */
  call(method: string, request: Uint8Array, signal: AbortSignal): Promise<GrpcAnswer>
}

const MAX_ANSWER_BYTES = 256 * 1024 * 1024
/** Servers may answer with codes that gRPC does not know. */
const NAMES: Readonly<Record<number, string | undefined>> = STATUS
const RETRIES = { retries: 2, minTimeout: 100, factor: 3 }

/** Opens nothing yet: the connection is made by the first call and closed with the client. */
export function createGrpcClient(options: GrpcClientOptions): GrpcClient {
  const { endpoint } = options
  const maxBytes = options.maxAnswerBytes ?? MAX_ANSWER_BYTES
  const metadata = metadataOf(options)
  const client = openChannel(options, maxBytes)
  let wasAnswered = false

  async function call(method: string, request: Uint8Array, signal: AbortSignal): Promise<GrpcAnswer> {
    const name = `${endpoint} ${method}`
    const attempt = async (): Promise<GrpcAnswer> => {
      signal.throwIfAborted()
      try {
        const messages = await collect(client, method, request, metadata.clone(), maxBytes, signal)
        wasAnswered = true
        return { status: 'answered', messages, call: name }
      } catch (error) {
        signal.throwIfAborted()
        if (!isServiceError(error)) throw error
        const failure = failureOf(error, name, options, wasAnswered)
        if (failure.code !== 'UNAVAILABLE') wasAnswered = true
        if (isWorthAnother(failure)) throw new Unavailable(failure)
        return failure
      }
    }
    try {
      return await pRetry(attempt, {
        ...RETRIES,
        signal,
        shouldRetry: ({ error }) => error instanceof Unavailable
      })
    } catch (error) {
      if (signal.aborted) throw givenUp(name, signal.reason)
      if (error instanceof Unavailable) return error.failure
      throw error
    }
  }

  return {
    call,
    [Symbol.asyncDispose]: () => {
      client.close()
      return Promise.resolve()
    }
  }
}

/** Carries a failure past p-retry, which retries what is thrown. */
class Unavailable extends Error {
  readonly failure: GrpcFailure
  constructor(failure: GrpcFailure) {
    super(failure.details)
    this.failure = failure
  }
}

/** A stream of one message is what a unary call answers on the wire: one way serves both. */
function collect(
  client: Client,
  method: string,
  request: Uint8Array,
  metadata: Metadata,
  maxBytes: number,
  signal: AbortSignal
): Promise<readonly Uint8Array[]> {
  return new Promise((resolve, reject) => {
    const asIs = (bytes: Buffer): Buffer => bytes
    const call = client.makeServerStreamRequest(`/${method}`, asIs, asIs, Buffer.from(request), metadata)
    const messages: Uint8Array[] = []
    let size = 0
    let isOk = false
    let isRead = false
    const stop = (): void => call.cancel()
    const settle = (): void => {
      if (!isOk || !isRead) return
      signal.removeEventListener('abort', stop)
      resolve(messages)
    }
    signal.addEventListener('abort', stop, { once: true })
    call.on('data', (message: Buffer) => {
      size += message.byteLength
      messages.push(message)
      if (size > maxBytes) {
        reject(tooLarge(maxBytes))
        call.cancel()
      }
    })
    // Nothing is an answer before both are here: the last message, and the word that it was the last.
    call.on('end', () => {
      isRead = true
      settle()
    })
    call.on('status', ({ code }) => {
      isOk = code === STATUS.OK
      settle()
    })
    call.on('error', error => {
      signal.removeEventListener('abort', stop)
      reject(error)
    })
  })
}

function tooLarge(maxBytes: number): ServiceError {
  const details = `the messages of the answer are larger than max (${maxBytes} bytes)`
  return Object.assign(new Error(details), {
    code: STATUS.RESOURCE_EXHAUSTED,
    details,
    metadata: new Metadata()
  })
}

function isServiceError(error: unknown): error is ServiceError {
  return error instanceof Error && 'code' in error && 'details' in error && 'metadata' in error
}

function failureOf(
  error: ServiceError,
  call: string,
  { endpoint, tls, headers }: GrpcClientOptions,
  wasAnswered: boolean
): GrpcFailure {
  const code = NAMES[error.code] ?? `status ${error.code}`
  const details = error.details.replace(/\s+/g, ' ').trim()
  const connection =
    code === 'UNAVAILABLE' ? connectionFailureOf(details, endpoint, tls === undefined) : undefined
  const pushback = Number(error.metadata.get('grpc-retry-pushback-ms')[0] ?? Number.NaN)
  return {
    status: 'failed',
    code,
    details,
    call,
    wasAnswered,
    hasCredentials: headers.length > 0,
    ...(connection === undefined ? {} : { connection }),
    ...(pushback >= 0 ? { retryAfterMs: pushback } : {})
  }
}

function isWorthAnother({ code, connection, retryAfterMs }: GrpcFailure): boolean {
  return code === 'UNAVAILABLE' && (connection?.isTransient ?? true) && retryAfterMs === undefined
}

function openChannel({ endpoint, tls, compression }: GrpcClientOptions, maxAnswerBytes: number): Client {
  try {
    return createChannel(
      { endpoint, maxAnswerBytes, ...(tls === undefined ? {} : { tls }) },
      {
        // Its tries are ours: a connection that is refused is tried again within the same look.
        'grpc.initial_reconnect_backoff_ms': RETRIES.minTimeout,
        ...(compression === undefined
          ? {}
          : { 'grpc.default_compression_algorithm': compressionAlgorithms[compression] })
      }
    )
  } catch (error) {
    throw new BackendError({
      code: 'BACKEND_REJECTED',
      message: `the \`tls\` settings for ${endpoint} cannot be used: ${error instanceof Error ? error.message : String(error)}`,
      hint: 'The files must be PEM, and the key must be the one of the certificate.',
      cause: error
    })
  }
}

function metadataOf({ headers, waitsForReady, endpoint }: GrpcClientOptions): Metadata {
  const metadata = new Metadata({ waitForReady: waitsForReady ?? false })
  for (const [name, value] of headers)
    try {
      metadata.add(name, name.toLowerCase().endsWith('-bin') ? Buffer.from(value, 'base64') : value)
    } catch (error) {
      throw new BackendError({
        code: 'BACKEND_REJECTED',
        message: `the header "${name}" cannot be sent to ${endpoint}: gRPC knows lower-case letters, digits, "-", "_" and "." in names, and printable ASCII in values`,
        hint: 'Other values travel as base64, under a name that ends in `-bin`.',
        cause: error
      })
    }
  return metadata
}

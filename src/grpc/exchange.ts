import type { ServiceError } from '@grpc/grpc-js'
import { Metadata, status as STATUS } from '@grpc/grpc-js'
import type { HeaderPair } from '../http/client.ts'
import type { ChannelOptions } from './channel.ts'
import { createChannel } from './channel.ts'
import { isBinary } from './metadata.ts'

/** One call, of whatever kind: on the wire all four are a stream of messages each way. */
export interface GrpcCall {
  /** `/shop.v1.Shop/GetCart` */
  readonly path: string
  readonly messages: readonly Uint8Array[]
  /** Values of names that end in `-bin` are base64. Of names that repeat, all are sent. */
  readonly metadata: readonly HeaderPair[]
  /** In milliseconds since the epoch. */
  readonly deadlineUnixMs?: number
  /** Told how many messages have come, at each. */
  readonly onMessage?: (count: number) => void
}

/** What came of a call. */
export interface GrpcOutcome {
  /** The numeric code of gRPC. */
  readonly code: number
  /** Its name: `NOT_FOUND`. */
  readonly codeName: string
  readonly details: string
  readonly headers: readonly HeaderPair[]
  readonly trailers: readonly HeaderPair[]
  /** As they are on the wire. */
  readonly messages: readonly Uint8Array[]
  /** The server said nothing of the kind: our side made this status up, since the call broke. */
  readonly isMadeUp: boolean
}

/** Calls on one channel: no retry, no opinion on the outcome. */
export interface GrpcCaller extends AsyncDisposable {
  /** Rejects with the signal's reason where it is aborted. */
  call(call: GrpcCall, signal: AbortSignal): Promise<GrpcOutcome>
}

const NAMES: Readonly<Record<number, string | undefined>> = STATUS
/** Small ones take far more memory than bytes. */
const MAX_MESSAGES = 100_000

/** Opens nothing yet. Throws what Node says of TLS settings that cannot be used. */
export function createGrpcCaller(options: ChannelOptions): GrpcCaller {
  const channel = createChannel(options, { 'grpc.enable_retries': 0 })

  async function call(one: GrpcCall, signal: AbortSignal): Promise<GrpcOutcome> {
    signal.throwIfAborted()
    return await new Promise((resolve, reject) => {
      const asIs = (bytes: Buffer): Buffer => bytes
      const { deadlineUnixMs } = one
      const stream = channel.makeBidiStreamRequest(one.path, asIs, asIs, toMetadata(one.metadata), {
        ...(deadlineUnixMs === undefined ? {} : { deadline: new Date(deadlineUnixMs) })
      })
      const messages: Uint8Array[] = []
      let headers: readonly HeaderPair[] | undefined
      let size = 0
      let isRead = false
      let end: Pick<ServiceError, 'code' | 'details' | 'metadata'> | undefined
      const stop = (): void => stream.cancel()
      const settle = (): void => {
        // Nothing is an answer before both are here: the last message, and the word that it was the last.
        if (end === undefined || !(isRead || end.code !== STATUS.OK)) return
        signal.removeEventListener('abort', stop)
        if (signal.aborted) reject(signal.reason as Error)
        else resolve(outcomeOf(end, headers, messages))
      }
      signal.addEventListener('abort', stop, { once: true })
      stream.on('metadata', (metadata: Metadata) => {
        headers = pairsOf(metadata)
      })
      stream.on('data', (message: Buffer) => {
        size += message.byteLength
        messages.push(message)
        one.onMessage?.(messages.length)
        if (size <= options.maxAnswerBytes && messages.length <= MAX_MESSAGES) return
        const bounds = `${options.maxAnswerBytes / 1024 / 1024} MiB, ${MAX_MESSAGES} messages`
        const details = `the answer is larger than what is read (${bounds})`
        end = { code: STATUS.RESOURCE_EXHAUSTED, details, metadata: new Metadata() }
        settle()
        stream.cancel()
      })
      stream.on('end', () => {
        isRead = true
        settle()
      })
      stream.on('status', status => {
        end ??= status
        settle()
      })
      stream.on('error', (error: ServiceError) => {
        end ??= error
        settle()
      })
      for (const message of one.messages) stream.write(Buffer.from(message))
      stream.end()
    })
  }

  return {
    call,
    [Symbol.asyncDispose]: () => {
      channel.close()
      return Promise.resolve()
    }
  }
}

function toMetadata(pairs: readonly HeaderPair[]): Metadata {
  const metadata = new Metadata()
  for (const [key, value] of pairs) metadata.add(key, isBinary(key) ? Buffer.from(value, 'base64') : value)
  return metadata
}

function pairsOf(metadata: Metadata): readonly HeaderPair[] {
  return Object.keys(metadata.toJSON()).flatMap(key =>
    metadata
      .get(key)
      .map((value): HeaderPair => [key, typeof value === 'string' ? value : value.toString('base64')])
  )
}

function outcomeOf(
  { code, details, metadata }: Pick<ServiceError, 'code' | 'details' | 'metadata'>,
  headers: readonly HeaderPair[] | undefined,
  messages: readonly Uint8Array[]
): GrpcOutcome {
  const trailers = pairsOf(metadata)
  // What a server ends with may be no number, and what grpc-js cannot unpack has no code at all.
  if (!Number.isInteger(code)) {
    const words = {
      code: STATUS.UNKNOWN,
      codeName: 'UNKNOWN',
      details: details || 'its end has no status that gRPC knows'
    }
    return { ...words, headers: headers ?? [], trailers, messages, isMadeUp: true }
  }
  return {
    code,
    codeName: NAMES[code] ?? `status ${code}`,
    details,
    headers: headers ?? [],
    trailers,
    messages,
    isMadeUp: code !== STATUS.OK && trailers.length === 0 && (headers === undefined || BROKEN.test(details))
  }
}

/** What grpc-js says of a call that broke after the headers had come; a server that ends one says what it likes. */
const BROKEN =
  /^(?:Connection dropped|Stream refused by server|Call cancelled|Received RST_STREAM with code|Bandwidth exhausted or memory limit exceeded|Deadline exceeded after|Received message (?:larger than max|that decompresses to)|Failed to decompress|the answer is larger than|.*\b(?:ECONNRESET|ETIMEDOUT|EPIPE)\b)/

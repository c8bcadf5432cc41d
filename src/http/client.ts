import { promisify } from 'node:util'
import { brotliDecompress, gunzip, inflate, inflateRaw } from 'node:zlib'
import pRetry from 'p-retry'
import { Agent } from 'undici'
import { AnswerTooLarge, describeHttpFailure } from './http-error.ts'

export type HeaderPair = readonly [name: string, value: string]

/** One request, as it goes out. */
export interface HttpRequest {
  /** Scheme, host and port. */
  readonly origin: string
  /** Path and query, already encoded. */
  readonly path: string
  readonly method: string
  /** In this order; names may repeat. */
  readonly headers: readonly HeaderPair[]
  readonly body?: Uint8Array
}

/** One answer; its body is decoded from what `content-encoding` says, its headers are as they came. */
export interface HttpAnswer {
  readonly status: number
  readonly statusText: string
  readonly headers: readonly HeaderPair[]
  readonly body: Uint8Array
}

export interface HttpClientOptions {
  readonly verifiesTls: boolean
  /** Of an answer's body, before and after decoding. */
  readonly maxBodyBytes: number
  readonly connectTimeoutMs?: number
}

/** Connections to any number of hosts. Rejects with what undici threw, for `http-error.ts` to explain. */
export interface HttpClient extends AsyncDisposable {
  /** Sends once, follows nothing, retries nothing. */
  send(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer>
  /** Sends again, twice at most, where no answer came or a 5xx did. For requests that change nothing. */
  sendRetrying(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer>
}

const DEFAULT_CONNECT_TIMEOUT_MS = 10_000
const RETRIES = { retries: 2, minTimeout: 100, factor: 3 }
/** More than anybody sends; each is one more way to blow up. */
const MAX_ENCODINGS = 3

/** Opens nothing yet: connections are made by requests and closed with the client. */
export function createHttpClient(options: HttpClientOptions): HttpClient {
  // Timeouts of the whole are the caller's, by signal: undici's own would cut an answer that is merely slow.
  const agent = new Agent({
    connect: {
      rejectUnauthorized: options.verifiesTls,
      // Node's own 250 ms give up on hosts that are merely far away.
      autoSelectFamilyAttemptTimeout: 2000,
      timeout: options.connectTimeoutMs ?? DEFAULT_CONNECT_TIMEOUT_MS
    },
    headersTimeout: 0,
    bodyTimeout: 0
  })

  async function send(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
    signal.throwIfAborted()
    const answer = await agent.request({
      origin: request.origin,
      path: request.path,
      method: request.method,
      headers: request.headers.flatMap(([name, value]) => [name, toWireText(value)]),
      body: request.body ?? null,
      signal,
      responseHeaders: 'raw'
    })
    const headers = pairs(answer.headers as unknown as readonly string[])
    const raw = await readBody(answer.body, options.maxBodyBytes)
    return {
      status: answer.statusCode,
      statusText: answer.statusText,
      headers,
      body: await decodeBody(raw, headers, options.maxBodyBytes)
    }
  }

  async function sendRetrying(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
    let answered: HttpAnswer | undefined
    const attempt = async (): Promise<HttpAnswer> => {
      answered = undefined
      answered = await send(request, signal)
      if (answered.status >= 500) throw new Error(`status ${answered.status}`)
      return answered
    }
    try {
      return await pRetry(attempt, {
        ...RETRIES,
        signal,
        shouldRetry: ({ error }) =>
          !signal.aborted &&
          (answered !== undefined || describeHttpFailure(error, request.origin).isTransient)
      })
    } catch (error) {
      if (answered !== undefined && !signal.aborted) return answered
      throw error
    }
  }

  return { send, sendRetrying, [Symbol.asyncDispose]: () => agent.destroy() }
}

/** Header values travel as bytes: what is not ASCII goes out as UTF-8. */
function toWireText(value: string): string {
  return Buffer.from(value, 'utf8').toString('latin1')
}

function pairs(flat: readonly string[]): HeaderPair[] {
  const result: HeaderPair[] = []
  for (let index = 0; index + 1 < flat.length; index += 2)
    result.push([flat[index]!, fromWireText(flat[index + 1]!)])
  return result
}

/** The bytes as UTF-8, or as they are where they are not. */
function fromWireText(value: string): string {
  const text = Buffer.from(value, 'latin1').toString('utf8')
  return text.includes('\ufffd') ? value : text
}

async function readBody(body: AsyncIterable<Uint8Array>, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body) {
    size += chunk.byteLength
    if (size > maxBytes) throw new AnswerTooLarge(maxBytes)
    chunks.push(chunk)
  }
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, size)
}

async function decodeBody(
  raw: Uint8Array,
  headers: readonly HeaderPair[],
  maxBytes: number
): Promise<Uint8Array> {
  const encodings = headers
    .filter(([name]) => name.toLowerCase() === 'content-encoding')
    .flatMap(([, value]) => value.toLowerCase().split(','))
    .map(encoding => encoding.trim())
  if (raw.byteLength === 0 || encodings.length > MAX_ENCODINGS) return raw
  let body = raw
  for (const encoding of encodings.reverse()) {
    const decode = decoderOf(encoding, body)
    if (decode === undefined) return body
    try {
      body = await decode(body, { maxOutputLength: maxBytes })
    } catch (error) {
      if (error instanceof RangeError) throw new AnswerTooLarge(maxBytes)
      throw error
    }
  }
  return body
}

type Decoder = (bytes: Uint8Array, options: { maxOutputLength: number }) => Promise<Uint8Array>

/** Nothing for `identity` and for encodings that are not known: such a body stays as it came. */
function decoderOf(encoding: string, bytes: Uint8Array): Decoder | undefined {
  switch (encoding) {
    case 'gzip':
    case 'x-gzip':
      return promisify(gunzip)
    case 'br':
      return promisify(brotliDecompress)
    case 'deflate':
      // Some servers leave out the zlib header, whose low half-byte is always 8.
      return (bytes[0]! & 0x0f) === 8 ? promisify(inflate) : promisify(inflateRaw)
    default:
      return undefined
  }
}

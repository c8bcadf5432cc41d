import { promisify } from 'node:util'
import { brotliDecompress, gunzip, inflate, inflateRaw } from 'node:zlib'
import type { Dispatcher } from 'undici'
import { Agent, EnvHttpProxyAgent } from 'undici'
import { AnswerTooLarge } from './http-error.ts'

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

export type TlsVersion = 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3'

/** How a TLS connection is made: whom we trust, and who we are. PEM texts. */
export interface TlsSettings {
  readonly ca?: Uint8Array
  readonly cert?: Uint8Array
  readonly key?: Uint8Array
  readonly serverName?: string
  readonly minVersion?: TlsVersion
  readonly maxVersion?: TlsVersion
}

export interface HttpClientOptions {
  readonly verifiesTls: boolean
  readonly tls?: TlsSettings
  /** Of an answer's body, before and after decoding. */
  readonly maxBodyBytes: number
  readonly connectTimeoutMs?: number
  /** How long a connection is kept for the next request, whatever the server promises; absent: as long as it promises. */
  readonly keepAliveMs?: number
  /** By way of the proxies that the environment names: `HTTPS_PROXY`, `HTTP_PROXY`, `NO_PROXY`. */
  readonly usesProxies?: boolean
}

/** Connections to any number of hosts. Rejects with what undici threw, for `http-error.ts` to explain. */
export interface HttpClient extends AsyncDisposable {
  /** Sends once, follows nothing, retries nothing. */
  send(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer>
}

const DEFAULT_CONNECT_TIMEOUT_MS = 10_000
/** More than anybody sends; each is one more way to blow up. */
const MAX_ENCODINGS = 3

/** Opens nothing yet: connections are made by requests and closed with the client. */
export function createHttpClient(options: HttpClientOptions): HttpClient {
  const agent = createAgent(options)

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
      // By way of a proxy that speaks plain HTTP, undici gives none.
      statusText: (answer.statusText as string | undefined) ?? '',
      headers,
      body: await decodeBody(raw, headers, options.maxBodyBytes)
    }
  }

  return { send, [Symbol.asyncDispose]: () => agent.destroy() }
}

function createAgent({
  verifiesTls,
  tls = {},
  connectTimeoutMs,
  keepAliveMs,
  usesProxies
}: HttpClientOptions): Dispatcher {
  const { serverName, ...rest } = tls
  const connect = {
    ...(rest as { ca?: Buffer; cert?: Buffer; key?: Buffer }),
    ...(serverName === undefined ? {} : { servername: serverName }),
    rejectUnauthorized: verifiesTls,
    // Node's own 250 ms give up on hosts that are merely far away.
    autoSelectFamilyAttemptTimeout: 2000,
    timeout: connectTimeoutMs ?? DEFAULT_CONNECT_TIMEOUT_MS
  }
  // Timeouts of the whole are the caller's, by signal: undici's own would cut an answer that is merely slow.
  const options = {
    connect,
    headersTimeout: 0,
    bodyTimeout: 0,
    ...(keepAliveMs === undefined ? {} : { keepAliveTimeout: keepAliveMs, keepAliveMaxTimeout: keepAliveMs })
  }
  // Many proxies refuse a tunnel to a port that is not for TLS.
  return usesProxies
    ? new EnvHttpProxyAgent({ ...options, requestTls: connect, proxyTunnel: false })
    : new Agent(options)
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

import pRetry from 'p-retry'
import { BackendError } from '../errors/errors.ts'
import type { HeaderPair, HttpAnswer, HttpClient, HttpRequest, TlsSettings } from './client.ts'
import { createHttpClient } from './client.ts'
import { describeHttpFailure, toBackendError } from './http-error.ts'
import { excerptOf, refusalOf, statusOf } from './look-refusal.ts'
import { retryAfterMs } from './retry-after.ts'
import { parseTarget, withQuery } from './target.ts'

/** Whom to look at, and how. */
export interface LookClientOptions {
  /** With scheme; may have a path, which goes before every other. */
  readonly baseUrl: string
  readonly headers: readonly HeaderPair[]
  /** Credentials that go into the query of every request, and into no message. */
  readonly query?: readonly HeaderPair[]
  readonly tls?: TlsSettings & { readonly verifies: boolean }
  readonly maxBodyBytes?: number
  readonly nowUnixMs: () => number
}

/** What a look is: the request in words, for messages, and what came of it. */
export type LookAnswer =
  | { readonly status: 'answered'; readonly answer: HttpAnswer; readonly request: string }
  | { readonly status: 'busy'; readonly reason: string; readonly retryAfterMs?: number }

export interface LookRequest {
  readonly accept: string
  readonly signal: AbortSignal
}

/** Reads from one store. Answers with 2xx, 404, 413 and 422; rejects only with `BackendError`. */
export interface LookClient extends AsyncDisposable {
  /** The path is below the base URL, and already encoded. */
  get(path: string, request: LookRequest): Promise<LookAnswer>
  /** The same with a body, of a request that changes nothing: a search. */
  post(
    path: string,
    request: LookRequest & { readonly contentType: string; readonly body: Uint8Array }
  ): Promise<LookAnswer>
}

const MAX_BODY_BYTES = 256 * 1024 * 1024
const RETRIES = { retries: 2, minTimeout: 100, factor: 3 }
/** Of these the adapter knows what they mean for a trace. */
const FOR_THE_ADAPTER = new Set([404, 413, 422])
const LATER = new Set([408, 425, 429])

/** Opens nothing yet: connections are made by looks and closed with the client. */
export function createLookClient(options: LookClientOptions): LookClient {
  const { origin, path: basePath } = parseTarget(options.baseUrl)
  const base = basePath.replace(/\/+$/, '')
  const client = openClient(options, origin)
  let wasAnswered = false

  async function look(request: HttpRequest, name: string, signal: AbortSignal): Promise<LookAnswer> {
    try {
      const answer = await sendRetrying(client, request, signal)
      wasAnswered = true
      return judge(answer, name, options)
    } catch (error) {
      if (error instanceof BackendError) throw error
      if (signal.aborted)
        throw new BackendError({
          code: 'BACKEND_UNREACHABLE',
          message: `${name} was given up`,
          cause: signal.reason
        })
      const failure = describeHttpFailure(error, origin)
      // A store that has answered before and now breaks off is starting again, or has too much to do.
      if (wasAnswered && breaksOff(failure.kind))
        return { status: 'busy', reason: `${name}: ${failure.message}` }
      throw toBackendError(error, name, origin)
    }
  }

  function requestFor(method: string, path: string, accept: string): HttpRequest {
    const query = options.query ?? []
    return {
      origin,
      method,
      path: query.reduce((all, [key, value]) => withQuery(all, key, value), `${base}${path}`),
      headers: [
        ['accept', accept],
        ['accept-encoding', 'gzip'],
        ['user-agent', 'tracerun'],
        ...options.headers
      ]
    }
  }

  return {
    get: (path, { accept, signal }) =>
      look(requestFor('GET', path, accept), `GET ${origin}${base}${path}`, signal),
    post: (path, { accept, signal, contentType, body }) => {
      const request = requestFor('POST', path, accept)
      const headers: readonly HeaderPair[] = [['content-type', contentType], ...request.headers]
      return look({ ...request, headers, body }, `POST ${origin}${base}${path}`, signal)
    },
    [Symbol.asyncDispose]: () => client[Symbol.asyncDispose]()
  }
}

function openClient(options: LookClientOptions, origin: string): HttpClient {
  const { verifies = true, ...tls } = options.tls ?? {}
  try {
    return createHttpClient({
      verifiesTls: verifies,
      tls,
      maxBodyBytes: options.maxBodyBytes ?? MAX_BODY_BYTES,
      usesProxies: !isLoopback(new URL(origin).hostname)
    })
  } catch (error) {
    throw new BackendError({
      code: 'BACKEND_UNREACHABLE',
      message: `a proxy that the environment names for ${origin} cannot be used: ${error instanceof Error ? error.message : String(error)}`,
      hint: 'HTTPS_PROXY and HTTP_PROXY hold a URL such as http://proxy.example.com:3128; NO_PROXY lists hosts to reach without one.',
      cause: error
    })
  }
}

/** Sends again, twice at most, where the connection broke or a 5xx came. */
async function sendRetrying(
  client: HttpClient,
  request: HttpRequest,
  signal: AbortSignal
): Promise<HttpAnswer> {
  let answered: HttpAnswer | undefined
  const attempt = async (): Promise<HttpAnswer> => {
    answered = undefined
    answered = await client.send(request, signal)
    if (answered.status >= 500 && retryAfterMs(answered.headers, 0) === undefined)
      throw new Error(statusOf(answered))
    return answered
  }
  try {
    return await pRetry(attempt, {
      ...RETRIES,
      signal,
      shouldRetry: ({ error }) =>
        !signal.aborted && (answered !== undefined || isWorthAnother(error, request.origin))
    })
  } catch (error) {
    if (answered !== undefined && !signal.aborted) return answered
    throw error
  }
}

function isWorthAnother(error: Error, origin: string): boolean {
  const { isTransient, kind } = describeHttpFailure(error, origin)
  return isTransient || breaksOff(kind)
}

function breaksOff(kind: string): boolean {
  return kind === 'reset' || kind === 'broken'
}

function judge(answer: HttpAnswer, name: string, options: LookClientOptions): LookAnswer {
  const { status, headers } = answer
  if ((status >= 200 && status < 300) || FOR_THE_ADAPTER.has(status))
    return { status: 'answered', answer, request: name }
  if (status >= 500 || LATER.has(status)) {
    const wait = retryAfterMs(headers, options.nowUnixMs())
    const excerpt = excerptOf(answer)
    return {
      status: 'busy',
      reason: `${name} was answered with ${statusOf(answer)}${excerpt === '' ? '' : `: ${excerpt}`}`,
      ...(wait === undefined ? {} : { retryAfterMs: wait })
    }
  }
  throw refusalOf(answer, name, options.headers.length > 0 || (options.query ?? []).length > 0)
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname.endsWith('.localhost') || /^127\.|^\[::1\]$/.test(hostname)
}

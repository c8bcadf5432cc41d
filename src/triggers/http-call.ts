import { TextDecoder } from 'node:util'
import { TriggerError } from '../errors/errors.ts'
import { basicHeader, type Credentials, credentialsOf } from '../http/auth.ts'
import type { HeaderPair, HttpAnswer, HttpClient, HttpRequest } from '../http/client.ts'
import { createHttpClient } from '../http/client.ts'
import { checkHeaderName } from '../http/headers.ts'
import { toTriggerError, UnsendableRequest } from '../http/http-error.ts'
import { MAX_REDIRECTS, nextRequest } from '../http/redirect.ts'
import { parseTarget, type Target, withoutUserInfo, withQuery } from '../http/target.ts'
import { readTls, UnusableTls } from '../http/tls-options.ts'
import type { Header, Response } from '../model/response.ts'
import type { PluginContext } from '../plugin/context.ts'
import type { TraceParent, TriggerContext, TriggerResult } from '../plugin/trigger.ts'
import type { HttpTargetOptions } from './http-options.ts'
import { abortedError } from './outcome.ts'

const MAX_BODY_BYTES = 32 * 1024 * 1024
/** Shorter than any server keeps a connection that rests: one that it is closing would fail the next request. */
const KEEP_ALIVE_MS = 500
/** These open tunnels or echo credentials; undici does not send the first, and proxies refuse the second. */
const REFUSED_METHODS = new Set(['CONNECT', 'TRACE'])

interface Prepared {
  readonly request: HttpRequest
  /** Names in lower case. */
  readonly secretHeaders: ReadonlySet<string>
  readonly warnings: readonly string[]
}

/** One request of a trigger that speaks HTTP. */
export interface HttpCall {
  readonly options: HttpTargetOptions
  readonly method: string
  /** Sent unless the test gives its own; names in lower case. */
  readonly defaultHeaders: readonly HeaderPair[]
  /** Where the options stand in the trigger, for what is said of them. */
  readonly optionsKey: string
  /** Rejects with `UnsendableRequest`. */
  readBody(): Promise<Uint8Array | undefined>
}

/** How a call is called in messages. */
export function callName({ method, options }: Pick<HttpCall, 'method' | 'options'>): string {
  return `${method.toUpperCase()} ${withoutUserInfo(options.url)}`
}

/** Sends the request once, follows redirects, and hands on whatever is answered. */
export async function sendHttpCall(
  call: HttpCall,
  parent: TraceParent,
  context: TriggerContext
): Promise<TriggerResult> {
  const name = callName(call)
  let origin = call.options.url
  try {
    const prepared = await prepare(call, parent, context)
    origin = prepared.request.origin
    const client = await openClient(call.options, context)
    const sentUnixNano = context.clock.now()
    let request = prepared.request
    for (let hops = 0; ; hops++) {
      origin = request.origin
      const begunUnixNano = context.clock.now()
      const answer = await client.send(request, context.signal)
      const tookMs = Math.round(Number(context.clock.now() - begunUnixNano) / 1e6)
      context.debug(`${name}: ${answer.status} after ${tookMs} ms, ${answer.body.byteLength} bytes`)
      const next = nextRequest(request, answer, prepared.secretHeaders)
      if (next === undefined)
        return {
          response: toResponse(answer),
          sentUnixNano,
          answeredUnixNano: context.clock.now(),
          sentHeaders: prepared.request.headers.map(([key, value]) => ({ key, value })),
          warnings: prepared.warnings
        }
      if (hops === MAX_REDIRECTS) throw tooManyRedirects(name, next)
      context.debug(`${name}: ${answer.status}, on to ${next.origin}${next.path}`)
      request = next
    }
  } catch (error) {
    throw context.signal.aborted
      ? abortedError(name, context.signal.reason)
      : failure(error, name, { origin, call })
  }
}

/** Tests that trust the same, and show the same certificate, share their connections. */
function openClient(
  { sslVerification, tls }: HttpTargetOptions,
  context: TriggerContext
): Promise<HttpClient> {
  return context.shared.open(`http ${JSON.stringify([sslVerification, tls])}`, async () => {
    const { verifies, ...settings } = tls === undefined ? { verifies: true } : await readTls(tls, context)
    return createHttpClient({
      verifiesTls: sslVerification ?? verifies,
      tls: settings,
      maxBodyBytes: MAX_BODY_BYTES,
      keepAliveMs: KEEP_ALIVE_MS
    })
  })
}

async function prepare(
  { options, method: written, defaultHeaders, readBody }: HttpCall,
  parent: TraceParent,
  context: PluginContext
): Promise<Prepared> {
  const method = written.toUpperCase()
  if (REFUSED_METHODS.has(method)) throw new UnsendableRequest(`the method ${method} is not for requests`)
  const target = parseTarget(options.url)
  const credentials = buildCredentials(options, target)
  const body = await readBody()
  const own = (options.headers ?? []).map(({ key, value }): HeaderPair => [checkHeaderName(key), value])
  const secrets = credentials.header ? [credentials.header] : []
  const replaced = new Set([...Object.keys(parent.headers), ...secrets.map(({ key }) => key.toLowerCase())])
  for (const [key] of own)
    if (key.toLowerCase() in parent.headers)
      context.debug(`the header ${key} of the test is replaced by ours`)
  const given = own.filter(([key]) => !replaced.has(key.toLowerCase()))
  const present = new Set(given.map(([key]) => key.toLowerCase()))
  const defaults = [...defaultHeaders, USER_AGENT].filter(([key]) => !present.has(key))
  return {
    request: {
      origin: target.origin,
      path: credentials.query
        ? withQuery(target.path, credentials.query.key, credentials.query.value)
        : target.path,
      method,
      headers: [
        ...given,
        ...secrets.map(({ key, value }): HeaderPair => [key, value]),
        ...defaults,
        ...Object.entries(parent.headers)
      ],
      ...(body === undefined ? {} : { body })
    },
    secretHeaders: new Set(secrets.map(({ key }) => key.toLowerCase())),
    warnings: own
      .filter(([key]) => replaced.has(key.toLowerCase()))
      .map(([key]) => `the header ${key} of the test was replaced: ${replacedBy(key, parent)}`)
  }
}

function replacedBy(key: string, parent: TraceParent): string {
  return key.toLowerCase() in parent.headers ? 'it carries the trace context' : 'auth sets it'
}

const USER_AGENT: HeaderPair = ['user-agent', 'tracerun']

/** Reads `auth` or its older spelling, and what stands in the URL where there is neither. */
function buildCredentials(options: HttpTargetOptions, target: Target): Credentials {
  const auth = options.auth ?? options.authentication
  if (auth !== undefined) return credentialsOf(auth)
  if (target.userInfo !== undefined) return { header: basicHeader(target.userInfo) }
  return {}
}

function toResponse(answer: HttpAnswer): Response {
  return {
    status: answer.status,
    statusText: answer.statusText,
    headers: answer.headers.map(([key, value]): Header => ({ key, value })),
    body: decodeText(answer)
  }
}

/** Text in the charset that is declared; UTF-8 where none is or nobody knows it, whatever the bytes are. */
function decodeText(answer: HttpAnswer): string {
  const contentType = answer.headers.find(([key]) => key.toLowerCase() === 'content-type')?.[1] ?? ''
  const charset = /;\s*charset="?([^\s;"]+)/i.exec(contentType)?.[1]
  return decoderFor(charset).decode(answer.body)
}

function decoderFor(charset: string | undefined): TextDecoder {
  try {
    return new TextDecoder(charset ?? 'utf-8')
  } catch {
    return new TextDecoder('utf-8')
  }
}

function failure(
  error: unknown,
  name: string,
  { origin, call }: { readonly origin: string; readonly call: HttpCall }
): TriggerError {
  if (error instanceof TriggerError) return error
  if (!(error instanceof UnusableTls)) return toTriggerError(error, name, origin, call.optionsKey)
  return new TriggerError({
    code: 'TRIGGER_CRASHED',
    message: `${name} cannot be sent: \`tls\`: ${error.message}`,
    hint: error.hint,
    cause: error
  })
}

function tooManyRedirects(name: string, next: HttpRequest): TriggerError {
  return new TriggerError({
    code: 'TRIGGER_CRASHED',
    message: `${name} was redirected more than ${MAX_REDIRECTS} times, last to ${next.origin}${next.path}`,
    hint: 'Does the request lack what stops this: a cookie, a login, a scheme or a slash at the end of its URL?'
  })
}

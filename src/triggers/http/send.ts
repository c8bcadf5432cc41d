import { TextDecoder } from 'node:util'
import { TriggerError } from '../../errors/errors.ts'
import type { HeaderPair, HttpAnswer, HttpRequest } from '../../http/client.ts'
import { createHttpClient } from '../../http/client.ts'
import { checkHeaderName } from '../../http/headers.ts'
import { toTriggerError, UnsendableRequest } from '../../http/http-error.ts'
import { MAX_REDIRECTS, nextRequest } from '../../http/redirect.ts'
import { parseTarget, withoutUserInfo, withQuery } from '../../http/target.ts'
import type { Header, Response } from '../../model/response.ts'
import type { PluginContext } from '../../plugin/context.ts'
import type { TraceParent, TriggerResult } from '../../plugin/trigger.ts'
import { abortedError } from '../outcome.ts'
import { buildCredentials } from './build-request.ts'
import type { HttpOptions } from './options.ts'

const MAX_BODY_BYTES = 32 * 1024 * 1024
/** These open tunnels or echo credentials; undici does not send the first, and proxies refuse the second. */
const REFUSED_METHODS = new Set(['CONNECT', 'TRACE'])

interface Prepared {
  readonly request: HttpRequest
  /** Names in lower case. */
  readonly secretHeaders: ReadonlySet<string>
  readonly warnings: readonly string[]
}

/** Sends the request once, follows redirects, and hands on whatever is answered. */
export async function sendHttp(
  options: HttpOptions,
  parent: TraceParent,
  context: PluginContext
): Promise<TriggerResult> {
  const method = (options.method ?? 'GET').toUpperCase()
  const name = `${method} ${withoutUserInfo(options.url)}`
  let origin = options.url
  try {
    const prepared = await prepare(options, method, parent, context)
    origin = prepared.request.origin
    await using client = createHttpClient({
      verifiesTls: options.sslVerification ?? true,
      maxBodyBytes: MAX_BODY_BYTES
    })
    const sentUnixNano = context.clock.now()
    let request = prepared.request
    for (let hops = 0; ; hops++) {
      origin = request.origin
      const answer = await client.send(request, context.signal)
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
    throw context.signal.aborted ? abortedError(name, context.signal.reason) : failure(error, name, origin)
  }
}

async function prepare(
  options: HttpOptions,
  method: string,
  parent: TraceParent,
  context: PluginContext
): Promise<Prepared> {
  if (REFUSED_METHODS.has(method)) throw new UnsendableRequest(`the method ${method} is not for requests`)
  const target = parseTarget(options.url)
  const credentials = buildCredentials(options, target)
  const body = await readBody(options, context)
  const own = (options.headers ?? []).map(({ key, value }): HeaderPair => [checkHeaderName(key), value])
  const secrets = credentials.header ? [credentials.header] : []
  const replaced = new Set([...Object.keys(parent.headers), ...secrets.map(({ key }) => key.toLowerCase())])
  for (const [key] of own)
    if (key.toLowerCase() in parent.headers)
      context.debug(`the header ${key} of the test is replaced by ours`)
  const given = own.filter(([key]) => !replaced.has(key.toLowerCase()))
  const present = new Set(given.map(([key]) => key.toLowerCase()))
  const defaults = DEFAULT_HEADERS.filter(([key]) => !present.has(key))
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

const DEFAULT_HEADERS: readonly HeaderPair[] = [
  ['accept', '*/*'],
  ['user-agent', 'tracerun']
]

async function readBody(options: HttpOptions, context: PluginContext): Promise<Uint8Array | undefined> {
  if (options.body === undefined || options.body === '') return undefined
  if (typeof options.body === 'string') return Buffer.from(options.body, 'utf8')
  const { file } = options.body
  try {
    return await context.readFile(file)
  } catch (error) {
    throw new UnsendableRequest(`its body cannot be read from ${file}: ${messageOf(error)}`, { cause: error })
  }
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

function failure(error: unknown, name: string, origin: string): TriggerError {
  return error instanceof TriggerError ? error : toTriggerError(error, name, origin)
}

function tooManyRedirects(name: string, next: HttpRequest): TriggerError {
  return new TriggerError({
    code: 'TRIGGER_CRASHED',
    message: `${name} was redirected more than ${MAX_REDIRECTS} times, last to ${next.origin}${next.path}`,
    hint: 'Does the request lack what stops this: a cookie, a login, a scheme or a slash at the end of its URL?'
  })
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

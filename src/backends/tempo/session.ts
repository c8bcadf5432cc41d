import { DecodeError } from '../../errors/decode-error.ts'
import type { BackendError } from '../../errors/errors.ts'
import type { HttpAnswer } from '../../http/client.ts'
import { headerOf } from '../../http/headers.ts'
import type { LookClient } from '../../http/look-client.ts'
import type { TraceId } from '../../model/ids.ts'
import type { PluginContext } from '../../plugin/context.ts'
import type { FetchResult, TraceSession } from '../../plugin/trace-backend.ts'
import type { Answered } from '../http-answer.ts'
import { answerText, noApi, unreadable } from '../http-answer.ts'
import { baseUrlOf, openLookClient } from '../http-options.ts'
import type { ApiVersion } from './decode.ts'
import { bodyFormOf, decodeTempoTrace } from './decode.ts'
import { identifyTempo } from './identify.ts'
import { KnownFlags } from './known-flags.ts'
import type { TempoHttpOptions } from './options.ts'
import { explainTenant } from './tenant.ts'

/** Exactly this: Tempo compares the header as a whole. */
const PROTOBUF = 'application/protobuf'

/** Without it, a tenant's default may put summaries in the place of leaves; versions that cannot prune ignore it. */
const KEEP_LEAVES = '?span_pruning=false'

/** What Tempo says of a trace above its limits; versions before 2.7 say it with a 500. */
const TOO_LARGE = /trace exceeds max size|trace too large|response larger than the max/i

const WHERE_IS_TEMPO =
  'The `url` must lead to Tempo itself, without /api: http://localhost:3200, or https://tempo-prod-….grafana.net/tempo. Grafana and a Collector are not it.'

/** A version answers, or it is not there: then what said so. */
type Look = FetchResult | { readonly status: 'no-route'; readonly by: Answered }

/** Reads from Tempo by HTTP: version 2 where there is one, version 1 otherwise. */
export async function openHttpSession(
  options: TempoHttpOptions,
  context: PluginContext
): Promise<TraceSession> {
  const client = await openLookClient(options, context)
  return new TempoSession(client, baseUrlOf(options.url) ?? options.url)
}

class TempoSession implements TraceSession {
  readonly #client: LookClient
  readonly #url: string
  readonly #flags = new KnownFlags()
  #version: ApiVersion = 'v2'
  #hasFound = false
  #bare404: string | undefined

  constructor(client: LookClient, url: string) {
    this.#client = client
    this.#url = url
  }

  get describe(): string {
    const path = this.#version === 'v2' ? '/api/v2/traces/' : '/api/traces/'
    const doubt =
      this.#hasFound || this.#bare404 === undefined
        ? ''
        : `; it answered ${this.#bare404}, which a proxy that does not know the path says too: is the \`url\` right?`
    return `Tempo at ${this.#url}${path}${doubt}`
  }

  async fetch(traceId: TraceId, signal: AbortSignal): Promise<FetchResult> {
    // Another look may find the version out meanwhile.
    const asked = this.#version
    const first = await this.#look(asked, traceId, signal)
    if (first.status !== 'no-route') return this.#keep(traceId, first)
    if (asked === 'v1') throw this.#noTempo(first)
    const second = await this.#look('v1', traceId, signal)
    if (second.status === 'no-route') throw this.#noTempo(first, second)
    if (second.status !== 'busy') this.#version = 'v1'
    return this.#keep(traceId, second)
  }

  identify(signal: AbortSignal): ReturnType<NonNullable<TraceSession['identify']>> {
    return identifyTempo(this.#client, signal)
  }

  [Symbol.asyncDispose](): PromiseLike<void> {
    return this.#client[Symbol.asyncDispose]()
  }

  #keep(traceId: TraceId, result: FetchResult): FetchResult {
    if (result.status !== 'found') return result
    this.#hasFound = true
    return { ...result, spans: this.#flags.restore(traceId, result.spans) }
  }

  #noTempo(...looks: readonly { readonly by: Answered }[]): BackendError {
    return noApi(
      'Tempo',
      this.#url,
      looks.map(({ by }) => by),
      WHERE_IS_TEMPO
    )
  }

  async #look(version: ApiVersion, traceId: TraceId, signal: AbortSignal): Promise<Look> {
    const path = version === 'v2' ? `/api/v2/traces/${traceId}${KEEP_LEAVES}` : `/api/traces/${traceId}`
    const look = await this.#client.get(path, { accept: PROTOBUF, signal }).catch(explainTenant)
    if (look.status === 'busy')
      return TOO_LARGE.test(look.reason) ? refused(look.reason.replace(/^.* was answered with /s, '')) : look
    const { answer } = look
    const form = bodyFormOf(headerOf(answer.headers, 'content-type') ?? '', answer.body)
    if (answer.status === 413 || answer.status === 422) return refused(answerText(answer))
    if (form === 'html' || (answer.status === 404 && isUnknownRoute(answer, form)))
      return { status: 'no-route', by: look }
    if (answer.status === 404) {
      if (version === 'v2' || answer.body.byteLength > 0) this.#bare404 = answerText(answer)
      return { status: 'absent' }
    }
    if (form === 'text') throw unreadable(look, new DecodeError('neither protobuf nor JSON', 'its start'))
    return this.#read(look, version, form)
  }

  #read(look: Answered, version: ApiVersion, form: 'protobuf' | 'json'): FetchResult {
    try {
      const { spans, cut } = decodeTempoTrace(version, form, look.answer.body)
      if (cut !== undefined)
        return { status: 'found', spans, completeness: 'truncated', note: `Tempo: ${cut}` }
      return spans.length === 0 ? { status: 'absent' } : { status: 'found', spans, completeness: 'unknown' }
    } catch (error) {
      if (error instanceof DecodeError) throw unreadable(look, error)
      throw error
    }
  }
}

/** Waiting helps nobody: it will not become smaller. */
function refused(answer: string): FetchResult {
  const note = `Tempo does not give out a trace as large as this (${answer}): raise its max_bytes_per_trace`
  return { status: 'found', spans: [], completeness: 'truncated', note }
}

/** 404 of a router, of a gateway or of another program; Tempo's own for an absent trace is empty, or says so in words. */
function isUnknownRoute(answer: HttpAnswer, form: string): boolean {
  if (form === 'json') return true
  return /page not found|cannot get|no route|no handler/i.test(Buffer.from(answer.body).toString('utf8'))
}

import { DecodeError } from '../../errors/decode-error.ts'
import { BackendError } from '../../errors/errors.ts'
import type { LookClient } from '../../http/look-client.ts'
import { isHtml } from '../../http/look-refusal.ts'
import type { TraceId } from '../../model/ids.ts'
import { parseOtlpJsonText } from '../../otlp/json-text.ts'
import type { PluginContext } from '../../plugin/context.ts'
import type { BackendIdentity, FetchResult, TraceSession } from '../../plugin/trace-backend.ts'
import type { Answered, ReadLook } from '../http-answer.ts'
import { bodyText, clockOf, noApi, substanceOf, unreadable } from '../http-answer.ts'
import { baseUrlOf, openLookClient } from '../http-options.ts'
import { NO_TRACE } from '../no-trace.ts'
import { decodeZipkinSpans, ZIPKIN_SHARED_IDS } from './decode.ts'
import type { ZipkinOptions } from './options.ts'
import { zipkinUrlOf } from './options.ts'

const WHERE_IS_ZIPKIN =
  'The base path may be wrong: `url` is what stands before /zipkin or /api/v2, such as http://localhost:9411.'

const JSON_TYPE = 'application/json'

/** Reads from Zipkin. Opens no connection yet. */
export async function openSession(options: ZipkinOptions, context: PluginContext): Promise<TraceSession> {
  const url = zipkinUrlOf(options)
  return new ZipkinSession(await openLookClient({ ...options, url }, context), baseUrlOf(url) ?? url)
}

class ZipkinSession implements TraceSession {
  readonly #client: LookClient
  readonly #url: string
  /** Something that only Zipkin answers was answered. */
  #isZipkin = false

  constructor(client: LookClient, url: string) {
    this.#client = client
    this.#url = url
  }

  get describe(): string {
    return `Zipkin at ${this.#url} (HTTP, v2 API)`
  }

  async fetch(traceId: TraceId, signal: AbortSignal): Promise<FetchResult> {
    return (await this.#look(traceId, signal)).result
  }

  async identify(signal: AbortSignal): Promise<BackendIdentity> {
    const { answer } = substanceOf(await this.#look(NO_TRACE, signal), this.describe)
    const clockUnixNano = clockOf(answer)
    const version = await this.#version(signal)
    return {
      protocol: 'v2 HTTP API',
      ...(version === undefined ? {} : { version: `Zipkin ${version}` }),
      ...(clockUnixNano === undefined ? {} : { clockUnixNano })
    }
  }

  [Symbol.asyncDispose](): PromiseLike<void> {
    return this.#client[Symbol.asyncDispose]()
  }

  async #look(traceId: TraceId, signal: AbortSignal): Promise<ReadLook> {
    const look = await this.#client.get(`/api/v2/trace/${traceId}`, { accept: JSON_TYPE, signal })
    if (look.status === 'busy') return { result: look }
    const { status } = look.answer
    if (status === 404) return { result: await this.#absence(look, traceId, signal), by: look }
    if (status >= 400 || isHtml(look.answer)) throw this.#noApi(look)
    return { result: this.#read(look), by: look }
  }

  #read(look: Answered): FetchResult {
    try {
      const spans = decodeZipkinSpans(parseOtlpJsonText(bodyText(look.answer)))
      this.#isZipkin = true
      if (spans.length === 0) return { status: 'absent' }
      return { status: 'found', spans, completeness: 'unknown', sharedIds: ZIPKIN_SHARED_IDS }
    } catch (error) {
      if (error instanceof DecodeError) throw unreadable(look, error)
      throw error
    }
  }

  /** Zipkin's own 404 names the id. Any other one may be of a wrong path: is the API there at all? */
  async #absence(look: Answered, traceId: TraceId, signal: AbortSignal): Promise<FetchResult> {
    const text = bodyText(look.answer).trim().toLowerCase()
    const [, id] = /^([0-9a-f]{16,32}) not found$/.exec(text) ?? []
    if (id !== undefined && traceId.endsWith(id)) this.#isZipkin = true
    if (this.#isZipkin) return { status: 'absent' }
    const services = await this.#client.get('/api/v2/services', { accept: JSON_TYPE, signal })
    if (services.status === 'busy') return services
    if (services.answer.status !== 200 || !isList(bodyText(services.answer))) throw this.#noApi(look)
    this.#isZipkin = true
    return { status: 'absent' }
  }

  #noApi(look: Answered): BackendError {
    return noApi('Zipkin', this.#url, [look], WHERE_IS_ZIPKIN)
  }

  async #version(signal: AbortSignal): Promise<string | undefined> {
    try {
      const info = await this.#client.get('/info', { accept: JSON_TYPE, signal })
      if (info.status === 'busy' || info.answer.status !== 200) return undefined
      return /"version"\s*:\s*"([^"]+)"/.exec(bodyText(info.answer))?.[1]
    } catch (error) {
      // A proxy may let through nothing but the API.
      if (error instanceof BackendError && !signal.aborted) return undefined
      throw error
    }
  }
}

function isList(text: string): boolean {
  try {
    return Array.isArray(JSON.parse(text))
  } catch {
    return false
  }
}

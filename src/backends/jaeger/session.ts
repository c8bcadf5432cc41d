import type { BackendError } from '../../errors/errors.ts'
import type { LookClient } from '../../http/look-client.ts'
import type { TraceId } from '../../model/ids.ts'
import type { PluginContext } from '../../plugin/context.ts'
import type { BackendIdentity, FetchResult, TraceSession } from '../../plugin/trace-backend.ts'
import type { Answered, ReadLook } from '../http-answer.ts'
import { clockOf, noApi, substanceOf } from '../http-answer.ts'
import { baseUrlOf, openLookClient } from '../http-options.ts'
import { NO_TRACE } from '../no-trace.ts'
import type { ApiVersion, JaegerHttpOptions } from './options.ts'
import { readV1, readV3, WHERE_IS_JAEGER } from './read-answer.ts'

/** A version of the API answers, or it is not there: then what said so. */
type Look = ReadLook | { readonly unknownRoute: Answered }

const VERSIONS: Readonly<
  Record<
    ApiVersion,
    {
      readonly pathOf: (traceId: TraceId) => string
      readonly read: (look: Answered) => FetchResult | 'unknown-route'
    }
  >
> = {
  v3: { pathOf: traceId => `/api/v3/traces/${traceId}?raw_traces=true`, read: readV3 },
  v1: { pathOf: traceId => `/api/traces/${traceId}?raw=true`, read: readV1 }
}

/** Reads from Jaeger by HTTP. Opens no connection yet. */
export async function openHttpSession(
  options: JaegerHttpOptions,
  context: PluginContext
): Promise<TraceSession> {
  const client = await openLookClient(options, context)
  return new JaegerSession(client, baseUrlOf(options.url) ?? options.url, options.api)
}

class JaegerSession implements TraceSession {
  readonly #client: LookClient
  readonly #url: string
  /** The version that is asked: given, or found out by the first look that was answered. */
  #version: ApiVersion | undefined

  constructor(client: LookClient, url: string, version: ApiVersion | undefined) {
    this.#client = client
    this.#url = url
    this.#version = version
  }

  get describe(): string {
    return `Jaeger at ${this.#url} (HTTP, ${this.#version ?? 'v3'} API)`
  }

  async fetch(traceId: TraceId, signal: AbortSignal): Promise<FetchResult> {
    return (await this.#ask(traceId, signal)).result
  }

  /** Jaeger tells its version to nobody who asks by HTTP. */
  async identify(signal: AbortSignal): Promise<BackendIdentity> {
    const { answer } = substanceOf(await this.#ask(NO_TRACE, signal), this.describe)
    const clockUnixNano = clockOf(answer)
    return {
      protocol: `${this.#version ?? 'v3'} HTTP API`,
      ...(clockUnixNano === undefined ? {} : { clockUnixNano })
    }
  }

  [Symbol.asyncDispose](): PromiseLike<void> {
    return this.#client[Symbol.asyncDispose]()
  }

  async #ask(traceId: TraceId, signal: AbortSignal): Promise<ReadLook> {
    const known = this.#version
    const first = await this.#look(known ?? 'v3', traceId, signal)
    if ('result' in first) {
      if (first.result.status !== 'busy') this.#version ??= 'v3'
      return first
    }
    if (known !== undefined) throw this.#noApi([first.unknownRoute])
    const second = await this.#look('v1', traceId, signal)
    if ('unknownRoute' in second) throw this.#noApi([first.unknownRoute, second.unknownRoute])
    if (second.result.status !== 'busy') this.#version ??= 'v1'
    return second
  }

  #noApi(looks: readonly Answered[]): BackendError {
    return noApi('Jaeger', this.#url, looks, WHERE_IS_JAEGER)
  }

  async #look(version: ApiVersion, traceId: TraceId, signal: AbortSignal): Promise<Look> {
    const { pathOf, read } = VERSIONS[version]
    const look = await this.#client.get(pathOf(traceId), { accept: 'application/json', signal })
    if (look.status === 'busy') return { result: look }
    const result = read(look)
    return result === 'unknown-route' ? { unknownRoute: look } : { result, by: look }
  }
}

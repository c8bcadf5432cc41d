import type { TraceId } from '../../model/ids.ts'
import type { JsonSchema } from '../../plugin/context.ts'
import type { GrpcStoreOptions } from '../grpc-options.ts'
import { GRPC_STORE_PROPERTIES } from '../grpc-options.ts'
import type { HttpStoreOptions } from '../http-options.ts'
import { baseUrlOf, HTTP_STORE_PROPERTIES, parseHttpAddress } from '../http-options.ts'

/** The interfaces of Jaeger that give a trace by its id over HTTP. */
export type ApiVersion = 'v3' | 'v1'

/** Jaeger by HTTP, where there is a `url` or nothing; by gRPC, as in Tracetest, where there is an `endpoint` alone. */
export interface JaegerOptions extends HttpStoreOptions, GrpcStoreOptions {
  /** Only this one is asked. */
  readonly api?: ApiVersion
  /** Where its web page is, if not at `url`: for links to traces. */
  readonly uiUrl?: string
}

/** What is asked by HTTP. */
export type JaegerHttpOptions = JaegerOptions & { readonly url: string }

const DEFAULT_URL = 'http://localhost:16686'
const HTTP_PORT = '16686'
const GRPC_PORT = '16685'

export const JAEGER_SCHEMA: JsonSchema = {
  type: 'object',
  description: 'Jaeger, by HTTP at `url`, or by gRPC at `endpoint`, as Tracetest does.',
  additionalProperties: false,
  properties: {
    ...GRPC_STORE_PROPERTIES,
    ...HTTP_STORE_PROPERTIES,
    url: {
      ...HTTP_STORE_PROPERTIES.url,
      description: 'Where its web page is, with the base path if there is one: its HTTP API is there too.',
      default: DEFAULT_URL,
      examples: [DEFAULT_URL, 'https://tracing.example.com/jaeger']
    },
    api: {
      enum: ['v3', 'v1'],
      description: 'Ask only this version of its HTTP API; v3, and v1 where there is no v3, if left out.'
    },
    uiUrl: {
      type: 'string',
      minLength: 1,
      description: 'Where its web page is, if not at `url`: for links to traces.',
      examples: [DEFAULT_URL]
    }
  }
}

/** `jaeger=ADDRESS`: a URL, `grpc://host:port`, or a host, where port 16685 means gRPC. */
export function parseJaegerAddress(address: string): JaegerOptions | string {
  const trimmed = address.trim()
  const [, scheme, rest = trimmed] = /^(grpcs?):\/\/(.*)$/i.exec(trimmed) ?? []
  const [, host, port] = /^([\w.-]+|\[[0-9a-f:.]+\])(?::(\d{1,5}))?\/?$/i.exec(rest) ?? []
  if (scheme !== undefined) {
    if (host === undefined) return `"${trimmed}" is not grpc://HOST:PORT`
    const endpoint = `${host}:${port ?? GRPC_PORT}`
    return scheme.toLowerCase() === 'grpcs' ? { endpoint, tls: {} } : { endpoint }
  }
  if (host !== undefined && port === GRPC_PORT) return { endpoint: `${host}:${port}` }
  if (host !== undefined && port === undefined) return { url: `http://${host}:${HTTP_PORT}` }
  return parseHttpAddress(trimmed, DEFAULT_URL)
}

/** The endpoint where gRPC is chosen: where it is named, and no URL is. */
export function grpcEndpointOf({ url, endpoint }: JaegerOptions): string | undefined {
  return url === undefined && endpoint !== '' ? endpoint : undefined
}

/** What is asked by HTTP. */
export function httpOptionsOf(options: JaegerOptions): JaegerHttpOptions {
  return { ...options, url: options.url ?? DEFAULT_URL }
}

/** The trace in Jaeger's web page, where it is known. */
export function pageOf(options: JaegerOptions, traceId: TraceId): string | undefined {
  const url =
    options.uiUrl ?? (grpcEndpointOf(options) === undefined ? httpOptionsOf(options).url : undefined)
  const base = url === undefined ? undefined : baseUrlOf(url)
  return base && `${base}/trace/${traceId}`
}

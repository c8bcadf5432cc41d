import type { TraceId } from '../../model/ids.ts'
import type { JsonSchema } from '../../plugin/context.ts'
import type { GrpcStoreOptions } from '../grpc-options.ts'
import { GRPC_STORE_FILES, GRPC_STORE_PROPERTIES, grpcSecretsOf } from '../grpc-options.ts'
import type { HttpStoreOptions } from '../http-options.ts'
import { HTTP_STORE_FILES, HTTP_STORE_PROPERTIES, httpSecretsOf, parseHttpAddress } from '../http-options.ts'
import { TENANT_HEADER, withTenant } from './tenant.ts'

/** Tempo as it may be told of: by what it is asked by HTTP, or as Tracetest writes it, in a block below `type`. */
export interface TempoOptions extends HttpStoreOptions {
  /** Sent as `X-Scope-OrgID`; several are joined by `|`. */
  readonly tenant?: string
  readonly type?: 'http' | 'grpc'
  readonly http?: HttpStoreOptions
  readonly grpc?: GrpcStoreOptions
  /** Where Grafana is, and which of its data sources is this Tempo: for links to traces. */
  readonly grafana?: string
  readonly datasource?: string
}

export type TempoHttpOptions = HttpStoreOptions & { readonly url: string }
type TempoGrpcOptions = GrpcStoreOptions & { readonly endpoint: string }

const DEFAULT_URL = 'http://localhost:3200'
const DEFAULT_ENDPOINT = 'localhost:9095'

export const TEMPO_SCHEMA: JsonSchema = {
  type: 'object',
  description: 'Grafana Tempo 2.x or Grafana Cloud Traces, by HTTP; by gRPC as Tracetest does it.',
  properties: {
    ...HTTP_STORE_PROPERTIES,
    url: {
      ...HTTP_STORE_PROPERTIES.url,
      description: 'Where Tempo is, with the base path if there is one.',
      default: DEFAULT_URL,
      examples: [DEFAULT_URL, 'https://tempo-prod-04-prod-us-east-0.grafana.net/tempo']
    },
    tenant: {
      type: 'string',
      minLength: 1,
      description: `The tenant, where Tempo has several: sent as ${TENANT_HEADER}.`
    },
    grafana: {
      type: 'string',
      pattern: '^https?://',
      description: 'Where Grafana is: reports link to the trace in its Explore view.',
      examples: ['http://localhost:3000']
    },
    datasource: {
      type: 'string',
      minLength: 1,
      default: 'tempo',
      description: 'The UID of the data source in Grafana.'
    },
    type: {
      enum: ['http', 'grpc'],
      description: 'As Tracetest writes it: which of the blocks below is used.'
    },
    http: {
      type: 'object',
      description: 'As Tracetest writes it.',
      properties: HTTP_STORE_PROPERTIES,
      additionalProperties: false
    },
    grpc: {
      type: 'object',
      description: 'As Tracetest writes it: the interface of Tempo’s own parts, which it may change.',
      properties: {
        ...GRPC_STORE_PROPERTIES,
        endpoint: {
          ...GRPC_STORE_PROPERTIES['endpoint'],
          default: DEFAULT_ENDPOINT,
          examples: [DEFAULT_ENDPOINT]
        }
      },
      additionalProperties: false
    }
  },
  additionalProperties: false
}

export const TEMPO_FILES: readonly (readonly string[])[] = [
  ...HTTP_STORE_FILES,
  ...HTTP_STORE_FILES.map(path => ['http', ...path]),
  ...GRPC_STORE_FILES.map(path => ['grpc', ...path])
]

/** Everything in the options that must appear in no output. */
export function tempoSecretsOf(options: TempoOptions): readonly string[] {
  const { http, grpc } = options
  return [
    ...httpSecretsOf(options),
    ...(http ? httpSecretsOf(http) : []),
    ...(grpc ? grpcSecretsOf(grpc) : [])
  ]
}

/** `tempo=ADDRESS`: a URL, `grpc://host:port`, or a host with or without a port. */
export function parseTempoAddress(address: string): TempoOptions | string {
  const trimmed = address.trim()
  const [, grpcHost] = /^grpc:\/\/([^/]*)\/?$/i.exec(trimmed) ?? []
  if (grpcHost !== undefined) return parseGrpcHost(grpcHost)
  return parseHttpAddress(isBareHost(trimmed) ? `${trimmed}:3200` : trimmed, DEFAULT_URL)
}

function parseGrpcHost(host: string): TempoOptions | string {
  const endpoint = isBareHost(host) ? `${host}:9095` : host
  if (!/^(?:[\w.-]+|\[[0-9a-f:.]+\]):\d{1,5}$/i.test(endpoint))
    return `"grpc://${host}" is not grpc://host:port`
  return { type: 'grpc', grpc: { endpoint } }
}

function isBareHost(text: string): boolean {
  return /^[\w.-]+$/.test(text)
}

/** Whether gRPC is meant: it is said, or nothing else is there. */
export function isGrpc({ type, url, http, grpc }: TempoOptions): boolean {
  return type === undefined ? grpc !== undefined && http === undefined && url === undefined : type === 'grpc'
}

/** What is asked by HTTP: the block of Tracetest if there is one, the rest beside it, the tenant among the headers. */
export function httpOptionsOf({ http, tenant, ...flat }: TempoOptions): TempoHttpOptions {
  const { url, headers, auth, tls } = { ...flat, ...http }
  return {
    url: withScheme(url ?? DEFAULT_URL),
    headers: withTenant(headers, tenant),
    ...(auth === undefined ? {} : { auth }),
    ...(tls === undefined ? {} : { tls })
  }
}

/** As {@link httpOptionsOf}, for gRPC. */
export function grpcOptionsOf({ grpc, tenant, headers, auth, tls }: TempoOptions): TempoGrpcOptions {
  const shared = { ...(auth === undefined ? {} : { auth }), ...(tls === undefined ? {} : { tls }) }
  return {
    endpoint: DEFAULT_ENDPOINT,
    ...shared,
    ...grpc,
    headers: withTenant(grpc?.headers ?? headers, tenant)
  }
}

/** As in Tracetest, port 443 means https where nothing is said. */
function withScheme(url: string): string {
  return /^[^/:@]+:443(?:\/|$)/.test(url.trim()) ? `https://${url.trim()}` : url
}

/** The trace in Grafana's Explore; Tempo has no pages of its own. */
export function exploreUrl(
  { grafana, datasource = 'tempo' }: TempoOptions,
  traceId: TraceId
): string | undefined {
  if (grafana === undefined) return undefined
  const query = {
    refId: 'A',
    datasource: { type: 'tempo', uid: datasource },
    queryType: 'traceql',
    query: traceId
  }
  const panes = {
    trace: { datasource, queries: [query], range: { from: 'now-1h', to: 'now' } }
  }
  const base = grafana.replace(/\/+$/, '')
  return `${base}/explore?schemaVersion=1&panes=${encodeURIComponent(JSON.stringify(panes))}`
}

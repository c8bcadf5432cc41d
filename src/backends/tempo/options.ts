import type { TraceId } from '../../model/ids.ts'
import type { JsonSchema } from '../../plugin/context.ts'
import type { HeadersOption, HttpStoreOptions } from '../http-options.ts'
import { HTTP_STORE_FILES, HTTP_STORE_PROPERTIES, httpSecretsOf, parseHttpAddress } from '../http-options.ts'

/** Tempo as it may be told of: by what it is asked by HTTP, or as Tracetest writes it, in a block below `type`. */
export interface TempoOptions extends HttpStoreOptions {
  /** Sent as `X-Scope-OrgID`; several are joined by `|`. */
  readonly tenant?: string
  readonly type?: 'http' | 'grpc'
  readonly http?: HttpStoreOptions
  /** Where Grafana is, and which of its data sources is this Tempo: for links to traces. */
  readonly grafana?: string
  readonly datasource?: string
}

/** What is asked by HTTP, with the tenant among its headers. */
export type TempoHttpOptions = HttpStoreOptions & { readonly url: string }

export const DEFAULT_URL = 'http://localhost:3200'
const TENANT_HEADER = 'X-Scope-OrgID'

export const TEMPO_SCHEMA: JsonSchema = {
  type: 'object',
  description: 'Grafana Tempo 2.x or Grafana Cloud Traces, by HTTP.',
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
    type: { enum: ['http'], description: 'As Tracetest writes it: which of the blocks below is used.' },
    http: {
      type: 'object',
      description: 'As Tracetest writes it.',
      properties: HTTP_STORE_PROPERTIES,
      additionalProperties: false
    }
  },
  additionalProperties: false
}

export const TEMPO_FILES: readonly (readonly string[])[] = [
  ...HTTP_STORE_FILES,
  ...HTTP_STORE_FILES.map(path => ['http', ...path])
]

/** Everything in the options that must appear in no output. */
export function tempoSecretsOf(options: TempoOptions): readonly string[] {
  return [...httpSecretsOf(options), ...(options.http === undefined ? [] : httpSecretsOf(options.http))]
}

/** `tempo=ADDRESS`: a URL, or a host with or without a port. */
export function parseTempoAddress(address: string): TempoOptions | string {
  const trimmed = address.trim()
  const isBareHost = /^[\w.-]+$/.test(trimmed)
  return parseHttpAddress(isBareHost ? `${trimmed}:3200` : trimmed, DEFAULT_URL)
}

/** What is asked by HTTP: the block of Tracetest, if there is one, with the rest beside it. */
export function httpOptionsOf({ http, tenant, ...flat }: TempoOptions): TempoHttpOptions {
  const { url, headers, auth, tls } = { ...flat, ...http }
  return {
    url: withScheme(url ?? DEFAULT_URL),
    headers: tenant === undefined ? (headers ?? {}) : withTenant(headers, tenant),
    ...(auth === undefined ? {} : { auth }),
    ...(tls === undefined ? {} : { tls })
  }
}

/** As in Tracetest, port 443 means https where nothing is said. */
function withScheme(url: string): string {
  return /^[^/:@]+:443(?:\/|$)/.test(url.trim()) ? `https://${url.trim()}` : url
}

function withTenant(headers: HeadersOption = {}, tenant: string): HeadersOption {
  const pairs = Array.isArray(headers)
    ? (headers as readonly { readonly key: string; readonly value: string }[])
    : Object.entries(headers).map(([key, value]) => ({ key, value: String(value) }))
  const others = pairs.filter(({ key }) => key.toLowerCase() !== TENANT_HEADER.toLowerCase())
  return [...others, { key: TENANT_HEADER, value: tenant }]
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

import type { Encoding } from './export-message.ts'

/** What a request line and its headers say. */
export interface RequestHead {
  readonly method: string
  /** Path and query, as sent. */
  readonly target: string
  readonly isHttp2: boolean
  header(name: string): string | undefined
}

export type Signal = 'traces' | 'metrics' | 'logs'

/** What a request is about; all but the exports are answered without their body. */
export type Route =
  | {
      readonly kind: 'http-export'
      readonly signal: Signal
      readonly encoding: Encoding
      readonly isGzip: boolean
    }
  | { readonly kind: 'grpc-export'; readonly signal: Signal }
  | { readonly kind: 'grpc-unknown'; readonly message: string; readonly isLoss: boolean }
  | { readonly kind: 'health' }
  | { readonly kind: 'preflight' }
  | {
      readonly kind: 'refusal'
      readonly status: 404 | 405 | 415
      readonly message: string
      readonly headers: Readonly<Record<string, string>>
      /** Whether spans may have been in it. */
      readonly isLoss: boolean
    }

const GRPC_SERVICES: ReadonlyMap<string, Signal> = new Map([
  ['/opentelemetry.proto.collector.trace.v1.TraceService/Export', 'traces'],
  ['/opentelemetry.proto.collector.metrics.v1.MetricsService/Export', 'metrics'],
  ['/opentelemetry.proto.collector.logs.v1.LogsService/Export', 'logs']
])

const ENCODINGS: ReadonlyMap<string, Encoding> = new Map([
  ['application/x-protobuf', 'protobuf'],
  ['application/protobuf', 'protobuf'],
  ['application/json', 'json']
])

/** Decides what to do with a request. A base path before `/v1/traces` is fine: exporters are configured with one. */
export function routeRequest(head: RequestHead): Route {
  const path = head.target.replace(/[?#].*$/s, '')
  const contentType = mediaType(head.header('content-type'))
  if (head.method === 'OPTIONS') return { kind: 'preflight' }
  if (/^application\/grpc(?:\+.*)?$/.test(contentType)) return routeGrpc(head, path)
  const signal = /\/v1\/(traces|metrics|logs)\/?$/.exec(path)?.[1] as Signal | undefined
  if (signal !== undefined) return routeExport(head, signal, contentType)
  if (head.method === 'GET' || head.method === 'HEAD')
    return path === '/' ? { kind: 'health' } : refuse(404, noSuchPath(head, path))
  const isLoss = head.method === 'POST' && !path.startsWith('/v1development/')
  return { ...refuse(404, noSuchPath(head, path)), isLoss }
}

function routeExport(head: RequestHead, signal: Signal, contentType: string): Route {
  if (head.method !== 'POST') {
    return {
      ...refuse(405, `${head.method} is not for /v1/${signal}: OTLP is sent by POST`),
      headers: { allow: 'POST, OPTIONS' }
    }
  }
  const isLoss = signal === 'traces'
  const encoding = ENCODINGS.get(contentType)
  if (encoding === undefined) {
    const message = `content type ${contentType === '' ? '(none)' : contentType} is not OTLP: application/x-protobuf or application/json`
    return { ...refuse(415, message), isLoss }
  }
  const coding = contentCoding(head)
  if (coding === undefined) {
    const message = `content encoding ${head.header('content-encoding')} is not supported: gzip or none`
    return { ...refuse(415, message), headers: { 'accept-encoding': 'gzip' }, isLoss }
  }
  return { kind: 'http-export', signal, encoding, isGzip: coding === 'gzip' }
}

function routeGrpc(head: RequestHead, path: string): Route {
  if (!head.isHttp2) return { ...refuse(415, 'gRPC needs HTTP/2'), isLoss: true }
  const signal = GRPC_SERVICES.get(path)
  if (signal !== undefined) return { kind: 'grpc-export', signal }
  return { kind: 'grpc-unknown', message: `no such method here: ${path}`, isLoss: /trace/i.test(path) }
}

function refuse(status: 404 | 405 | 415, message: string): Route & { kind: 'refusal' } {
  return { kind: 'refusal', status, message, headers: {}, isLoss: false }
}

function noSuchPath(head: RequestHead, path: string): string {
  const hint =
    path === '/'
      ? 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT is used as it is: end it with /v1/traces'
      : 'OTLP goes to /v1/traces'
  return `nothing takes ${head.method} ${path} here: ${hint}`
}

function contentCoding(head: RequestHead): 'gzip' | 'identity' | undefined {
  const coding = (head.header('content-encoding') ?? '').trim().toLowerCase()
  if (coding === '' || coding === 'identity') return 'identity'
  return coding === 'gzip' || coding === 'x-gzip' ? 'gzip' : undefined
}

function mediaType(header: string | undefined): string {
  return (header ?? '').replace(/;.*$/s, '').trim().toLowerCase()
}

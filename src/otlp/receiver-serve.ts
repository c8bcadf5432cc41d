import type { Encoding } from './export-message.ts'
import { encodeExportResponse, encodeStatus } from './export-message.ts'
import type { ExportOutcome } from './export-traces.ts'
import { exportTraces } from './export-traces.ts'
import type { GrpcCode } from './grpc-frame.ts'
import { encodeGrpcMessage, GRPC_CODES, readGrpcFrame, writeGrpcFrame } from './grpc-frame.ts'
import type { BodyReader } from './receiver-body.ts'
import { BodyError } from './receiver-body.ts'
import { corsHeaders, type OriginRule, preflightHeaders, refusedOrigin } from './receiver-cors.ts'
import type { Exchange } from './receiver-exchange.ts'
import type { Route, Signal } from './route.ts'
import { routeRequest } from './route.ts'
import type { TraceStore } from './trace-store.ts'

/** A request to export, before anything was made of it. A gRPC call is told as the same request over HTTP. */
export interface ReceivedExport {
  readonly signal: Signal
  /** By their names in lower case. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  /** As it came: compressed, if the headers say so. */
  readonly body: Uint8Array
}

/** What requests are answered with. */
export interface Service {
  readonly store: TraceStore
  readonly bodies: BodyReader
  readonly isAllowedOrigin: OriginRule
  /** Hears of each request in which spans may have been lost. */
  onRefusal(message: string): void
  /** Hears of each export, whatever becomes of it here; must not throw. */
  onExport(received: ReceivedExport): void
}

/** The `server` header of every answer, by which another run recognises this one. */
export const SERVER_NAME = 'tracerun-otlp-receiver'

const RETRY_AFTER_SECONDS = '1'

/** Answers one request; rejects only on a bug of ours. */
export async function serveExchange(received: Exchange, service: Service): Promise<void> {
  const cors = corsHeaders(received, service.isAllowedOrigin)
  const exchange: Exchange = {
    ...received,
    reply: (status, headers, body) => received.reply(status, { ...cors, ...headers }, body)
  }
  const route = routeRequest(exchange)
  const origin = refusedOrigin(exchange, service.isAllowedOrigin)
  if (origin !== undefined) refusePage(exchange, { origin, route }, service)
  else if (route.kind === 'grpc-export') await serveGrpcExport(exchange, route.signal, service)
  else if (route.kind === 'http-export') await serveHttpExport(exchange, route, service)
  else serveBodiless(exchange, route, service)
}

/**
 * A page that is not of this machine may be anybody's, so nothing of it is taken. That there may have been spans of
 * a test in it counts all the same: they are missing from its trace.
 */
function refusePage(
  exchange: Exchange,
  { origin, route }: { readonly origin: string; readonly route: Route },
  service: Service
): void {
  exchange.body.resume()
  const message = `the page ${origin} may not send spans here: allow it by \`otlpCors: ["${origin}"]\` in tracerun.yaml, or --otlp-cors ${origin}`
  const isExport = route.kind === 'http-export' || route.kind === 'grpc-export'
  const carriesSpans = isExport
    ? route.signal === 'traces'
    : route.kind === 'preflight' && /\/v1\/traces/.test(exchange.target)
  if (carriesSpans) lose(service, message)
  replyText(exchange, 403, `${message}\n`)
}

function serveBodiless(
  exchange: Exchange,
  route: Exclude<Route, { kind: 'grpc-export' | 'http-export' }>,
  service: Service
): void {
  exchange.body.resume()
  switch (route.kind) {
    case 'preflight':
      reply(exchange, 204, preflightHeaders(exchange), new Uint8Array())
      return
    case 'health':
      replyText(exchange, 200, 'tracerun takes OTLP here: gRPC, HTTP with protobuf, HTTP with JSON\n')
      return
    case 'grpc-unknown':
      if (route.isLoss) lose(service, route.message)
      replyGrpcError(exchange, GRPC_CODES.unimplemented, route.message)
      return
    case 'refusal':
      if (route.isLoss) lose(service, route.message)
      replyText(exchange, route.status, `${route.message}\n`, route.headers)
  }
}

async function serveHttpExport(
  exchange: Exchange,
  route: Extract<Route, { kind: 'http-export' }>,
  service: Service
): Promise<void> {
  const { encoding, signal } = route
  try {
    const length = Number(exchange.header('content-length') ?? Number.NaN)
    await service.bodies.read(exchange.body, Number.isNaN(length) ? undefined : length, async body => {
      service.onExport({ signal, headers: exchange.headers(), body })
      const bytes = route.isGzip ? await service.bodies.gunzip(body) : body
      const outcome = take(service, signal, encoding, bytes)
      if (outcome.status === 'accepted')
        reply(
          exchange,
          200,
          contentType(exchange),
          encodeExportResponse(encoding, outcome.rejectedSpans, outcome.message)
        )
      else if (outcome.status === 'too-large') replyStatus(exchange, encoding, 413, outcome.message)
      else replyStatus(exchange, encoding, 400, outcome.message)
    })
  } catch (error) {
    const { reason, message } = bodyError(error, signal, service)
    if (reason === 'busy')
      replyStatus(exchange, encoding, 503, message, { 'retry-after': RETRY_AFTER_SECONDS })
    else if (reason !== 'cut') replyStatus(exchange, encoding, reason === 'too-large' ? 413 : 400, message)
  }
}

async function serveGrpcExport(exchange: Exchange, signal: Signal, service: Service): Promise<void> {
  try {
    await service.bodies.read(exchange.body, undefined, async body => {
      const frame = readGrpcFrame(body)
      if (!frame.ok) {
        refuseGrpc(exchange, signal, service, GRPC_CODES.invalidArgument, frame.problem)
        return
      }
      const coding = exchange.header('grpc-encoding') ?? 'identity'
      if (frame.isCompressed && coding !== 'gzip') {
        const isUnknown = coding !== 'identity'
        const problem = isUnknown
          ? `grpc-encoding ${coding} is not supported: gzip or none`
          : 'compressed, but no grpc-encoding says how'
        refuseGrpc(
          exchange,
          signal,
          service,
          isUnknown ? GRPC_CODES.unimplemented : GRPC_CODES.internal,
          problem
        )
        return
      }
      service.onExport({
        signal,
        headers: headersOverHttp(exchange, frame.isCompressed),
        body: frame.message
      })
      const message = frame.isCompressed ? await service.bodies.gunzip(frame.message) : frame.message
      const outcome = take(service, signal, 'protobuf', message)
      if (outcome.status === 'accepted') {
        const answer = encodeExportResponse('protobuf', outcome.rejectedSpans, outcome.message)
        exchange.replyGrpc({ 'grpc-status': String(GRPC_CODES.ok) }, writeGrpcFrame(answer))
      } else {
        const code =
          outcome.status === 'too-large' ? GRPC_CODES.resourceExhausted : GRPC_CODES.invalidArgument
        replyGrpcError(exchange, code, outcome.message)
      }
    })
  } catch (error) {
    const { reason, message } = bodyError(error, signal, service)
    if (reason === 'too-large') replyGrpcError(exchange, GRPC_CODES.resourceExhausted, message)
    else if (reason === 'busy') replyGrpcError(exchange, GRPC_CODES.unavailable, message)
    else if (reason === 'not-gzip') replyGrpcError(exchange, GRPC_CODES.invalidArgument, message)
  }
}

/** The metadata of a call are headers too; how the message is encoded is said in other words. */
function headersOverHttp(exchange: Exchange, isCompressed: boolean): ReceivedExport['headers'] {
  const metadata = exchange
    .headers()
    .filter(([name]) => name !== 'content-type' && name !== 'te' && !name.startsWith('grpc-'))
  const encoding = isCompressed ? [['content-encoding', 'gzip'] as const] : []
  return [...metadata, ['content-type', 'application/x-protobuf'], ...encoding]
}

/** Metrics and logs are welcome and forgotten: an exporter that sends all three must not see errors. */
function take(service: Service, signal: Signal, encoding: Encoding, body: Uint8Array): ExportOutcome {
  if (signal !== 'traces') return { status: 'accepted', rejectedSpans: 0, message: '' }
  const outcome = exportTraces(service.store, encoding, body)
  if (outcome.message !== '') service.onRefusal(outcome.message)
  return outcome
}

function bodyError(error: unknown, signal: Signal, service: Service): BodyError {
  if (!(error instanceof BodyError)) throw error
  if (signal === 'traces') lose(service, error.message)
  return error
}

function refuseGrpc(
  exchange: Exchange,
  signal: Signal,
  service: Service,
  code: GrpcCode,
  problem: string
): void {
  if (signal === 'traces') lose(service, problem)
  replyGrpcError(exchange, code, problem)
}

/** Spans may have been lost, nobody knows of which traces. */
function lose(service: Service, message: string): void {
  service.store.truncate(`a request that may have carried spans was refused: ${message}`)
  service.onRefusal(message)
}

function reply(
  exchange: Exchange,
  status: number,
  headers: Readonly<Record<string, string>>,
  body: Uint8Array
): void {
  exchange.reply(status, { server: SERVER_NAME, ...headers }, body)
}

function replyText(
  exchange: Exchange,
  status: number,
  text: string,
  headers: Readonly<Record<string, string>> = {}
): void {
  reply(
    exchange,
    status,
    { 'content-type': 'text/plain; charset=utf-8', ...headers },
    new TextEncoder().encode(text)
  )
}

function replyStatus(
  exchange: Exchange,
  encoding: Encoding,
  status: 400 | 413 | 503,
  message: string,
  headers: Readonly<Record<string, string>> = {}
): void {
  const codes = {
    400: GRPC_CODES.invalidArgument,
    413: GRPC_CODES.resourceExhausted,
    503: GRPC_CODES.unavailable
  }
  const body = encodeStatus(encoding, codes[status], message)
  reply(exchange, status, { ...contentType(exchange), ...headers }, body)
}

function replyGrpcError(exchange: Exchange, code: GrpcCode, message: string): void {
  exchange.replyGrpc({ 'grpc-status': String(code), 'grpc-message': encodeGrpcMessage(message) })
}

/** The specification wants the content type of the request in the answer. */
function contentType(exchange: Exchange): Readonly<Record<string, string>> {
  return { 'content-type': (exchange.header('content-type') ?? '').replace(/;.*$/s, '').trim() }
}

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { OTLPTraceExporter as GrpcExporter } from '@opentelemetry/exporter-trace-otlp-grpc'
import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { OTLPTraceExporter as ProtobufExporter } from '@opentelemetry/exporter-trace-otlp-proto'
import type { SpanExporter } from '@opentelemetry/sdk-trace-base'
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { otlpBackend } from '../../../../src/backends/otlp/index.ts'
import { BackendError } from '../../../../src/errors/errors.ts'
import { parseTraceId, type TraceId } from '../../../../src/model/ids.ts'
import type { Span } from '../../../../src/model/span.ts'
import type { PluginContext } from '../../../../src/plugin/context.ts'
import type { TraceSession } from '../../../../src/plugin/trace-backend.ts'
import { sendHttp1 } from '../../../support/otlp-client.ts'
import { encodeExportRequest } from '../../../support/otlp-proto.ts'
import { buildSpan, TRACE_ID } from '../../../support/trace-builder.ts'

const PROTOBUF = { 'content-type': 'application/x-protobuf' }
const signal = new AbortController().signal
const debugLines: string[] = []
const context: PluginContext = {
  signal,
  clock: { now: () => 0n, alarm: () => () => undefined, sleep: () => Promise.resolve() },
  readFile: () => Promise.reject(new Error('the receiver reads no files')),
  debug: message => void debugLines.push(message)
}

let session: TraceSession
let port: number

const open = (...listen: string[]): Promise<TraceSession> => otlpBackend.open({ listen }, context)
const portOf = (opened: TraceSession): number => Number(/:(\d+)/.exec(opened.describe)?.[1])

beforeEach(async () => {
  debugLines.length = 0
  session = await open('127.0.0.1:0')
  port = portOf(session)
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await session[Symbol.asyncDispose]()
})

/** Sends one checkout with the real SDK and answers with what was received. */
async function exportCheckout(exporter: SpanExporter): Promise<readonly Span[]> {
  const provider = new BasicTracerProvider({ spanProcessors: [new BatchSpanProcessor(exporter)] })
  const tracer = provider.getTracer('shop', '1.2.3')
  const span = tracer.startSpan('POST /checkout', {
    kind: 1,
    attributes: { 'cart.items': 3, 'cart.total': 99.99, 'cart.skus': ['SKU-1', 'SKU-2'], 'cart.gift': false },
    links: [{ context: { traceId: TRACE_ID, spanId: 'b7ad6b7169203331', traceFlags: 1 } }]
  })
  span.addEvent('reserved', { 'stock.left': 7 })
  span.setStatus({ code: 2, message: 'declined' })
  span.end()
  await provider.forceFlush()
  await provider.shutdown()
  const result = await session.fetch(traceIdOf(span.spanContext().traceId), signal)
  return result.status === 'found' ? result.spans : []
}

function traceIdOf(text: string): TraceId {
  return parseTraceId(text)!
}

describe('the exporters of the SDK are understood', () => {
  const url = (): string => `http://127.0.0.1:${port}`
  const exporters: readonly (readonly [string, () => SpanExporter])[] = [
    ['protobuf', () => new ProtobufExporter({ url: `${url()}/v1/traces` })],
    ['JSON', () => new JsonExporter({ url: `${url()}/v1/traces` })],
    ['gRPC', () => new GrpcExporter({ url: url() })]
  ]
  const cases = exporters.flatMap(([name, create]) =>
    ['none', 'gzip'].map(compression => [name, compression, create] as const)
  )

  test.each(cases)('%s, compression %s', async (_, compression, create) => {
    vi.stubEnv('OTEL_EXPORTER_OTLP_COMPRESSION', compression)
    const spans = await exportCheckout(create())
    expect(spans).toMatchObject([
      {
        name: 'POST /checkout',
        kind: 'server',
        status: { code: 'error', message: 'declined' },
        scope: { name: 'shop', version: '1.2.3' },
        links: [{ traceId: TRACE_ID, spanId: 'b7ad6b7169203331' }]
      }
    ])
    expect(spans[0]?.attributes.get('cart.items')).toBe(3n)
    expect(spans[0]?.attributes.get('cart.total')).toBe(99.99)
    expect(spans[0]?.attributes.get('cart.skus')).toEqual(['SKU-1', 'SKU-2'])
    expect(spans[0]?.attributes.get('cart.gift')).toBe(false)
    expect(spans[0]?.events[0]?.attributes).toEqual(new Map([['stock.left', 7n]]))
    expect(spans[0]?.resource.get('telemetry.sdk.name')).toBe('opentelemetry')
    expect(spans[0]!.endUnixNano! >= spans[0]!.startUnixNano).toBe(true)
  })
})

describe('a session', () => {
  const checkout = buildSpan({ id: 'checkout', service: 'cart' })
  const send = (...spans: Span[]): Promise<unknown> =>
    sendHttp1(port, '/v1/traces', { headers: PROTOBUF, body: encodeExportRequest(spans) })

  test('answers absent, and then with what came', async () => {
    expect(await session.fetch(TRACE_ID, signal)).toEqual({ status: 'absent' })
    await send(checkout)
    expect(await session.fetch(TRACE_ID, signal)).toEqual({
      status: 'found',
      spans: [checkout],
      completeness: 'unknown'
    })
  })

  test('calls whoever subscribed as soon as spans come', async () => {
    const called = new Promise<void>(resolve => session.subscribe?.(TRACE_ID, resolve))
    await send(checkout)
    await called
  })

  test('calls a trace truncated after a request it could not read, and says why', async () => {
    await session.fetch(TRACE_ID, signal)
    await sendHttp1(port, '/v1/traces', { headers: PROTOBUF, body: Uint8Array.from([0x0a, 0x05]) })
    await send(checkout)
    expect(await session.fetch(TRACE_ID, signal)).toEqual({
      status: 'found',
      spans: [checkout],
      completeness: 'truncated',
      note: expect.stringMatching(/refused.*truncated: 5 bytes announced/)
    })
    expect(session.describe).toMatch(/it refused: truncated: 5 bytes announced/)
    expect(debugLines).toContainEqual(expect.stringMatching(/refused/))
  })

  test('knows the traces that came and that nobody awaits', async () => {
    await send(checkout)
    expect(session.foreign?.()).toEqual([{ traceId: TRACE_ID, services: ['cart'], spans: 1 }])
    await session.fetch(TRACE_ID, signal)
    expect(session.foreign?.()).toEqual([])
  })

  test('says where it listens', () => {
    expect(session.describe).toBe(
      `the embedded OTLP receiver on 127.0.0.1:${port} (gRPC and HTTP on each): ` +
        'exporters, or the Collector that feeds your tracing backend, must send there as well'
    )
  })

  test('does not look when the run is over', async () => {
    const aborted = AbortSignal.abort(new Error('interrupted'))
    await expect(async () => session.fetch(TRACE_ID, aborted)).rejects.toThrow('interrupted')
  })

  test('gives its port free when it is closed', async () => {
    await session[Symbol.asyncDispose]()
    session = await open(`127.0.0.1:${port}`)
    expect(portOf(session)).toBe(port)
  })

  test('warns when other machines can reach it', async () => {
    await using exposed = await open('0.0.0.0:0')
    expect(exposed.describe).toMatch(/reachable from other machines/)
    expect(debugLines).toContainEqual(expect.stringMatching(/whoever reaches it can send spans/))
  })
})

describe('a port that cannot be had is an error with a way out', () => {
  const failure = async (...listen: readonly string[]): Promise<unknown> =>
    open(...listen).catch((error: unknown) => error)

  test('taken by another tracerun', async () => {
    const error = await failure(`127.0.0.1:${port}`)
    expect(error).toBeInstanceOf(BackendError)
    expect(error).toMatchObject({
      code: 'BACKEND_UNREACHABLE',
      message: `the OTLP receiver cannot start: 127.0.0.1:${port} is already in use, by another tracerun`,
      hint: expect.stringMatching(/--otlp-listen/)
    })
  })

  test('every address that is taken is named, not only the first', async () => {
    await using second = await open('127.0.0.1:0')
    const taken = [`127.0.0.1:${port}`, second.describe.match(/127\.0\.0\.1:\d+/)![0]]
    expect(await failure(...taken)).toMatchObject({
      message: `the OTLP receiver cannot start: ${taken.join(' and ')} are already in use, by another tracerun`
    })
  })

  test('taken by somebody else', async () => {
    const other = createServer((_, response) => response.end('404 page not found'))
    await new Promise<void>(resolve => other.listen(0, '127.0.0.1', resolve))
    const taken = (other.address() as AddressInfo).port
    expect(await failure(`127.0.0.1:${taken}`)).toMatchObject({
      code: 'BACKEND_UNREACHABLE',
      message: expect.stringMatching(/is already in use, probably by an OpenTelemetry Collector, Jaeger/),
      hint: expect.stringMatching(/--otlp-listen.*`dataStore`/)
    })
    other.close()
  })

  test.each([
    ['203.0.113.1:4318', /does not have the address 203\.0\.113\.1/],
    ['no-such-host.invalid:4318', /the host no-such-host\.invalid has no address/],
    ['127.0.0.1', /"127\.0\.0\.1": that is not host:port/],
    [':4318', /not host:port/],
    ['127.0.0.1:70000', /not host:port/]
  ])('%s', async (listen, message) => {
    expect(await failure(listen)).toMatchObject({
      code: 'BACKEND_UNREACHABLE',
      message: expect.stringMatching(message)
    })
  })
})

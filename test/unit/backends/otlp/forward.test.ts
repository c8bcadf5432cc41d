import { once } from 'node:events'
import type { IncomingHttpHeaders, RequestListener, Server } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ForwardOption } from '../../../../src/backends/otlp/forward-options.ts'
import { createForwarder } from '../../../../src/backends/otlp/forwarder.ts'
import { otlpBackend } from '../../../../src/backends/otlp/index.ts'
import { createSystemClock } from '../../../../src/cli/clock.ts'
import { encodeOtlpJson } from '../../../../src/otlp/encode.ts'
import { writeGrpcFrame } from '../../../../src/otlp/grpc-frame.ts'
import type { PluginContext } from '../../../../src/plugin/context.ts'
import type { TraceSession } from '../../../../src/plugin/trace-backend.ts'
import { freePort } from '../../../support/free-port.ts'
import { callGrpc, sendHttp1, TRACE_SERVICE } from '../../../support/otlp-client.ts'
import { encodeExportRequest } from '../../../support/otlp-proto.ts'
import { buildSpan, TRACE_ID } from '../../../support/trace-builder.ts'

const METRICS_SERVICE = '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export'
const LOGS_SERVICE = '/opentelemetry.proto.collector.logs.v1.LogsService/Export'
const PROTOBUF = { 'content-type': 'application/x-protobuf' }
const checkout = buildSpan({ id: 'checkout', service: 'cart' })
const signal = new AbortController().signal
const clock = createSystemClock()
const context: PluginContext = {
  signal,
  clock,
  readFile: () => Promise.reject(new Error('the receiver reads no files')),
  debug: () => undefined
}

interface Passed {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

let servers: Server[]
let sessions: TraceSession[]
beforeEach(() => {
  servers = []
  sessions = []
})
afterEach(async () => {
  await Promise.all(sessions.map(session => session[Symbol.asyncDispose]()))
  for (const server of servers) {
    server.closeAllConnections()
    server.close()
  }
})

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  servers.push(server)
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** A target that keeps what comes. */
async function serveKeeping(): Promise<{ url: string; next: () => Promise<Passed> }> {
  const kept: Passed[] = []
  let wake: () => void = () => undefined
  const url = await serve((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      kept.push({ path: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks) })
      response.end()
      wake()
    })
  })
  const next = async (): Promise<Passed> => {
    for (;;) {
      const passed = kept.shift()
      if (passed !== undefined) return passed
      await new Promise<void>(resolve => {
        wake = resolve
      })
    }
  }
  return { url, next }
}

async function open(forward: ForwardOption): Promise<{ session: TraceSession; port: number }> {
  const session = await otlpBackend.open({ listen: ['127.0.0.1:0'], forward }, context)
  sessions.push(session)
  return { session, port: Number(/:(\d+)/.exec(session.describe)?.[1]) }
}

/** Closes a session and says what it warns of. */
async function warningsAtEnd(session: TraceSession): Promise<readonly string[]> {
  await session[Symbol.asyncDispose]()
  return session.warnings?.() ?? []
}

describe('what is received is passed on', () => {
  test.each(['traces', 'metrics', 'logs'])('as it came, over HTTP: %s', async name => {
    const { url, next } = await serveKeeping()
    const { session, port } = await open(url)
    const body = gzipSync(encodeExportRequest([checkout]))
    const headers = {
      ...PROTOBUF,
      'content-encoding': 'gzip',
      authorization: 'Bearer k1',
      'x-tenant': 'shop'
    }
    expect(await sendHttp1(port, `/v1/${name}`, { headers, body })).toMatchObject({ status: 200 })
    const passed = await next()
    expect(passed.path).toBe(`/v1/${name}`)
    expect(passed.body.equals(body)).toBe(true)
    expect(passed.headers).toMatchObject(headers)
    expect(passed.headers.host).toBe(url.slice('http://'.length))
    expect(await warningsAtEnd(session)).toEqual([])
  })

  test('in JSON, with the content type as it was written', async () => {
    const { url, next } = await serveKeeping()
    const { port } = await open(url)
    const body = JSON.stringify(encodeOtlpJson([checkout]))
    await sendHttp1(port, '/v1/traces', {
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body
    })
    const passed = await next()
    expect(passed.headers['content-type']).toBe('application/json; charset=utf-8')
    expect(passed.body.toString()).toBe(body)
  })

  test.each([
    ['traces', TRACE_SERVICE],
    ['metrics', METRICS_SERVICE],
    ['logs', LOGS_SERVICE]
  ])('as protobuf over HTTP, where it came over gRPC: %s', async (name, service) => {
    const { url, next } = await serveKeeping()
    const { port } = await open(url)
    const message = encodeExportRequest([checkout])
    await callGrpc(port, service, { headers: { 'x-tenant': 'shop' }, body: writeGrpcFrame(message) })
    const passed = await next()
    expect(passed.path).toBe(`/v1/${name}`)
    expect(passed.body.equals(message)).toBe(true)
    expect(passed.headers).toMatchObject({ ...PROTOBUF, 'x-tenant': 'shop' })
    expect(passed.headers).not.toHaveProperty('te')
    expect(passed.headers).not.toHaveProperty('content-encoding')
  })

  test('compressed, where a gRPC message came compressed', async () => {
    const { url, next } = await serveKeeping()
    const { port } = await open(url)
    const message = encodeExportRequest([checkout])
    const frame = writeGrpcFrame(gzipSync(message))
    frame[0] = 1
    await callGrpc(port, TRACE_SERVICE, { headers: { 'grpc-encoding': 'gzip' }, body: frame })
    const passed = await next()
    expect(passed.headers['content-encoding']).toBe('gzip')
    expect(passed.headers).not.toHaveProperty('grpc-encoding')
    expect(gunzipSync(passed.body).equals(message)).toBe(true)
  })

  test('with headers of its own in place of those that came, below a base path', async () => {
    const { url, next } = await serveKeeping()
    const { port } = await open({ url: `${url}/otlp/v1/traces`, headers: { Authorization: 'Bearer theirs' } })
    await sendHttp1(port, '/v1/logs', { headers: { ...PROTOBUF, authorization: 'Bearer ours' }, body: 'x' })
    const passed = await next()
    expect(passed.path).toBe('/otlp/v1/logs')
    expect(passed.headers.authorization).toBe('Bearer theirs')
  })

  test('even where it cannot be read here', async () => {
    const { url, next } = await serveKeeping()
    const { port } = await open(url)
    expect(await sendHttp1(port, '/v1/traces', { headers: PROTOBUF, body: 'no protobuf' })).toMatchObject({
      status: 400
    })
    expect((await next()).body.toString()).toBe('no protobuf')
  })

  test('to another receiver, which then has the same spans', async () => {
    const second = await otlpBackend.open({ listen: ['127.0.0.1:0'] }, context)
    sessions.push(second)
    const arrived = new Promise<void>(resolve => second.subscribe?.(TRACE_ID, resolve))
    const { session, port } = await open(`http://127.0.0.1:${/:(\d+)/.exec(second.describe)?.[1]}`)
    await callGrpc(port, TRACE_SERVICE, { body: writeGrpcFrame(encodeExportRequest([checkout])) })
    await arrived
    expect(await second.fetch(TRACE_ID, signal)).toEqual(await session.fetch(TRACE_ID, signal))
    expect(await second.fetch(TRACE_ID, signal)).toMatchObject({ spans: [checkout] })
  })
})

describe('a target that does not take it', () => {
  const send = (port: number, count = 1): Promise<unknown> =>
    Promise.all(
      Array.from({ length: count }, () =>
        sendHttp1(port, '/v1/traces', { headers: PROTOBUF, body: encodeExportRequest([checkout]) })
      )
    )

  test('refuses connections: counted, and said at the end', async () => {
    const { session, port } = await open(`http://127.0.0.1:${await freePort()}`)
    await send(port, 3)
    expect(await session.fetch(TRACE_ID, signal)).toMatchObject({ status: 'found' })
    expect(await warningsAtEnd(session)).toEqual([
      expect.stringMatching(
        /^3 of 3 requests could not be forwarded to http:\/\/127\.0\.0\.1:\d+: nothing listens on .* \(ECONNREFUSED\)$/
      )
    ])
  })

  test('answers 500: counted by what it answered', async () => {
    let count = 0
    const url = await serve((request, response) => {
      request.resume()
      response.statusCode = count++ === 0 ? 200 : 500
      response.end()
    })
    const { session, port } = await open(url)
    await send(port, 2)
    expect(await warningsAtEnd(session)).toEqual([
      `1 of 2 requests could not be forwarded to ${url}: it answered 500 Internal Server Error`
    ])
  })

  test('hangs: neither the sender nor the end of the run waits for long', async () => {
    const url = await serve(() => undefined)
    const target = { origin: url, basePath: '', headers: [], name: url }
    const limits = { maxQueuedBytes: 10, requestTimeoutMs: 60_000, drainMs: 1 }
    const forwarder = createForwarder(target, { clock, mark: 'a' }, limits)
    for (let index = 0; index < 7; index++)
      forwarder.forward({ signal: 'traces', headers: [], body: Buffer.from('12') })
    await forwarder[Symbol.asyncDispose]()
    expect(forwarder.warnings()).toEqual([
      `7 of 7 requests could not be forwarded to ${url}: it takes requests more slowly than they come (2); it did not answer before the run ended (5)`
    ])
  })

  test('hangs: a request is given up after its time', async () => {
    const url = await serve(() => undefined)
    const target = { origin: url, basePath: '', headers: [], name: url }
    const limits = { maxQueuedBytes: 10, requestTimeoutMs: 1, drainMs: 60_000 }
    const forwarder = createForwarder(target, { clock, mark: 'a' }, limits)
    forwarder.forward({ signal: 'traces', headers: [], body: Buffer.from('12') })
    await forwarder[Symbol.asyncDispose]()
    expect(forwarder.warnings()).toEqual([
      `1 of 1 requests could not be forwarded to ${url}: it did not answer within 0.001 s`
    ])
  })
})

describe('a loop', () => {
  test('to ourselves is refused, with the address', async () => {
    const port = await freePort()
    await expect(
      otlpBackend.open({ listen: [`127.0.0.1:${port}`], forward: `http://localhost:${port}` }, context)
    ).rejects.toMatchObject({
      code: 'BACKEND_REJECTED',
      message: `the OTLP receiver cannot forward to http://localhost:${port}: it listens there itself, on 127.0.0.1:${port}`
    })
  })

  test('by way of another ends where it began', async () => {
    const relayPort = await freePort()
    const first = await open(`http://127.0.0.1:${relayPort}`)
    const relay = await otlpBackend.open(
      { listen: [`127.0.0.1:${relayPort}`], forward: `http://127.0.0.1:${first.port}` },
      context
    )
    sessions.push(relay)
    let arrivals = 0
    const back = new Promise<void>(resolve =>
      first.session.subscribe?.(TRACE_ID, () => {
        if (++arrivals === 2) resolve()
      })
    )
    await sendHttp1(first.port, '/v1/traces', { headers: PROTOBUF, body: encodeExportRequest([checkout]) })
    await back
    expect(await warningsAtEnd(first.session)).toEqual([
      expect.stringContaining('it comes back here: a loop')
    ])
    expect(arrivals).toBe(2)
  })
})

describe('the option', () => {
  test('hides what it holds of credentials', () => {
    expect(
      otlpBackend.secretsOf({
        forward: { url: 'http://shop:hunter22@collector:4318', headers: { Authorization: 'Bearer t0ken' } }
      })
    ).toEqual(expect.arrayContaining(['hunter22', 't0ken']))
    expect(otlpBackend.secretsOf({})).toEqual([])
  })

  test('is refused where it is no URL, without showing what may be a password', async () => {
    await expect(open('ftp://shop:hunter22@collector')).rejects.toMatchObject({
      code: 'BACKEND_REJECTED',
      message: expect.not.stringContaining('hunter22')
    })
  })

  test('sends the credentials of a URL as a header', async () => {
    const { url, next } = await serveKeeping()
    const { port } = await open(url.replace('http://', 'http://shop:secret@'))
    await sendHttp1(port, '/v1/traces', { headers: PROTOBUF })
    expect((await next()).headers.authorization).toBe(
      `Basic ${Buffer.from('shop:secret').toString('base64')}`
    )
  })
})

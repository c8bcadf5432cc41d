import { once } from 'node:events'
import { connect } from 'node:http2'
import { createConnection } from 'node:net'
import { networkInterfaces } from 'node:os'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Span } from '../../../src/model/span.ts'
import { encodeOtlpJson } from '../../../src/otlp/encode.ts'
import { writeGrpcFrame } from '../../../src/otlp/grpc-frame.ts'
import type { Receiver, ReceiverLimits } from '../../../src/otlp/receiver.ts'
import { formatAddress, ListenError, startReceiver } from '../../../src/otlp/receiver.ts'
import { TraceStore } from '../../../src/otlp/trace-store.ts'
import { freePort } from '../../support/free-port.ts'
import {
  type Answer,
  callGrpc,
  sendHttp1,
  sendHttp2,
  sendRaw,
  TRACE_SERVICE
} from '../../support/otlp-client.ts'
import { decodeMessage, encodeExportRequest, encodeMessage } from '../../support/otlp-proto.ts'
import { buildSpan, TRACE_ID } from '../../support/trace-builder.ts'

const PROTOBUF = { 'content-type': 'application/x-protobuf' }
const JSON_TYPE = { 'content-type': 'application/json' }
const CHECKOUT: Span = buildSpan({
  id: 'checkout',
  kind: 'server',
  service: 'cart',
  attributes: { 'cart.items': 3n, 'cart.total': 99.99 }
})
const BINARY = encodeExportRequest([CHECKOUT])
const TEXT = JSON.stringify(encodeOtlpJson([CHECKOUT]))
const INVALID_ARGUMENT = 3
const RESOURCE_EXHAUSTED = 8

let store: TraceStore
let receiver: Receiver
let port: number
let refusals: string[]

async function start(limits: Partial<ReceiverLimits> = {}): Promise<void> {
  store = new TraceStore(() => 0)
  refusals = []
  receiver = await startReceiver({
    listen: [{ host: '127.0.0.1', port: 0 }],
    store,
    limits,
    onRefusal: message => void refusals.push(message)
  })
  port = receiver.addresses[0]!.port
}

async function restart(limits: Partial<ReceiverLimits>): Promise<void> {
  await receiver[Symbol.asyncDispose]()
  await start(limits)
}

const received = (): readonly Span[] => store.fetch(TRACE_ID)?.spans ?? []
const truncation = (): string | undefined => store.fetch(TRACE_ID)?.truncated

beforeEach(() => start())
afterEach(() => receiver[Symbol.asyncDispose]())

describe('one port takes every form of OTLP', () => {
  const gzip = { 'content-encoding': 'gzip' }
  test.each<[string, () => Promise<Answer>]>([
    ['protobuf over HTTP/1.1', () => sendHttp1(port, '/v1/traces', { headers: PROTOBUF, body: BINARY })],
    [
      'protobuf over HTTP/1.1, gzip',
      () => sendHttp1(port, '/v1/traces', { headers: { ...PROTOBUF, ...gzip }, body: gzipSync(BINARY) })
    ],
    [
      'protobuf in chunks',
      () =>
        sendHttp1(port, '/v1/traces', {
          headers: PROTOBUF,
          body: [BINARY.subarray(0, 7), BINARY.subarray(7)]
        })
    ],
    ['JSON over HTTP/1.1', () => sendHttp1(port, '/v1/traces', { headers: JSON_TYPE, body: TEXT })],
    [
      'JSON over HTTP/1.1, gzip',
      () => sendHttp1(port, '/v1/traces', { headers: { ...JSON_TYPE, ...gzip }, body: gzipSync(TEXT) })
    ],
    [
      'JSON with a charset',
      () =>
        sendHttp1(port, '/v1/traces', {
          headers: { 'content-type': 'application/json; charset=utf-8' },
          body: TEXT
        })
    ],
    ['protobuf over HTTP/2', () => sendHttp2(port, '/v1/traces', { headers: PROTOBUF, body: BINARY })],
    ['JSON over HTTP/2', () => sendHttp2(port, '/v1/traces', { headers: JSON_TYPE, body: TEXT })],
    ['a base path', () => sendHttp1(port, '/shop/v1/traces', { headers: PROTOBUF, body: BINARY })]
  ])('%s', async (_, send) => {
    const answer = await send()
    expect(answer.status).toBe(200)
    expect(received()).toEqual([CHECKOUT])
    expect(truncation()).toBeUndefined()
  })

  test.each<[string, Readonly<Record<string, string>>, () => readonly Uint8Array[]]>([
    ['gRPC', {}, () => [writeGrpcFrame(BINARY)]],
    ['gRPC, gzip', { 'grpc-encoding': 'gzip' }, () => [compressedFrame(gzipSync(BINARY))]],
    [
      'gRPC with compression offered but not used',
      { 'grpc-encoding': 'gzip' },
      () => [writeGrpcFrame(BINARY)]
    ],
    ['gRPC with the message in pieces', {}, () => piecesOf(writeGrpcFrame(BINARY))]
  ])('%s', async (_, headers, body) => {
    const answer = await callGrpc(port, TRACE_SERVICE, { headers, body: body() })
    expect(answer.headers).toMatchObject({ ':status': 200, 'content-type': 'application/grpc' })
    expect(answer.trailers).toMatchObject({ 'grpc-status': '0' })
    expect(answer.body).toEqual(Buffer.from([0, 0, 0, 0, 0]))
    expect(received()).toEqual([CHECKOUT])
  })

  test('several calls on one HTTP/2 connection', async () => {
    const session = connect(`http://127.0.0.1:${port}`)
    const calls = Array.from({ length: 20 }, () => {
      const stream = session.request({
        ':method': 'POST',
        ':path': TRACE_SERVICE,
        'content-type': 'application/grpc'
      })
      stream.end(writeGrpcFrame(BINARY))
      stream.resume()
      return new Promise(resolve => stream.on('trailers', trailers => resolve(trailers['grpc-status'])))
    })
    expect(await Promise.all(calls)).toEqual(Array(20).fill('0'))
    expect(received()).toHaveLength(20)
    session.close()
  })
})

describe('an answer is what OTLP wants', () => {
  test('success is empty: no bytes in protobuf, an empty object in JSON, the content type of the request', async () => {
    const binary = await sendHttp1(port, '/v1/traces', { headers: PROTOBUF, body: BINARY })
    expect(binary.headers['content-type']).toBe('application/x-protobuf')
    expect(binary.body).toHaveLength(0)
    const json = await sendHttp1(port, '/v1/traces', { headers: JSON_TYPE, body: TEXT })
    expect(json.headers['content-type']).toBe('application/json')
    expect(json.body.toString()).toBe('{}')
  })

  test('an empty request is a success', async () => {
    expect(await sendHttp1(port, '/v1/traces', { headers: PROTOBUF })).toMatchObject({ status: 200 })
    expect(await sendHttp1(port, '/v1/traces', { headers: JSON_TYPE, body: '{}' })).toMatchObject({
      status: 200
    })
  })

  test('what cannot be decoded is 400 with a status in the encoding of the request', async () => {
    const binary = await sendHttp1(port, '/v1/traces', { headers: PROTOBUF, body: BINARY.subarray(0, 40) })
    expect(binary.status).toBe(400)
    expect(binary.headers['content-type']).toBe('application/x-protobuf')
    const status = decodeMessage('RpcStatus', binary.body)
    expect(status).toMatchObject({
      code: INVALID_ARGUMENT,
      message: expect.stringMatching(/truncated.* at byte \d+/)
    })

    const json = await sendHttp1(port, '/v1/traces', {
      headers: JSON_TYPE,
      body: '{"resourceSpans":[{"scopeSpans":3}]}'
    })
    expect(json.status).toBe(400)
    expect(json.headers['content-type']).toBe('application/json')
    expect(JSON.parse(json.body.toString())).toEqual({
      code: INVALID_ARGUMENT,
      message: '3 where a list must be at $.resourceSpans[0].scopeSpans'
    })
  })

  test('a body that is not gzip though it says so is 400', async () => {
    store.fetch(TRACE_ID)
    const headers = { ...JSON_TYPE, 'content-encoding': 'gzip' }
    const answer = await sendHttp1(port, '/v1/traces', { headers, body: TEXT })
    expect(answer.status).toBe(400)
    expect(truncation()).toMatch(/not gzip/)
  })

  test('a span without a valid id is rejected alone, and the sender hears of it', async () => {
    const request = {
      resourceSpans: [
        {
          scopeSpans: [
            { spans: [{ traceId: Buffer.from(TRACE_ID, 'hex'), spanId: Buffer.alloc(8), name: 'reserve' }] }
          ]
        }
      ]
    }
    const body = Buffer.concat([BINARY, encodeMessage('ExportTraceServiceRequest', request)])
    store.fetch(TRACE_ID)

    const binary = await sendHttp1(port, '/v1/traces', { headers: PROTOBUF, body })
    expect(binary.status).toBe(200)
    expect(decodeMessage('ExportTraceServiceResponse', binary.body)).toEqual({
      partialSuccess: { rejectedSpans: '1', errorMessage: 'span "reserve" has no valid span id' }
    })
    expect(received()).toEqual([CHECKOUT])
    expect(truncation()).toMatch(/no valid span id/)

    const grpc = await callGrpc(port, TRACE_SERVICE, { body: writeGrpcFrame(body) })
    expect(grpc.trailers).toMatchObject({ 'grpc-status': '0' })
    expect(decodeMessage('ExportTraceServiceResponse', grpc.body.subarray(5))).toMatchObject({
      partialSuccess: { rejectedSpans: '1' }
    })

    const text = JSON.stringify({
      resourceSpans: [{ scopeSpans: [{ spans: [{ traceId: 'x', spanId: 'y' }] }] }]
    })
    const json = await sendHttp1(port, '/v1/traces', { headers: JSON_TYPE, body: text })
    expect(JSON.parse(json.body.toString())).toEqual({
      partialSuccess: { rejectedSpans: '1', errorMessage: 'span "" has no valid trace id' }
    })
  })

  test.each(['metrics', 'logs'])('%s are accepted and forgotten', async signal => {
    const garbage = Buffer.from([0xff, 0xff, 0xff])
    expect(await sendHttp1(port, `/v1/${signal}`, { headers: PROTOBUF, body: garbage })).toMatchObject({
      status: 200
    })
    const service = signal === 'metrics' ? 'metrics.v1.MetricsService' : 'logs.v1.LogsService'
    const path = `/opentelemetry.proto.collector.${service}/Export`
    const grpc = await callGrpc(port, path, { body: writeGrpcFrame(garbage) })
    expect(grpc.trailers).toMatchObject({ 'grpc-status': '0' })
    expect(truncation()).toBeUndefined()
  })

  test.each<[string, string, Parameters<typeof sendHttp1>[2], number, Readonly<Record<string, string>>]>([
    ['another path', '/v1/profiles', { headers: PROTOBUF }, 404, {}],
    ['another method', '/v1/traces', { method: 'PUT', headers: PROTOBUF }, 405, { allow: 'POST, OPTIONS' }],
    [
      'another content type',
      '/v1/traces',
      { headers: { 'content-type': 'text/plain' }, body: 'spans' },
      415,
      {}
    ],
    ['no content type', '/v1/traces', {}, 415, {}],
    [
      'another content encoding',
      '/v1/traces',
      { headers: { ...PROTOBUF, 'content-encoding': 'br' }, body: BINARY },
      415,
      { 'accept-encoding': 'gzip' }
    ],
    ['gRPC over HTTP/1.1', TRACE_SERVICE, { headers: { 'content-type': 'application/grpc' } }, 415, {}]
  ])('%s is refused', async (_, path, sending, status, headers) => {
    expect(await sendHttp1(port, path, sending)).toMatchObject({ status, headers })
  })

  test.each<[string, string, Parameters<typeof sendHttp1>[2], boolean]>([
    [
      'spans of an unknown type',
      '/v1/traces',
      { headers: { 'content-type': 'text/plain' }, body: 'spans' },
      true
    ],
    ['spans on the wrong path', '/api/v2/spans', { headers: JSON_TYPE, body: '[]' }, true],
    [
      'metrics of an unknown type',
      '/v1/metrics',
      { headers: { 'content-type': 'text/plain' }, body: 'x' },
      false
    ],
    ['profiles', '/v1development/profiles', { headers: PROTOBUF }, false],
    ['a look at a page that is not there', '/favicon.ico', { method: 'GET' }, false]
  ])('%s: whether spans may be lost by the refusal is known', async (_, path, sending, isLoss) => {
    store.fetch(TRACE_ID)
    await sendHttp1(port, path, sending)
    expect(truncation() !== undefined).toBe(isLoss)
    expect(refusals).toHaveLength(isLoss ? 1 : 0)
  })

  test('an exporter that was given no path is told which one to add', async () => {
    const answer = await sendHttp1(port, '/', { headers: PROTOBUF, body: BINARY })
    expect(answer.status).toBe(404)
    expect(answer.body.toString()).toMatch(/OTEL_EXPORTER_OTLP_TRACES_ENDPOINT.*\/v1\/traces/)
  })

  test('whoever looks at the root is told what this is', async () => {
    const answer = await sendHttp1(port, '/', { method: 'GET' })
    expect(answer.status).toBe(200)
    expect(answer.body.toString()).toMatch(/^tracerun takes OTLP here/)
    expect(await sendHttp1(port, '/', { method: 'HEAD' })).toMatchObject({
      status: 200,
      body: Buffer.alloc(0)
    })
  })
})

describe('gRPC answers with its own codes', () => {
  test.each<[string, Readonly<Record<string, string>>, () => Uint8Array, string, RegExp]>([
    ['no message', {}, () => new Uint8Array(), '3', /ends before its message/],
    ['half a message', {}, () => writeGrpcFrame(BINARY).subarray(0, 20), '3', /is cut: 20 of \d+ bytes/],
    [
      'two messages',
      {},
      () => Buffer.concat([writeGrpcFrame(BINARY), writeGrpcFrame(BINARY)]),
      '3',
      /more than one message/
    ],
    ['a message that is not OTLP', {}, () => writeGrpcFrame(BINARY.subarray(0, 40)), '3', /truncated/],
    ['an unknown compression', { 'grpc-encoding': 'zstd' }, () => compressedFrame(BINARY), '12', /zstd/],
    ['compression that nobody named', {}, () => compressedFrame(gzipSync(BINARY)), '13', /no grpc-encoding/],
    [
      'a compressed message that is not',
      { 'grpc-encoding': 'gzip' },
      () => compressedFrame(BINARY),
      '3',
      /not gzip/
    ]
  ])('%s', async (_, headers, body, code, message) => {
    store.fetch(TRACE_ID)
    const answer = await callGrpc(port, TRACE_SERVICE, { headers, body: body() })
    expect(answer.headers).toMatchObject({ ':status': 200, 'grpc-accept-encoding': 'identity,gzip' })
    expect(answer.trailers['grpc-status']).toBe(code)
    expect(decodeURIComponent(String(answer.trailers['grpc-message']))).toMatch(message)
    expect(received()).toEqual([])
    expect(truncation()).toMatch(message)
  })

  test('another service is not implemented, and nothing is lost by it', async () => {
    store.fetch(TRACE_ID)
    const answer = await callGrpc(port, '/grpc.health.v1.Health/Check', {
      body: writeGrpcFrame(new Uint8Array())
    })
    expect(answer.trailers['grpc-status']).toBe('12')
    expect(truncation()).toBeUndefined()
  })
})

describe('size is bounded', () => {
  const LIMIT = 10_000

  beforeEach(() => restart({ maxBodyBytes: LIMIT }))

  test('a body that announces too much is refused before it comes', async () => {
    const headers = { ...JSON_TYPE, 'content-length': String(LIMIT + 1) }
    const answer = sendHttp1(port, '/v1/traces', { headers, body: Buffer.alloc(LIMIT + 1, 0x20) })
    expect(await answer).toMatchObject({ status: 413 })
    expect(JSON.parse((await answer).body.toString())).toMatchObject({ code: RESOURCE_EXHAUSTED })
  })

  test('a body that turns out too large is refused', async () => {
    const chunks = Array.from({ length: 100 }, () => Buffer.alloc(1_000, 0x20))
    expect(await sendHttp1(port, '/v1/traces', { headers: PROTOBUF, body: chunks })).toMatchObject({
      status: 413
    })
    expect(await sendHttp2(port, '/v1/traces', { headers: PROTOBUF, body: chunks })).toMatchObject({
      status: 413
    })
    expect(refusals).toHaveLength(2)
  })

  test('a gzip bomb is refused at the limit, not at its size', async () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000))
    // The first layer of the bomb must pass, or it would prove nothing.
    await restart({ maxBodyBytes: bomb.byteLength + 5 })
    const headers = { ...PROTOBUF, 'content-encoding': 'gzip' }
    expect(await sendHttp1(port, '/v1/traces', { headers, body: bomb })).toMatchObject({ status: 413 })
    const grpc = await callGrpc(port, TRACE_SERVICE, {
      headers: { 'grpc-encoding': 'gzip' },
      body: compressedFrame(bomb)
    })
    expect(grpc.trailers['grpc-status']).toBe(String(RESOURCE_EXHAUSTED))
  })

  test('a gRPC message that is too large is refused', async () => {
    const answer = await callGrpc(port, TRACE_SERVICE, { body: writeGrpcFrame(new Uint8Array(LIMIT + 1)) })
    expect(answer.trailers['grpc-status']).toBe(String(RESOURCE_EXHAUSTED))
  })

  test('what was refused marks the traces that are awaited, not those that come later', async () => {
    store.fetch(TRACE_ID)
    await sendHttp1(port, '/v1/traces', { headers: PROTOBUF, body: Buffer.alloc(LIMIT + 1) })
    expect(truncation()).toMatch(/more than 10000 bytes/)
    const later = buildSpan({ id: 'later' })
    expect(store.fetch(later.traceId)?.spans).toEqual([])
  })

  test('senders are asked to come again when all requests together take too much memory', async () => {
    await restart({ maxInFlightBytes: BINARY.byteLength - 1 })
    const http = await sendHttp1(port, '/v1/traces', { headers: PROTOBUF, body: BINARY })
    expect(http).toMatchObject({ status: 503, headers: { 'retry-after': '1' } })
    const grpc = await callGrpc(port, TRACE_SERVICE, { body: writeGrpcFrame(BINARY) })
    expect(grpc.trailers['grpc-status']).toBe('14')
  })

  test('requests one after the other do not add up', async () => {
    await restart({ maxInFlightBytes: BINARY.byteLength })
    for (let index = 0; index < 3; index++)
      expect(await sendHttp1(port, '/v1/traces', { headers: PROTOBUF, body: BINARY })).toMatchObject({
        status: 200
      })
  })
})

describe('bad connections end and do no harm', () => {
  const worksAfterwards = async (): Promise<void> => {
    expect(await sendHttp1(port, '/v1/traces', { headers: PROTOBUF, body: BINARY })).toMatchObject({
      status: 200
    })
    expect(await callGrpc(port, TRACE_SERVICE, { body: writeGrpcFrame(BINARY) })).toMatchObject({
      trailers: { 'grpc-status': '0' }
    })
  }

  test('garbage is answered with 400', async () => {
    store.fetch(TRACE_ID)
    expect(await sendRaw(port, ['\u0001\u0002 spans, spans\r\n\r\n'])).toMatch(/^HTTP\/1\.1 400 /)
    expect(truncation()).toMatch(/something else than HTTP/)
    await worksAfterwards()
  })

  test('TLS is recognised and named', async () => {
    expect(await sendRaw(port, [Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01])])).toBe('')
    expect(refusals).toEqual([expect.stringMatching(/TLS.*http:\/\//)])
    await worksAfterwards()
  })

  test('garbage after the preface of HTTP/2', async () => {
    await sendRaw(port, ['PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', Buffer.alloc(100, 0xff)])
    await worksAfterwards()
  })

  test('a preface that comes byte by byte is still HTTP/2', async () => {
    const socket = await openSocket()
    socket.setNoDelay(true)
    const emptySettings = '\0\0\0\u0004\0\0\0\0\0'
    for (const character of `PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n${emptySettings}`)
      await new Promise(resolve => socket.write(character, 'latin1', () => setImmediate(resolve)))
    const [answer] = (await once(socket, 'data')) as [Buffer]
    const settingsFrame = 4
    expect(answer[3]).toBe(settingsFrame)
    socket.destroy()
  })

  test('an offer to change to HTTP/2 is passed over, the request is answered', async () => {
    const head = `POST /v1/traces HTTP/1.1\r\nhost: shop\r\ncontent-type: application/json\r\ncontent-length: ${TEXT.length}\r\n`
    const offer =
      'connection: Upgrade, HTTP2-Settings, close\r\nupgrade: h2c\r\nhttp2-settings: AAMAAABk\r\n\r\n'
    expect(await sendRaw(port, [head, offer, TEXT])).toMatch(/^HTTP\/1\.1 200 /)
    expect(received()).toEqual([CHECKOUT])
  })

  test('a request line in two pieces', async () => {
    expect(await sendRaw(port, ['P', 'UT / HTTP/1.1\r\nconnection: close\r\nhost: shop\r\n\r\n'])).toMatch(
      /^HTTP\/1\.1 404 /
    )
  })

  test('half a request, and then nothing: the sender is gone', async () => {
    store.fetch(TRACE_ID)
    const head = `POST /v1/traces HTTP/1.1\r\nhost: shop\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{`
    await new Promise<void>(resolve => {
      const socket = createConnection({ host: '127.0.0.1', port }, () =>
        socket.write(head, () => socket.destroySoon())
      )
      const subscription = store.subscribe(TRACE_ID, () => {
        subscription[Symbol.dispose]()
        resolve()
      })
    })
    expect(truncation()).toMatch(/ended before its/)
    await worksAfterwards()
  })

  test.each<[string, readonly (string | Uint8Array)[]]>([
    ['no byte at all', []],
    ['the first letter of HTTP/2', ['P']],
    ['half a header', ['POST /v1/traces HTTP/1.1\r\nhost: sh']],
    [
      'half a body',
      [
        'POST /v1/traces HTTP/1.1\r\nhost: shop\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{'
      ]
    ]
  ])('a sender that goes silent after %s is cut off', async (_, pieces) => {
    await restart({ headersTimeoutMs: 200, requestTimeoutMs: 400 })
    await sendRaw(port, pieces)
    await worksAfterwards()
  })

  test('a call that goes silent is cut off', async () => {
    await restart({ requestTimeoutMs: 200 })
    const session = connect(`http://127.0.0.1:${port}`)
    const stream = session.request({
      ':method': 'POST',
      ':path': TRACE_SERVICE,
      'content-type': 'application/grpc'
    })
    stream.on('error', () => undefined)
    stream.write(writeGrpcFrame(BINARY).subarray(0, 10))
    await new Promise(resolve => stream.on('close', resolve))
    session.destroy()
    expect(received()).toEqual([])
    await worksAfterwards()
  })

  test('more connections than allowed are turned away', async () => {
    await restart({ maxConnections: 2 })
    const idle = await Promise.all([openSocket(), openSocket()])
    expect(await sendRaw(port, ['GET / HTTP/1.1\r\nhost: shop\r\n\r\n'])).toBe('')
    for (const socket of idle) socket.destroy()
  })
})

describe('a receiver lives as long as it is asked to', () => {
  test('closing it closes connections that are kept alive, at once', async () => {
    const socket = await openSocket()
    const session = connect(`http://127.0.0.1:${port}`)
    session.on('error', () => undefined)
    await new Promise(resolve => session.on('remoteSettings', resolve))
    const closed = Promise.all([
      new Promise(resolve => socket.on('close', resolve)),
      new Promise(resolve => session.on('close', resolve))
    ])
    await receiver[Symbol.asyncDispose]()
    await closed
    await expect(sendHttp1(port, '/', { method: 'GET' })).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    await start()
  })

  test('a port that is taken is an error, and none of the others is listened on', async () => {
    const free = await freePort()
    const listen = [
      { host: '127.0.0.1', port: free },
      { host: '127.0.0.1', port }
    ]
    const error: unknown = await startReceiver({ listen, store }).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(ListenError)
    expect(error).toMatchObject({ code: 'EADDRINUSE', address: { port }, isTracerun: true })
    await expect(sendHttp1(free, '/', { method: 'GET' })).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  })

  test('every address it says it listens on answers, the IPv6 one among them where there is one', async () => {
    const listen = [
      { host: '127.0.0.1', port: 0 },
      { host: '::1', port: 0, isOptional: true }
    ]
    await using other = await startReceiver({ listen, store })
    const hasIpv6 = Object.values(networkInterfaces()).some(own =>
      own?.some(({ address }) => address === '::1')
    )
    expect(other.addresses).toHaveLength(hasIpv6 ? 2 : 1)
    for (const address of other.addresses) {
      const response = await fetch(`http://${formatAddress(address)}/v1/traces`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{"resourceSpans":[]}'
      })
      expect(response.status).toBe(200)
      await response.text()
    }
  })

  test('an address that the machine does not have is passed over only if it is optional', async () => {
    const missing = { host: '203.0.113.1', port: 0 }
    const here = { host: '127.0.0.1', port: 0 }
    await using other = await startReceiver({ listen: [{ ...missing, isOptional: true }, here], store })
    expect(other.addresses).toEqual([{ host: '127.0.0.1', port: expect.any(Number) }])
    await expect(startReceiver({ listen: [here, missing], store })).rejects.toMatchObject({
      code: 'EADDRNOTAVAIL'
    })
  })
})

function compressedFrame(message: Uint8Array): Uint8Array {
  const frame = writeGrpcFrame(message)
  frame[0] = 1
  return frame
}

function piecesOf(bytes: Uint8Array): Uint8Array[] {
  return [bytes.subarray(0, 3), bytes.subarray(3, 5), bytes.subarray(5, 50), bytes.subarray(50)]
}

async function openSocket(): Promise<ReturnType<typeof createConnection>> {
  const socket = createConnection({ host: '127.0.0.1', port })
  socket.on('error', () => undefined)
  await new Promise(resolve => socket.on('connect', resolve))
  return socket
}

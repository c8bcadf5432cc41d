import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer as createHttpServer } from 'node:http'
import type { IncomingHttpHeaders, ServerHttp2Session, ServerHttp2Stream } from 'node:http2'
import { createServer as createHttp2Server } from 'node:http2'
import { createServer as createHttpsServer } from 'node:https'
import { type AddressInfo, createServer } from 'node:net'
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import type { GrpcAnswer, GrpcClientOptions } from '../../../src/grpc/client.ts'
import { createGrpcClient } from '../../../src/grpc/client.ts'
import { busyOrThrow } from '../../../src/grpc/grpc-error.ts'
import type { GrpcReply } from '../../support/grpc-server.ts'
import { startGrpcServer } from '../../support/grpc-server.ts'
import { findFreePort, startHttpSystem } from '../../support/http-system.ts'

const METHOD = 'store.Reader/Get'
const REQUEST = Buffer.from('which')
const signal = new AbortController().signal
const certificate = readFileSync('test/fixtures/tls/localhost-cert.pem')
const key = readFileSync('test/fixtures/tls/localhost-key.pem')

async function ask(endpoint: string, options: Partial<GrpcClientOptions> = {}): Promise<GrpcAnswer> {
  await using client = createGrpcClient({ endpoint, headers: [], ...options })
  return await client.call(METHOD, REQUEST, signal)
}

/** What the caller of a client that knows no better makes of an answer. */
async function outcome(endpoint: string, options: Partial<GrpcClientOptions> = {}): Promise<unknown> {
  const answer = await ask(endpoint, options)
  return answer.status === 'failed' ? busyOrThrow(answer) : answer
}

async function outcomeOf(reply: GrpcReply, options: Partial<GrpcClientOptions> = {}): Promise<unknown> {
  await using server = await startGrpcServer({ [METHOD]: () => reply })
  return await outcome(`127.0.0.1:${server.port}`, options)
}

/** A server of HTTP/2 that need not keep to gRPC. */
async function startHttp2(
  onStream: (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => void
): Promise<
  AsyncDisposable & { readonly endpoint: string; readonly sessions: readonly ServerHttp2Session[] }
> {
  const sessions: ServerHttp2Session[] = []
  const server = createHttp2Server()
    .on('session', session => sessions.push(session))
    .on('stream', onStream)
    .listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    sessions,
    endpoint: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: () => {
      server.close()
      return Promise.resolve()
    }
  }
}

function answerNothing(stream: ServerHttp2Stream): void {
  const headers = { ':status': 200, 'content-type': 'application/grpc', 'grpc-status': 0 }
  stream.respond(headers, { endStream: true })
}

describe('an answer', () => {
  test('is its messages, in their order, once the server has said that these were all', async () => {
    const messages = ['first', 'second', 'third'].map(text => Buffer.from(text))
    await using server = await startGrpcServer({ [METHOD]: () => ({ messages }) })
    const answer = await ask(`127.0.0.1:${server.port}`)
    expect(answer).toMatchObject({ status: 'answered', messages })
    expect(server.calls[0]?.request.toString()).toBe('which')
  })

  test('of no message is an answer', async () => {
    expect(await outcomeOf({})).toMatchObject({ status: 'answered', messages: [] })
  })

  test('that breaks off after some messages is none', async () => {
    const reply: GrpcReply = { messages: [Buffer.from('half')], code: 'ABORTED', details: 'shard lost' }
    expect(await outcomeOf(reply)).toMatchObject({
      status: 'busy',
      reason: expect.stringContaining('ABORTED: shard lost')
    })
  })

  test('of 20 MB comes whole', async () => {
    const answer = await outcomeOf({ messages: [Buffer.alloc(20_000_000, 7)] })
    expect(answer).toMatchObject({ status: 'answered' })
    expect((answer as { messages: Uint8Array[] }).messages[0]?.byteLength).toBe(20_000_000)
  })

  test('beyond the limit is an error, in one message or in many', async () => {
    const messages = [Buffer.alloc(600), Buffer.alloc(600)]
    const options = { maxAnswerBytes: 1000 }
    for (const parts of [messages, [Buffer.concat(messages)]])
      await expect(outcomeOf({ messages: parts }, options)).rejects.toMatchObject({
        code: 'BACKEND_BAD_RESPONSE',
        message: expect.stringContaining('larger than max')
      })
  })
})

describe('headers', () => {
  test('travel as metadata, binary ones decoded from base64', async () => {
    await using server = await startGrpcServer({ [METHOD]: () => ({}) })
    await ask(`127.0.0.1:${server.port}`, {
      headers: [
        ['X-Scope-OrgID', 'team-a'],
        ['trace-bin', Buffer.from([0, 255]).toString('base64')]
      ]
    })
    expect(server.calls[0]?.headers).toMatchObject({
      'x-scope-orgid': 'team-a',
      'trace-bin': Buffer.from([0, 255])
    })
  })

  test('that gRPC cannot carry are an error that names them and a way out', () => {
    expect(() => createGrpcClient({ endpoint: 'localhost:1', headers: [['x-team', 'Grüße']] })).toThrowError(
      expect.objectContaining({
        message: expect.stringContaining('"x-team"'),
        hint: expect.stringContaining('-bin')
      })
    )
  })

  test('tell how the request is compressed', async () => {
    const encodings: unknown[] = []
    await using server = await startHttp2((stream, headers) => {
      encodings.push(headers['grpc-encoding'])
      answerNothing(stream)
    })
    await ask(server.endpoint)
    await ask(server.endpoint, { compression: 'gzip' })
    await ask(server.endpoint, { compression: 'deflate' })
    expect(encodings).toEqual([undefined, 'gzip', 'deflate'])
  })
})

describe('an answer that is no gRPC', () => {
  test('is judged by its HTTP status', async () => {
    await using locked = await startHttp2(stream => stream.respond({ ':status': 401 }, { endStream: true }))
    await expect(outcome(locked.endpoint)).rejects.toMatchObject({ code: 'BACKEND_UNAUTHORIZED' })
    await using busy = await startHttp2(stream => stream.respond({ ':status': 503 }, { endStream: true }))
    expect(await outcome(busy.endpoint)).toMatchObject({
      status: 'busy',
      reason: expect.stringContaining('503')
    })
  })

  test('and ends well for HTTP is still no answer', async () => {
    await using server = await startHttp2(stream => {
      stream.respond({ ':status': 200, 'content-type': 'application/grpc' })
      stream.end()
    })
    expect(await ask(server.endpoint)).toMatchObject({ status: 'failed' })
  })

  test('a page in its place is an error', async () => {
    await using server = await startHttp2(stream => {
      stream.respond({ ':status': 200, 'content-type': 'text/html' })
      stream.end('<!doctype html><title>Log in</title>')
    })
    await expect(outcome(server.endpoint)).rejects.toMatchObject({ code: 'BACKEND_BAD_RESPONSE' })
  })
})

describe('a server that says', () => {
  test.each([
    ['UNAUTHENTICATED', 'BACKEND_UNAUTHORIZED'],
    ['PERMISSION_DENIED', 'BACKEND_UNAUTHORIZED'],
    ['INVALID_ARGUMENT', 'BACKEND_REJECTED'],
    ['NOT_FOUND', 'BACKEND_REJECTED'],
    ['UNIMPLEMENTED', 'BACKEND_REJECTED'],
    ['DATA_LOSS', 'BACKEND_BAD_RESPONSE']
  ] as const)('%s is an error at once, with its words', async (code, expected) => {
    await using server = await startGrpcServer({ [METHOD]: () => ({ code, details: 'because' }) })
    await expect(outcome(`127.0.0.1:${server.port}`)).rejects.toMatchObject({
      code: expected,
      message: expect.stringContaining(`${code}: because`),
      hint: expect.any(String)
    })
    expect(server.calls).toHaveLength(1)
  })

  test.each(['RESOURCE_EXHAUSTED', 'DEADLINE_EXCEEDED', 'INTERNAL', 'UNKNOWN'] as const)(
    '%s is busy',
    async code => {
      expect(await outcomeOf({ code, details: 'later' })).toMatchObject({
        status: 'busy',
        reason: expect.stringContaining(`${code}: later`)
      })
    }
  )

  test('UNAVAILABLE is asked three times, and then busy', async () => {
    await using server = await startGrpcServer({
      [METHOD]: () => ({ code: 'UNAVAILABLE', details: 'starting' })
    })
    expect(await outcome(`127.0.0.1:${server.port}`)).toMatchObject({
      status: 'busy',
      reason: expect.stringContaining('UNAVAILABLE: starting')
    })
    expect(server.calls).toHaveLength(3)
  })

  test('when to come back is asked then', async () => {
    const reply: GrpcReply = { code: 'UNAVAILABLE', trailers: { 'grpc-retry-pushback-ms': '1500' } }
    await using server = await startGrpcServer({ [METHOD]: () => reply })
    expect(await outcome(`127.0.0.1:${server.port}`)).toMatchObject({ status: 'busy', retryAfterMs: 1500 })
    expect(server.calls).toHaveLength(1)
  })

  test('that credentials are wanted hears of it whether any were sent', async () => {
    const reply: GrpcReply = { code: 'UNAUTHENTICATED' }
    await expect(outcomeOf(reply)).rejects.toMatchObject({ hint: expect.stringContaining('No credentials') })
    const sent = outcomeOf(reply, { headers: [['authorization', 'Bearer x']] })
    await expect(sent).rejects.toMatchObject({ hint: expect.stringContaining('not expired') })
  })
})

describe('without a connection', () => {
  test('a port where nobody listens is named', async () => {
    const port = await findFreePort()
    await expect(outcome(`127.0.0.1:${port}`)).rejects.toMatchObject({
      code: 'BACKEND_UNREACHABLE',
      message: expect.stringContaining(`nothing listens on 127.0.0.1:${port} (ECONNREFUSED)`)
    })
  })

  test('a server that comes up later is reached by a later call', async () => {
    const port = await findFreePort()
    await using client = createGrpcClient({ endpoint: `127.0.0.1:${port}`, headers: [] })
    expect(await client.call(METHOD, REQUEST, signal)).toMatchObject({ status: 'failed' })
    await using _ = await startGrpcServer({ [METHOD]: () => ({}) }, { port })
    await expect
      .poll(async () => (await client.call(METHOD, REQUEST, signal)).status, { interval: 5 })
      .toBe('answered')
  })

  test('where it is asked for, a call waits for the server to come up', async () => {
    const port = await findFreePort()
    await using client = createGrpcClient({
      endpoint: `127.0.0.1:${port}`,
      headers: [],
      waitsForReady: true
    })
    const calling = client.call(METHOD, REQUEST, signal)
    await using _ = await startGrpcServer({ [METHOD]: () => ({}) }, { port })
    expect(await calling).toMatchObject({ status: 'answered' })
  })

  test('a host that no name server knows is named', async () => {
    await expect(outcome('nowhere.invalid:16685')).rejects.toMatchObject({
      code: 'BACKEND_UNREACHABLE',
      message: expect.stringContaining('no name server knows the host of nowhere.invalid:16685'),
      hint: expect.stringContaining('spelt')
    })
  })

  test('a port of HTTP/1.1 is told from a port of gRPC', async () => {
    await using system = await startHttpSystem()
    await expect(outcome(`127.0.0.1:${system.port}`)).rejects.toMatchObject({
      code: 'BACKEND_BAD_RESPONSE',
      message: expect.stringContaining('does not speak gRPC'),
      hint: expect.stringContaining('HTTP/1.1')
    })
  })

  test('a port that closes at once may want TLS', async () => {
    const server = createServer(socket => socket.destroy()).listen(0, '127.0.0.1')
    await once(server, 'listening')
    await expect(outcome(`127.0.0.1:${(server.address() as AddressInfo).port}`)).rejects.toMatchObject({
      code: 'BACKEND_UNREACHABLE',
      hint: expect.stringContaining('TLS')
    })
    server.close()
  })

  test('a store that breaks off is busy, if it has answered before', async () => {
    let calls = 0
    await using server = await startHttp2(stream => {
      if (++calls === 1) answerNothing(stream)
      else stream.session?.destroy()
    })
    await using client = createGrpcClient({ endpoint: server.endpoint, headers: [] })
    expect(await client.call(METHOD, REQUEST, signal)).toMatchObject({ status: 'answered' })
    const answer = await client.call(METHOD, REQUEST, signal)
    expect(answer).toMatchObject({ status: 'failed', connection: { kind: 'reset' } })
    expect(calls).toBe(4)
    expect(answer.status === 'failed' && busyOrThrow(answer)).toMatchObject({ status: 'busy' })
  })

  test('a store that breaks off is an error, if it never answered', async () => {
    await using server = await startHttp2(stream => stream.session?.destroy())
    await expect(outcome(server.endpoint)).rejects.toMatchObject({
      code: 'BACKEND_UNREACHABLE',
      message: expect.stringContaining('closed the connection before the answer was complete')
    })
  })
})

describe('TLS', () => {
  const trusting = { ca: certificate, verifies: true }

  test('is spoken where it is asked for, and the authority is trusted that is named', async () => {
    await using server = await startGrpcServer({ [METHOD]: () => ({}) }, { isTls: true })
    expect(await ask(`localhost:${server.port}`, { tls: trusting })).toMatchObject({ status: 'answered' })
  })

  test('a certificate of an unknown authority is an error at once, unless nothing is verified', async () => {
    await using server = await startGrpcServer({ [METHOD]: () => ({}) }, { isTls: true })
    const endpoint = `localhost:${server.port}`
    await expect(outcome(endpoint, { tls: { verifies: true } })).rejects.toMatchObject({
      code: 'BACKEND_UNREACHABLE',
      message: expect.stringContaining('its certificate is self-signed'),
      hint: expect.stringContaining('cAFile')
    })
    expect(await ask(endpoint, { tls: { verifies: false } })).toMatchObject({ status: 'answered' })
  })

  test('the name in the certificate counts, or the one that is given', async () => {
    await using server = await startGrpcServer({ [METHOD]: () => ({}) }, { isTls: true })
    const asked = (serverName: string): Promise<unknown> =>
      outcome(`localhost:${server.port}`, { tls: { ...trusting, serverName } })
    expect(await asked('localhost')).toMatchObject({ status: 'answered' })
    await expect(asked('tracing.example.com')).rejects.toMatchObject({
      message: expect.stringContaining('for another host name'),
      hint: expect.stringContaining('serverName')
    })
  })

  test('a server may ask who we are', async () => {
    await using server = await startGrpcServer(
      { [METHOD]: () => ({}) },
      { isTls: true, clientCa: certificate }
    )
    const endpoint = `localhost:${server.port}`
    const tls = { ...trusting, cert: certificate, key }
    expect(await ask(endpoint, { tls })).toMatchObject({ status: 'answered' })
    await expect(outcome(endpoint, { tls: trusting })).rejects.toMatchObject({ code: 'BACKEND_UNREACHABLE' })
  })

  test('versions that have none in common are an error', async () => {
    await using server = await startGrpcServer({ [METHOD]: () => ({}) }, { isTls: true })
    const tls = { ...trusting, minVersion: 'TLSv1', maxVersion: 'TLSv1.1' } as const
    await expect(outcome(`localhost:${server.port}`, { tls })).rejects.toMatchObject({
      message: expect.stringContaining('TLS handshake'),
      hint: expect.stringContaining('minVersion')
    })
  })

  test('against the port for HTTP of the same server, the other port is named', async () => {
    const server = createHttpsServer({ cert: certificate, key }).listen(0, '127.0.0.1')
    onTestFinished(() => void server.close())
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    await expect(outcome(`localhost:${port}`, { tls: trusting })).rejects.toMatchObject({
      message: expect.stringContaining('application protocol'),
      hint: expect.stringContaining('is it the one for HTTP?')
    })
  })

  test('against a port without it, the way out is named', async () => {
    await using server = await startGrpcServer({ [METHOD]: () => ({}) })
    await expect(outcome(`localhost:${server.port}`, { tls: trusting })).rejects.toMatchObject({
      message: expect.stringContaining('TLS handshake'),
      hint: expect.stringContaining('tls.insecure: true')
    })
  })
})

describe('a proxy that the environment names', () => {
  afterEach(() => vi.unstubAllEnvs())

  test('is used for other hosts, and not for this one', async () => {
    const targets: (string | undefined)[] = []
    const proxy = createHttpServer().on('connect', ({ url }, socket) => {
      targets.push(url)
      socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n')
    })
    proxy.listen(0, '127.0.0.1')
    await once(proxy, 'listening')
    vi.stubEnv('grpc_proxy', `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`)
    vi.stubEnv('no_grpc_proxy', 'nothing.example.com')
    expect(await outcomeOf({})).toMatchObject({ status: 'answered' })
    expect(targets).toEqual([])
    await expect(outcome('tracing.example.com:16685')).rejects.toMatchObject({ code: 'BACKEND_UNREACHABLE' })
    expect(targets[0]).toBe('tracing.example.com:16685')
    proxy.close()
  })
})

test('no connection is left of a client that is disposed of', async () => {
  await using server = await startHttp2(answerNothing)
  const client = createGrpcClient({ endpoint: server.endpoint, headers: [] })
  await client.call(METHOD, REQUEST, signal)
  expect(server.sessions).toHaveLength(1)
  await client[Symbol.asyncDispose]()
  await expect.poll(() => server.sessions[0]?.closed, { interval: 1 }).toBe(true)
})

describe('a call that is stopped', () => {
  test('ends at both ends, with the reason', async () => {
    await using server = await startGrpcServer({ [METHOD]: () => ({ ending: 'hang' }) })
    await using client = createGrpcClient({ endpoint: `127.0.0.1:${server.port}`, headers: [] })
    const stop = new AbortController()
    const calling = client.call(METHOD, REQUEST, stop.signal)
    const failing = expect(calling).rejects.toMatchObject({ code: 'BACKEND_UNREACHABLE', cause: 'enough' })
    await expect.poll(() => server.calls.length, { interval: 1 }).toBe(1)
    stop.abort('enough')
    await failing
    await server.calls[0]?.cancelled
  })

  test('before it began is not made', async () => {
    await using server = await startGrpcServer({ [METHOD]: () => ({}) })
    await using client = createGrpcClient({ endpoint: `127.0.0.1:${server.port}`, headers: [] })
    await expect(client.call(METHOD, REQUEST, AbortSignal.abort('no'))).rejects.toMatchObject({
      message: expect.stringContaining('given up')
    })
    expect(server.calls).toEqual([])
  })
})

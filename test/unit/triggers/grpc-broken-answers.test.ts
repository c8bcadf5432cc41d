import { createServer, type ServerHttp2Stream } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import type { TriggerContext, TriggerResult } from '../../../src/plugin/trigger.ts'
import { grpcTrigger } from '../../../src/triggers/grpc/index.ts'
import { contextOf, PARENT } from '../../contract/trigger.ts'

const protobufFile = `syntax = "proto3"; message M { string a = 1; }
  service S { rpc One(M) returns (M); rpc Many(M) returns (stream M); }`

interface RawServer extends AsyncDisposable {
  readonly address: string
}

/** A server that answers every call with these bytes: what the real grpc-js would not send. */
async function startRaw(answer: (stream: ServerHttp2Stream) => void): Promise<RawServer> {
  const server = createServer()
  server.on('stream', stream => {
    stream.on('error', () => undefined)
    answer(stream)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: () => {
      server.close()
      return Promise.resolve()
    }
  }
}

const HEADERS = { ':status': 200, 'content-type': 'application/grpc' }
const EMPTY_MESSAGE = Buffer.from([0, 0, 0, 0, 0])

function answerWith(stream: ServerHttp2Stream, parts: readonly Buffer[], trailers: object): void {
  stream.respond(HEADERS, { waitForTrailers: true })
  stream.on('wantTrailers', () => stream.sendTrailers({ ...trailers }))
  for (const part of parts) stream.write(part)
  stream.end()
}

/** Writes as fast as it is read, for ever. */
function pour(stream: ServerHttp2Stream, part: Buffer): void {
  const more = (): void => {
    while (!stream.destroyed && stream.write(part));
    if (!stream.destroyed) stream.once('drain', more)
  }
  stream.respond(HEADERS)
  more()
}

const call = (
  address: string,
  method = 'S/One',
  context: Partial<TriggerContext> = {}
): Promise<TriggerResult> =>
  grpcTrigger.run({ address, method, protobufFile }, PARENT, {
    ...contextOf({ readFile: () => Promise.reject(new Error('there is no file')) }),
    ...context
  })

describe('a method that answers with one message', () => {
  test.each([
    [0, 'with no message'],
    [2, 'with 2 messages']
  ])('is not answered by OK and %d', async (count, said) => {
    await using server = await startRaw(stream =>
      answerWith(stream, Array<Buffer>(count).fill(EMPTY_MESSAGE), { 'grpc-status': '0' })
    )
    await expect(call(server.address)).rejects.toMatchObject({
      code: 'TRIGGER_CRASHED',
      message: expect.stringContaining(`was answered OK ${said}`)
    })
    const { response } = await call(server.address, 'S/Many')
    expect(response.messages).toHaveLength(count)
  })

  test('is answered by an error without any', async () => {
    await using server = await startRaw(stream =>
      stream.respond({ ...HEADERS, 'grpc-status': '7', 'grpc-message': 'no%20%C3%BC' }, { endStream: true })
    )
    const { response } = await call(server.address)
    expect(response).toMatchObject({ status: 7, messages: [] })
    expect(response.trailers).toContainEqual({ key: 'grpc-message', value: 'no ü' })
  })
})

describe('no answer is', () => {
  test.each<[string, readonly Buffer[], object, string]>([
    ['a status that is no number', [EMPTY_MESSAGE], { 'grpc-status': 'abc' }, 'no status that gRPC knows'],
    [
      'a message packed in no known way',
      [Buffer.from([1, 0, 0, 0, 1, 1])],
      { 'grpc-status': '0' },
      'UNKNOWN'
    ],
    ['something else than gRPC', [Buffer.from('<h1>hello</h1>')], {}, 'larger than max'],
    ['an end without a status', [EMPTY_MESSAGE], {}, 'without gRPC status']
  ])('%s', async (_, parts, trailers, said) => {
    await using server = await startRaw(stream => answerWith(stream, parts, trailers))
    await expect(call(server.address)).rejects.toMatchObject({
      code: 'TRIGGER_CRASHED',
      message: expect.stringContaining(said)
    })
  })

  test.each([
    ['small messages', Buffer.concat(Array<Buffer>(1000).fill(EMPTY_MESSAGE))],
    ['large ones', Buffer.concat([Buffer.from([0, 0, 16, 0, 0]), Buffer.alloc(1 << 20)])]
  ])('a stream without an end, of %s', async (_, part) => {
    await using server = await startRaw(stream => pour(stream, part))
    await expect(call(server.address, 'S/Many')).rejects.toMatchObject({
      code: 'TRIGGER_CRASHED',
      message: expect.stringContaining('the answer is larger than what is read'),
      hint: expect.stringContaining('a stream that ends')
    })
  })

  test('a stream that goes on after the time is over, and it is said how far it came', async () => {
    await using server = await startRaw(stream => {
      stream.respond(HEADERS)
      stream.write(Buffer.concat([EMPTY_MESSAGE, EMPTY_MESSAGE]))
    })
    const now = BigInt(Date.now()) * 1_000_000n
    const clock = { now: () => now, alarm: () => () => undefined, sleep: () => Promise.resolve() }
    await expect(call(server.address, 'S/Many', { clock, timeoutMs: 300 })).rejects.toMatchObject({
      code: 'TRIGGER_TIMEOUT',
      message: expect.stringContaining('(2 messages had come): no answer within 0.3 s')
    })
  })
})

test('what a server sends is not written to standard error', async () => {
  const written = vi.spyOn(console, 'error').mockImplementation(() => undefined)
  await using server = await startRaw(stream => {
    stream.respond({ ...HEADERS, 'x-token': 'geheim-ü' }, { waitForTrailers: true })
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }))
    stream.end(EMPTY_MESSAGE)
  })
  expect((await call(server.address)).response.status).toBe(0)
  expect(written).not.toHaveBeenCalled()
  written.mockRestore()
})

test('a socket that is not there is named', async () => {
  await expect(call(`unix:${join(tmpdir(), 'tracerun-none.sock')}`)).rejects.toMatchObject({
    code: 'TRIGGER_UNREACHABLE',
    message: expect.stringContaining('there is no socket at unix:')
  })
})

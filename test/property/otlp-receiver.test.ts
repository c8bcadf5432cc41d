import { createConnection } from 'node:net'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { encodeOtlpJson } from '../../src/otlp/encode.ts'
import { writeGrpcFrame } from '../../src/otlp/grpc-frame.ts'
import type { Receiver } from '../../src/otlp/receiver.ts'
import { startReceiver } from '../../src/otlp/receiver.ts'
import { TraceStore } from '../../src/otlp/trace-store.ts'
import { callGrpc, sendHttp1, TRACE_SERVICE } from '../support/otlp-client.ts'
import { encodeExportRequest } from '../support/otlp-proto.ts'
import { spans } from '../support/span-arbitrary.ts'

const PROTOBUF = { 'content-type': 'application/x-protobuf' }
const JSON_TYPE = { 'content-type': 'application/json' }
const HTTP2_PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'

let receiver: Receiver
let store: TraceStore
let port: number

beforeAll(async () => {
  store = new TraceStore(() => 0)
  receiver = await startReceiver({
    listen: [{ host: '127.0.0.1', port: 0 }],
    store,
    limits: { headersTimeoutMs: 100, requestTimeoutMs: 100, idleTimeoutMs: 100 }
  })
  port = receiver.addresses[0]!.port
})
afterAll(() => receiver[Symbol.asyncDispose]())

test('the three ways in give equal spans', async () => {
  const batches = fc.uniqueArray(spans, { minLength: 1, maxLength: 3, selector: span => span.traceId })
  await fc.assert(
    fc.asyncProperty(batches, async batch => {
      const binary = encodeExportRequest(batch)
      const before = batch.map(span => store.fetch(span.traceId)?.spans.length ?? 0)
      await sendHttp1(port, '/v1/traces', { headers: PROTOBUF, body: binary })
      await sendHttp1(port, '/v1/traces', { headers: JSON_TYPE, body: JSON.stringify(encodeOtlpJson(batch)) })
      await callGrpc(port, TRACE_SERVICE, { body: writeGrpcFrame(binary) })
      for (const [index, span] of batch.entries())
        expect(store.fetch(span.traceId)?.spans.slice(before[index])).toEqual([span, span, span])
    }),
    { numRuns: 100 }
  )
})

test('whatever bytes a connection brings, it ends, and the next request is answered', async () => {
  const bytes = fc.uint8Array({ maxLength: 300 })
  const prefixes = fc.constantFrom(
    ...['', 'P', 'PRI', HTTP2_PREFACE, 'POST ', 'GET / HTTP/1.1\r\n'],
    'POST /v1/traces HTTP/1.1\r\nhost: shop\r\ncontent-type: application/x-protobuf\r\ncontent-length: 200\r\n\r\n',
    'POST /v1/traces HTTP/1.1\r\nhost: shop\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n'
  )
  const payloads = fc.array(fc.tuple(prefixes, bytes, fc.boolean()), { minLength: 50, maxLength: 50 })
  await fc.assert(
    fc.asyncProperty(payloads, async connections => {
      await Promise.all(connections.map(([prefix, rest, isEnded]) => throwAt(prefix, rest, isEnded)))
      expect(await sendHttp1(port, '/v1/traces', { headers: PROTOBUF })).toMatchObject({ status: 200 })
    }),
    { numRuns: 12 }
  )
})

/** Sends and waits until the other side closes. */
function throwAt(prefix: string, rest: Uint8Array, isEnded: boolean): Promise<void> {
  return new Promise(resolve => {
    const socket = createConnection({ host: '127.0.0.1', port })
    socket.on('error', () => undefined)
    socket.on('close', () => resolve())
    socket.resume()
    socket.write(prefix)
    if (isEnded) socket.end(rest)
    else socket.write(rest)
  })
}

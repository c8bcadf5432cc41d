import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { METHODS, openGrpcSession } from '../../../../src/backends/jaeger/grpc-session.ts'
import { JAEGER_MODEL_LOSSES } from '../../../../src/backends/jaeger/losses.ts'
import { parseTraceId } from '../../../../src/model/ids.ts'
import { describeGrpcStore } from '../../../contract/grpc-session.ts'
import type { WireSpan } from '../../../contract/trace-backend.ts'
import { wireSpans } from '../../../contract/trace-backend.ts'
import { contextOf } from '../../../contract/trigger.ts'
import type { GrpcReply } from '../../../support/grpc-server.ts'
import { startGrpcServer } from '../../../support/grpc-server.ts'
import { encodeJaegerChunk, plainJaegerSpan } from '../../../support/jaeger-proto.ts'
import { encodeMessage } from '../../../support/otlp-proto.ts'
import { TRACE_ID } from '../../../support/trace-builder.ts'

const signal = new AbortController().signal
const NOT_FOUND: GrpcReply = { code: 'NOT_FOUND', details: 'trace not found: trace not found' }

/** Ten spans a message, as Jaeger sends them. */
function inTens(spans: readonly WireSpan[], encode: (part: readonly WireSpan[]) => Uint8Array): GrpcReply {
  const parts = Array.from({ length: Math.ceil(spans.length / 10) }, (_, index) =>
    spans.slice(index * 10, index * 10 + 10)
  )
  return { messages: parts.map(encode) }
}

const foundV3 = (spans: readonly WireSpan[]): GrpcReply =>
  inTens(spans, part =>
    encodeMessage('ExportTraceServiceRequest', {
      resourceSpans: [{ scopeSpans: [{ spans: part.map(plainOtlpSpan) }] }]
    })
  )
const foundV2 = (spans: readonly WireSpan[]): GrpcReply =>
  inTens(spans, part => encodeJaegerChunk(part.map(plainJaegerSpan)))

function plainOtlpSpan(span: WireSpan): Record<string, unknown> {
  return {
    traceId: Buffer.from(span.traceId, 'hex'),
    spanId: Buffer.from(span.spanId, 'hex'),
    parentSpanId: Buffer.from(span.parentSpanId ?? '', 'hex'),
    name: span.name,
    startTimeUnixNano: String(span.startUnixNano),
    endTimeUnixNano: String(span.endUnixNano),
    attributes: [{ key: '@jaeger@warnings', value: { stringValue: 'clock skew' } }]
  }
}

describeGrpcStore({
  name: 'Jaeger with its version 3',
  open: openGrpcSession,
  method: METHODS.v3,
  askedFor: request => parseTraceId(request.subarray(2, 34).toString())!,
  found: foundV3,
  // Version 2.13 of Jaeger says it by no message at all; the third is how a wrapped error arrives.
  absences: [{}, NOT_FOUND, { code: 'UNKNOWN', details: 'cannot retrieve trace: trace not found' }]
})

describeGrpcStore({
  name: 'Jaeger with its version 2',
  open: openGrpcSession,
  method: METHODS.v2,
  askedFor: request => parseTraceId(request.subarray(2, 18).toString('hex'))!,
  found: foundV2,
  absences: [NOT_FOUND]
})

test('spans are asked for as they were stored: nothing adjusts their times', async () => {
  await using server = await startGrpcServer({ [METHODS.v3]: () => ({}) })
  await using session = await openGrpcSession({ endpoint: `127.0.0.1:${server.port}` }, contextOf())
  await session.fetch(TRACE_ID, signal)
  expect(server.calls[0]?.request.subarray(-2).toString('hex')).toBe('2001')
})

test('what the server added to spans is left out', async () => {
  await using server = await startGrpcServer({ [METHODS.v3]: () => foundV3(wireSpans(1)) })
  await using session = await openGrpcSession({ endpoint: `127.0.0.1:${server.port}` }, contextOf())
  expect(await session.fetch(TRACE_ID, signal)).toMatchObject({ spans: [{ attributes: new Map() }] })
})

test('a client and a server that share an id are two spans, as over HTTP', async () => {
  const [span] = wireSpans(1)
  const ends = ['client', 'server'].map(kind => ({
    ...plainJaegerSpan(span!),
    tags: [{ key: 'span.kind', vStr: kind }]
  }))
  const messages = [encodeJaegerChunk(ends)]
  await using server = await startGrpcServer({ [METHODS.v2]: () => ({ messages }) })
  await using session = await openGrpcSession({ endpoint: `127.0.0.1:${server.port}` }, contextOf())
  const result = await session.fetch(TRACE_ID, signal)
  const spans = result.status === 'found' ? result.sharedIds?.separate(result.spans) : []
  expect(new Set(spans?.map(found => found.spanId)).size).toBe(2)
})

test('version 2 is asked where there is no version 3, from then on alone, and says what it loses', async () => {
  await using server = await startGrpcServer({ [METHODS.v2]: () => foundV2(wireSpans(12)) })
  await using session = await openGrpcSession({ endpoint: `127.0.0.1:${server.port}` }, contextOf())
  expect(await session.fetch(TRACE_ID, signal)).toMatchObject({
    status: 'found',
    losses: JAEGER_MODEL_LOSSES
  })
  expect(await session.identify?.(signal)).toEqual({ protocol: 'v2 gRPC API' })
  expect(session.describe).toContain(METHODS.v2)
})

test('a version 3 that is busy is not given up for version 2', async () => {
  await using server = await startGrpcServer({
    [METHODS.v3]: () => ({ code: 'RESOURCE_EXHAUSTED' }),
    [METHODS.v2]: () => foundV2(wireSpans(1))
  })
  await using session = await openGrpcSession({ endpoint: `127.0.0.1:${server.port}` }, contextOf())
  expect(await session.fetch(TRACE_ID, signal)).toMatchObject({ status: 'busy' })
})

test('a port that only takes spans is told from one for queries', async () => {
  await using server = await startGrpcServer({})
  await using session = await openGrpcSession({ endpoint: `127.0.0.1:${server.port}` }, contextOf())
  await expect(session.fetch(TRACE_ID, signal)).rejects.toMatchObject({
    code: 'BACKEND_REJECTED',
    message: expect.stringContaining(`there is no Jaeger at 127.0.0.1:${server.port}`),
    hint: expect.stringContaining('16685')
  })
})

describe('the settings of Tracetest', () => {
  const certificate = 'test/fixtures/tls/localhost-cert.pem'
  const context = contextOf({ readFile: path => Promise.resolve(readFileSync(path)) })

  test('headers and credentials are sent with every look', async () => {
    await using server = await startGrpcServer({ [METHODS.v3]: () => ({}) })
    const options = {
      endpoint: `127.0.0.1:${server.port}`,
      headers: { 'X-Scope-OrgID': 'team-a' },
      auth: { type: 'bearer', bearer: { token: 'secret' } }
    } as const
    await using session = await openGrpcSession(options, context)
    await session.fetch(TRACE_ID, signal)
    expect(server.calls[0]?.headers).toMatchObject({
      authorization: 'Bearer secret',
      'x-scope-orgid': 'team-a'
    })
  })

  test('TLS is spoken where there is a block for it that does not say insecure', async () => {
    await using server = await startGrpcServer({ [METHODS.v3]: () => ({}) }, { isTls: true })
    const endpoint = `localhost:${server.port}`
    await using trusting = await openGrpcSession(
      { endpoint, tls: { insecure: false, settings: { cAFile: certificate } } },
      context
    )
    expect(await trusting.fetch(TRACE_ID, signal)).toEqual({ status: 'absent' })
    await using careless = await openGrpcSession({ endpoint, tls: { insecureSkipVerify: true } }, context)
    expect(await careless.fetch(TRACE_ID, signal)).toEqual({ status: 'absent' })
    await using strict = await openGrpcSession({ endpoint, tls: {} }, context)
    await expect(strict.fetch(TRACE_ID, signal)).rejects.toMatchObject({
      message: expect.stringContaining('self-signed')
    })
    await using plain = await openGrpcSession({ endpoint, tls: { insecure: true } }, context)
    await expect(plain.fetch(TRACE_ID, signal)).rejects.toMatchObject({ code: 'BACKEND_UNREACHABLE' })
  })

  test('a key for a query, which gRPC has not, is an error before anything is sent', async () => {
    const auth = { type: 'apiKey', apiKey: { key: 'k', value: 'v', in: 'query' } } as const
    await expect(openGrpcSession({ endpoint: 'localhost:1', auth }, context)).rejects.toMatchObject({
      code: 'BACKEND_REJECTED',
      hint: expect.stringContaining('in: header')
    })
  })
})

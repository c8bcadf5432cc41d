import { expect, test } from 'vitest'
import { openGrpcSession } from '../../../../src/backends/tempo/grpc-session.ts'
import { parseTraceId } from '../../../../src/model/ids.ts'
import { describeGrpcStore } from '../../../contract/grpc-session.ts'
import type { WireSpan } from '../../../contract/trace-backend.ts'
import { wireSpans } from '../../../contract/trace-backend.ts'
import { contextOf } from '../../../contract/trigger.ts'
import { startGrpcServer } from '../../../support/grpc-server.ts'
import { encodeMessage } from '../../../support/otlp-proto.ts'
import { TRACE_ID } from '../../../support/trace-builder.ts'

const METHOD = 'tempopb.Querier/FindTraceByID'
const signal = new AbortController().signal

/** A field of a message that is a message itself. */
function field(number: number, bytes: Uint8Array): Uint8Array {
  const length: number[] = []
  for (let rest = bytes.byteLength; ; rest >>>= 7) {
    length.push(rest > 0x7f ? (rest & 0x7f) | 0x80 : rest)
    if (rest <= 0x7f) break
  }
  return Buffer.concat([Buffer.from([(number << 3) | 2, ...length]), bytes])
}

function traceOf(spans: readonly WireSpan[]): Uint8Array {
  const plain = spans.map(span => ({
    traceId: Buffer.from(span.traceId, 'hex'),
    spanId: Buffer.from(span.spanId, 'hex'),
    parentSpanId: Buffer.from(span.parentSpanId ?? '', 'hex'),
    name: span.name,
    startTimeUnixNano: String(span.startUnixNano),
    endTimeUnixNano: String(span.endUnixNano)
  }))
  const resourceSpans = [{ scopeSpans: [{ spans: plain }] }]
  return field(1, encodeMessage('ExportTraceServiceRequest', { resourceSpans }))
}

describeGrpcStore({
  name: 'Tempo',
  open: openGrpcSession,
  method: METHOD,
  askedFor: request => parseTraceId(request.subarray(2, 18).toString('hex'))!,
  found: spans => ({ messages: [traceOf(spans)] }),
  absences: [
    { messages: [new Uint8Array()] },
    { messages: [field(1, new Uint8Array())] },
    { code: 'NOT_FOUND' }
  ]
})

test('a trace that Tempo has cut is called so, with its words', async () => {
  const partial = Buffer.concat([
    traceOf(wireSpans(2)),
    Buffer.from([0x18, 1]),
    field(4, Buffer.from('trace exceeds max size'))
  ])
  await using server = await startGrpcServer({ [METHOD]: () => ({ messages: [partial] }) })
  await using session = await openGrpcSession({ endpoint: `127.0.0.1:${server.port}` }, contextOf())
  expect(await session.fetch(TRACE_ID, signal)).toMatchObject({
    status: 'found',
    completeness: 'truncated',
    note: 'Tempo: trace exceeds max size'
  })
})

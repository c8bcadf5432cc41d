import { describe, expect, test } from 'vitest'
import { decodeOtlpProtobuf } from '../../../src/otlp/decode.ts'
import { OtlpDecodeError, OtlpTooLargeError } from '../../../src/otlp/decode-error.ts'
import type { Rejection } from '../../../src/otlp/span-draft.ts'
import { encodeExportRequest, encodeMessage } from '../../support/otlp-proto.ts'
import { buildSpan, TRACE_ID } from '../../support/trace-builder.ts'

const IDS = { traceId: Buffer.from(TRACE_ID, 'hex'), spanId: Buffer.from('b7ad6b7169203331', 'hex') }

/** A request with one span of these fields. */
const request = (span: Record<string, unknown>): Uint8Array =>
  encodeMessage('ExportTraceServiceRequest', { resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] })

/** `message` as length-delimited field 1, so many times over. */
function nest(message: Uint8Array, tags: readonly number[], times: number): Uint8Array {
  let nested = message
  for (let level = 0; level < times; level++)
    for (const tag of tags) nested = Buffer.concat([Buffer.from([tag, ...varint(nested.length)]), nested])
  return nested
}

function varint(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >>> 7)]
}

describe('a request that breaks off or lies about its lengths is refused with the byte', () => {
  test.each<[string, readonly number[], string]>([
    ['a tag without a value', [0x0a], 'truncated varint at byte 1'],
    ['a length beyond the end', [0x0a, 0x05, 0x0a], 'truncated: 5 bytes announced, 1 left at byte 2'],
    [
      'a length beyond its own message',
      [0x0a, 0x02, 0x12, 0x01, 0x00],
      'truncated: 1 bytes announced, 0 left at byte 4'
    ],
    [
      'a huge length',
      [0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f],
      'truncated: 4294967295 bytes announced, 0 left at byte 6'
    ],
    [
      'a varint that does not end',
      [0x10, ...Array<number>(11).fill(0x80)],
      'varint of more than 10 bytes at byte 1'
    ],
    ['field number 0', [0x02, 0x00], 'field number 0 at byte 1'],
    ['wire type 7', [0x0f], 'unexpected wire type 7 at byte 1'],
    ['the end of a group that did not begin', [0x0c], 'unexpected wire type 4 at byte 1'],
    ['a group that does not end', [0x0b, 0x08, 0x01], 'truncated group at byte 3'],
    ['a group that ends as another', [0x0b, 0x14], 'end of another group at byte 2']
  ])('%s', (_, bytes, message) => {
    expect(() => decodeOtlpProtobuf(Uint8Array.from(bytes))).toThrow(new OtlpDecodeError(...split(message)))
  })

  test('groups nested without end', () => {
    expect(() => decodeOtlpProtobuf(new Uint8Array(100_000).fill(0x0b))).toThrow(/groups nested too deep/)
  })
})

test('fields that nobody knows are passed over, whatever their wire type', () => {
  const unknown = Buffer.from([
    ...[0x98, 0x06, 0x01],
    ...[0x99, 0x06, 0, 0, 0, 0, 0, 0, 0, 0],
    ...[0x9a, 0x06, 0x02, 0xff, 0xff],
    ...[0x9d, 0x06, 0, 0, 0, 0],
    ...[0x9b, 0x06, 0x08, 0x01, 0x13, 0x14, 0x9c, 0x06]
  ])
  const known = encodeExportRequest([buildSpan({ id: 'cart' })])
  expect(decodeOtlpProtobuf(Buffer.concat([unknown, known, unknown]))).toEqual([buildSpan({ id: 'cart' })])
})

test('a field with another wire type than ours is passed over', () => {
  const nameAsNumber = Buffer.from([0x28, 0x07])
  const span = Buffer.concat([encodeMessage('Span', { ...IDS, name: 'reserve' }), nameAsNumber])
  expect(decodeOtlpProtobuf(nest(span, [0x12, 0x12, 0x0a], 1))).toMatchObject([{ name: 'reserve' }])
})

test('the resource and the scope count for spans that come before them', () => {
  const scopeFirst = encodeMessage('ScopeSpans', { spans: [{ ...IDS, name: 'reserve' }] })
  const scope = encodeMessage('ScopeSpans', { scope: { name: 'shop', version: '2' } })
  const resource = encodeMessage('ResourceSpans', {
    resource: { attributes: [{ key: 'service.name', value: { stringValue: 'inventory' } }] }
  })
  const body = Buffer.concat([nest(Buffer.concat([scopeFirst, scope]), [0x12], 1), resource])
  const [span] = decodeOtlpProtobuf(nest(body, [0x0a], 1))
  expect(span).toMatchObject({ scope: { name: 'shop', version: '2' } })
  expect(span?.resource).toEqual(new Map([['service.name', 'inventory']]))
})

test('values nested 64 levels deep are read, deeper ones refused', () => {
  const deep = (levels: number): Uint8Array => {
    const value = nest(encodeMessage('AnyValue', { intValue: '1' }), [0x0a, 0x2a], levels - 1)
    const keyValue = Buffer.concat([Buffer.from([0x0a, 0x01, 0x6b]), nest(value, [0x12], 1)])
    const span = Buffer.concat([encodeMessage('Span', IDS), nest(keyValue, [0x4a], 1)])
    return nest(span, [0x12, 0x12, 0x0a], 1)
  }
  expect(JSON.stringify(decodeOtlpProtobuf(deep(64))[0]?.attributes.get('k'), String)).toBeDefined()
  expect(() => decodeOtlpProtobuf(deep(65))).toThrow(/a value nested deeper than 64 levels at byte \d+/)
  expect(() => decodeOtlpProtobuf(deep(20_000))).toThrow(/deeper than 64/)
})

test('a small request that would become millions of objects is refused', () => {
  const events = Buffer.alloc(2 * 1_000_001)
  for (let index = 0; index < events.length; index += 2) events[index] = 0x5a
  const span = Buffer.concat([encodeMessage('Span', IDS), events])
  expect(() => decodeOtlpProtobuf(nest(span, [0x12, 0x12, 0x0a], 1))).toThrow(OtlpTooLargeError)
})

describe('ids', () => {
  const decode = (span: Record<string, unknown>): { spans: number; rejections: Rejection[] } => {
    const rejections: Rejection[] = []
    const spans = decodeOtlpProtobuf(request({ name: 'reserve', ...span }), rejection =>
      rejections.push(rejection)
    )
    return { spans: spans.length, rejections }
  }

  test.each<[string, Record<string, unknown>, Rejection]>([
    ['no trace id', { spanId: IDS.spanId }, { reason: 'span "reserve" has no valid trace id' }],
    ['a short trace id', { ...IDS, traceId: IDS.spanId }, { reason: 'span "reserve" has no valid trace id' }],
    [
      'a trace id of zeros',
      { ...IDS, traceId: Buffer.alloc(16) },
      { reason: 'span "reserve" has no valid trace id' }
    ],
    [
      'no span id',
      { traceId: IDS.traceId },
      { traceId: TRACE_ID, reason: 'span "reserve" has no valid span id' }
    ],
    [
      'none, but a link,',
      { traceId: IDS.traceId, links: [IDS] },
      { traceId: TRACE_ID, linked: [TRACE_ID], reason: 'span "reserve" has no valid span id' }
    ],
    [
      'a long span id',
      { ...IDS, spanId: IDS.traceId },
      { traceId: TRACE_ID, reason: 'span "reserve" has no valid span id' }
    ],
    [
      'a short parent id',
      { ...IDS, parentSpanId: Buffer.from([1]) },
      { traceId: TRACE_ID, reason: 'span "reserve" has no valid parent span id' }
    ]
  ])('%s rejects the span', (_, span, rejection) => {
    expect(decode(span)).toEqual({ spans: 0, rejections: [rejection] })
    expect(() => decodeOtlpProtobuf(request({ name: 'reserve', ...span }))).toThrow(OtlpDecodeError)
  })

  test('a parent id of zeros means a root', () => {
    const [span] = decodeOtlpProtobuf(request({ ...IDS, parentSpanId: Buffer.alloc(8) }))
    expect(span).not.toHaveProperty('parentSpanId')
  })

  test('a link to nowhere counts as dropped', () => {
    const links = [{ traceId: Buffer.alloc(16), spanId: Buffer.alloc(8) }, IDS]
    const [span] = decodeOtlpProtobuf(request({ ...IDS, links, droppedLinksCount: 2 }))
    expect(span?.links).toHaveLength(1)
    expect(span?.dropped).toEqual({ attributes: 0, events: 0, links: 3 })
  })
})

test('what is unknown to us of kinds and codes is not guessed', () => {
  expect(decodeOtlpProtobuf(request({ ...IDS, kind: 99, status: { code: 7 } }))).toMatchObject([
    { kind: 'unspecified', status: { code: 'unset' } }
  ])
  expect(decodeOtlpProtobuf(request({ ...IDS, kind: -1 }))).toMatchObject([{ kind: 'unspecified' }])
})

test('bytes that are no UTF-8 do not cost the batch', () => {
  const name = Buffer.from([0x2a, 0x03, 0x61, 0xff, 0x62])
  const span = Buffer.concat([encodeMessage('Span', IDS), name])
  expect(decodeOtlpProtobuf(nest(span, [0x12, 0x12, 0x0a], 1))).toMatchObject([{ name: 'a\ufffdb' }])
})

test('byte values do not hold on to the request they came in', () => {
  const attributes = [{ key: 'cart.image', value: { bytesValue: Buffer.from([1, 2, 3]) } }]
  const body = new Uint8Array(request({ ...IDS, attributes }))
  const value = decodeOtlpProtobuf(body)[0]?.attributes.get('cart.image')
  body.fill(0)
  expect(value).toEqual(Uint8Array.from([1, 2, 3]))
})

function split(message: string): [string, string] {
  const at = message.lastIndexOf(' at ')
  return [message.slice(0, at), message.slice(at + 4)]
}

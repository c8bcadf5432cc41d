import { expect, test } from 'vitest'
import { decodeJaegerChunk } from '../../../../src/backends/jaeger/decode-protobuf.ts'
import { DecodeError } from '../../../../src/errors/decode-error.ts'
import type { AttributeValue } from '../../../../src/model/attributes.ts'
import type { Span } from '../../../../src/model/span.ts'
import type { PlainJaegerSpan } from '../../../support/jaeger-proto.ts'
import { encodeJaegerChunk, momentOf, plainJaegerSpan } from '../../../support/jaeger-proto.ts'
import { buildSpan, spanIdOf, TRACE_ID } from '../../../support/trace-builder.ts'

const PLAIN = plainJaegerSpan(buildSpan({ id: 'cart', name: 'reserve', ms: 3 }))
const TRACE = Buffer.from(TRACE_ID, 'hex')
const OTHER_TRACE = '1'.repeat(32)
const idBytes = (word: string): Buffer => Buffer.from(spanIdOf(word), 'hex')
const decode = (facts: PlainJaegerSpan): Span =>
  decodeJaegerChunk(encodeJaegerChunk([{ ...PLAIN, ...facts }]))[0]!

test('times keep their nanoseconds', () => {
  const span = decode({ startTime: momentOf(1_795_226_602_000_000_001n), duration: momentOf(25n) })
  expect(span).toMatchObject({
    startUnixNano: 1_795_226_602_000_000_001n,
    endUnixNano: 1_795_226_602_000_000_026n
  })
})

test('tags have the types they say, and the zero of a type is a value', () => {
  const tags = [
    { key: 'text', vStr: '7' },
    { key: 'no text' },
    { key: 'truth', vType: 1, vBool: true },
    { key: 'untruth', vType: 1 },
    { key: 'integer', vType: 2, vInt64: '-9223372036854775808' },
    { key: 'nothing', vType: 2 },
    { key: 'double', vType: 3, vFloat64: 7 },
    { key: 'bytes', vType: 4, vBinary: Buffer.from([0, 255]) }
  ]
  expect(decode({ tags }).attributes).toEqual(
    new Map<string, AttributeValue>([
      ['text', '7'],
      ['no text', ''],
      ['truth', true],
      ['untruth', false],
      ['integer', -9223372036854775808n],
      ['nothing', 0n],
      ['double', 7],
      ['bytes', new Uint8Array([0, 255])]
    ])
  )
})

test('tags, logs and the process become what they were', () => {
  const span = decode({
    tags: [
      { key: 'span.kind', vStr: 'client' },
      { key: 'error', vType: 1, vBool: true },
      { key: 'otel.status_description', vStr: 'no stock' },
      { key: 'otel.scope.name', vStr: 'cart.scope' },
      { key: 'w3c.tracestate', vStr: 'a=1' },
      { key: 'internal.span.format', vStr: 'otlp' }
    ],
    logs: [
      {
        timestamp: momentOf(5n),
        fields: [
          { key: 'event', vStr: 'sold out' },
          { key: 'left', vType: 2 }
        ]
      }
    ],
    process: { serviceName: 'cart', tags: [{ key: 'host.name', vStr: 'h1' }] }
  })
  expect(span).toMatchObject({
    kind: 'client',
    status: { code: 'error', message: 'no stock' },
    scope: { name: 'cart.scope' },
    traceState: 'a=1',
    attributes: new Map(),
    events: [{ name: 'sold out', timeUnixNano: 5n, attributes: new Map([['left', 0n]]) }],
    resource: new Map([
      ['host.name', 'h1'],
      ['service.name', 'cart']
    ])
  })
})

test('the first reference into the same trace is the parent, the others are links', () => {
  const span = decode({
    references: [
      { traceId: Buffer.from(OTHER_TRACE, 'hex'), spanId: idBytes('far'), refType: 1 },
      { traceId: TRACE, spanId: idBytes('cause'), refType: 1 },
      { traceId: TRACE, spanId: idBytes('parent') }
    ]
  })
  expect(span.parentSpanId).toBe(spanIdOf('parent'))
  expect(span.links).toMatchObject([
    { traceId: OTHER_TRACE, spanId: spanIdOf('far') },
    { traceId: TRACE_ID, spanId: spanIdOf('cause') }
  ])
})

test('fields that are not known are passed over', () => {
  const unknown = Buffer.from([0x7a, 0x02, 0x08, 0x01])
  expect(decodeJaegerChunk(Buffer.concat([unknown, encodeJaegerChunk([PLAIN])]))).toHaveLength(1)
})

test.each([
  ['a span without an id', encodeJaegerChunk([{ ...PLAIN, spanId: Buffer.alloc(8) }]), 'no valid span id'],
  ['a span of no trace', encodeJaegerChunk([{ ...PLAIN, traceId: Buffer.alloc(0) }]), 'no valid trace id'],
  [
    'a reference to nothing',
    encodeJaegerChunk([{ ...PLAIN, references: [{ traceId: TRACE }] }]),
    'without a valid span id'
  ],
  [
    'a tag of a new type',
    encodeJaegerChunk([{ ...PLAIN, tags: [{ key: 'k', vType: 9 }] }]),
    'type that is not known: 9'
  ],
  ['half a message', encodeJaegerChunk([PLAIN]).subarray(0, 20), 'truncated']
])('%s is an error', (_, bytes, problem) => {
  expect(() => decodeJaegerChunk(bytes)).toThrow(DecodeError)
  expect(() => decodeJaegerChunk(bytes)).toThrow(problem)
})

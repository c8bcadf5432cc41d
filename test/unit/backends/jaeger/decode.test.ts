import { describe, expect, test } from 'vitest'
import { decodeJaegerJson } from '../../../../src/backends/jaeger/decode.ts'
import { DecodeError } from '../../../../src/errors/decode-error.ts'
import type { AttributeValue } from '../../../../src/model/attributes.ts'
import type { Span } from '../../../../src/model/span.ts'

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'
const OTHER_TRACE = '1'.repeat(32)
const IDS = { traceID: TRACE, spanID: 'b7ad6b7169203331' }

const decode = (...spans: Record<string, unknown>[]): readonly Span[] =>
  decodeJaegerJson({
    data: [{ traceID: TRACE, spans, processes: { p1: { serviceName: 'cart', tags: [] } } }]
  })
const decodeSpan = (span: Record<string, unknown>): Span =>
  decode({ ...IDS, operationName: 'reserve', startTime: 1795225078000000, duration: 25, ...span })[0]!
const tag = (key: string, value: unknown, type = 'string'): unknown => ({ key, type, value })

test('the file that the web page saves, one trace alone, and a list of traces are read alike', () => {
  const trace = { traceID: TRACE, spans: [IDS], processes: {} }
  const expected = decodeJaegerJson({ data: [trace] })
  expect(expected).toHaveLength(1)
  expect(decodeJaegerJson(trace)).toEqual(expected)
  expect(decodeJaegerJson([trace])).toEqual(expected)
})

test('times are microseconds', () => {
  expect(decodeSpan({})).toMatchObject({
    startUnixNano: 1795225078000000000n,
    endUnixNano: 1795225078000025000n
  })
})

test('a trace id of 64 bits is filled up', () => {
  expect(decodeSpan({ traceID: 'a3ce929d0e0e4736' }).traceId).toBe('0000000000000000a3ce929d0e0e4736')
})

describe('the process of a span', () => {
  test('is named by its id', () => {
    expect(decodeSpan({ processID: 'p1' }).resource).toEqual(new Map([['service.name', 'cart']]))
  })
  test('may stand in the span', () => {
    const process = { serviceName: 'payment', tags: [tag('host.name', 'h1')] }
    expect(decodeSpan({ process }).resource).toEqual(
      new Map([
        ['host.name', 'h1'],
        ['service.name', 'payment']
      ])
    )
  })
})

test('tags have the types they say', () => {
  const tags = [
    tag('text', '7'),
    tag('truth', true, 'bool'),
    tag('truth as text', 'false', 'bool'),
    tag('integer', 7, 'int64'),
    tag('large', '9223372036854775807', 'int64'),
    tag('double', 7, 'float64'),
    tag('bytes', 'aGVsbG8=', 'binary'),
    { key: 'untyped', value: 3 }
  ]
  expect(decodeSpan({ tags }).attributes).toEqual(
    new Map<string, AttributeValue>([
      ['text', '7'],
      ['truth', true],
      ['truth as text', false],
      ['integer', 7n],
      ['large', 9223372036854775807n],
      ['double', 7],
      ['bytes', new Uint8Array(Buffer.from('hello'))],
      ['untyped', 3n]
    ])
  )
})

test('tags that stand for something else are not attributes', () => {
  const span = decodeSpan({
    tags: [
      tag('span.kind', 'server'),
      tag('otel.scope.name', 'shop'),
      tag('otel.scope.version', '2'),
      tag('w3c.tracestate', 'vendor=a'),
      tag('otel.status_code', 'OK'),
      tag('internal.span.format', 'otlp'),
      tag('@jaeger@warnings', 'clock skew')
    ]
  })
  expect(span).toMatchObject({
    kind: 'server',
    scope: { name: 'shop', version: '2' },
    traceState: 'vendor=a',
    status: { code: 'ok' }
  })
  expect(span.attributes.size).toBe(0)
})

describe('the status', () => {
  test.each<[string, readonly unknown[], Span['status']]>([
    ['of a failed span', [tag('error', true, 'bool')], { code: 'error' }],
    ['of a failed span, as text', [tag('error', 'true')], { code: 'error' }],
    [
      'of OpenTelemetry',
      [tag('otel.status_code', 'ERROR'), tag('otel.status_description', 'sold out')],
      { code: 'error', message: 'sold out' }
    ],
    [
      'that contradicts itself is the worse one',
      [tag('otel.status_code', 'OK'), tag('error', true, 'bool')],
      { code: 'error' }
    ],
    ['without tags', [], { code: 'unset' }]
  ])('%s', (_, tags, status) => {
    expect(decodeSpan({ tags }).status).toEqual(status)
  })
})

describe('references', () => {
  const reference = (refType: string, spanID: string, traceID = TRACE): unknown => ({
    refType,
    traceID,
    spanID
  })
  test.each<[string, readonly unknown[], string | undefined, readonly string[]]>([
    ['none: a root', [], undefined, []],
    [
      'the first child-of is the parent',
      [reference('CHILD_OF', 'a1'), reference('CHILD_OF', 'a2')],
      'a1',
      ['a2']
    ],
    [
      'child-of goes before follows-from',
      [reference('FOLLOWS_FROM', 'a1'), reference('CHILD_OF', 'a2')],
      'a2',
      ['a1']
    ],
    ['follows-from alone is the parent', [reference('FOLLOWS_FROM', 'a1')], 'a1', []],
    ['into another trace is a link', [reference('CHILD_OF', 'a1', OTHER_TRACE)], undefined, ['a1']]
  ])('%s', (_, references, parent, links) => {
    const span = decodeSpan({ references })
    const full = (id: string): string => id.padStart(16, '0')
    expect(span.parentSpanId).toBe(parent === undefined ? undefined : full(parent))
    expect(span.links.map(link => link.spanId)).toEqual(links.map(full))
  })

  test('the parent of very old spans is a field of its own', () => {
    expect(decodeSpan({ parentSpanID: 'a1' }).parentSpanId).toBe('00000000000000a1')
  })
})

test('logs are events, named by their field', () => {
  const logs = [
    { timestamp: 1795225078000001, fields: [tag('event', 'retry'), tag('attempt', 2, 'int64')] },
    { timestamp: 1795225078000002, fields: [tag('message', 'gave up')] }
  ]
  expect(decodeSpan({ logs }).events).toEqual([
    { name: 'retry', timeUnixNano: 1795225078000001000n, attributes: new Map([['attempt', 2n]]) },
    { name: 'gave up', timeUnixNano: 1795225078000002000n, attributes: new Map() }
  ])
})

test('what is not from Jaeger is refused with its place', () => {
  expect(() => decodeJaegerJson('spans')).toThrow(DecodeError)
  expect(() => decode({ traceID: TRACE })).toThrow('not a span id at $.data[0].spans[0].spanID')
  expect(() => decodeSpan({ startTime: 'noon' })).toThrow(
    '"noon" where an integer must be at $.data[0].spans[0].startTime'
  )
  expect(() => decodeSpan({ tags: [tag('raw', '#', 'binary')] })).toThrow(/not base64 at .*tags\[0\]\.value/)
})

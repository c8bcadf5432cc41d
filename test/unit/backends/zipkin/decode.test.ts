import { describe, expect, test } from 'vitest'
import { decodeZipkinJson } from '../../../../src/backends/zipkin/decode.ts'
import { DecodeError } from '../../../../src/errors/decode-error.ts'
import type { Span } from '../../../../src/model/span.ts'
import { buildTrace } from '../../../../src/model/trace.ts'

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'
const report = (fields: Record<string, unknown>): Record<string, unknown> => ({
  traceId: TRACE,
  id: 'a1',
  ...fields
})
const decodeSpan = (fields: Record<string, unknown>): Span => decodeZipkinJson([report(fields)])[0]!
const endpoint = (serviceName: string): Record<string, unknown> => ({ localEndpoint: { serviceName } })

test('times are microseconds; a span without a duration is in progress', () => {
  expect(decodeSpan({ timestamp: 1795224768503874, duration: 25 })).toMatchObject({
    startUnixNano: 1795224768503874000n,
    endUnixNano: 1795224768503899000n
  })
  expect(decodeSpan({ timestamp: 1795224768503874 })).not.toHaveProperty('endUnixNano')
})

test('a span without a time began with its first annotation', () => {
  expect(decodeSpan({ annotations: [{ timestamp: 17, value: 'retry' }] }).startUnixNano).toBe(17_000n)
})

test.each<[Record<string, unknown>, Span['kind']]>([
  [{ kind: 'SERVER' }, 'server'],
  [{ kind: 'CONSUMER' }, 'consumer'],
  [{ tags: { 'span.kind': 'producer' } }, 'producer'],
  [{}, 'internal']
])('%j is of kind %s', (fields, kind) => {
  expect(decodeSpan(fields).kind).toBe(kind)
})

test('what OpenTelemetry mixed into the tags is taken apart again', () => {
  const span = decodeSpan({
    ...endpoint('cart'),
    tags: {
      'http.route': '/cart',
      'telemetry.sdk.name': 'opentelemetry',
      'service.instance.id': 'c-1',
      'otel.scope.name': 'shop',
      'otel.scope.version': '2',
      'otel.library.name': 'shop',
      'otel.library.version': '2',
      'w3c.tracestate': 'vendor=a'
    }
  })
  expect(span.attributes).toEqual(new Map([['http.route', '/cart']]))
  expect(span.resource).toEqual(
    new Map([
      ['telemetry.sdk.name', 'opentelemetry'],
      ['service.instance.id', 'c-1'],
      ['service.name', 'cart']
    ])
  )
  expect(span).toMatchObject({ scope: { name: 'shop', version: '2' }, traceState: 'vendor=a' })
})

test('both ends of a connection become attributes, unless tags say it already', () => {
  const span = decodeSpan({
    localEndpoint: { serviceName: 'cart', ipv6: '::1' },
    remoteEndpoint: { serviceName: 'postgres', ipv4: '10.0.0.7', port: 5432 },
    tags: { 'peer.service': 'stock' }
  })
  expect(span.attributes).toEqual(
    new Map<string, unknown>([
      ['peer.service', 'stock'],
      ['network.local.address', '::1'],
      ['network.peer.address', '10.0.0.7'],
      ['network.peer.port', 5432n]
    ])
  )
})

describe('the status', () => {
  test.each<[Record<string, string>, Span['status']]>([
    [{}, { code: 'unset' }],
    [{ error: '' }, { code: 'error' }],
    [{ error: 'true' }, { code: 'error' }],
    [{ error: 'sold out' }, { code: 'error', message: 'sold out' }],
    [{ error: 'false' }, { code: 'unset' }],
    [{ 'otel.status_code': 'OK' }, { code: 'ok' }],
    [
      { 'otel.status_code': 'ERROR', error: 'sold out' },
      { code: 'error', message: 'sold out' }
    ],
    [
      { 'otel.status_code': 'ERROR', 'otel.status_description': 'sold out', error: 'true' },
      { code: 'error', message: 'sold out' }
    ]
  ])('of %j', (tags, status) => {
    expect(decodeSpan({ tags }).status).toEqual(status)
  })

  test('of OpenTelemetry takes its tags with it, one of Zipkin leaves them', () => {
    expect(decodeSpan({ tags: { 'otel.status_code': 'ERROR', error: 'x' } }).attributes.size).toBe(0)
    expect(decodeSpan({ tags: { error: 'x' } }).attributes).toEqual(new Map([['error', 'x']]))
  })
})

test('annotations are events; OpenTelemetry writes attributes into them', () => {
  const annotations = [
    { timestamp: 1, value: 'retry' },
    { timestamp: 2, value: 'reserved|{"stock.left":7,"sku":"SKU|1"}|0' },
    { timestamp: 3, value: 'not|{json|0' }
  ]
  expect(decodeSpan({ annotations }).events).toEqual([
    { name: 'retry', timeUnixNano: 1_000n, attributes: new Map() },
    {
      name: 'reserved',
      timeUnixNano: 2_000n,
      attributes: new Map<string, unknown>([
        ['stock.left', 7n],
        ['sku', 'SKU|1']
      ])
    },
    { name: 'not|{json|0', timeUnixNano: 3_000n, attributes: new Map() }
  ])
})

test('links come as tags', () => {
  const span = decodeSpan({
    tags: { 'otlp.link.0': `${TRACE}|b7ad6b7169203331|vendor=a|{"shop":"A"}|0`, 'otlp.link.1': 'nonsense' }
  })
  expect(span.links).toEqual([
    {
      traceId: TRACE,
      spanId: 'b7ad6b7169203331',
      traceState: 'vendor=a',
      attributes: new Map([['shop', 'A']])
    }
  ])
  expect(span.attributes).toEqual(new Map([['otlp.link.1', 'nonsense']]))
})

test('reports of one span in pieces are put together', () => {
  const spans = decodeZipkinJson([
    report({
      ...endpoint('cart'),
      timestamp: 20,
      tags: { a: '1' },
      annotations: [{ timestamp: 21, value: 'x' }]
    }),
    report({
      ...endpoint('cart'),
      timestamp: 10,
      duration: 15,
      kind: 'SERVER',
      tags: { b: '2' },
      annotations: [
        { timestamp: 21, value: 'x' },
        { timestamp: 22, value: 'y' }
      ]
    })
  ])
  expect(spans).toMatchObject([{ kind: 'server', startUnixNano: 10_000n, endUnixNano: 25_000n }])
  expect([...spans[0]!.attributes.keys()].sort()).toEqual(['a', 'b'])
  expect(spans[0]!.events.map(event => event.name)).toEqual(['x', 'y'])
})

describe('an id that both ends of a call share', () => {
  const client = report({ id: 'c1', parentId: 'a1', kind: 'CLIENT', name: 'call', ...endpoint('cart') })
  const server = report({
    id: 'c1',
    parentId: 'a1',
    kind: 'SERVER',
    name: 'serve',
    shared: true,
    ...endpoint('payment')
  })
  const below = report({ id: 'd1', parentId: 'c1', name: 'charge', ...endpoint('payment') })
  const beside = report({ id: 'e1', parentId: 'c1', name: 'measure', ...endpoint('cart') })
  const top = report({ name: 'checkout', kind: 'SERVER', ...endpoint('cart') })
  const parentNames = (reports: readonly unknown[]): Record<string, string | undefined> => {
    const spans = decodeZipkinJson(reports)
    const trace = buildTrace(spans[0]!.traceId, spans)
    return Object.fromEntries(
      trace.spans.map((span, position) => [span.name, trace.spans[trace.parents[position]!]?.name])
    )
  }
  const expected = { checkout: undefined, call: 'checkout', serve: 'call', charge: 'serve', measure: 'call' }

  test('becomes two spans, the one below the other', () => {
    expect(parentNames([top, client, server, below, beside])).toEqual(expected)
    expect(parentNames([beside, below, server, client, top])).toEqual(expected)
  })

  test('is separated although nobody marked it as shared', () => {
    const { shared: _, ...unmarked } = server
    expect(parentNames([top, client, unmarked, below, beside])).toEqual(expected)
  })

  test('gives the same id in every look, and shows that the other end is missing', () => {
    const [alone] = decodeZipkinJson([server])
    const both = decodeZipkinJson([client, server])
    expect(both).toContainEqual(alone)
    expect(alone).toMatchObject({ parentSpanId: '00000000000000c1' })
    expect(alone!.spanId).not.toBe('00000000000000c1')
  })

  test('a process that calls itself is separated too', () => {
    const own = endpoint('cart')
    const spans = decodeZipkinJson([
      { ...client, ...own },
      { ...server, ...own, shared: undefined },
      { ...below, ...own }
    ])
    expect(spans.map(span => span.name)).toEqual(['call', 'serve', 'charge'])
    expect(spans[1]!.parentSpanId).toBe(spans[0]!.spanId)
    expect(spans[2]!.parentSpanId).toBe(spans[1]!.spanId)
  })
})

test('what is not from Zipkin is refused with its place', () => {
  expect(() => decodeZipkinJson({})).toThrow(DecodeError)
  expect(() => decodeZipkinJson([3])).toThrow('3 where an object must be at $[0]')
  expect(() => decodeZipkinJson([report({ id: 'x' })])).toThrow('not a span id at $[0].id')
  expect(() => decodeZipkinJson([report({ tags: { a: 1 } })])).toThrow(
    '1 where a string must be at $[0].tags.a'
  )
})

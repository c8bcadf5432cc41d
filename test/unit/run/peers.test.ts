import { describe, expect, test } from 'vitest'
import type { SpanKind } from '../../../src/model/span.ts'
import { findCalls, reachedNobody } from '../../../src/run/peers.ts'
import {
  buildSpan,
  type PlainAttributes,
  type SpanSketch,
  triggeredTraceOf
} from '../../support/trace-builder.ts'

const gateway: SpanSketch = { id: 'gateway', parent: 'trigger', kind: 'server', service: 'gateway' }
const client = (attributes: PlainAttributes = {}): SpanSketch => ({
  id: 'call',
  parent: 'gateway',
  kind: 'client',
  service: 'gateway',
  attributes
})
const below = (kind: SpanKind, service: string): SpanSketch => ({
  id: 'below',
  parent: 'call',
  kind,
  service
})

const callsOf = (externalHosts: readonly string[], ...sketches: SpanSketch[]) =>
  findCalls(triggeredTraceOf(gateway, ...sketches), externalHosts).map(({ kind, peer, isAnswered }) => ({
    kind,
    peer,
    isAnswered
  }))

describe('the server span of a client span', () => {
  test('answers it from below, at any depth', () => {
    expect(
      callsOf(
        [],
        client({ 'server.address': 'pricing' }),
        { id: 'socket', parent: 'call', service: 'gateway', kind: 'internal' },
        { id: 'quote', parent: 'socket', service: 'pricing', kind: 'server' }
      )
    ).toEqual([{ kind: 'callee', peer: 'pricing', isAnswered: true }])
  })
  test('is a span of another process, whatever its kind', () => {
    expect(callsOf([], client(), below('internal', 'pricing'))[0]?.isAnswered).toBe(true)
  })
  test('is not a span of the same process', () => {
    expect(callsOf([], client({ 'server.address': 'pricing' }), below('internal', 'gateway'))).toEqual([
      { kind: 'callee', peer: 'pricing', isAnswered: false }
    ])
  })
  test('answers only the call above it, not the one beside it', () => {
    const calls = callsOf(
      [],
      { ...client({ 'server.address': 'pricing' }) },
      { ...client({ 'server.address': 'cart' }), id: 'other' },
      below('server', 'pricing')
    )
    expect(calls.map(({ peer, isAnswered }) => `${peer} ${isAnswered}`).sort()).toEqual([
      'cart false',
      'pricing true'
    ])
  })
})

describe('a client span whose peer sends no spans is no call', () => {
  const rows: readonly [string, PlainAttributes][] = [
    ['a database', { 'db.system.name': 'postgresql', 'server.address': 'db' }],
    ['a database by its older key', { 'db.system': 'redis' }],
    ['a broker', { 'messaging.system': 'kafka' }],
    ['a cloud interface', { 'rpc.system': 'aws-api' }],
    ['a host that is declared external', { 'server.address': 'api.bank.example', 'server.port': 443n }],
    ['a host and port that are declared external', { 'server.address': 'Proxy', 'server.port': 3128n }]
  ]
  for (const [title, attributes] of rows)
    test(title, () => {
      expect(callsOf(['api.bank.example', 'proxy:3128'], client(attributes))).toEqual([])
    })

  test('a span that names nobody, round one that does', () => {
    expect(
      callsOf([], client(), { ...client({ 'db.system': 'postgresql' }), id: 'select', parent: 'call' })
    ).toEqual([])
  })
})

describe('the name of a peer', () => {
  const rows: readonly [string, PlainAttributes, string | undefined][] = [
    ['address and port', { 'server.address': 'Pricing', 'server.port': 8080n }, 'pricing:8080'],
    ['the older keys', { 'net.peer.name': 'pricing', 'net.peer.port': 8080n }, 'pricing:8080'],
    ['an address alone', { 'server.address': 'pricing' }, 'pricing'],
    ['the URL', { 'url.full': 'http://pricing:8080/quote' }, 'pricing:8080'],
    ['the older key of the URL', { 'http.url': 'http://pricing/quote' }, 'pricing'],
    ['the service', { 'peer.service': 'pricing' }, 'pricing'],
    ['nothing', {}, undefined]
  ]
  for (const [title, attributes, peer] of rows)
    test(`from ${title}`, () => {
      expect(callsOf([], client(attributes))).toEqual([{ kind: 'callee', peer, isAnswered: false }])
    })
})

describe('a producer', () => {
  const publish: SpanSketch = { id: 'publish', parent: 'gateway', kind: 'producer', service: 'gateway' }
  test('has its consumer below it', () => {
    expect(
      callsOf([], publish, { id: 'consume', parent: 'publish', kind: 'consumer', service: 'shipping' })
    ).toEqual([{ kind: 'consumer', peer: undefined, isAnswered: true }])
  })
  test('or linked to it', () => {
    expect(
      callsOf([], publish, {
        id: 'consume',
        parent: 'trigger',
        kind: 'consumer',
        service: 'shipping',
        links: [{ to: 'publish' }]
      })
    ).toEqual([{ kind: 'consumer', peer: undefined, isAnswered: true }])
  })
  test('or none', () => {
    expect(callsOf([], publish)).toEqual([{ kind: 'consumer', peer: undefined, isAnswered: false }])
  })
})

describe('a client span that reached nobody', () => {
  test('says so in its status, its error type or an exception', () => {
    expect(reachedNobody(buildSpan({ id: 'call', error: 'connect ECONNREFUSED 127.0.0.1:9' }))).toBe(true)
    expect(reachedNobody(buildSpan({ id: 'call', attributes: { 'error.type': 'ENOTFOUND' } }))).toBe(true)
    expect(
      reachedNobody(
        buildSpan({
          id: 'call',
          events: [{ name: 'exception', attributes: { 'exception.message': 'Connection refused' } }]
        })
      )
    ).toBe(true)
  })
  test('a timeout is no such thing: the server may still be at work', () => {
    expect(reachedNobody(buildSpan({ id: 'call', error: 'ETIMEDOUT' }))).toBe(false)
  })
})

import { describe, expect, test } from 'vitest'
import { tempoBackend } from '../../../../src/backends/tempo/index.ts'
import type { TempoOptions } from '../../../../src/backends/tempo/options.ts'
import { grpcOptionsOf, httpOptionsOf, isGrpc } from '../../../../src/backends/tempo/options.ts'
import { TRACE_ID } from '../../../support/trace-builder.ts'

describe('an address', () => {
  test.each<[string, TempoOptions | string]>([
    ['', { url: 'http://localhost:3200' }],
    ['http://tempo:3200', { url: 'http://tempo:3200' }],
    ['https://tempo-prod.grafana.net/tempo', { url: 'https://tempo-prod.grafana.net/tempo' }],
    ['tempo:3200', { url: 'tempo:3200' }],
    ['tempo.example.com', { url: 'tempo.example.com:3200' }],
    ['grpc://tempo:9095', { type: 'grpc', grpc: { endpoint: 'tempo:9095' } }],
    ['grpc://tempo/', { type: 'grpc', grpc: { endpoint: 'tempo:9095' } }],
    ['grpc://[::1]:9095', { type: 'grpc', grpc: { endpoint: '[::1]:9095' } }],
    ['grpc://tempo:x', '"grpc://tempo:x" is not grpc://host:port'],
    ['/tempo', 'the URL "/tempo" names no host'],
    ['ftp://tempo', '"ftp://" is not HTTP: the URL must start with http:// or https://']
  ])('%s', (address, options) => {
    expect(tempoBackend.parseAddress?.(address)).toEqual(options)
  })
})

describe('what is asked by HTTP', () => {
  test('is localhost where nothing is said', () => {
    expect(httpOptionsOf({})).toEqual({ url: 'http://localhost:3200', headers: {} })
  })

  test('is what the block of Tracetest says', () => {
    const http = { url: 'tempo:80', headers: { 'X-Scope-OrgID': 'a' }, tls: { insecureSkipVerify: true } }
    expect(httpOptionsOf({ type: 'http', http })).toEqual(http)
  })

  test('is by https on port 443, as in Tracetest, where no scheme is said', () => {
    expect(httpOptionsOf({ url: 'tempo.example.com:443/tempo' }).url).toBe(
      'https://tempo.example.com:443/tempo'
    )
    expect(httpOptionsOf({ url: 'http://tempo.example.com:443' }).url).toBe('http://tempo.example.com:443')
  })

  test('has the tenant in its headers, in either form of headers', () => {
    const tenant = { key: 'X-Scope-OrgID', value: 'shop|web' }
    expect(httpOptionsOf({ tenant: 'shop|web' }).headers).toEqual([tenant])
    expect(
      httpOptionsOf({ tenant: 'shop|web', headers: [{ key: 'x-scope-orgid', value: 'b' }] }).headers
    ).toEqual([tenant])
    expect(httpOptionsOf({ tenant: 'shop|web', http: { headers: { a: '1' } } }).headers).toEqual([
      { key: 'a', value: '1' },
      tenant
    ])
  })
})

describe('what is asked by gRPC', () => {
  test('is what the block of Tracetest says, with the tenant among its metadata', () => {
    const tls = { insecure: true }
    expect(grpcOptionsOf({ type: 'grpc', grpc: { endpoint: 'tempo:9095', tls }, tenant: 'shop' })).toEqual({
      endpoint: 'tempo:9095',
      tls,
      headers: [{ key: 'X-Scope-OrgID', value: 'shop' }]
    })
    expect(grpcOptionsOf({ type: 'grpc' })).toEqual({ endpoint: 'localhost:9095', headers: {} })
  })

  test('is asked where it is said, and where there is nothing else', () => {
    expect(isGrpc({ type: 'grpc', grpc: {}, http: {} })).toBe(true)
    expect(isGrpc({ grpc: { endpoint: 'tempo:9095' } })).toBe(true)
    expect(isGrpc({ type: 'http', grpc: {} })).toBe(false)
    expect(isGrpc({ url: 'http://tempo:3200', grpc: {} })).toBe(false)
    expect(isGrpc({})).toBe(false)
  })
})

describe('a link to the trace', () => {
  const linkOf = (options: TempoOptions): string | undefined => tempoBackend.traceUrl?.(options, TRACE_ID)

  test('is not there where nobody says where Grafana is: Tempo has no pages', () => {
    expect(linkOf({ url: 'http://tempo:3200' })).toBeUndefined()
  })

  test('leads to Explore with the trace as its query', () => {
    const url = new URL(linkOf({ grafana: 'http://localhost:3000/grafana/', datasource: 'P21' })!)
    expect(url.href).toMatch(/^http:\/\/localhost:3000\/grafana\/explore\?schemaVersion=1&panes=%7B/)
    expect(JSON.parse(url.searchParams.get('panes')!)).toEqual({
      trace: {
        datasource: 'P21',
        queries: [
          { refId: 'A', datasource: { type: 'tempo', uid: 'P21' }, queryType: 'traceql', query: TRACE_ID }
        ],
        range: { from: 'now-1h', to: 'now' }
      }
    })
  })
})

test('every credential is kept out of sight, wherever it is written', () => {
  const basic = { type: 'basic', basic: { username: '1234', password: 'glc_secret' } } as const
  const sent = Buffer.from('1234:glc_secret').toString('base64')
  for (const options of [{ auth: basic }, { http: { auth: basic } }, { grpc: { auth: basic } }])
    expect(tempoBackend.secretsOf(options)).toEqual(expect.arrayContaining(['glc_secret', sent]))
  expect(tempoBackend.secretsOf({ url: 'http://u:p4ss@tempo' })).toContain('p4ss')
})

test('files are those of every block', () => {
  expect(tempoBackend.files).toContainEqual(['grpc', 'tls', 'settings', 'keyFile'])
  expect(tempoBackend.files).toContainEqual(['tls', 'caFile'])
  expect(tempoBackend.files).toContainEqual(['http', 'tls', 'settings', 'cAFile'])
})

import { describe, expect, test } from 'vitest'
import { jaegerBackend } from '../../../../src/backends/jaeger/index.ts'
import type { JaegerOptions } from '../../../../src/backends/jaeger/options.ts'
import { buildRegistry } from '../../../../src/plan/registry.ts'
import { httpTrigger } from '../../../../src/triggers/http/index.ts'
import { contextOf } from '../../../contract/trigger.ts'
import { planText } from '../../../support/compile-text.ts'
import { TRACE_ID } from '../../../support/trace-builder.ts'

describe('an address', () => {
  test.each([
    ['', { url: 'http://localhost:16686' }],
    ['http://localhost:16686', { url: 'http://localhost:16686' }],
    ['https://tracing.example.com/jaeger/', { url: 'https://tracing.example.com/jaeger/' }],
    ['localhost:16686', { url: 'localhost:16686' }],
    ['jaeger', { url: 'http://jaeger:16686' }],
    ['localhost:16685', { endpoint: 'localhost:16685' }],
    ['[::1]:16685', { endpoint: '[::1]:16685' }],
    ['grpc://jaeger:4000', { endpoint: 'jaeger:4000' }],
    ['grpc://jaeger', { endpoint: 'jaeger:16685' }],
    ['grpcs://jaeger:16685', { endpoint: 'jaeger:16685', tls: {} }]
  ])('%s', (address, options) => {
    expect(jaegerBackend.parseAddress?.(address)).toEqual(options)
  })

  test.each([
    ['ftp://localhost', '"ftp://" is not HTTP: the URL must start with http:// or https://'],
    ['/api', 'the URL "/api" names no host'],
    ['http://me:secret@:x/', '"http://:x/" is not a URL'],
    ['grpc://a b', '"grpc://a b" is not grpc://HOST:PORT']
  ])('%s is none', (address, problem) => {
    expect(jaegerBackend.parseAddress?.(address)).toBe(problem)
  })
})

describe('the page of a trace', () => {
  test.each([
    [{}, `http://localhost:16686/trace/${TRACE_ID}`],
    [{ url: 'me:secret@jaeger:16686/base/' }, `http://jaeger:16686/base/trace/${TRACE_ID}`],
    [{ endpoint: 'jaeger:16685' }, undefined],
    [{ endpoint: 'jaeger:16685', uiUrl: 'http://ui' }, `http://ui/trace/${TRACE_ID}`],
    [{ url: 'http://jaeger:16686', uiUrl: 'https://ui/' }, `https://ui/trace/${TRACE_ID}`]
  ])('%j', (options, url) => {
    expect(jaegerBackend.traceUrl?.(options, TRACE_ID)).toBe(url)
  })
})

test('passwords, tokens and what is sent for them are secrets; a tenant is none', () => {
  const secrets = jaegerBackend.secretsOf({
    url: 'http://me:pass%20word@jaeger',
    headers: { Authorization: 'Bearer abcdef', 'X-Api-Key': 'k-1234', 'X-Scope-OrgID': 'shop' },
    auth: { type: 'basic', basic: { username: 'you', password: 'hunter2' } }
  })
  expect(new Set(secrets)).toEqual(
    new Set([
      'hunter2',
      `Basic ${btoa('you:hunter2')}`,
      btoa('you:hunter2'),
      'pass word',
      `Basic ${btoa('me:pass word')}`,
      btoa('me:pass word'),
      'Bearer abcdef',
      'abcdef',
      'k-1234'
    ])
  )
})

describe('options that cannot work say so before anything is asked', () => {
  test.each([
    [{ url: 'http://' }, '`url` of the data store: "http://" is not a URL'],
    [
      { headers: { 'X Tenant': 'shop' } },
      '`headers` of the data store: "X Tenant" cannot be the name of a header'
    ],
    [
      { tls: { caFile: '/ca.pem' } },
      '`tls` of the data store: caFile cannot be read from /ca.pem: there is no such file'
    ],
    [
      { tls: { settings: { certFile: '/some.pem' } } },
      '`tls` of the data store: certFile is given without keyFile'
    ],
    [{ tls: { caFile: '/garbage.pem' } }, '`tls` of the data store: /garbage.pem (caFile) is not a PEM file'],
    [
      { tls: { certFile: '/some.pem', keyFile: '/some.pem' } },
      'no TLS is possible with /some.pem and /some.pem'
    ]
  ])('%j', async (options, message) => {
    const readFile = (path: string): Promise<Uint8Array> =>
      path === '/ca.pem'
        ? Promise.reject(Object.assign(new Error(`ENOENT: ${path}`), { code: 'ENOENT' }))
        : Promise.resolve(Buffer.from(path === '/some.pem' ? '-----BEGIN NOTHING-----\n' : 'garbage'))
    await expect(jaegerBackend.open(options, contextOf({ readFile }))).rejects.toMatchObject({
      name: 'BackendError',
      message: expect.stringContaining(message)
    })
  })
})

test('an auth block that is not filled in hides nothing, and breaks nothing', () => {
  const auth = { type: '' } as unknown as NonNullable<JaegerOptions['auth']>
  expect(jaegerBackend.secretsOf({ endpoint: 'jaeger:16685', auth })).toEqual([])
})

test.each([true, false])('a file of Tracetest is read as it is, where `insecure` is %s', async insecure => {
  const { backend } = await planText(
    [
      'type: Test',
      'spec:',
      '  name: a checkout',
      '  dataStore:',
      '    id: current',
      '    name: Jaeger',
      '    type: jaeger',
      '    default: true',
      '    jaeger:',
      '      endpoint: jaeger-query:16685',
      '      readBufferSize: 0',
      '      writeBufferSize: 0',
      '      waitForReady: false',
      '      headers: { x-tenant: shop }',
      '      balancerName: ""',
      '      compression: snappy',
      '      tls:',
      `        insecure: ${insecure}`,
      '        insecureSkipVerify: false',
      '        serverName: ""',
      '        settings: { cAFile: "", certFile: "", keyFile: "", minVersion: "", maxVersion: "" }',
      '  trigger: { type: http, httpRequest: { url: "http://localhost:8080" } }',
      '  specs: [{ selector: span, assertions: ["count() > 0"] }]'
    ].join('\n'),
    {},
    buildRegistry([httpTrigger], [jaegerBackend])
  )
  await using session = await backend.open(contextOf())
  expect(session.describe).toContain('jaeger-query:16685')
})

import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { zipkinBackend } from '../../../../src/backends/zipkin/index.ts'
import { parseTraceId } from '../../../../src/model/ids.ts'
import type { TraceSession } from '../../../../src/plugin/trace-backend.ts'
import type { WireSpan } from '../../../contract/trace-backend.ts'
import { describeTraceBackend, errorText } from '../../../contract/trace-backend.ts'
import { contextOf } from '../../../contract/trigger.ts'
import type { BackendServer, Reply } from '../../../support/backend-server.ts'
import { startBackendServer } from '../../../support/backend-server.ts'
import { TRACE_ID } from '../../../support/trace-builder.ts'

const signal = new AbortController().signal
const RECORDED = 'test/fixtures/recorded/zipkin'
const JSON_HEADERS = { 'content-type': 'application/json; charset=utf-8' }
const FOUND = readFileSync(`${RECORDED}/found.body`, 'utf8')
const RECORDED_ID = parseTraceId(/"traceId":"([0-9a-f]+)"/.exec(FOUND)![1]!)!

const found = (spans: readonly WireSpan[]): Reply => ({
  headers: JSON_HEADERS,
  body: JSON.stringify(
    spans.map(span => ({
      traceId: span.traceId,
      id: span.spanId,
      ...(span.parentSpanId ? { parentId: span.parentSpanId } : {}),
      name: span.name,
      timestamp: Number(span.startUnixNano / 1000n),
      duration: Number((span.endUnixNano - span.startUnixNano) / 1000n),
      localEndpoint: { serviceName: 'cart' },
      tags: {}
    }))
  )
})
const absent = (traceId: string): Reply => ({
  status: 404,
  headers: { 'content-type': 'text/*' },
  body: `${traceId} not found`
})

describeTraceBackend({
  backend: zipkinBackend,
  options: url => ({ url }),
  wire: { found, absent }
})

async function withSession(
  check: (session: TraceSession, server: BackendServer) => Promise<void>,
  suffix = ''
): Promise<void> {
  await using server = await startBackendServer('/base')
  await using session = await zipkinBackend.open({ url: `${server.url}${suffix}` }, contextOf())
  await check(session, server)
}

test.each(['', '/', '/zipkin/', '/api/v2', '/api/v2/spans', '/zipkin/api/v2/spans'])(
  'the API is found below the address, also where that is written as /base%s',
  suffix =>
    withSession(async (session, server) => {
      server.play({ headers: JSON_HEADERS, body: FOUND })
      expect(await session.fetch(RECORDED_ID, signal)).toMatchObject({ status: 'found' })
      expect(server.requests).toEqual([`GET /base/api/v2/trace/${RECORDED_ID}`])
    }, suffix)
)

test('an id that Zipkin shortens is absent under its shorter name', () =>
  withSession(async (session, server) => {
    server.play(absent(TRACE_ID.slice(16)))
    expect(await session.fetch(TRACE_ID, signal)).toEqual({ status: 'absent' })
    expect(server.requests).toHaveLength(1)
  }))

test('a 404 in other words is an absence if the API is there, which is asked once', () =>
  withSession(async (session, server) => {
    server.play(path => (path.endsWith('/services') ? { body: '["cart"]' } : { status: 404 }))
    for (let count = 0; count < 2; count++)
      expect(await session.fetch(TRACE_ID, signal)).toEqual({ status: 'absent' })
    expect(server.requests.map(request => request.replace(TRACE_ID, 'ID'))).toEqual([
      'GET /base/api/v2/trace/ID',
      'GET /base/api/v2/services',
      'GET /base/api/v2/trace/ID'
    ])
  }))

test('says its version where it tells, and its clock', () =>
  withSession(async (session, server) => {
    const date = 'Sat, 21 Nov 2026 10:00:00 GMT'
    const clockUnixNano = BigInt(Date.parse(date)) * 1_000_000n
    server.play(path =>
      path.endsWith('/info')
        ? { body: '{"zipkin":{"version":"3.4.0","commit":"e0ec5ce"}}' }
        : { ...absent('7472616365727565'), headers: { date } }
    )
    const protocol = 'v2 HTTP API'
    expect(await session.identify?.(signal)).toEqual({ version: 'Zipkin 3.4.0', protocol, clockUnixNano })
    server.play(path =>
      path.endsWith('/info') ? { status: 403 } : { ...absent('7472616365727565'), headers: { date } }
    )
    expect(await session.identify?.(signal)).toEqual({ protocol, clockUnixNano })
  }))

test.each([
  ['', { url: 'http://localhost:9411' }],
  ['zipkin', { url: 'zipkin:9411' }],
  ['https://zipkin.example.com/base', { url: 'https://zipkin.example.com/base' }]
])('the address %j is read', (address, options) => {
  expect(zipkinBackend.parseAddress?.(address)).toEqual(options)
})

test('the page of a trace is below /zipkin', () => {
  expect(zipkinBackend.traceUrl?.({}, TRACE_ID)).toBe(`http://localhost:9411/zipkin/traces/${TRACE_ID}`)
  expect(zipkinBackend.traceUrl?.({ url: 'host:9411/base/api/v2/spans' }, TRACE_ID)).toBe(
    `http://host:9411/base/zipkin/traces/${TRACE_ID}`
  )
})

describe('what a user reads', () => {
  const read = async (...turns: readonly Reply[]): Promise<string> => {
    await using server = await startBackendServer('/ui')
    await using session = await zipkinBackend.open({ url: server.url }, contextOf())
    server.play(...turns)
    return await errorText(Promise.resolve(session.fetch(TRACE_ID, signal)), server)
  }

  test('of a wrong base path', async () => {
    expect(await read({ headers: { 'content-type': 'text/html' }, body: '<html>' })).toMatchInlineSnapshot(`
      "BACKEND_BAD_RESPONSE: there is no API of Zipkin at http://STORE/ui: GET http://STORE/ui/api/v2/trace/TRACE was answered with 200 OK: an HTML page
      → The base path may be wrong: \`url\` is what stands before /zipkin or /api/v2, such as http://localhost:9411."
    `)
    expect(await read({ status: 404, body: 'Status: 404\nDescription: Not Found\n' })).toMatchInlineSnapshot(`
      "BACKEND_BAD_RESPONSE: there is no API of Zipkin at http://STORE/ui: GET http://STORE/ui/api/v2/trace/TRACE was answered with 404 Not Found: Status: 404 Description: Not Found
      → The base path may be wrong: \`url\` is what stands before /zipkin or /api/v2, such as http://localhost:9411."
    `)
  })

  test('of an answer that cannot be read', async () => {
    expect(await read({ headers: JSON_HEADERS, body: '[{"traceId":"' })).toMatchInlineSnapshot(`
      "BACKEND_BAD_RESPONSE: GET http://STORE/ui/api/v2/trace/TRACE was answered with what is no trace: not JSON: Unterminated string at character 13 (200 OK, application/json; charset=utf-8, 13 bytes: [{"traceId":")
      → See what comes with curl 'http://STORE/ui/api/v2/trace/TRACE': does a proxy or a limit of size on the way cut or change it?"
    `)
    expect(
      await read({ headers: JSON_HEADERS, body: '[{"traceId":"zzz","id":"1"}]' })
    ).toMatchInlineSnapshot(`
      "BACKEND_BAD_RESPONSE: GET http://STORE/ui/api/v2/trace/TRACE was answered with what is no trace: not a trace id at $[0].traceId (200 OK, application/json; charset=utf-8, 28 bytes: [{"traceId":"zzz","id":"1"}])
      → See what comes with curl 'http://STORE/ui/api/v2/trace/TRACE': does a proxy or a limit of size on the way cut or change it?"
    `)
  })
})

import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { jaegerBackend } from '../../../../src/backends/jaeger/index.ts'
import type { JaegerOptions } from '../../../../src/backends/jaeger/options.ts'
import { parseTraceId } from '../../../../src/model/ids.ts'
import type { TraceSession } from '../../../../src/plugin/trace-backend.ts'
import type { WireSpan } from '../../../contract/trace-backend.ts'
import { describeTraceBackend, errorText, wireSpans } from '../../../contract/trace-backend.ts'
import { contextOf } from '../../../contract/trigger.ts'
import type { BackendServer, Reply } from '../../../support/backend-server.ts'
import { startBackendServer } from '../../../support/backend-server.ts'
import { TRACE_ID } from '../../../support/trace-builder.ts'

const signal = new AbortController().signal
const TEXT = { 'content-type': 'text/plain; charset=utf-8' }

/** What a real Jaeger 2 answered. */
function recorded(name: string): Reply {
  const file = `test/fixtures/recorded/jaeger/${name}`
  const [line = '', ...lines] = readFileSync(`${file}.headers`, 'utf8').trim().split(/\r?\n/)
  const headers = lines
    .map(text => /^([^:]+): *(.*)$/.exec(text)?.slice(1) ?? [])
    .filter(([key = '']) => !/^(?:content-length|connection|date)$/i.test(key))
  return {
    status: Number(line.split(' ')[1]),
    headers: Object.fromEntries(headers),
    body: readFileSync(`${file}.body`)
  }
}

const UI = recorded('v3-unknown-route')
const RECORDED_ID = parseTraceId(/"traceId":"([0-9a-f]+)"/i.exec(String(recorded('v3-found').body))![1]!)!

const v3 = (spans: readonly WireSpan[], attributes: readonly object[] = []): Reply => ({
  headers: TEXT,
  body: JSON.stringify({
    result: {
      resourceSpans: [
        {
          resource: { attributes: [{ key: 'service.name', value: { stringValue: 'cart' } }] },
          scopeSpans: [
            {
              spans: spans.map(({ startUnixNano, endUnixNano, ...span }) => ({
                ...span,
                attributes,
                startTimeUnixNano: String(startUnixNano),
                endTimeUnixNano: String(endUnixNano)
              }))
            }
          ]
        }
      ]
    }
  })
})

const v1 = (spans: readonly WireSpan[]): Reply => ({
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({
    data: [
      {
        traceID: TRACE_ID,
        spans: spans.map(span => ({
          traceID: span.traceId,
          spanID: span.spanId,
          references: span.parentSpanId
            ? [{ refType: 'CHILD_OF', traceID: span.traceId, spanID: span.parentSpanId }]
            : [],
          operationName: span.name,
          startTime: Number(span.startUnixNano / 1000n),
          duration: Number((span.endUnixNano - span.startUnixNano) / 1000n),
          tags: [],
          logs: [],
          processID: 'p1'
        })),
        processes: { p1: { serviceName: 'cart', tags: [] } }
      }
    ],
    errors: null
  })
})

describeTraceBackend({
  backend: jaegerBackend,
  options: url => ({ url }),
  wire: { found: v3, absent: () => recorded('v3-notfound') }
})

describe('the v1 API of Jaeger', () => {
  describeTraceBackend({
    backend: jaegerBackend,
    options: (url): JaegerOptions => ({ url, api: 'v1' }),
    wire: { found: v1, absent: () => recorded('v1-notfound') }
  })
})

async function withSession(
  options: (url: string) => JaegerOptions,
  check: (session: TraceSession, server: BackendServer) => Promise<void>,
  basePath = ''
): Promise<void> {
  await using server = await startBackendServer(basePath)
  await using session = await jaegerBackend.open(options(server.url), contextOf())
  await check(session, server)
}

test('v3 is asked for the trace as it was sent, below the base path', () =>
  withSession(
    url => ({ url: `${url}/` }),
    async (session, server) => {
      server.play(recorded('v3-found'))
      const result = await session.fetch(RECORDED_ID, signal)
      expect(result).toMatchObject({ status: 'found' })
      expect(result).not.toHaveProperty('losses')
      expect(server.requests).toEqual([`GET /tracing/jaeger/api/v3/traces/${RECORDED_ID}?raw_traces=true`])
    },
    '/tracing/jaeger'
  ))

test('where the web page answers for v3, v1 is asked, from then on alone, and its losses are told', () =>
  withSession(
    url => ({ url }),
    async (session, server) => {
      server.play(path => (path.startsWith('/api/v3') ? UI : recorded('v1-found')))
      expect(await session.fetch(RECORDED_ID, signal)).toMatchObject({
        status: 'found',
        losses: expect.arrayContaining(['precision', 'scope-attributes', 'nested-types', 'dropped-counts'])
      })
      expect(session.describe).toContain('v1 API')
      await session.fetch(RECORDED_ID, signal)
      expect(server.requests.map(request => request.replace(RECORDED_ID, 'ID'))).toEqual([
        'GET /api/v3/traces/ID?raw_traces=true',
        'GET /api/traces/ID?raw=true',
        'GET /api/traces/ID?raw=true'
      ])
    }
  ))

test.each([
  ['of a router', { status: 404, headers: TEXT, body: '404 page not found\n' }],
  ['of a gateway', { status: 404, body: '{"message":"no Route matched with those values"}' }],
  ['without a word', { status: 404 }]
])("a 404 %s is not Jaeger's: v1 is asked, and its absence counts", (_whose, notFound) =>
  withSession(
    url => ({ url }),
    async (session, server) => {
      server.play(path => (path.startsWith('/api/v3') ? notFound : recorded('v1-notfound')))
      expect(await session.fetch(TRACE_ID, signal)).toEqual({ status: 'absent' })
      expect(session.describe).toContain('v1 API')
    }
  )
)

test('v3 that has answered once is not given up for a page in between', () =>
  withSession(
    url => ({ url }),
    async (session, server) => {
      server.play(recorded('v3-notfound'), UI)
      await session.fetch(TRACE_ID, signal)
      await expect(session.fetch(TRACE_ID, signal)).rejects.toMatchObject({ code: 'BACKEND_BAD_RESPONSE' })
      expect(server.requests).toHaveLength(2)
    }
  ))

test('v1 that is busy decides nothing: v3 is asked again', () =>
  withSession(
    url => ({ url }),
    async (session, server) => {
      server.play(UI, { status: 429 }, recorded('v3-found'))
      expect(await session.fetch(RECORDED_ID, signal)).toMatchObject({ status: 'busy' })
      expect(await session.fetch(RECORDED_ID, signal)).toMatchObject({ status: 'found' })
    }
  ))

test('chunks, one a line, are one trace; one that ends in an error is no answer in substance', () =>
  withSession(
    url => ({ url }),
    async (session, server) => {
      const [one, two] = wireSpans(2).map(span => String(v3([span]).body))
      server.play({ body: `${one}\n${two}\n` }, { body: `${one}\n{"error":{"message":"storage is gone"}}\n` })
      const result = await session.fetch(TRACE_ID, signal)
      expect(result.status === 'found' && result.spans).toHaveLength(2)
      expect(await session.fetch(TRACE_ID, signal)).toMatchObject({
        status: 'busy',
        reason: expect.stringContaining('storage is gone')
      })
    }
  ))

test('errors beside the data of v1 are no answer in substance', () =>
  withSession(
    url => ({ url, api: 'v1' }),
    async (session, server) => {
      const body = JSON.parse(String(v1(wireSpans(1)).body)) as object
      server.play({ body: JSON.stringify({ ...body, errors: [{ code: 500, msg: 'a shard is gone' }] }) })
      expect(await session.fetch(TRACE_ID, signal)).toMatchObject({
        status: 'busy',
        reason: expect.stringContaining('a shard is gone')
      })
    }
  ))

test('JSON of something else is no absence', () =>
  withSession(
    url => ({ url }),
    async (session, server) => {
      server.play({ body: '{"status":"ok"}' })
      await expect(session.fetch(TRACE_ID, signal)).rejects.toMatchObject({ code: 'BACKEND_BAD_RESPONSE' })
    }
  ))

test('what Jaeger adds to spans for itself is not shown', () =>
  withSession(
    url => ({ url }),
    async (session, server) => {
      const list = { arrayValue: { values: [{ stringValue: 'clock skew' }] } }
      server.play(
        v3(wireSpans(1), [
          { key: '@jaeger@warnings', value: list },
          { key: '@jaeger@format', value: { stringValue: 'otlp' } },
          { key: 'http.route', value: { stringValue: '/cart' } }
        ])
      )
      const result = await session.fetch(TRACE_ID, signal)
      expect(result.status === 'found' && [...result.spans[0]!.attributes.keys()]).toEqual(['http.route'])
    }
  ))

test('credentials and headers go out with every request', () =>
  withSession(
    url => ({ url: url.replace('//', '//me:se%3Acret@'), headers: { 'X-Tenant': 'shop' } }),
    async (session, server) => {
      server.play(recorded('v3-notfound'))
      await session.fetch(TRACE_ID, signal)
      expect(server.headers).toMatchObject({
        authorization: `Basic ${Buffer.from('me:se:cret').toString('base64')}`,
        'x-tenant': 'shop',
        accept: 'application/json'
      })
      expect(session.describe).not.toContain('cret')
    }
  ))

test('says which of its interfaces answers, and what its clock shows', () =>
  withSession(
    url => ({ url }),
    async (session, server) => {
      const date = 'Sat, 21 Nov 2026 10:00:00 GMT'
      server.play({ ...recorded('v3-notfound'), headers: { date } })
      expect(await session.identify?.(signal)).toEqual({
        protocol: 'v3 HTTP API',
        clockUnixNano: BigInt(Date.parse(date)) * 1_000_000n
      })
    }
  ))

describe('what a user reads', () => {
  const read = async (...turns: readonly Reply[]): Promise<string> => {
    await using server = await startBackendServer('/ui')
    await using session = await jaegerBackend.open({ url: server.url }, contextOf())
    server.play(...turns)
    return await errorText(Promise.resolve(session.fetch(TRACE_ID, signal)), server)
  }

  test('of a wrong base path', async () => {
    expect(await read(UI)).toMatchInlineSnapshot(`
      "BACKEND_BAD_RESPONSE: there is no API of Jaeger at http://STORE/ui: GET http://STORE/ui/api/v3/traces/TRACE?raw_traces=true and GET http://STORE/ui/api/traces/TRACE?raw=true were answered with 200 OK: an HTML page titled "Test Page"
      → The base path may be wrong: \`url\` is where the web page of Jaeger is, such as http://localhost:16686, or http://localhost:16686/jaeger if Jaeger runs with the base path /jaeger."
    `)
    expect(await read({ status: 404, headers: TEXT, body: '404 page not found\n' })).toMatchInlineSnapshot(`
      "BACKEND_BAD_RESPONSE: there is no API of Jaeger at http://STORE/ui: GET http://STORE/ui/api/v3/traces/TRACE?raw_traces=true and GET http://STORE/ui/api/traces/TRACE?raw=true were answered with 404 Not Found: 404 page not found
      → The base path may be wrong: \`url\` is where the web page of Jaeger is, such as http://localhost:16686, or http://localhost:16686/jaeger if Jaeger runs with the base path /jaeger."
    `)
  })

  test('of a login', async () => {
    expect(await read({ status: 401, body: '{"message":"missing token"}' })).toMatchInlineSnapshot(`
      "BACKEND_UNAUTHORIZED: GET http://STORE/ui/api/v3/traces/TRACE?raw_traces=true was refused: 401 Unauthorized: {"message":"missing token"}
      → No credentials were sent: set \`auth\` (basic, bearer or apiKey) or \`headers\` in the data store."
    `)
    expect(await read({ status: 302, headers: { location: '/login?next=%2F' } })).toMatchInlineSnapshot(`
      "BACKEND_REJECTED: GET http://STORE/ui/api/v3/traces/TRACE?raw_traces=true was redirected to /login?next=%2F (302 Found), which is not followed
      → Is that a page to log in? Then set \`auth\` or \`headers\` in the data store. If the store has moved, write its new address as \`url\`."
    `)
  })

  test('of an answer that cannot be read', async () => {
    expect(
      await read({ headers: TEXT, body: '{"result":{"resourceSpans":[{"scopeSpans":' })
    ).toMatchInlineSnapshot(`
      "BACKEND_BAD_RESPONSE: GET http://STORE/ui/api/v3/traces/TRACE?raw_traces=true was answered with what is no trace: not JSON: Unexpected end of JSON input at its end (200 OK, text/plain; charset=utf-8, 42 bytes: {"result":{"resourceSpans":[{"scopeSpans":)
      → See what comes with curl 'http://STORE/ui/api/v3/traces/TRACE?raw_traces=true': does a proxy or a limit of size on the way cut or change it?"
    `)
    expect(
      await read({
        headers: TEXT,
        body: '{"result":{"resourceSpans":[{"scopeSpans":[{"spans":[{"spanId":"x"}]}]}]}}'
      })
    ).toMatchInlineSnapshot(`
      "BACKEND_BAD_RESPONSE: GET http://STORE/ui/api/v3/traces/TRACE?raw_traces=true was answered with what is no trace: span "" has no valid trace id at one of its spans (200 OK, text/plain; charset=utf-8, 74 bytes: {"result":{"resourceSpans":[{"scopeSpans":[{"spans":[{"spanId":"x"}]}]}]}})
      → See what comes with curl 'http://STORE/ui/api/v3/traces/TRACE?raw_traces=true': does a proxy or a limit of size on the way cut or change it?"
    `)
  })

  test('of a request that Jaeger does not like', async () => {
    expect(await read(recorded('v3-badid'))).toMatchInlineSnapshot(`
      "BACKEND_REJECTED: GET http://STORE/ui/api/v3/traces/TRACE?raw_traces=true was rejected: 400 Bad Request: {"error":{"httpCode":400,"message":"malformed parameter trace_id: strconv.ParseUint: parsing \\"zzz\\": invalid syntax"}}
      → Does the \`url\` of the data store lead to its API, with the base path if there is one?"
    `)
  })
})

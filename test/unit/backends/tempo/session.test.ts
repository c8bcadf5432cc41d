import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { tempoBackend } from '../../../../src/backends/tempo/index.ts'
import type { TempoOptions } from '../../../../src/backends/tempo/options.ts'
import { BackendError } from '../../../../src/errors/errors.ts'
import { parseTraceId, type TraceId } from '../../../../src/model/ids.ts'
import { decodeOtlpJson } from '../../../../src/otlp/decode.ts'
import { encodeOtlpJson } from '../../../../src/otlp/encode.ts'
import type { FetchResult, TraceSession } from '../../../../src/plugin/trace-backend.ts'
import { contextOf } from '../../../contract/trigger.ts'
import { startHttpSystem } from '../../../support/http-system.ts'
import { sendHttp1 } from '../../../support/otlp-client.ts'
import { encodeExportRequest } from '../../../support/otlp-proto.ts'
import { RECORDED_ID, startTempoServer, type TempoServer } from '../../../support/tempo-server.ts'
import { buildSpan, TRACE_ID } from '../../../support/trace-builder.ts'

const written = (name: string): string => readFileSync(`test/fixtures/written/tempo/${name}.body`, 'utf8')

const RECORDED = parseTraceId(RECORDED_ID)!
const EXPECTED = decodeOtlpJson(
  JSON.parse(readFileSync('test/fixtures/recorded/tempo/v2-found.body', 'utf8'))
)
const ABSENT = parseTraceId('1')!
const SPANS = [
  buildSpan({ id: 'a', service: 'gateway', kind: 'server', ms: 9 }),
  buildSpan({ id: 'b', parent: 'a', ms: 2 }),
  buildSpan({ id: 'c', parent: 'a', ms: 3 })
]

const open = (options: TempoOptions): Promise<TraceSession> => tempoBackend.open(options, contextOf())

async function look(url: string, id: TraceId = RECORDED, options: TempoOptions = {}): Promise<FetchResult> {
  await using session = await open({ url, ...options })
  return await session.fetch(id, new AbortController().signal)
}

async function refusalOf(url: string, options: TempoOptions = {}): Promise<BackendError> {
  const error: unknown = await look(url, RECORDED, options).catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(BackendError)
  return error as BackendError
}

const pathsOf = (server: TempoServer): readonly string[] => server.questions.map(({ path }) => path)

describe('a trace is the same whichever way Tempo answers', () => {
  const found = { status: 'found', spans: EXPECTED, completeness: 'unknown' }

  test.each([
    ['version 2 in protobuf', {}],
    ['version 2 in JSON', { onlyJson: true }],
    ['version 1 in protobuf', { hasV2: false }],
    ['version 1 in JSON', { hasV2: false, onlyJson: true }],
    ['protobuf that is called JSON', { contentType: 'application/json' }],
    ['JSON that is called protobuf', { onlyJson: true, contentType: 'application/protobuf' }],
    ['JSON that is called text', { onlyJson: true, contentType: 'text/plain' }],
    ['below a base path', { basePath: '/tempo' }]
  ])('%s', async (_, mode) => {
    await using server = await startTempoServer(mode)
    expect(await look(server.url)).toEqual(found)
    expect(await look(`${server.url}/`)).toEqual(found)
    expect(await look(server.url, ABSENT)).toEqual({ status: 'absent' })
  })
})

test('it asks for protobuf by exactly its name, for every leaf, and for no span of time', async () => {
  await using server = await startTempoServer()
  await look(server.url)
  expect(pathsOf(server)).toEqual([`/api/v2/traces/${RECORDED_ID}?span_pruning=false`])
  expect(server.questions[0]?.headers.accept).toBe('application/protobuf')
})

test('what was sent to the server by OTLP is found there, once its lag is over', async () => {
  await using server = await startTempoServer({ lagMs: 60_000 })
  const { port } = new URL(server.url)
  const send = (contentType: string, body: Uint8Array | string): Promise<unknown> =>
    sendHttp1(Number(port), '/v1/traces', { headers: { 'content-type': contentType }, body })
  await send('application/x-protobuf', encodeExportRequest(SPANS.slice(0, 1)))
  await send('application/json', JSON.stringify(encodeOtlpJson(SPANS.slice(1))))
  expect(await look(server.url, TRACE_ID)).toEqual({ status: 'absent' })
  server.mode.lagMs = 0
  expect(await look(server.url, TRACE_ID)).toEqual({ status: 'found', spans: SPANS, completeness: 'unknown' })
})

test('leaves are not pruned for us, although they are for others', async () => {
  await using server = await startTempoServer({ prunes: true })
  server.add(SPANS)
  expect(await look(server.url, TRACE_ID)).toMatchObject({ spans: SPANS, completeness: 'unknown' })
  const others = await fetch(`${server.url}/api/v2/traces/${TRACE_ID}`)
  const answer: unknown = await others.json()
  expect(decodeOtlpJson(answer)).toHaveLength(2)
  expect(answer).toMatchObject({ status: 'PARTIAL' })
})

test('a span that loses its flags when Tempo writes it to a block is still the span that was seen', async () => {
  const flagged = SPANS.map(span => ({ ...span, flags: 0x301 }))
  await using server = await startTempoServer()
  await using session = await open({ url: server.url })
  const { signal } = new AbortController()
  server.add(flagged.slice(0, 1))
  await session.fetch(TRACE_ID, signal)
  server.forget()
  server.add(SPANS)
  expect(await session.fetch(TRACE_ID, signal)).toMatchObject({ spans: [flagged[0], SPANS[1], SPANS[2]] })
  expect(tempoBackend.caps({}).losses).toContain('flags')
})

describe('version 1 is asked where version 2 is not there', () => {
  test('which is remembered for the run', async () => {
    await using server = await startTempoServer({ hasV2: false })
    await using session = await open({ url: server.url })
    const { signal } = new AbortController()
    expect(await session.fetch(ABSENT, signal)).toEqual({ status: 'absent' })
    expect(await session.fetch(RECORDED, signal)).toMatchObject({ status: 'found' })
    expect(pathsOf(server)).toEqual([`/api/traces/${ABSENT}`, `/api/traces/${RECORDED_ID}`])
    expect(session.describe).toBe(`Tempo at ${server.url}/api/traces/`)
  })

  test('which is not remembered of a moment in which version 1 was busy', async () => {
    await using server = await startTempoServer({ hasV2: false })
    await using session = await open({ url: server.url })
    const { signal } = new AbortController()
    server.mode.refusal = { status: 429, body: 'too many outstanding requests' }
    expect(await session.fetch(RECORDED, signal)).toMatchObject({ status: 'busy' })
    delete server.mode.refusal
    server.mode.hasV2 = true
    await session.fetch(RECORDED, signal)
    expect(pathsOf(server).at(-1)).toContain('/api/v2/')
  })

  test('by every look that was under way when it was found out', async () => {
    let release = (): void => undefined
    const held = new Promise<void>(resolve => {
      release = resolve
    })
    await using server = await startHttpSystem(async ({ url = '' }, response) => {
      if (url.includes(ABSENT) && url.startsWith('/api/v2/')) await held
      const isOld = url.startsWith('/api/traces/')
      response.writeHead(isOld ? 200 : 404, { 'content-type': isOld ? 'application/protobuf' : 'text/plain' })
      response.end(
        isOld ? readFileSync('test/fixtures/recorded/tempo/v1-found-pb.body') : '404 page not found'
      )
    })
    await using session = await open({ url: server.origin })
    const { signal } = new AbortController()
    const slow = session.fetch(ABSENT, signal)
    expect(await session.fetch(RECORDED, signal)).toMatchObject({ status: 'found' })
    release()
    expect(await slow).toMatchObject({ status: 'found' })
  })

  test('also where a gateway answers for it with a page', async () => {
    await using server = await startHttpSystem(({ url = '' }, response) => {
      const isOld = url.startsWith('/api/traces/')
      response.writeHead(isOld ? 200 : 404, { 'content-type': isOld ? 'application/protobuf' : 'text/html' })
      response.end(
        isOld ? readFileSync('test/fixtures/recorded/tempo/v1-found-pb.body') : written('gateway-404')
      )
    })
    expect(await look(server.origin)).toMatchObject({ status: 'found', spans: EXPECTED })
  })
})

describe('a trace that is cut is never taken for whole', () => {
  const reason = 'Trace exceeds maximum size of 5000000 bytes, a partial trace is returned'

  test.each([{ onlyJson: false }, { onlyJson: true }])('PARTIAL: %j', async mode => {
    await using server = await startTempoServer({ ...mode, partial: reason })
    server.add(SPANS)
    expect(await look(server.url, TRACE_ID)).toEqual({
      status: 'found',
      spans: SPANS,
      completeness: 'truncated',
      note: `Tempo: ${reason}`
    })
  })

  test.each([413, 422, 500])('a refusal with %i, as it is above a limit', async status => {
    const refusal = { status, body: written('v1-too-large') }
    await using server = await startTempoServer({ hasV2: false, refusal })
    expect(await look(server.url)).toMatchObject({
      status: 'found',
      spans: [],
      completeness: 'truncated',
      note: expect.stringMatching(
        /as large as this \(\d{3} .*: trace exceeds max size \(max bytes: 5000000\)\)/
      ) as string
    })
  })
})

describe('a store that has too much to do is asked again later', () => {
  test('429, with the time that it names', async () => {
    const refusal = { status: 429, body: 'too many outstanding requests', headers: { 'retry-after': '3' } }
    await using server = await startTempoServer({ refusal })
    expect(await look(server.url)).toEqual({
      status: 'busy',
      reason: expect.stringContaining('429 Too Many Requests: too many outstanding requests') as string,
      retryAfterMs: 3000
    })
  })

  test('an empty ring, in the first seconds after its start', async () => {
    await using server = await startTempoServer({ refusal: { status: 500, body: written('ring') } })
    expect(await look(server.url)).toMatchObject({
      status: 'busy',
      reason: expect.stringContaining('empty ring') as string
    })
  })
})

describe('tenants', () => {
  test('the tenant is sent as X-Scope-OrgID, in the place of one among the headers', async () => {
    await using server = await startTempoServer({ tenants: ['shop'] })
    for (const headers of [undefined, { 'x-scope-orgid': 'other', 'X-More': '1' }])
      expect(
        await look(server.url, RECORDED, { tenant: 'shop', ...(headers === undefined ? {} : { headers }) })
      ).toMatchObject({ status: 'found' })
    expect(server.questions.at(-1)?.headers['x-more']).toBe('1')
  })

  test('where it is missing, the error says how to name it', async () => {
    await using server = await startTempoServer({ tenants: ['shop'] })
    const { code, message, hint } = await refusalOf(server.url)
    expect(code).toBe('BACKEND_UNAUTHORIZED')
    expect(message).toContain('401 Unauthorized: no org id')
    expect(hint).toContain('`tenant: NAME`')
  })
})

describe('an address where there is no Tempo is an error, never an absent trace', () => {
  test.each([
    ['plain words', 'text/plain', '404 page not found\n', 404],
    ['the page of a gateway', 'text/html', written('gateway-404'), 404],
    ['a page with 200, as web apps have', 'text/html', '<!doctype html><title>Grafana</title>', 200],
    ['Grafana', 'application/json', written('grafana-404'), 404]
  ])('%s', async (_, type, body, status) => {
    await using server = await startHttpSystem((_request, response) => {
      response.writeHead(status, { 'content-type': type }).end(body)
    })
    const { code, message, hint } = await refusalOf(server.origin)
    expect(code).toBe('BACKEND_BAD_RESPONSE')
    expect(message).toContain(
      `there is no API of Tempo at ${server.origin}: GET ${server.origin}/api/v2/traces/`
    )
    expect(hint).toContain('http://localhost:3200')
  })

  test.each([
    ['JSON of something else', 'application/json', '{"message":"hello"}'],
    ['JSON that breaks off', 'application/json', '{"trace":{"resourceSpans":['],
    ['protobuf of something else', 'application/protobuf', Buffer.from([0x0a, 0x03, 1])],
    ['words', 'text/plain', 'ready']
  ])('200 with %s', async (_, type, body) => {
    await using server = await startHttpSystem((_request, response) => {
      response.writeHead(200, { 'content-type': type }).end(body)
    })
    const { code, message } = await refusalOf(server.origin)
    expect(code).toBe('BACKEND_BAD_RESPONSE')
    expect(message).toContain(type)
  })

  test('an empty 404, which Tempo hides traces behind and a mesh its routes, is doubted in the diagnosis', async () => {
    await using server = await startHttpSystem((_request, response) => void response.writeHead(404).end())
    await using session = await open({ url: server.origin })
    expect(await session.fetch(RECORDED, new AbortController().signal)).toEqual({ status: 'absent' })
    expect(session.describe).toContain('it answered 404 Not Found and an empty body')
  })
})

describe('it says who it is', () => {
  test('with its version and its clock', async () => {
    await using server = await startTempoServer()
    await using session = await open({ url: server.url })
    const identity = await session.identify?.(new AbortController().signal)
    expect(identity).toMatchObject({ version: 'Tempo 2.10.8', protocol: 'HTTP API' })
    expect(identity?.clockUnixNano).toBeGreaterThan(0n)
  })

  test('or at least that it is there', async () => {
    await using server = await startHttpSystem(({ url }, response) => {
      response.writeHead(url === '/ready' ? 200 : 404).end('ready\n')
    })
    await using session = await open({ url: server.origin })
    expect(await session.identify?.(new AbortController().signal)).toMatchObject({ protocol: 'HTTP API' })
  })
})

import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { afterEach, expect, test } from 'vitest'
import type { LookAnswer, LookClientOptions } from '../../../src/http/look-client.ts'
import { createLookClient } from '../../../src/http/look-client.ts'
import { findFreePort, startHttpSystem, startRawSystem } from '../../support/http-system.ts'

const signal = new AbortController().signal
const NOW = Date.parse('Sat, 21 Nov 2026 10:00:00 GMT')

async function look(baseUrl: string, options: Partial<LookClientOptions> = {}): Promise<LookAnswer> {
  await using client = createLookClient({ baseUrl, headers: [], nowUnixMs: () => NOW, ...options })
  return await client.get('/trace', { accept: 'application/json', signal })
}

const answered = (answer: LookAnswer): string =>
  answer.status === 'answered'
    ? `${answer.answer.status} ${Buffer.from(answer.answer.body).toString()}`
    : answer.reason

test('a reset and a 5xx are tried again, and the answer that comes is the answer', async () => {
  let requests = 0
  await using system = await startHttpSystem((request, response) => {
    requests++
    if (requests === 1) request.socket.destroy()
    else response.writeHead(requests === 2 ? 503 : 200).end(`answer ${requests}`)
  })
  expect(answered(await look(system.origin))).toBe('200 answer 3')
})

test('a 5xx that stays is no answer in substance, after three tries', async () => {
  await using system = await startHttpSystem((_request, response) =>
    response.writeHead(502).end('<html><head><title>Bad\n gateway</title>')
  )
  expect(await look(system.origin)).toEqual({
    status: 'busy',
    reason: `GET ${system.origin}/trace was answered with 502 Bad Gateway: an HTML page titled "Bad gateway"`
  })
  expect(system.requests).toHaveLength(3)
})

test.each([
  ['seconds', { 'retry-after': '7' }, 7000],
  [
    'a date of its own clock',
    { 'retry-after': 'Sat, 21 Nov 2026 12:00:09 GMT', date: 'Sat, 21 Nov 2026 12:00:00 GMT' },
    9000
  ],
  ['a date that is over', { 'retry-after': 'Fri, 20 Nov 2026 12:00:00 GMT' }, 0],
  ['something else', { 'retry-after': 'soon' }, undefined]
])('429 says by %s when to come again, and is not tried again before', async (_form, headers, wait) => {
  await using system = await startHttpSystem((_request, response) =>
    response.writeHead(429, headers).end('slow down')
  )
  const answer = await look(system.origin)
  expect(answer).toMatchObject({
    status: 'busy',
    reason: expect.stringContaining('429 Too Many Requests: slow down')
  })
  expect(answer.status === 'busy' && answer.retryAfterMs).toBe(wait)
  expect(system.requests).toHaveLength(1)
})

test('a 503 that says when to come again is not tried again before', async () => {
  await using system = await startHttpSystem((_request, response) =>
    response.writeHead(503, { 'retry-after': '1' }).end()
  )
  expect(await look(system.origin)).toMatchObject({ status: 'busy', retryAfterMs: 1000 })
  expect(system.requests).toHaveLength(1)
})

test.each([404, 413, 422])('%d is for the adapter to read', async status => {
  await using system = await startHttpSystem((_request, response) => response.writeHead(status).end('why'))
  expect(answered(await look(system.origin))).toBe(`${status} why`)
})

test.each([
  [401, 'BACKEND_UNAUTHORIZED', 'was refused: 401 Unauthorized: no entry'],
  [403, 'BACKEND_UNAUTHORIZED', 'was refused: 403 Forbidden: no entry'],
  [400, 'BACKEND_REJECTED', 'was rejected: 400 Bad Request: no entry'],
  [405, 'BACKEND_REJECTED', 'was rejected: 405 Method Not Allowed: no entry'],
  [407, 'BACKEND_REJECTED', 'wants credentials: 407 Proxy Authentication Required: no entry']
])('%d ends it at once, with what was said', async (status, code, message) => {
  await using system = await startHttpSystem((_request, response) =>
    response.writeHead(status).end('no\n entry')
  )
  await expect(look(system.origin)).rejects.toMatchObject({ code, message: expect.stringContaining(message) })
  expect(system.requests).toHaveLength(1)
})

test('a redirect is not followed; its target is named without credentials', async () => {
  await using system = await startHttpSystem((_request, response) =>
    response.writeHead(302, { location: 'https://me:pass@login.example.com/?from=trace' }).end()
  )
  await expect(look(system.origin)).rejects.toMatchObject({
    code: 'BACKEND_REJECTED',
    message: `GET ${system.origin}/trace was redirected to https://login.example.com/?from=trace (302 Found), which is not followed`,
    hint: expect.stringContaining('a page to log in')
  })
})

test('a redirect to the same path elsewhere says which address to write', async () => {
  await using system = await startHttpSystem((_request, response) =>
    response.writeHead(301, { location: 'https://jaeger.example.com/trace' }).end()
  )
  await expect(look(system.origin)).rejects.toMatchObject({
    hint: 'Write that address as the `url` of the data store: it starts with https://jaeger.example.com.'
  })
})

test('where nobody listens it gives up after its tries, with the reason', async () => {
  const port = await findFreePort()
  await expect(look(`http://127.0.0.1:${port}`)).rejects.toMatchObject({
    code: 'BACKEND_UNREACHABLE',
    message: `GET http://127.0.0.1:${port}/trace failed: nothing listens on http://127.0.0.1:${port} (ECONNREFUSED)`
  })
})

test('an answer beyond the limit is no answer, and not tried again', async () => {
  await using system = await startHttpSystem((_request, response) => response.end('x'.repeat(1025)))
  await expect(look(system.origin, { maxBodyBytes: 1024 })).rejects.toMatchObject({
    code: 'BACKEND_BAD_RESPONSE'
  })
  expect(system.requests).toHaveLength(1)
})

test('gzip is asked for, and undone', async () => {
  await using system = await startHttpSystem((_request, response) =>
    response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('spans'))
  )
  expect(answered(await look(system.origin))).toBe('200 spans')
  expect(system.requests[0]?.headers).toContainEqual(['accept-encoding', 'gzip'])
})

test('a store that never answered whole is an error; one that did before is busy', async () => {
  let isWhole = false
  await using system = await startRawSystem(socket =>
    socket.end(
      isWhole
        ? 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n[]'
        : 'HTTP/1.1 200 OK\r\ncontent-length: 99\r\nconnection: close\r\n\r\n['
    )
  )
  await using client = createLookClient({ baseUrl: system.origin, headers: [], nowUnixMs: () => NOW })
  const get = (): Promise<LookAnswer> => client.get('/trace', { accept: '*/*', signal })
  await expect(get()).rejects.toMatchObject({
    message: expect.stringContaining('it ends before its content-length')
  })
  isWhole = true
  expect(answered(await get())).toBe('200 []')
  isWhole = false
  expect(await get()).toMatchObject({ status: 'busy' })
  expect(system.requests).toHaveLength(7)
})

test('a body that is no gzip is tried again', async () => {
  await using system = await startHttpSystem((_request, response) => {
    response.writeHead(200, { 'content-encoding': 'gzip' })
    response.end(system.requests.length === 1 ? gzipSync('spans').subarray(0, 9) : gzipSync('spans'))
  })
  expect(answered(await look(system.origin))).toBe('200 spans')
})

test('an abort ends the tries', async () => {
  const stop = new AbortController()
  await using system = await startHttpSystem((_request, response) => {
    stop.abort(new Error('interrupted'))
    response.writeHead(500).end()
  })
  await using client = createLookClient({ baseUrl: system.origin, headers: [], nowUnixMs: () => NOW })
  await expect(client.get('/', { accept: '*/*', signal: stop.signal })).rejects.toMatchObject({
    name: 'BackendError',
    message: `GET ${system.origin}/ was given up`
  })
  expect(system.requests).toHaveLength(1)
})

test('the base path goes first, credentials of the query last and into no message', async () => {
  await using system = await startHttpSystem((_request, response) => response.writeHead(403).end())
  const base = `${system.origin}/jaeger/`
  await expect(look(base, { query: [['key', 'geheim geheim']] })).rejects.toMatchObject({
    message: expect.not.stringContaining('geheim')
  })
  expect(system.requests[0]?.path).toBe('/jaeger/trace?key=geheim%20geheim')
})

test('a certificate that nobody vouches for ends it at once; its authority, or no verification, opens', async () => {
  await using system = await startHttpSystem((_request, response) => response.end('secret'), { isTls: true })
  await expect(look(system.origin)).rejects.toMatchObject({
    code: 'BACKEND_UNREACHABLE',
    hint: expect.stringContaining('caFile')
  })
  expect(answered(await look(system.origin, { tls: { verifies: false } }))).toBe('200 secret')
  const ca = readFileSync('test/fixtures/tls/localhost-cert.pem')
  expect(answered(await look(system.origin, { tls: { verifies: true, ca } }))).toBe('200 secret')
  await expect(
    look(system.origin, { tls: { verifies: true, ca, serverName: 'jaeger.example.com' } })
  ).rejects.toMatchObject({ message: expect.stringContaining('another host name') })
})

const before = { ...process.env }
afterEach(() => {
  for (const name of ['http_proxy', 'HTTP_PROXY', 'no_proxy', 'NO_PROXY'])
    if (before[name] === undefined) delete process.env[name]
    else process.env[name] = before[name]
})

test('a proxy of the environment is used for other hosts, and never for this machine', async () => {
  await using proxy = await startHttpSystem((_request, response) => response.end('by proxy'))
  await using system = await startHttpSystem((_request, response) => response.end('direct'))
  delete process.env['http_proxy']
  delete process.env['no_proxy']
  process.env['HTTP_PROXY'] = proxy.origin
  process.env['NO_PROXY'] = ''
  expect(answered(await look('http://jaeger.example.com:16686/base'))).toBe('200 by proxy')
  expect(proxy.requests[0]?.path).toBe('http://jaeger.example.com:16686/base/trace')
  expect(answered(await look(system.origin))).toBe('200 direct')
})

test('what a proxy refused is said with its status', async () => {
  await using proxy = await startHttpSystem((_request, response) => response.writeHead(403).end('no entry'))
  delete process.env['http_proxy']
  process.env['HTTP_PROXY'] = proxy.origin
  process.env['NO_PROXY'] = ''
  await expect(look('http://jaeger.example.com')).rejects.toMatchObject({
    message: expect.stringContaining('was refused: 403: no entry')
  })
})

test('a proxy that is no URL is named', async () => {
  delete process.env['http_proxy']
  process.env['HTTP_PROXY'] = 'proxy example'
  await expect(look('http://jaeger.example.com')).rejects.toMatchObject({
    code: 'BACKEND_UNREACHABLE',
    message: expect.stringContaining('a proxy that the environment names')
  })
})

test('a proxy that wants credentials says so', async () => {
  await using proxy = await startHttpSystem((_request, response) => response.writeHead(407).end())
  delete process.env['http_proxy']
  process.env['HTTP_PROXY'] = proxy.origin
  process.env['NO_PROXY'] = ''
  await expect(look('http://jaeger.example.com')).rejects.toMatchObject({
    message: expect.stringContaining('proxy')
  })
})

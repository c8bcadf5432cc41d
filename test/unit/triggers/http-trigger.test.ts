import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import type { Socket } from 'node:net'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import type { TriggerContext, TriggerResult } from '../../../src/plugin/trigger.ts'
import { createShared } from '../../../src/run/shared.ts'
import { httpTrigger } from '../../../src/triggers/http/index.ts'
import type { HttpOptions } from '../../../src/triggers/http/options.ts'
import { contextOf, describeTrigger, PARENT } from '../../contract/trigger.ts'
import { findFreePort, type HttpSystem, startHttpSystem, startRawSystem } from '../../support/http-system.ts'

describeTrigger<HttpOptions>({
  trigger: httpTrigger,
  withHeaders: (options, headers) => ({ ...options, headers: listOf(headers) }),
  async start(behaviour) {
    if (behaviour === 'absent') {
      const port = await findFreePort()
      return {
        options: { url: `http://127.0.0.1:${port}/checkout` },
        received: [],
        [Symbol.asyncDispose]: () => Promise.resolve()
      }
    }
    const system = await startHttpSystem((request, response) => {
      if (behaviour === 'broken') request.socket.destroy()
      else if (behaviour !== 'silent') response.writeHead(behaviour === 'refusing' ? 503 : 200).end('{}')
    })
    return {
      options: { url: `${system.origin}/checkout`, method: 'POST', body: '{}' },
      get received() {
        return system.requests.map(({ headers }) =>
          Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), value]))
        )
      },
      [Symbol.asyncDispose]: () => system[Symbol.asyncDispose]()
    }
  }
})

function listOf(headers: Readonly<Record<string, string>>): NonNullable<HttpOptions['headers']> {
  return Object.entries(headers).map(([key, value]) => ({ key, value }))
}

const CERTIFICATE = fileURLToPath(new URL('../../fixtures/tls/localhost-cert.pem', import.meta.url))

const run = (options: HttpOptions, context: Partial<TriggerContext> = {}): Promise<TriggerResult> =>
  httpTrigger.run(options, PARENT, contextOf(context))

/** The headers of the last request that a system got, without those of the trace and the connection. */
function headersOf(system: HttpSystem): readonly (readonly [string, string])[] {
  const own = new Set(['traceparent', 'tracestate', 'baggage', 'connection'])
  return system.requests.at(-1)!.headers.filter(([name]) => !own.has(name.toLowerCase()))
}

describe('the request line', () => {
  const methods = ['GET', 'PUT', 'POST', 'PATCH', 'DELETE', 'COPY', 'HEAD', 'OPTIONS', 'LINK', 'UNLINK']
  const rarer = ['PURGE', 'LOCK', 'UNLOCK', 'PROPFIND', 'VIEW', 'QUERY', 'X-SHOP']
  for (const method of [...methods, ...rarer])
    test(`${method} is sent as it is`, async () => {
      await using system = await startRawSystem(socket =>
        socket.end('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n')
      )
      const { response } = await run({ url: `${system.origin}/cart`, method })
      expect(system.requests.map(request => request.method)).toEqual([method])
      expect(response.status).toBe(200)
    })

  test('a method in small letters is sent in capitals, and GET where there is none', async () => {
    await using system = await startHttpSystem()
    await run({ url: system.origin, method: 'delete' })
    await run({ url: system.origin })
    expect(system.requests.map(({ method, path }) => `${method} ${path}`)).toEqual(['DELETE /', 'GET /'])
  })

  for (const method of ['CONNECT', 'trace', 'GET IT'])
    test(`${method} is refused in words`, async () => {
      await expect(run({ url: 'http://127.0.0.1:9/', method })).rejects.toMatchObject({
        code: 'TRIGGER_CRASHED',
        message: expect.stringContaining('cannot be sent')
      })
    })

  const paths: readonly (readonly [string, string])[] = [
    ['/cart?sku=100%25&q=a%20b', '/cart?sku=100%25&q=a%20b'],
    ['/a/../b/./c', '/a/../b/./c'],
    ["/search?q=King's", "/search?q=King's"],
    ['/search?q=two words', '/search?q=two%20words'],
    ['/straße?q=€', '/stra%C3%9Fe?q=%E2%82%AC'],
    ['/filter?json={"a":[1]}', '/filter?json=%7B%22a%22:[1]%7D'],
    ['?q=1', '/?q=1'],
    ['', '/'],
    ['/page#part', '/page']
  ]
  for (const [written, sent] of paths)
    test(`the path "${written}" goes out as ${sent}`, async () => {
      await using system = await startHttpSystem()
      await run({ url: `${system.origin}${written}` })
      expect(system.requests[0]?.path).toBe(sent)
    })

  test('the scheme may be left out', async () => {
    await using system = await startHttpSystem()
    await run({ url: `127.0.0.1:${system.port}/cart` })
    expect(system.requests[0]?.path).toBe('/cart')
  })

  for (const [url, reason] of [
    ['ftp://127.0.0.1/cart', '"ftp://" is not HTTP'],
    ['/checkout', 'names no host'],
    ['http://', 'is not a URL'],
    ['http://host:99999/', 'is not a URL']
  ] as const)
    test(`"${url}" is refused: it ${reason}`, async () => {
      await expect(run({ url })).rejects.toMatchObject({ message: expect.stringContaining(reason) })
    })
})

describe('the headers', () => {
  test('keep their order, their letter case and their repetitions', async () => {
    await using system = await startHttpSystem()
    const headers = [
      { key: 'X-Sku', value: 'SKU-1' },
      { key: 'accept', value: 'text/html' },
      { key: 'x-sku', value: 'SKU-2' },
      { key: 'User-Agent', value: 'shop' },
      { key: 'Content-Type', value: 'application/json' },
      { key: 'X-Quote', value: '"100 %"' }
    ]
    await run({ url: system.origin, method: 'POST', headers, body: '{}' })
    expect(headersOf(system).slice(1)).toEqual([
      ...headers.map(({ key, value }) => [key, value]),
      ['content-length', '2']
    ])
  })

  test('Host is honoured', async () => {
    await using system = await startHttpSystem()
    await run({ url: system.origin, headers: [{ key: 'Host', value: 'shop.example' }] })
    expect(headersOf(system)).toContainEqual(['host', 'shop.example'])
  })

  test('text beyond ASCII goes out as UTF-8', async () => {
    await using system = await startHttpSystem()
    await run({ url: system.origin, headers: [{ key: 'x-name', value: 'Grüße €' }] })
    const value = headersOf(system).find(([name]) => name === 'x-name')?.[1]
    expect(Buffer.from(value ?? '', 'latin1').toString('utf8')).toBe('Grüße €')
  })

  test('ours of the trace replace those of the test, with a warning', async () => {
    await using system = await startHttpSystem()
    const headers = [{ key: 'Traceparent', value: '00-11111111111111111111111111111111-2222222222222222-00' }]
    const { warnings } = await run({ url: system.origin, headers })
    const received = system.requests[0]!.headers.filter(([name]) => name.toLowerCase() === 'traceparent')
    expect(received).toEqual([['traceparent', PARENT.headers.traceparent]])
    expect(warnings).toEqual([expect.stringContaining('Traceparent')])
  })

  for (const key of ['Transfer-Encoding', 'Upgrade', 'Expect', 'Keep-Alive'])
    test(`${key} is refused in words`, async () => {
      await expect(run({ url: 'http://127.0.0.1:9/', headers: [{ key, value: 'x' }] })).rejects.toMatchObject(
        { message: expect.stringContaining(`the header ${key} cannot be set`) }
      )
    })

  test('a line break in a value is refused, not sent', async () => {
    await using system = await startHttpSystem()
    const headers = [{ key: 'x-sku', value: 'a\r\nx-evil: b' }]
    await expect(run({ url: system.origin, headers })).rejects.toMatchObject({
      message: expect.stringContaining('x-sku')
    })
    expect(system.requests).toEqual([])
  })
})

describe('the body', () => {
  test('is sent as it is written', async () => {
    await using system = await startHttpSystem()
    const body = `{"name":"King's \\"best\\" 100 %","n":\n1}`
    await run({ url: system.origin, method: 'POST', body })
    expect(system.requests[0]?.body.toString()).toBe(body)
  })

  test('is sent with any method', async () => {
    await using system = await startHttpSystem()
    await run({ url: system.origin, method: 'GET', body: 'q' })
    expect(system.requests[0]?.body.toString()).toBe('q')
  })

  test('may be the bytes of a file', async () => {
    await using system = await startHttpSystem()
    const bytes = new Uint8Array([0, 255, 128, 10])
    await run(
      { url: system.origin, method: 'POST', body: { file: '/specs/order.bin' } },
      { readFile: path => (path === '/specs/order.bin' ? Promise.resolve(bytes) : Promise.reject()) }
    )
    expect([...system.requests[0]!.body]).toEqual([...bytes])
  })

  test('a file that is not there is named', async () => {
    await expect(
      run({ url: 'http://127.0.0.1:9/', body: { file: '/specs/gone.json' } })
    ).rejects.toMatchObject({ message: expect.stringContaining('/specs/gone.json') })
  })
})

describe('auth', () => {
  const rows: readonly (readonly [string, HttpOptions['auth'] & object, string])[] = [
    ['basic', { type: 'basic', basic: { username: 'ann', password: 'p:w' } }, 'Basic YW5uOnA6dw=='],
    [
      'basic by its older key',
      { type: 'basic', basic: { user: 'ann', password: 'p:w' } },
      'Basic YW5uOnA6dw=='
    ],
    ['a bare token', { type: 'bearer', bearer: { token: 'abc.def' } }, 'Bearer abc.def'],
    ['a token with its scheme', { type: 'bearer', bearer: { token: 'Token abc' } }, 'Token abc'],
    ['a token with the usual scheme', { type: 'bearer', bearer: { token: 'Bearer abc' } }, 'Bearer abc']
  ]
  for (const [title, auth, expected] of rows)
    test(title, async () => {
      await using system = await startHttpSystem()
      await run({ url: system.origin, auth })
      expect(headersOf(system)).toContainEqual(['authorization', expected])
    })

  test('the older spelling of the block, and user and password in the URL', async () => {
    await using system = await startHttpSystem()
    await run({ url: system.origin, authentication: { type: 'bearer', bearer: { token: 't' } } })
    expect(headersOf(system)).toContainEqual(['authorization', 'Bearer t'])
    await run({ url: `http://ann:p%20w@127.0.0.1:${system.port}/` })
    expect(headersOf(system)).toContainEqual(['authorization', `Basic ${btoa('ann:p w')}`])
  })

  test('replaces a header of the same name, with a warning', async () => {
    await using system = await startHttpSystem()
    const { warnings } = await run({
      url: system.origin,
      headers: [{ key: 'Authorization', value: 'other' }],
      auth: { type: 'bearer', bearer: { token: 't' } }
    })
    expect(headersOf(system).filter(([name]) => /^authorization$/i.test(name))).toEqual([
      ['authorization', 'Bearer t']
    ])
    expect(warnings).toEqual([expect.stringContaining('auth sets it')])
  })

  test('an API key goes into a header, or into the query', async () => {
    await using system = await startHttpSystem()
    const apiKey = { key: 'X-Api-Key', value: 'a b&c' }
    await run({ url: system.origin, auth: { type: 'apiKey', apiKey } })
    expect(headersOf(system)).toContainEqual(['X-Api-Key', 'a b&c'])
    await run({
      url: `${system.origin}/cart?sku=1`,
      auth: { type: 'apiKey', apiKey: { ...apiKey, in: 'query' } }
    })
    expect(system.requests[1]?.path).toBe('/cart?sku=1&X-Api-Key=a%20b%26c')
  })
})

describe('the answer', () => {
  test('is status, headers in their order and repetition, and body', async () => {
    await using system = await startRawSystem(socket =>
      socket.end(
        'HTTP/1.1 418 Short And Stout\r\nSet-Cookie: a=1\r\nX-Sku: 1\r\nset-cookie: b=2\r\ncontent-length: 2\r\n\r\nhi'
      )
    )
    const { response } = await run({ url: system.origin })
    expect(response).toEqual({
      status: 418,
      statusText: 'Short And Stout',
      headers: [
        { key: 'Set-Cookie', value: 'a=1' },
        { key: 'X-Sku', value: '1' },
        { key: 'set-cookie', value: 'b=2' },
        { key: 'content-length', value: '2' }
      ],
      body: 'hi'
    })
  })

  const text = '{"id":52,"name":"Grüße"}'
  const encodings: readonly (readonly [string, Buffer])[] = [
    ['gzip', gzipSync(text)],
    ['br', brotliCompressSync(text)],
    ['deflate', deflateSync(text)],
    ['deflate', deflateRawSync(text)],
    ['gzip, br', brotliCompressSync(gzipSync(text))],
    ['identity', Buffer.from(text)]
  ]
  encodings.forEach(([encoding, bytes], index) => {
    test(`is decoded from ${encoding} (${index})`, async () => {
      await using system = await startHttpSystem((_request, response) =>
        response.writeHead(200, { 'content-encoding': encoding }).end(bytes)
      )
      expect((await run({ url: system.origin })).response.body).toBe(text)
    })
  })

  test('is decoded whatever its status, and not where there is none', async () => {
    await using system = await startHttpSystem((request, response) =>
      response
        .writeHead(request.method === 'HEAD' ? 200 : 500, { 'content-encoding': 'gzip' })
        .end(request.method === 'HEAD' ? undefined : gzipSync('broken'))
    )
    expect((await run({ url: system.origin })).response).toMatchObject({ status: 500, body: 'broken' })
    expect((await run({ url: system.origin, method: 'HEAD' })).response).toMatchObject({
      status: 200,
      body: ''
    })
  })

  test('is read in its charset', async () => {
    await using system = await startHttpSystem((_request, response) =>
      response
        .writeHead(200, { 'content-type': 'text/plain; charset=ISO-8859-1' })
        .end(Buffer.from('Grüße', 'latin1'))
    )
    expect((await run({ url: system.origin })).response.body).toBe('Grüße')
  })

  test('of other bytes is text all the same', async () => {
    await using system = await startHttpSystem((_request, response) =>
      response.end(Buffer.from([0, 255, 65]))
    )
    expect((await run({ url: system.origin })).response.body).toBe('\0\ufffdA')
  })

  test('larger than 32 MiB is an error, and so is one that only grows to that', async () => {
    const zeros = Buffer.alloc(33 * 1024 * 1024)
    await using system = await startHttpSystem((request, response) =>
      request.url === '/bomb'
        ? response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(zeros))
        : response.end(zeros)
    )
    for (const path of ['/', '/bomb'])
      await expect(run({ url: `${system.origin}${path}` })).rejects.toMatchObject({
        code: 'TRIGGER_CRASHED',
        message: expect.stringContaining('larger than 32 MiB')
      })
  })
})

describe('redirects', () => {
  const redirecting = (status: number, location: string) =>
    startHttpSystem((request, response) =>
      request.url === '/old'
        ? response.writeHead(status, { location }).end()
        : response.writeHead(200).end(`${request.method}`)
    )

  for (const [status, method, then, body] of [
    [301, 'POST', 'GET', ''],
    [302, 'POST', 'GET', ''],
    [303, 'PUT', 'GET', ''],
    [307, 'POST', 'POST', 'x'],
    [308, 'DELETE', 'DELETE', 'x']
  ] as const)
    test(`${status} after ${method} goes on with ${then}`, async () => {
      await using system = await redirecting(status, '/new?a=1')
      const headers = [{ key: 'content-type', value: 'text/plain' }]
      await run({ url: `${system.origin}/old`, method, headers, body: 'x' })
      const next = system.requests[1]!
      expect(`${next.method} ${next.path}`).toBe(`${then} /new?a=1`)
      expect(next.body.toString()).toBe(body)
      expect(next.headers.some(([name]) => name.startsWith('content-'))).toBe(body !== '')
    })

  test('303 after HEAD stays with HEAD', async () => {
    await using system = await redirecting(303, '/new')
    await run({ url: `${system.origin}/old`, method: 'HEAD' })
    expect(system.requests.map(({ method }) => method)).toEqual(['HEAD', 'HEAD'])
  })

  test('keep trace and auth on their way within one origin', async () => {
    await using system = await redirecting(302, '/new')
    await run({ url: `${system.origin}/old`, auth: { type: 'bearer', bearer: { token: 't' } } })
    const names = system.requests[1]!.headers.map(([name]) => name.toLowerCase())
    expect(names).toEqual(expect.arrayContaining(['traceparent', 'tracestate', 'baggage', 'authorization']))
  })

  test('lose auth, cookies, keys and baggage on the way to another origin, and keep the trace', async () => {
    await using other = await startHttpSystem()
    await using system = await redirecting(307, `${other.origin}/new`)
    await run({
      url: `${system.origin}/old`,
      headers: [
        { key: 'Cookie', value: 'a=1' },
        { key: 'X-Api-Key', value: 'k' },
        { key: 'Private-Token', value: 't' },
        { key: 'X-Session-Id', value: 'i' },
        { key: 'X-Sku', value: '1' },
        { key: 'X-Author', value: 'a' }
      ],
      auth: { type: 'apiKey', apiKey: { key: 'X-Key', value: 's' } }
    })
    const names = other.requests[0]!.headers.map(([name]) => name.toLowerCase())
    expect(names).toEqual(expect.arrayContaining(['traceparent', 'tracestate', 'x-sku', 'x-author']))
    for (const name of ['cookie', 'x-key', 'x-api-key', 'private-token', 'x-session-id', 'baggage'])
      expect(names).not.toContain(name)
  })

  test('end after ten', async () => {
    await using system = await startHttpSystem((_request, response) =>
      response.writeHead(302, { location: '/again' }).end()
    )
    await expect(run({ url: system.origin })).rejects.toMatchObject({
      message: expect.stringContaining('more than 10 times')
    })
    expect(system.requests).toHaveLength(11)
  })

  test('to where HTTP does not lead are the answer', async () => {
    await using system = await redirecting(302, 'mailto:shop@example.com')
    expect((await run({ url: `${system.origin}/old` })).response.status).toBe(302)
  })
})

describe('what gets no answer says where, why and what to do', () => {
  test('nobody listens', async () => {
    const port = await findFreePort()
    await expect(run({ url: `http://localhost:${port}/cart`, method: 'POST' })).rejects.toMatchObject({
      code: 'TRIGGER_UNREACHABLE',
      message: `POST http://localhost:${port}/cart got no answer: nothing listens on http://localhost:${port} (ECONNREFUSED)`,
      hint: expect.stringContaining('Inside a container, localhost is the container itself')
    })
  })

  test('nobody knows the host', async () => {
    await expect(run({ url: 'http://pricing.invalid/quote' })).rejects.toMatchObject({
      code: 'TRIGGER_UNREACHABLE',
      message: expect.stringContaining('the host of http://pricing.invalid is not known')
    })
  })

  test('the certificate is self-signed; the user may accept it', async () => {
    await using system = await startHttpSystem((_request, response) => response.end('ok'), { isTls: true })
    await expect(run({ url: system.origin })).rejects.toMatchObject({
      code: 'TRIGGER_UNREACHABLE',
      message: expect.stringContaining('its certificate is self-signed'),
      hint: expect.stringMatching(/NODE_EXTRA_CA_CERTS.*sslVerification: false/)
    })
    const { response } = await run({ url: system.origin, sslVerification: false })
    expect(response.body).toBe('ok')
  })

  test('the certificate is trusted by the file of its authority, and must be for the name that is expected', async () => {
    await using system = await startHttpSystem((_request, response) => response.end('ok'), { isTls: true })
    const caFile = CERTIFICATE
    const files = { readFile: (path: string): Promise<Uint8Array> => readFile(path) }
    expect((await run({ url: system.origin, tls: { caFile } }, files)).response.body).toBe('ok')
    const tls = { caFile, serverName: 'shop.example' }
    await expect(run({ url: system.origin, tls }, files)).rejects.toThrow('is for another host name')
    await expect(run({ url: system.origin, tls: { certFile: caFile } }, files)).rejects.toMatchObject({
      message: `GET ${system.origin} cannot be sent: \`tls\`: certFile is given without keyFile`,
      hint: 'A client certificate needs both.'
    })
    const { response } = await run({ url: system.origin, tls: { insecureSkipVerify: true } })
    expect(response.body).toBe('ok')
  })

  test('https is spoken to a port of plain HTTP', async () => {
    await using system = await startHttpSystem()
    await expect(run({ url: `https://127.0.0.1:${system.port}/` })).rejects.toMatchObject({
      message: expect.stringContaining('TLS handshake'),
      hint: expect.stringContaining('http://')
    })
  })

  test('http is spoken to something else', async () => {
    await using system = await startRawSystem(socket => socket.end('SSH-2.0-OpenSSH_9.6\r\n'))
    await expect(run({ url: system.origin })).rejects.toMatchObject({
      code: 'TRIGGER_CRASHED',
      message: expect.stringContaining('did not answer in HTTP/1.1')
    })
  })

  test('the connection ends before the answer, or within it', async () => {
    await using early = await startRawSystem(socket => socket.destroy())
    await using late = await startRawSystem(socket =>
      socket.end('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf')
    )
    for (const { origin } of [early, late])
      await expect(run({ url: origin })).rejects.toMatchObject({
        message: expect.stringContaining('closed the connection before the answer was complete')
      })
  })

  test('what is said to be gzip is not', async () => {
    await using system = await startHttpSystem((_request, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end('plain')
    )
    await expect(run({ url: system.origin })).rejects.toMatchObject({
      code: 'TRIGGER_CRASHED',
      message: expect.stringContaining('is broken')
    })
  })

  test('user and password of the URL are in no message', async () => {
    const port = await findFreePort()
    const error: unknown = await run({ url: `http://ann:s3cret@127.0.0.1:${port}/` }).catch(
      (reason: unknown) => reason
    )
    expect(String(error)).toContain('got no answer')
    expect(String(error)).not.toContain('s3cret')
  })
})

describe('connections', () => {
  /** From which ports of ours the requests came that were sent one after the other. */
  async function portsOf(
    contexts: readonly Partial<TriggerContext>[],
    options: Partial<HttpOptions> = {}
  ): Promise<readonly (number | undefined)[]> {
    const ports: (number | undefined)[] = []
    await using system = await startHttpSystem((request, response) => {
      ports.push(request.socket.remotePort)
      response.end()
    })
    for (const [at, context] of contexts.entries())
      await run({ url: system.origin, ...(at === 0 ? {} : options) }, context)
    return ports
  }

  test('are shared by the requests of a run', async () => {
    await using shared = createShared(() => undefined)
    // The second may come before the first connection is known to be free again.
    const ports = await portsOf([{ shared }, { shared }, { shared }, { shared }])
    expect(new Set(ports).size).toBeLessThan(ports.length)
  })

  test('are not shared by two runs', async () => {
    const [first, second] = await portsOf([{}, {}])
    expect(second).not.toBe(first)
  })

  test('are not shared by tests that trust different certificates', async () => {
    await using shared = createShared(() => undefined)
    const [first, second] = await portsOf([{ shared }, { shared }], { sslVerification: false })
    expect(second).not.toBe(first)
  })

  test('are asked anew for what could not be opened', async () => {
    await using shared = createShared(() => undefined)
    await using system = await startHttpSystem()
    const readings = [Promise.reject(new Error('ENOENT')), readFile(CERTIFICATE)]
    const options = { url: system.origin, tls: { caFile: '/ca.pem' } }
    const context = { shared, readFile: () => readings.shift()! }
    await expect(run(options, context)).rejects.toThrow('ENOENT')
    await expect(run(options, context)).resolves.toMatchObject({ response: { status: 200 } })
  })

  test('are closed with the run', async () => {
    const shared = createShared(() => undefined)
    let socket: Socket | undefined
    await using system = await startHttpSystem((request, response) => {
      ;({ socket } = request)
      response.end()
    })
    await run({ url: system.origin }, { shared })
    const closed = once(socket!, 'close')
    await shared[Symbol.asyncDispose]()
    await closed
  })
})

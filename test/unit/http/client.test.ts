import { expect, test } from 'vitest'
import { createHttpClient, type HttpRequest } from '../../../src/http/client.ts'
import { findFreePort, startHttpSystem } from '../../support/http-system.ts'

const options = { verifiesTls: true, maxBodyBytes: 1024 }
const signal = new AbortController().signal
const get = (origin: string): HttpRequest => ({ origin, path: '/trace', method: 'GET', headers: [] })

test('a reset and a 5xx are tried again, and the answer that comes is the answer', async () => {
  let requests = 0
  await using system = await startHttpSystem((request, response) => {
    requests++
    if (requests === 1) request.socket.destroy()
    else response.writeHead(requests === 2 ? 503 : 200).end(`answer ${requests}`)
  })
  await using client = createHttpClient(options)
  const { status, body } = await client.sendRetrying(get(system.origin), signal)
  expect([status, Buffer.from(body).toString()]).toEqual([200, 'answer 3'])
})

test('a 5xx that stays is an answer, after three tries', async () => {
  await using system = await startHttpSystem((_request, response) => response.writeHead(502).end('later'))
  await using client = createHttpClient(options)
  expect((await client.sendRetrying(get(system.origin), signal)).status).toBe(502)
  expect(system.requests).toHaveLength(3)
})

test('a 4xx is an answer at once', async () => {
  await using system = await startHttpSystem((_request, response) => response.writeHead(429).end())
  await using client = createHttpClient(options)
  expect((await client.sendRetrying(get(system.origin), signal)).status).toBe(429)
  expect(system.requests).toHaveLength(1)
})

test('where nobody listens it gives up after its tries, with the reason', async () => {
  const port = await findFreePort()
  await using client = createHttpClient(options)
  await expect(client.sendRetrying(get(`http://127.0.0.1:${port}`), signal)).rejects.toMatchObject({
    code: 'ECONNREFUSED'
  })
})

test('an answer beyond the limit is no answer, and not tried again', async () => {
  await using system = await startHttpSystem((_request, response) => response.end('x'.repeat(1025)))
  await using client = createHttpClient(options)
  await expect(client.sendRetrying(get(system.origin), signal)).rejects.toMatchObject({
    code: 'TOO_LARGE'
  })
  expect(system.requests).toHaveLength(1)
})

test('an abort ends the tries with its reason', async () => {
  const stop = new AbortController()
  await using system = await startHttpSystem((_request, response) => {
    stop.abort(new Error('interrupted'))
    response.writeHead(500).end()
  })
  await using client = createHttpClient(options)
  await expect(client.sendRetrying(get(system.origin), stop.signal)).rejects.toThrow('interrupted')
  expect(system.requests).toHaveLength(1)
})

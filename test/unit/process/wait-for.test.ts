import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { describe, expect, test } from 'vitest'
import { TriggerError } from '../../../src/errors/errors.ts'
import {
  isAnswering,
  parseWaitTarget,
  type WaitForOptions,
  waitForAnswers
} from '../../../src/process/wait-for.ts'
import { freePort } from '../../support/free-port.ts'
import { startSystem } from '../../support/system-under-test.ts'

const clock: WaitForOptions['clock'] = {
  now: () => process.hrtime.bigint(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(resolve, ms)
      signal.addEventListener('abort', () => {
        clearTimeout(timer)
        reject(signal.reason)
      })
    })
}

function waitFor(urls: readonly string[], more: Partial<WaitForOptions> = {}): Promise<void> {
  return waitForAnswers(
    urls.map(url => parseWaitTarget(url)!),
    { clock, signal: new AbortController().signal, timeoutMs: 10_000, debug: () => undefined, ...more }
  )
}

describe('what can be waited for', () => {
  test.each([
    ['http://localhost:8080/health', { kind: 'http', origin: 'http://localhost:8080', path: '/health' }],
    ['https://shop.example', { kind: 'http', origin: 'https://shop.example', path: '/' }],
    ['tcp://localhost:5432', { kind: 'tcp', host: 'localhost', port: 5432 }],
    ['tcp://[::1]:5432', { kind: 'tcp', host: '::1', port: 5432 }]
  ])('%s', (text, target) => {
    expect(parseWaitTarget(text)).toMatchObject(target)
  })

  test.each([
    '',
    'localhost:8080',
    'tcp://localhost',
    'tcp://localhost:0',
    'tcp://localhost:99999',
    'ftp://localhost:1'
  ])('not "%s"', text => {
    expect(parseWaitTarget(text)).toBe(undefined)
  })

  test('its name shows no password', () => {
    expect(parseWaitTarget('http://root:sesame@localhost:8080/')?.name).toBe('http://localhost:8080/')
  })
})

describe('waiting', () => {
  test('ends with the first answer below 500, whatever it says', async () => {
    const statuses = [503, 500, 404]
    await using system = await startSystem(() => ({ status: statuses.shift() ?? 200 }))
    await waitFor([`${system.url}/health`])
    expect(system.requests.map(({ method, path }) => `${method} ${path}`)).toEqual(
      Array(3).fill('GET /health')
    )
  })

  test('begins before anybody listens', async () => {
    const port = await freePort()
    const said: string[] = []
    const server = createServer()
    const debug = (message: string): void => {
      said.push(message)
      if (!server.listening) server.listen(port, '127.0.0.1')
    }
    await waitFor([`tcp://127.0.0.1:${port}`], { debug })
    expect(said[0]).toContain('nothing listens')
    expect(said.at(-1)).toBe(`tcp://127.0.0.1:${port} answers`)
    server.close()
  })

  test('is for all of them', async () => {
    await using system = await startSystem(() => ({}))
    const port = await freePort()
    await expect(waitFor([system.url, `tcp://127.0.0.1:${port}`], { timeoutMs: 100 })).rejects.toThrow(
      `tcp://127.0.0.1:${port} did not answer within 0.1 s`
    )
  })

  test.each([
    ['who answers is in trouble', 503, 'it answered 503 Service Unavailable'],
    ['nobody listens', undefined, 'ECONNREFUSED']
  ])('ends in time, and says the last cause: %s', async (_, status, cause) => {
    await using system = await startSystem(() => ({ status: status ?? 200 }))
    const url = status === undefined ? `http://127.0.0.1:${await freePort()}` : system.url
    const waiting = waitFor([url], { timeoutMs: 1000 })
    await expect(waiting).rejects.toThrow(cause)
    await expect(waiting).rejects.toBeInstanceOf(TriggerError)
  })

  test('does not hang on a server that takes connections and says nothing', async () => {
    const server = createServer(() => undefined)
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    await expect(waitFor([`http://127.0.0.1:${port}/`], { timeoutMs: 100 })).rejects.toThrow(
      'it gave no answer'
    )
    server.close()
  })

  test('ends at once when it is told to', async () => {
    const stop = new AbortController()
    const reason = new Error('interrupted')
    const waiting = waitFor([`tcp://127.0.0.1:${await freePort()}`], {
      signal: stop.signal,
      debug: () => stop.abort(reason)
    })
    await expect(waiting).rejects.toBe(reason)
  })
})

test('whether somebody answers can be asked once', async () => {
  const options = { clock, signal: new AbortController().signal }
  await using system = await startSystem(() => ({}))
  expect(await isAnswering(parseWaitTarget(system.url)!, options)).toBe(true)
  expect(await isAnswering(parseWaitTarget(`tcp://127.0.0.1:${await freePort()}`)!, options)).toBe(false)
})

import { afterEach, describe, expect, test } from 'vitest'
import { encodeOtlpJson } from '../../../src/otlp/encode.ts'
import { type Receiver, startReceiver } from '../../../src/otlp/receiver.ts'
import { TraceStore } from '../../../src/otlp/trace-store.ts'
import { type Answer, sendHttp1, sendHttp2 } from '../../support/otlp-client.ts'
import { buildSpan, TRACE_ID } from '../../support/trace-builder.ts'

const JSON_TYPE = { 'content-type': 'application/json' }
const TEXT = JSON.stringify(encodeOtlpJson([buildSpan({ id: 'click', service: 'browser' })]))
const PAGE = 'http://localhost:5173'
const STRANGER = 'https://stranger.example'

interface Started {
  readonly port: number
  readonly store: TraceStore
  readonly refusals: readonly string[]
}

let receiver: Receiver | undefined

async function start(allowedOrigins: readonly string[] = [], maxBodyBytes = 100_000): Promise<Started> {
  const store = new TraceStore(() => 0)
  const refusals: string[] = []
  receiver = await startReceiver({
    listen: [{ host: '127.0.0.1', port: 0 }],
    store,
    allowedOrigins,
    limits: { maxBodyBytes },
    onRefusal: message => void refusals.push(message)
  })
  store.fetch(TRACE_ID)
  return { port: receiver.addresses[0]!.port, store, refusals }
}

afterEach(() => receiver?.[Symbol.asyncDispose]())

function preflight(
  port: number,
  origin: string,
  more: Readonly<Record<string, string>> = {}
): Promise<Answer> {
  return sendHttp1(port, '/v1/traces', {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'content-type,x-shop',
      ...more
    }
  })
}

function post(port: number, origin: string, path = '/v1/traces'): Promise<Answer> {
  return sendHttp1(port, path, { headers: { ...JSON_TYPE, origin }, body: TEXT })
}

function corsOf({ headers }: Answer): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => /^(?:access-control|vary)/.test(name)))
}

describe('a page of this machine', () => {
  test.each([
    PAGE,
    'http://localhost',
    'https://localhost:8443',
    'http://shop.localhost:3000',
    'http://127.0.0.1:8080',
    'https://[::1]:8443'
  ])('may send spans: %s', async origin => {
    const { port, store } = await start()
    const asked = await preflight(port, origin)
    expect(asked.status).toBe(204)
    expect(asked.headers['access-control-allow-origin']).toBe(origin)
    expect((await post(port, origin)).status).toBe(200)
    expect(store.fetch(TRACE_ID)).toMatchObject({ spans: [{ name: 'click' }] })
  })

  test('is told beforehand what it may send, and that caches must tell pages apart', async () => {
    const { port } = await start()
    expect(corsOf(await preflight(port, PAGE))).toEqual({
      'access-control-allow-origin': PAGE,
      'access-control-allow-credentials': 'true',
      'access-control-expose-headers': 'Retry-After',
      'access-control-allow-methods': 'POST',
      'access-control-allow-headers': 'content-type,x-shop',
      'access-control-max-age': '7200',
      vary: expect.stringMatching(/^Origin, Access-Control-Request-Method,/)
    })
  })

  test('may reach from a public address into a private one, where the browser asks', async () => {
    const { port } = await start(['https://shop.example'])
    const { headers } = await preflight(port, 'https://shop.example', {
      'access-control-request-private-network': 'true'
    })
    expect(headers['access-control-allow-private-network']).toBe('true')
  })

  test('may read what is wrong with what it sent', async () => {
    const { port } = await start([], 60)
    const wrong = [
      await post(port, PAGE),
      await post(port, PAGE, '/v1/trace'),
      await sendHttp1(port, '/v1/traces', { headers: { ...JSON_TYPE, origin: PAGE }, body: '{' }),
      await sendHttp1(port, '/v1/traces', { headers: { 'content-type': 'text/plain', origin: PAGE } }),
      await sendHttp1(port, '/v1/traces', { method: 'PUT', headers: { origin: PAGE } }),
      await sendHttp2(port, '/v1/traces', { headers: { ...JSON_TYPE, origin: PAGE }, body: '{' })
    ]
    expect(wrong.map(({ status }) => status)).toEqual([413, 404, 400, 415, 405, 400])
    for (const answer of wrong) expect(answer.headers['access-control-allow-origin']).toBe(PAGE)
  })
})

describe("a stranger's page", () => {
  test.each([
    STRANGER,
    'null',
    'http://localhost.stranger.example',
    'http://localhost:5173.stranger.example',
    'http://127.0.0.1.stranger.example',
    'http://stranger.example:4318',
    'http://192.168.0.7:3000',
    'file://localhost',
    'http://localhost@stranger.example'
  ])('may not send spans: %s', async origin => {
    const { port, store } = await start()
    const [asked, sent] = [await preflight(port, origin), await post(port, origin)]
    expect([asked.status, sent.status]).toEqual([403, 403])
    for (const answer of [asked, sent]) expect(corsOf(answer)).toEqual({ vary: 'Origin' })
    expect(store.fetch(TRACE_ID)?.spans ?? []).toEqual([])
  })

  test('is named with the line that lets it in', async () => {
    const { port, refusals } = await start()
    const { body } = await post(port, STRANGER)
    const said = `the page ${STRANGER} may not send spans here: allow it by \`otlpCors: ["${STRANGER}"]\` in tracerun.yaml, or --otlp-cors ${STRANGER}`
    expect(body.toString('utf8')).toBe(`${said}\n`)
    expect(refusals).toEqual([said])
  })

  test.each(['preflight', 'post'])('may have had spans of a test, which are missing: its %s', async how => {
    const { port, store } = await start()
    await (how === 'preflight' ? preflight(port, STRANGER) : post(port, STRANGER))
    expect(store.fetch(TRACE_ID)?.truncated).toContain(`the page ${STRANGER} may not send spans here`)
  })

  test('is refused in silence where no spans are concerned', async () => {
    const { port, refusals } = await start()
    const answers = [await post(port, STRANGER, '/v1/logs'), await post(port, STRANGER, '/shop')]
    expect(answers.map(({ status }) => status)).toEqual([403, 403])
    expect(refusals).toEqual([])
  })
})

describe('pages that are named', () => {
  const cases: readonly (readonly [string, string, boolean])[] = [
    ['https://shop.example:3000', 'https://shop.example:3000', true],
    ['https://shop.example:3000', 'https://SHOP.example:3000', true],
    ['https://shop.example:3000', 'https://shop.example', false],
    ['https://shop.example', 'http://shop.example', false],
    ['https://*.example.com', 'https://eu.shop.example.com', true],
    ['https://*.example.com', 'https://example.com', false],
    ['https://*.example.com', 'https://shop.example.com.stranger.example', false],
    ['https://shop.example', 'https://shopxexample', false],
    ['http://*:3000', 'http://shop.local:3000', true],
    ['*', STRANGER, true],
    ['*', 'null', true],
    ['null', 'null', true],
    ['https://shop.example', PAGE, true]
  ]
  test.each(cases)('%s: %s may send: %s', async (named, origin, isAllowed) => {
    const { port } = await start([named])
    expect((await post(port, origin)).status).toBe(isAllowed ? 200 : 403)
  })
})

test('what is no browser says no origin, and is let in', async () => {
  const { port } = await start()
  const answer = await sendHttp1(port, '/v1/traces', { headers: JSON_TYPE, body: TEXT })
  expect([answer.status, corsOf(answer)]).toEqual([200, {}])
})

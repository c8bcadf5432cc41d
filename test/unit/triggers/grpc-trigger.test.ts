import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import type { TriggerContext, TriggerResult } from '../../../src/plugin/trigger.ts'
import { grpcTrigger } from '../../../src/triggers/grpc/index.ts'
import type { GrpcOptions } from '../../../src/triggers/grpc/options.ts'
import { contextOf, describeTrigger, PARENT } from '../../contract/trigger.ts'
import {
  CARTS_PROTO,
  type GrpcShop,
  PROTOS,
  type ShopReply,
  shopDescriptorSet,
  startGrpcShop
} from '../../support/grpc-shop.ts'
import { findFreePort, startHttpSystem } from '../../support/http-system.ts'

const CARTS = { protobufFile: CARTS_PROTO, importPaths: [PROTOS] }
const files = { readFile: (path: string): Promise<Uint8Array> => readFile(path) }

const CONTRACT_PROTO =
  'syntax = "proto3"; package shop.v1; message M {} service Carts { rpc Touch(M) returns (M); }'

describeTrigger<GrpcOptions>({
  trigger: grpcTrigger,
  withHeaders: (options, headers) => ({
    ...options,
    metadata: Object.entries(headers).map(([key, value]) => ({ key, value }))
  }),
  async start(behaviour) {
    const shared = { method: 'shop.v1.Carts/Touch', protobufFile: CONTRACT_PROTO }
    if (behaviour === 'absent') {
      const port = await findFreePort()
      return {
        options: { ...shared, address: `127.0.0.1:${port}` },
        received: [],
        [Symbol.asyncDispose]: () => Promise.resolve()
      }
    }
    const replies: Readonly<Record<string, ShopReply>> = {
      welcoming: { messages: [{}] },
      refusing: { code: 'UNAVAILABLE', details: 'closed for today' },
      silent: { ending: 'hang' },
      broken: { ending: 'break' }
    }
    const shop = await startGrpcShop({ reply: () => replies[behaviour]! })
    return {
      options: { ...shared, address: shop.address },
      get received() {
        return shop.calls.map(({ metadata }) => metadata as Readonly<Record<string, string>>)
      },
      [Symbol.asyncDispose]: () => shop[Symbol.asyncDispose]()
    }
  }
})

const run = (options: GrpcOptions, context: Partial<TriggerContext> = {}): Promise<TriggerResult> =>
  grpcTrigger.run(options, PARENT, { ...contextOf(files), ...context })

function call(shop: GrpcShop, method: string, more: Partial<GrpcOptions> = {}): Promise<TriggerResult> {
  return run({ address: shop.address, method: `shop.v1.Carts/${method}`, ...CARTS, ...more })
}

describe('the four kinds of methods', () => {
  test('a unary one takes a message and answers with one', async () => {
    await using shop = await startGrpcShop({ reply: () => ({ messages: [{ cart_id: 'cart-1' }] }) })
    const { response } = await call(shop, 'GetCart', { request: '{ "cartId": "cart-1" }' })
    expect(shop.calls.map(({ method, messages }) => [method, messages])).toEqual([
      ['GetCart', [{ cart_id: 'cart-1' }]]
    ])
    expect(response).toMatchObject({ status: 0, statusText: 'OK' })
    expect(JSON.parse(response.body!)).toMatchObject({ cartId: 'cart-1', items: [] })
    expect(response.messages).toEqual([response.body])
  })

  test.each(['{"sku":"a"} {"sku":"b"}\n{"sku":"c"}', '[{"sku":"a"},{"sku":"b"},{"sku":"c"}]'])(
    'one whose request is a stream takes %s',
    async request => {
      await using shop = await startGrpcShop({ reply: () => ({ messages: [{}] }) })
      await call(shop, 'AddItems', { request })
      expect(shop.calls[0]?.messages).toEqual([{ sku: 'a' }, { sku: 'b' }, { sku: 'c' }])
    }
  )

  test('one whose answer is a stream has its last message as body, and all of them as messages', async () => {
    await using shop = await startGrpcShop({
      reply: () => ({ messages: [{ cart_id: '1' }, { cart_id: '2' }] })
    })
    const { response } = await call(shop, 'WatchCart', { request: '{}' })
    expect(response.messages?.map(text => (JSON.parse(text) as { cartId: string }).cartId)).toEqual([
      '1',
      '2'
    ])
    expect(JSON.parse(response.body!)).toMatchObject({ cartId: '2' })
  })

  test('one may be a stream both ways', async () => {
    await using shop = await startGrpcShop({ reply: ({ messages }) => ({ messages }) })
    const { response } = await call(shop, 'Exchange', { request: '{"sku":"a"}{"sku":"b"}' })
    expect(response.messages?.map(text => (JSON.parse(text) as { sku: string }).sku)).toEqual(['a', 'b'])
  })

  test('nothing stands for an empty message, and for none where they are a stream', async () => {
    await using shop = await startGrpcShop({ reply: () => ({ messages: [{}] }) })
    await call(shop, 'GetCart')
    await call(shop, 'AddItems')
    expect(shop.calls.map(({ messages }) => messages)).toEqual([[{}], []])
  })

  test.each(['shop.v1.Carts.GetCart', 'shop.v1.Carts/GetCart', '/shop.v1.Carts/GetCart'])(
    'one may be written as %s',
    async method => {
      await using shop = await startGrpcShop({ reply: () => ({ messages: [{}] }) })
      await run({ address: shop.address, method, ...CARTS })
      expect(shop.calls.map(one => one.method)).toEqual(['GetCart'])
    }
  )
})

describe('the answer', () => {
  test('is printed as Tracetest prints it: an empty message', async () => {
    await using shop = await startGrpcShop({ reply: () => ({ messages: [{}] }) })
    expect((await call(shop, 'Touch')).response.body).toBe('{\n  \n}')
  })

  test('is printed as Tracetest prints it: by field number, with defaults', async () => {
    const cart = {
      cart_id: 'cart-1',
      items: [
        { sku: 'SKU-1', quantity: 2, unit_price: { currency: 'EUR', units: '9007199254740993', nanos: -5 } }
      ],
      channel: 1,
      stock: { a: 1 },
      notes: { '-7': 'x' },
      created_at: { seconds: 1767225600, nanos: 500000000 },
      ttl: { seconds: 1, nanos: 500000000 },
      coupon: { value: 'TEN' },
      extra: { fields: { deep: { listValue: { values: [{ numberValue: 1.5 }, { boolValue: true }] } } } },
      token: Buffer.from('secret'),
      weight: 0.1,
      version: '18446744073709551615',
      invoice: ''
    }
    await using shop = await startGrpcShop({ reply: () => ({ messages: [cart] }) })
    await expect((await call(shop, 'GetCart')).response.body).toMatchInlineSnapshot(`
      "{
        "cartId": "cart-1",
        "items": [
          {
            "sku": "SKU-1",
            "quantity": 2,
            "unitPrice": {
              "currency": "EUR",
              "units": "9007199254740993",
              "nanos": -5
            }
          }
        ],
        "channel": "CHANNEL_WEB",
        "stock": {
          "a": 1
        },
        "notes": {
          "-7": "x"
        },
        "createdAt": "2026-01-01T00:00:00.500Z",
        "ttl": "1.500s",
        "coupon": "TEN",
        "extra": {
          "deep": [
            1.5,
            true
          ]
        },
        "token": "c2VjcmV0",
        "gift": false,
        "weight": 0.1,
        "volume": 0,
        "version": "18446744073709551615",
        "invoice": "",
        "highlight": null
      }"
    `)
  })

  test('has the headers as metadata, and the trailers beside them', async () => {
    await using shop = await startGrpcShop({
      reply: () => ({
        messages: [{}],
        headers: { 'x-region': 'eu', 'key-bin': Buffer.from([1, 2, 255]) },
        trailers: { 'x-cost': '7' }
      })
    })
    const { response } = await call(shop, 'Touch')
    expect(response.headers).toContainEqual({ key: 'x-region', value: 'eu' })
    expect(response.headers).toContainEqual({ key: 'key-bin', value: 'AQL/' })
    expect(response.headers).not.toContainEqual({ key: 'x-cost', value: '7' })
    expect(response.trailers).toContainEqual({ key: 'x-cost', value: '7' })
    expect(response.trailers).toContainEqual({ key: 'grpc-status', value: '0' })
  })

  test('may be an error, with what was sent before it', async () => {
    await using shop = await startGrpcShop({
      reply: () => ({ messages: [{ cart_id: '1' }], code: 'NOT_FOUND', details: 'no cart "ü"' })
    })
    const { response } = await call(shop, 'WatchCart')
    expect(response).toMatchObject({ status: 5, statusText: 'NOT_FOUND' })
    expect(response.trailers).toContainEqual({ key: 'grpc-message', value: 'no cart "ü"' })
    expect(response.messages).toHaveLength(1)
  })

  test.each(['Connection dropped', 'No connection established. Last error: connect ECONNREFUSED 10.0.0.1:1'])(
    'is data where a service hands on that another one is out of reach: %s',
    async details => {
      await using shop = await startGrpcShop({ reply: () => ({ code: 'UNAVAILABLE', details }) })
      expect((await call(shop, 'Touch')).response).toMatchObject({ status: 14, statusText: 'UNAVAILABLE' })
    }
  )

  test('that does not fit its message is no answer', async () => {
    await using shop = await startGrpcShop({ reply: () => ({ messages: [{ cart_id: 'cart-1' }] }) })
    const protobufFile = CONTRACT_PROTO.replace(
      'M {}',
      'M { Inner cart_id = 1; } message Inner { string a = 1; }'
    ).replace('rpc Touch', 'rpc GetCart')
    await expect(
      run({ address: shop.address, method: 'shop.v1.Carts/GetCart', protobufFile })
    ).rejects.toMatchObject({ code: 'TRIGGER_CRASHED', message: expect.stringContaining('is no shop.v1.M') })
  })
})

describe('what goes with the call', () => {
  test('metadata is sent by names in lower case, bytes as base64, the last of a name', async () => {
    await using shop = await startGrpcShop({ reply: () => ({ messages: [{}] }) })
    const { warnings } = await call(shop, 'Touch', {
      metadata: [
        { key: 'X-Tenant', value: 'a' },
        { key: 'x-tenant', value: 'b' },
        { key: 'key-bin', value: 'AQL/' }
      ]
    })
    expect(shop.calls[0]?.metadata).toMatchObject({ 'x-tenant': 'b', 'key-bin': Buffer.from([1, 2, 255]) })
    expect(warnings).toEqual([
      'the metadata x-tenant stands in the test more than once: the last one was sent'
    ])
  })

  test('the trace context takes the place of metadata of its names', async () => {
    await using shop = await startGrpcShop({ reply: () => ({ messages: [{}] }) })
    const { warnings } = await call(shop, 'Touch', { metadata: [{ key: 'Traceparent', value: 'mine' }] })
    expect(shop.calls[0]?.metadata).toMatchObject(PARENT.headers)
    expect(warnings).toEqual([expect.stringContaining('it carries the trace context')])
  })

  test.each<[string, GrpcOptions['auth'], readonly [string, string]]>([
    ['basic', { type: 'basic', basic: { username: 'u', password: 'p' } }, ['authorization', 'Basic dTpw']],
    ['bearer', { type: 'bearer', bearer: { token: 't' } }, ['authorization', 'Bearer t']],
    ['apiKey', { type: 'apiKey', apiKey: { key: 'X-Key', value: 'k' } }, ['x-key', 'k']]
  ])('%s credentials are metadata', async (_type, auth, [key, value]) => {
    await using shop = await startGrpcShop({ reply: () => ({ messages: [{}] }) })
    await call(shop, 'Touch', { ...(auth && { auth }) })
    expect(shop.calls[0]?.metadata[key]).toBe(value)
  })

  test('the server is told how long it has', async () => {
    await using shop = await startGrpcShop({ reply: () => ({ messages: [{}] }) })
    const now = BigInt(Date.now()) * 1_000_000n
    const context = {
      clock: { now: () => now, alarm: () => () => undefined, sleep: () => Promise.resolve() },
      timeoutMs: 60_000
    }
    await run({ address: shop.address, method: 'shop.v1.Carts/Touch', ...CARTS }, context)
    expect(Math.abs(shop.calls[0]!.deadlineMs - Number(now / 1_000_000n) - 60_000)).toBeLessThan(60_000)
    expect(shop.calls[0]!.deadlineMs).not.toBe(Number.POSITIVE_INFINITY)
  })

  test('a deadline that passes is no answer', async () => {
    await using shop = await startGrpcShop({ reply: () => ({ ending: 'hang' }) })
    const now = BigInt(Date.now()) * 1_000_000n
    const context = {
      clock: { now: () => now, alarm: () => () => undefined, sleep: () => Promise.resolve() },
      timeoutMs: 20
    }
    await expect(
      run({ address: shop.address, method: 'shop.v1.Carts/Touch', ...CARTS }, context)
    ).rejects.toMatchObject({ code: 'TRIGGER_TIMEOUT' })
  })
})

describe('the definition', () => {
  test('may be a descriptor set', async () => {
    await using shop = await startGrpcShop({ reply: () => ({ messages: [{ cart_id: '1' }] }) })
    const context = { readFile: () => Promise.resolve(shopDescriptorSet()) }
    const options = { address: shop.address, method: 'shop.v1.Carts/GetCart', descriptorSet: '/shop.binpb' }
    const { response } = await run({ ...options, request: '{"cart_id":"1"}' }, context)
    expect(shop.calls[0]?.messages).toEqual([{ cart_id: '1' }])
    expect(JSON.parse(response.body!)).toMatchObject({ cartId: '1' })
  })

  test.each(['v1', 'v1alpha'] as const)('may be what the server says by reflection %s', async reflection => {
    await using shop = await startGrpcShop({ reflection, reply: () => ({ messages: [{ cart_id: '1' }] }) })
    const metadata = [{ key: 'x-tenant', value: 'a' }]
    const { response } = await run({
      address: shop.address,
      method: 'shop.v1.Carts/SaveCart',
      metadata,
      request: '{ "items": [{ "sku": "a", "unitPrice": { "units": "3" } }], "ttl": "2s" }'
    })
    expect(shop.calls[0]?.messages).toEqual([
      { items: [{ sku: 'a', unit_price: { units: '3' } }], ttl: { seconds: '2' } }
    ])
    expect(JSON.parse(response.body!)).toMatchObject({ cartId: '1', stock: {} })
    for (const one of shop.reflectionCalls) {
      expect(one.metadata).toMatchObject({ 'x-tenant': 'a' })
      expect(one.metadata).not.toHaveProperty('traceparent')
    }
  })

  test.each([
    ['shop.v1.Cart/GetCart', 'there is no service `shop.v1.Cart`', 'did you mean `shop.v1.Carts`?'],
    ['shop.v1.Carts/GetCarts', 'has no method `GetCarts`', 'did you mean `shop.v1.Carts/GetCart`?']
  ])('%s is unknown to reflection', async (method, message, hint) => {
    await using shop = await startGrpcShop({ reflection: 'v1' })
    await expect(run({ address: shop.address, method })).rejects.toMatchObject({
      name: 'TriggerError',
      message: expect.stringContaining(message),
      hint
    })
    expect(shop.calls).toEqual([])
  })

  test('is missing where the server has no reflection', async () => {
    await using shop = await startGrpcShop()
    await expect(run({ address: shop.address, method: 'shop.v1.Carts/Touch' })).rejects.toMatchObject({
      code: 'TRIGGER_CRASHED',
      message: expect.stringContaining('does not serve reflection'),
      hint: expect.stringContaining('protobufFile')
    })
  })
})

describe('a request that does not fit', () => {
  test('is not sent', async () => {
    await using shop = await startGrpcShop()
    await expect(call(shop, 'GetCart', { request: '{ "cart": 1 }' })).rejects.toMatchObject({
      code: 'TRIGGER_CRASHED',
      message: expect.stringContaining('cannot be sent: shop.v1.GetCartRequest has no field `cart`'),
      hint: 'its fields are `cartId`'
    })
    expect(shop.calls).toEqual([])
  })
})

describe('a connection', () => {
  const caFile = 'test/fixtures/tls/localhost-cert.pem'

  test('is made by TLS', async () => {
    await using shop = await startGrpcShop({ isTls: true, reply: () => ({ messages: [{}] }) })
    expect((await call(shop, 'Touch', { tls: { caFile } })).response.status).toBe(0)
    expect((await call(shop, 'Touch', { tls: { insecureSkipVerify: true } })).response.status).toBe(0)
  })

  test('shows a certificate of ours', async () => {
    const clientCa = readFileSync(caFile)
    await using shop = await startGrpcShop({ isTls: true, clientCa, reply: () => ({ messages: [{}] }) })
    const tls = { caFile, certFile: caFile, keyFile: 'test/fixtures/tls/localhost-key.pem' }
    expect((await call(shop, 'Touch', { tls })).response.status).toBe(0)
  })

  test('to a server that nobody vouches for is not made', async () => {
    await using shop = await startGrpcShop({ isTls: true })
    await expect(call(shop, 'Touch', { tls: {} })).rejects.toMatchObject({
      code: 'TRIGGER_UNREACHABLE',
      message: expect.stringContaining('certificate'),
      hint: expect.stringContaining('cAFile')
    })
  })

  test('in plaintext to a port that speaks TLS is not made, nor the other way round', async () => {
    await using secured = await startGrpcShop({ isTls: true })
    await using plain = await startGrpcShop()
    await expect(call(secured, 'Touch')).rejects.toMatchObject({
      code: 'TRIGGER_UNREACHABLE',
      hint: expect.stringContaining('TLS')
    })
    await expect(call(plain, 'Touch', { tls: {} })).rejects.toMatchObject({
      code: 'TRIGGER_UNREACHABLE',
      hint: expect.stringContaining('insecure')
    })
  })

  test('to what speaks HTTP/1.1 is explained', async () => {
    await using system = await startHttpSystem()
    await expect(
      run({ address: `127.0.0.1:${system.port}`, method: 'shop.v1.Carts/Touch', ...CARTS })
    ).rejects.toMatchObject({ message: expect.stringContaining('does not speak gRPC') })
  })

  test.each([
    ['http://localhost:50051', 'write `localhost:50051`'],
    ['grpcs://shop:443/', '`tls: {}`'],
    ['localhost', 'is not HOST:PORT']
  ])('needs an address: %s is none', async (address, said) => {
    await expect(run({ address, method: 'shop.v1.Carts/Touch', ...CARTS })).rejects.toMatchObject({
      message: expect.stringContaining(said)
    })
    expect(grpcTrigger.refuseText?.(['address'], address)).toContain(said)
  })
})

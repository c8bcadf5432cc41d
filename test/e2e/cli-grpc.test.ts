import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { Server, ServerCredentials, type sendUnaryData } from '@grpc/grpc-js'
import { describe, expect, test } from 'vitest'
import { startGrpcShop } from '../support/grpc-shop.ts'
import { runInline } from '../support/run-inline.ts'

const MONEY = readFileSync('test/fixtures/grpc/common/money.proto', 'utf8')
const CARTS = readFileSync('test/fixtures/grpc/shop/v1/carts.proto', 'utf8')

function definition(address: string, definedBy: string, request: string): string {
  return `type: Test
spec:
  name: a cart is read
  skipTraceCollection: true
  variables: { CART: cart-1 }
  trigger:
    type: grpc
    grpc:
      address: ${address}
      method: shop.v1.Carts/GetCart
      ${definedBy}
      request: '${request}'
  specs:
    - selector: span[tracetest.span.type="general" name="Tracetest trigger"]
      assertions:
        - attr:tracetest.response.status = 0
        - attr:tracetest.response.body | json_path '$.cartId' = "cart-1"
        - response:trailer.x-cost = "7"
        - response:messages | length = 1
`
}

/** A cart that answers with an empty message, for the definition in a file of Tracetest. */
async function startCart(): Promise<{ readonly address: string; stop(): void }> {
  const server = new Server()
  const asIs = (bytes: Buffer): Buffer => bytes
  const method = {
    requestStream: false,
    responseStream: false,
    requestDeserialize: asIs,
    requestSerialize: asIs
  }
  server.addService(
    { Empty: { ...method, path: '/shop.Cart/Empty', responseSerialize: asIs, responseDeserialize: asIs } },
    { Empty: (_call: unknown, answer: sendUnaryData<Buffer>) => answer(null, Buffer.alloc(0)) }
  )
  const port = await promisify(server.bindAsync).call(
    server,
    '127.0.0.1:0',
    ServerCredentials.createInsecure()
  )
  return { address: `127.0.0.1:${port}`, stop: () => server.forceShutdown() }
}

test('a gRPC file of Tracetest runs as it is: the definition in it, an empty message as its suites expect it', async () => {
  const cart = await startCart()
  const text = readFileSync('specs/tracetest/grpc-inline.yaml', 'utf8')
  const files = { 'cart.yaml': text.replaceAll('shop.example:50051', cart.address) }
  const result = await runInline(files, ['run', 'test', '-f', 'cart.yaml', '--grep', 'Empty the cart'])
  cart.stop()
  expect([result.exitCode, result.stderr]).toEqual([0, ''])
  expect(result.stdout).toContain('1 test: 1 passed')
})

describe('a gRPC call by the program as it is installed', () => {
  test.each([
    ['a proto file with imports', '{ protobufFile: protos/shop/v1/carts.proto, importPaths: [protos] }'],
    ['reflection', '{}']
  ])('by %s', async (_, definedBy) => {
    await using shop = await startGrpcShop({
      reflection: 'v1',
      reply: () => ({ messages: [{ cart_id: 'cart-1' }], trailers: { 'x-cost': '7' } })
    })
    const keys = definedBy
      .slice(1, -1)
      .split(/, (?=\w+:)/)
      .map(key => key.trim())
      .join('\n      ')
    const files = {
      'grpc.yaml': definition(shop.address, keys, '{ "cartId": "${var:CART}" }'),
      'protos/shop/v1/carts.proto': CARTS,
      'protos/common/money.proto': MONEY
    }
    const { exitCode, stdout, stderr } = await runInline(files, ['run', '-f', 'grpc.yaml'])
    expect([exitCode, stderr, stdout]).toEqual([0, '', expect.stringContaining('a cart is read')])
    expect(shop.calls[0]?.messages).toEqual([{ cart_id: 'cart-1' }])
  })

  test('writes no warning of Node to standard error, where an address without a name is secured', async () => {
    await using shop = await startGrpcShop({
      isTls: true,
      reply: () => ({ messages: [{ cart_id: 'cart-1' }], trailers: { 'x-cost': '7' } })
    })
    const keys =
      'protobufFile: carts.proto\n      importPaths: [protos]\n      tls: { insecureSkipVerify: true }'
    const files = {
      'grpc.yaml': definition(shop.address, keys, '{}'),
      'carts.proto': CARTS,
      'protos/common/money.proto': MONEY
    }
    expect(await runInline(files, ['run', '-f', 'grpc.yaml'])).toMatchObject({ exitCode: 0, stderr: '' })
  })

  test('is not made where the request does not fit: 2 where the file tells, 3 where only the server does', async () => {
    await using shop = await startGrpcShop({ reflection: 'v1' })
    const files = {
      'file.yaml': definition(
        shop.address,
        'protobufFile: protos/shop/v1/carts.proto\n      importPaths: [protos]',
        '{ "cart": 1 }'
      ),
      'reflection.yaml': definition(shop.address, '', '{ "cart": 1 }'),
      'protos/shop/v1/carts.proto': CARTS,
      'protos/common/money.proto': MONEY
    }
    expect(await runInline(files, ['run', '-f', 'file.yaml'])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('shop.v1.GetCartRequest has no field `cart`')
    })
    expect(await runInline(files, ['run', '-f', 'reflection.yaml'])).toMatchObject({
      exitCode: 3,
      stdout: expect.stringContaining('has no field `cart`')
    })
    expect(shop.calls).toEqual([])
  })
})

import { describe, expect, test } from 'vitest'
import { SHOP_SDL, startGraphqlShop } from '../support/graphql-shop.ts'
import { runInline } from '../support/run-inline.ts'

const QUERY = 'mutation Order($input: OrderInput!) {\n  placeOrder(input: $input) { id lines }\n}\n'

function definition(url: string, quantity: string): string {
  return `type: Test
spec:
  name: an order is placed
  skipTraceCollection: true
  variables: { QUANTITY: "2" }
  trigger:
    type: graphql
    graphql:
      url: ${url}
      body:
        query: ./order.graphql
        variables:
          input:
            channel: WEB
            lines: [{ sku: 5, quantity: ${quantity}, isGift: true }]
      schema: ./shop.graphql
  specs:
    - assertions:
        - response:status = 200
        - response:body | json_path '$.data.placeOrder.lines' = 1
`
}

const files = { 'order.graphql': QUERY, 'shop.graphql': SHOP_SDL }

describe('a GraphQL query by the program as it is installed', () => {
  test('is sent with variables of the types that it declares', async () => {
    await using shop = await startGraphqlShop()
    const workspace = { ...files, 'order.yaml': definition('/graphql', '"${var:QUANTITY}"') }
    const args = ['run', '-f', 'order.yaml', '--endpoint', shop.origin]
    const { exitCode, stdout, stderr } = await runInline(workspace, args)
    expect([exitCode, stderr, stdout]).toEqual([0, '', expect.stringContaining('an order is placed')])
    expect(shop.requests.map(({ path }) => path)).toEqual(['/graphql'])
    expect(JSON.parse(shop.requests[0]!.body.toString('utf8'))).toEqual({
      query: QUERY,
      variables: { input: { channel: 'WEB', lines: [{ sku: 5, quantity: 2, isGift: true }] } }
    })
  })

  test('is not sent where it is wrong: 2 where the file tells, 3 where only the run does', async () => {
    await using shop = await startGraphqlShop()
    const workspace = {
      ...files,
      'known.yaml': definition(shop.origin, 'many'),
      'filled-in.yaml': definition(shop.origin, '"${uuid()}"'),
      'broken.yaml': definition(shop.origin, '1'),
      'broken/order.graphql': QUERY.replace('lines }', 'line }')
    }
    expect(await runInline(workspace, ['run', '-f', 'known.yaml'])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringMatching(
        /known\.yaml:15:\d+ {2}error: `\$input\.lines\[0\]\.quantity` does not fit/
      )
    })
    expect(await runInline(workspace, ['run', '-f', 'filled-in.yaml'])).toMatchObject({
      exitCode: 3,
      stdout: expect.stringContaining('cannot be sent: `$input.lines[0].quantity` is declared as `Int`')
    })
    const mistyped = { ...workspace, 'order.graphql': workspace['broken/order.graphql'] }
    expect(await runInline(mistyped, ['validate', 'broken.yaml'])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringMatching(/order\.graphql:2:34 {2}error: cannot query field "line" on type "Order"/)
    })
    expect(shop.requests).toEqual([])
  })

  test('is judged by what was answered, errors included', async () => {
    await using shop = await startGraphqlShop()
    const text = definition(shop.origin, '1')
      .replace('./order.graphql', `'{ product(id: "SKU-404") { name } }'`)
      .replace(/ {8}variables:[\s\S]*?\n {6}schema.*\n/, '')
      .replace(
        `response:body | json_path '$.data.placeOrder.lines' = 1`,
        `response:body | json_path '$.errors[*].message' = "no such product"`
      )
    const { exitCode, stdout, stderr } = await runInline({ 'a.yaml': text }, ['run', '-f', 'a.yaml'])
    expect([exitCode, stderr, stdout]).toEqual([0, '', expect.stringContaining('2 assertions held')])
  })
})

import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import type { OptionPath, TriggerContext, TriggerResult } from '../../../src/plugin/trigger.ts'
import { graphqlTrigger } from '../../../src/triggers/graphql/index.ts'
import type { GraphqlOptions } from '../../../src/triggers/graphql/options.ts'
import { contextOf, describeTrigger, PARENT } from '../../contract/trigger.ts'
import { SHOP_SDL, startGraphqlShop } from '../../support/graphql-shop.ts'
import { findFreePort, type HttpSystem, startHttpSystem } from '../../support/http-system.ts'

const ASK = { body: { query: '{ product(id: 1) { name } }' } }

describeTrigger<GraphqlOptions>({
  trigger: graphqlTrigger,
  withHeaders: (options, headers) => ({
    ...options,
    headers: Object.entries(headers).map(([key, value]) => ({ key, value }))
  }),
  async start(situation) {
    if (situation === 'absent') {
      const port = await findFreePort()
      return {
        options: { ...ASK, url: `http://127.0.0.1:${port}/graphql` },
        received: [],
        [Symbol.asyncDispose]: () => Promise.resolve()
      }
    }
    const system = await startHttpSystem((request, response) => {
      if (situation === 'broken') request.socket.destroy()
      else if (situation === 'refusing') response.writeHead(400).end('{"errors":[{"message":"no"}]}')
      else if (situation === 'welcoming') response.end('{"data":{}}')
    })
    return {
      options: { ...ASK, url: `${system.origin}/graphql` },
      get received() {
        return system.requests.map(({ headers }) =>
          Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), value]))
        )
      },
      [Symbol.asyncDispose]: () => system[Symbol.asyncDispose]()
    }
  }
})

const run = (options: GraphqlOptions, context: Partial<TriggerContext> = {}): Promise<TriggerResult> =>
  graphqlTrigger.run(options, PARENT, { ...contextOf(), ...context })

function bodiesOf(shop: HttpSystem): readonly string[] {
  return shop.requests.map(({ body }) => body.toString('utf8'))
}

/** As where these places were filled in as a whole. */
function filledAt(...paths: readonly string[]): Pick<TriggerContext, 'fillingAt'> {
  return { fillingAt: (path: OptionPath) => (paths.includes(path.join('.')) ? 'whole' : 'none') }
}

describe('a request', () => {
  test('is a POST of JSON, and asks for JSON', async () => {
    await using shop = await startGraphqlShop()
    await run({ url: `${shop.origin}/graphql`, ...ASK })
    const [{ method, path, headers } = { method: '', path: '', headers: [] }] = shop.requests
    expect(`${method} ${path}`).toBe('POST /graphql')
    expect(headers).toContainEqual(['content-type', 'application/json'])
    expect(headers).toContainEqual(['accept', 'application/graphql-response+json, application/json'])
    expect(bodiesOf(shop)).toEqual(['{"query":"{ product(id: 1) { name } }"}'])
  })

  test('has the headers and the credentials that the test gives, in place of its own', async () => {
    await using shop = await startGraphqlShop()
    await run({
      ...ASK,
      url: shop.origin,
      headers: [{ key: 'Accept', value: 'application/json' }],
      auth: { type: 'bearer', bearer: { token: 'open-sesame' } }
    })
    const headers = shop.requests[0]!.headers.filter(([name]) => /^(?:accept|authorization)$/i.test(name))
    expect(headers).toEqual([
      ['Accept', 'application/json'],
      ['authorization', 'Bearer open-sesame']
    ])
  })

  test('says which operation is meant, where the test does', async () => {
    await using shop = await startGraphqlShop()
    const query = 'query A { product(id: 1) { id } } query B { product(id: 2) { id } }'
    const { response } = await run({ url: shop.origin, body: { query, operationName: 'B' } })
    expect(response.body).toBe('{"data":{"product":{"id":"2"}}}')
    expect(JSON.parse(bodiesOf(shop)[0]!)).toEqual({ query, operationName: 'B' })
  })

  test('leaves out what is empty', async () => {
    await using shop = await startGraphqlShop()
    await run({ url: shop.origin, body: { ...ASK.body, variables: {}, operationName: '' } })
    expect(bodiesOf(shop)).toEqual(['{"query":"{ product(id: 1) { name } }"}'])
  })

  test('has a query that is kept in a file', async () => {
    await using shop = await startGraphqlShop()
    const file = fileURLToPath(new URL('../../../specs/good/queries/product.graphql', import.meta.url))
    const { response } = await run(
      { url: shop.origin, body: { query: { file }, variables: { id: 'SKU-1' } } },
      { readFile: path => readFile(path) }
    )
    expect(response.body).toContain('"name":"Lamp"')
  })
})

describe('variables', () => {
  test('are sent as what they are', async () => {
    await using shop = await startGraphqlShop()
    const query =
      'query Echo($int: Int, $float: Float, $flag: Boolean, $text: String, $ids: [Int!]) { echo(int: $int, float: $float, flag: $flag, text: $text, ids: $ids) }'
    const variables = { int: 2, float: 0.5, flag: false, text: '7', ids: [1, 2] }
    const { response } = await run({ url: shop.origin, body: { query, variables } })
    const { data } = JSON.parse(response.body!) as { data: { echo: string } }
    expect(JSON.parse(data.echo)).toEqual(variables)
  })

  test('may be null, lists and mappings, and integers with all their digits', async () => {
    await using shop = await startGraphqlShop()
    const query = 'query A($a: Any, $b: Any) { x(a: $a, b: $b) }'
    const variables = { a: [{ deep: [null, 'ü"'] }], b: 9_007_199_254_740_993n }
    await run({ url: shop.origin, body: { query, variables } })
    expect(bodiesOf(shop)[0]).toContain('"variables":{"a":[{"deep":[null,"ü\\""]}],"b":9007199254740993}')
  })

  test('that a template gave become what the operation declares', async () => {
    await using shop = await startGraphqlShop()
    const query =
      'query A($int: Int!, $float: Float, $flag: Boolean, $text: String, $ids: [Int!]) { echo(int: $int, float: $float, flag: $flag, text: $text, ids: $ids) }'
    const variables = { int: ' 007', float: '1e3', flag: 'true', text: '7', ids: ['1', 2] }
    await run(
      { url: shop.origin, body: { query, variables } },
      filledAt(...['int', 'float', 'flag', 'text', 'ids.0'].map(path => `body.variables.${path}`))
    )
    expect(JSON.parse(bodiesOf(shop)[0]!)).toMatchObject({
      variables: { int: 7, float: 1000, flag: true, text: '7', ids: [1, 2] }
    })
  })

  test('that a template gave keep all their digits', async () => {
    await using shop = await startGraphqlShop()
    const body = { query: 'query A($a: Int) { echo(int: $a) }', variables: { a: '9007199254740993' } }
    await run({ url: shop.origin, body }, filledAt('body.variables.a'))
    expect(bodiesOf(shop)[0]).toContain('{"a":9007199254740993}')
  })

  test('that a template gave in part, or that stand there in quotes, stay texts', async () => {
    await using shop = await startGraphqlShop()
    const body = { query: 'query A($a: Int) { echo(int: $a) }', variables: { a: '7' } }
    const { response } = await run({ url: shop.origin, body }, { fillingAt: () => 'part' })
    expect(bodiesOf(shop)[0]).toContain('{"a":"7"}')
    expect(response.status).toBe(400)
  })

  test('below the surface need a schema to be known', async () => {
    await using shop = await startGraphqlShop()
    const body = {
      query: 'mutation A($input: OrderInput!) { placeOrder(input: $input) { id } }',
      variables: { input: { channel: 'WEB', lines: [{ sku: '5', quantity: '2' }] } }
    }
    const filled = filledAt(
      ...['channel', 'lines.0.sku', 'lines.0.quantity'].map(path => `body.variables.input.${path}`)
    )
    expect((await run({ url: shop.origin, body, schema: SHOP_SDL }, filled)).response.status).toBe(200)
    expect((await run({ url: shop.origin, body }, filled)).response.status).toBe(400)
    expect(bodiesOf(shop)[0]).toContain('"lines":[{"sku":"5","quantity":2}]')
  })
})

describe('an answer', () => {
  test('is data, its errors included', async () => {
    await using shop = await startGraphqlShop()
    const { response, warnings } = await run({
      url: shop.origin,
      body: { query: '{ product(id: "SKU-404") { name } }' }
    })
    expect(response.status).toBe(200)
    expect(response.headers).toContainEqual({
      key: 'content-type',
      value: 'application/graphql-response+json'
    })
    expect(JSON.parse(response.body!)).toMatchObject({
      data: { product: null },
      errors: [{ message: 'no such product' }]
    })
    expect(warnings).toEqual([])
  })

  test('may be that the query is wrong', async () => {
    await using shop = await startGraphqlShop()
    const { response } = await run({ url: shop.origin, body: { query: '{ prodct { name } }' } })
    expect(response.status).toBe(400)
  })
})

describe('what was filled in is looked at before it is sent', () => {
  const cases: readonly (readonly [string, GraphqlOptions['body'], string])[] = [
    ['a query', { query: '{ a(' }, 'the query, once filled in, is not GraphQL: expected Name, found <EOF>'],
    ['the name of an operation', { query: 'query A { a }', operationName: 'B' }, 'has no operation `B`'],
    [
      'an Int',
      { query: 'query A($a: [Int]) { a(a: $a) }', variables: { a: ['x'] } },
      '`$a[0]` is declared as `Int`, and what it is filled in with is none: "x"'
    ],
    ['a variable', { query: 'query A { a }', variables: { a: 'x' } }, 'declares no variable `$a`']
  ]
  test.each(cases)('%s', async (_what, body, said) => {
    await using shop = await startGraphqlShop()
    const running = run({ url: shop.origin, body }, { fillingAt: () => 'whole' })
    await expect(running).rejects.toMatchObject({
      code: 'TRIGGER_CRASHED',
      message: expect.stringContaining(said)
    })
    await expect(running).rejects.toThrow(`POST ${shop.origin} cannot be sent: `)
    expect(shop.requests).toEqual([])
  })

  test('against the schema too, which is asked only then', async () => {
    await using shop = await startGraphqlShop()
    const options = { url: shop.origin, body: { query: '{ prodct { id } }' }, schema: SHOP_SDL }
    await expect(run(options, { fillingAt: () => 'part' })).rejects.toMatchObject({
      message: expect.stringContaining(
        'cannot query field "prodct" on type "Query" (line 1, column 3 of the query)'
      ),
      hint: 'did you mean "product"?'
    })
    expect((await run(options)).response.status).toBe(400)
  })
})

import { buildSchema, graphql } from 'graphql'
import { type HttpSystem, startHttpSystem } from './http-system.ts'

/** What its clients may ask. */
export const SHOP_SDL = `
enum Channel { WEB APP }
input Line { sku: ID!, quantity: Int!, isGift: Boolean, discount: Float }
input OrderInput { channel: Channel!, lines: [Line!]!, note: String }
type Product { id: ID!, name: String!, price: Float }
type Order { id: ID!, channel: Channel!, lines: Int! }
type Query {
  product(id: ID!): Product
  "Answers with what it was asked with, as JSON."
  echo(int: Int, float: Float, flag: Boolean, text: String, ids: [Int!]): String
}
type Mutation { placeOrder(input: OrderInput!): Order! }
`

interface OrderInput {
  readonly channel: string
  readonly lines: readonly object[]
}

const RESOLVERS = {
  product: ({ id }: { id: string }) => {
    if (id === 'SKU-404') throw new Error('no such product')
    return { id, name: 'Lamp', price: 9.5 }
  },
  echo: (given: object) => JSON.stringify(given),
  placeOrder: ({ input }: { input: OrderInput }) => ({
    id: 'order-1',
    channel: input.channel,
    lines: input.lines.length
  })
}

interface Question {
  readonly query: string
  readonly variables?: Readonly<Record<string, unknown>>
  readonly operationName?: string
}

/** A shop that speaks GraphQL over HTTP, on the reference implementation. */
export async function startGraphqlShop(): Promise<HttpSystem> {
  const schema = buildSchema(SHOP_SDL)
  const answer = async (text: string): Promise<readonly [number, string]> => {
    const { query, variables, operationName } = JSON.parse(text) as Question
    const result = await graphql({
      schema,
      source: query,
      rootValue: RESOLVERS,
      variableValues: variables ?? null,
      operationName: operationName ?? null
    })
    return [result.data === undefined ? 400 : 200, JSON.stringify(result)]
  }
  const shop: HttpSystem = await startHttpSystem((_request, response) => {
    void answer(shop.requests.at(-1)!.body.toString('utf8')).then(([status, body]) =>
      response.writeHead(status, { 'content-type': 'application/graphql-response+json' }).end(body)
    )
  })
  return shop
}

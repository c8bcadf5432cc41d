import { hasFault } from '../lib/faults.js'
import { Refusal, startService } from '../lib/service.js'
import { describeRequest } from '../lib/telemetry.js'

startService('pricing', database => {
  /** The lines of a product with their prices, in one query. */
  async function findLines(sku) {
    const { rows } = await database.query(
      'SELECT pieces, price_cents FROM product_line JOIN item ON sku = item_sku WHERE product_sku = $1',
      [sku]
    )
    return rows
  }

  /** The same with a query for each line: quick with two lines on a laptop, slow with fifty over a network. */
  async function findLinesOneByOne(sku) {
    const lines = await database.query('SELECT item_sku, pieces FROM product_line WHERE product_sku = $1', [
      sku
    ])
    const priced = []
    for (const { item_sku, pieces } of lines.rows) {
      const item = await database.query('SELECT price_cents FROM item WHERE sku = $1', [item_sku])
      priced.push({ pieces, price_cents: item.rows[0].price_cents })
    }
    return priced
  }

  return {
    'GET /quote': async ({ query }) => {
      const sku = query.get('sku')
      const lines = hasFault('n-plus-one') ? await findLinesOneByOne(sku) : await findLines(sku)
      if (lines.length === 0) throw new Refusal(404, `"${sku}" has no price.`)
      const amountCents =
        Number(query.get('quantity')) * lines.reduce((sum, line) => sum + line.pieces * line.price_cents, 0)
      describeRequest({ 'quote.sku': sku, 'quote.lines': lines.length, 'quote.amount': amountCents / 100 })
      return { amountCents, currency: 'EUR' }
    }
  }
})

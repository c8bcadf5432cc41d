import { randomUUID } from 'node:crypto'
import { hasFault } from '../lib/faults.js'
import { call, Refusal, startService } from '../lib/service.js'
import { describeRequest, inSpan } from '../lib/telemetry.js'

startService('gateway', database => {
  const reserve = order => call('POST', `${process.env.INVENTORY_URL}/reserve`, order)
  const quote = ({ sku, quantity }) =>
    call('GET', `${process.env.PRICING_URL}/quote?${new URLSearchParams({ sku, quantity })}`)
  const charge = order => call('POST', `${process.env.PAYMENT_URL}/charge`, order)

  async function store({ orderId, sku, quantity, amountCents, currency }) {
    const total = amountCents / 100
    await inSpan('create order', { 'order.id': orderId, 'order.total': total }, () =>
      database.query(
        'INSERT INTO orders (id, sku, quantity, total_cents, currency) VALUES ($1, $2, $3, $4, $5)',
        [orderId, sku, quantity, amountCents, currency]
      )
    )
    return { orderId, total }
  }

  async function find(orderId) {
    const { rows } = await database.query(
      'SELECT total_cents, currency, carrier FROM orders LEFT JOIN shipment ON order_id = orders.id WHERE orders.id = $1',
      [orderId]
    )
    if (rows.length === 0) throw new Refusal(404, `There is no order "${orderId}".`)
    return rows[0]
  }

  return {
    // All at once.
    'POST /checkout': async ({ body }) => {
      const { sku, quantity } = validate(body)
      const orderId = randomUUID()
      describeRequest({ 'cart.sku': sku, 'cart.quantity': quantity })

      if (!hasFault('charge-before-reserve')) await reserve({ orderId, sku, quantity })
      const { amountCents, currency } = await quote({ sku, quantity })
      await charge({ orderId, amountCents, currency })
      // Too late: if nothing is left in stock, the customer has paid for it already.
      if (hasFault('charge-before-reserve')) await reserve({ orderId, sku, quantity })
      return store({ orderId, sku, quantity, amountCents, currency })
    },

    // Step by step: order, pay, follow.
    'POST /orders': async ({ body }) => {
      const { sku, quantity } = validate(body)
      const orderId = randomUUID()
      await reserve({ orderId, sku, quantity })
      const { amountCents, currency } = await quote({ sku, quantity })
      return store({ orderId, sku, quantity, amountCents, currency })
    },
    'POST /payments': async ({ body }) => {
      const { orderId } = body ?? {}
      const { total_cents: amountCents, currency } = await find(orderId)
      describeRequest({ 'order.id': orderId })
      return charge({ orderId, amountCents, currency })
    },
    'GET /tracking': async ({ query }) => {
      const orderId = query.get('order')
      const { carrier } = await find(orderId)
      describeRequest({ 'order.id': orderId })
      return { orderId, status: carrier === null ? 'open' : 'shipped', carrier }
    }
  }
})

function validate(body) {
  const { sku, quantity } = body ?? {}
  if (typeof sku !== 'string' || sku === '') throw new Refusal(400, '"sku" must be a text.')
  if (!Number.isInteger(quantity) || quantity < 1)
    throw new Refusal(400, '"quantity" must be a whole number from 1 on.')
  return { sku, quantity }
}

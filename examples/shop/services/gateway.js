import { randomUUID } from 'node:crypto'
import { hasFault } from '../lib/faults.js'
import { call, Refusal, startService } from '../lib/service.js'
import { describeRequest, inSpan } from '../lib/telemetry.js'

startService('gateway', database => ({
  'POST /checkout': async ({ body }) => {
    const { INVENTORY_URL, PRICING_URL, PAYMENT_URL } = process.env
    const { sku, quantity } = validate(body)
    const orderId = randomUUID()
    describeRequest({ 'cart.sku': sku, 'cart.quantity': quantity })

    const reserve = () => call('POST', `${INVENTORY_URL}/reserve`, { orderId, sku, quantity })
    const charge = ({ amountCents, currency }) =>
      call('POST', `${PAYMENT_URL}/charge`, { orderId, amountCents, currency })

    if (!hasFault('charge-before-reserve')) await reserve()
    const quote = await call('GET', `${PRICING_URL}/quote?${new URLSearchParams({ sku, quantity })}`)
    await charge(quote)
    // Too late: if nothing is left in stock, the customer has paid for it already.
    if (hasFault('charge-before-reserve')) await reserve()

    const total = quote.amountCents / 100
    await inSpan('create order', { 'order.id': orderId, 'order.total': total }, () =>
      database.query(
        'INSERT INTO orders (id, sku, quantity, total_cents, currency) VALUES ($1, $2, $3, $4, $5)',
        [orderId, sku, quantity, quote.amountCents, quote.currency]
      )
    )
    return { orderId, total }
  }
}))

function validate(body) {
  const { sku, quantity } = body ?? {}
  if (typeof sku !== 'string' || sku === '') throw new Refusal(400, '"sku" must be a text.')
  if (!Number.isInteger(quantity) || quantity < 1)
    throw new Refusal(400, '"quantity" must be a whole number from 1 on.')
  return { sku, quantity }
}

import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { hasFault } from '../lib/faults.js'
import { broker, connectMessages } from '../lib/messages.js'
import { call, startService } from '../lib/service.js'
import { describeRequest, inSpan } from '../lib/telemetry.js'

const ASK_AGAIN_AFTER_MS = Number(process.env.SHOP_ASK_AGAIN_AFTER_MS ?? 1000)

/** Orders to be shipped "in a moment". Nothing ever takes one out. */
const outbox = []
let messages

const makeRoutes = database => ({
  'POST /charge': async ({ body: { orderId, amountCents, currency } }) => {
    const paymentId = randomUUID()
    describeRequest({
      'order.id': orderId,
      'payment.id': paymentId,
      'payment.amount': amountCents / 100,
      'payment.currency': currency
    })
    await authoriseCard()
    await database.query(
      'INSERT INTO payment (id, order_id, amount_cents, currency) VALUES ($1, $2, $3, $4)',
      [paymentId, orderId, amountCents, currency]
    )
    await requestShipment(orderId)
    return { paymentId }
  }
})

startService('payment', makeRoutes, {
  begin() {
    if (broker !== undefined) messages = connectMessages()
  },
  end: () => messages?.close()
})

/** The card network is outside the shop: nothing but the time it takes is seen of it. */
function authoriseCard() {
  return inSpan('authorise card', { 'card.network': 'example' }, async span => {
    await delay(hasFault('slow-payment') ? 900 : 20)
    span.setAttribute('card.authorised', true)
  })
}

async function requestShipment(orderId) {
  if (hasFault('lost-event')) {
    outbox.push(orderId)
    return
  }
  const ask = () =>
    messages === undefined
      ? call('POST', `${process.env.SHIPPING_URL}/shipments`, { orderId })
      : messages.publish({ orderId })
  const askAgain = setTimeout(() => ask().catch(() => {}), ASK_AGAIN_AFTER_MS)
  await ask()
  // The one line that keeps a customer from getting two parcels.
  if (!hasFault('ship-twice')) clearTimeout(askAgain)
}

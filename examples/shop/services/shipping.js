import { randomUUID } from 'node:crypto'
import { broker, connectMessages } from '../lib/messages.js'
import { startService } from '../lib/service.js'
import { inSpan } from '../lib/telemetry.js'

const BOOK_AGAIN_AFTER_MS = 1000

let messages

const book = (database, orderId) => {
  const shipmentId = randomUUID()
  const carrier = 'bicycle'
  const attributes = { 'shipment.id': shipmentId, 'shipment.carrier': carrier, 'order.id': orderId }
  return inSpan('book shipment', attributes, async () => {
    await database.query('INSERT INTO shipment (id, order_id, carrier) VALUES ($1, $2, $3)', [
      shipmentId,
      orderId,
      carrier
    ])
    return { shipmentId }
  })
}

const makeRoutes = database => ({
  'POST /shipments': ({ body: { orderId } }) => book(database, orderId)
})

startService('shipping', makeRoutes, {
  async begin(database) {
    if (broker === undefined) return
    messages = connectMessages()
    await messages.consume(async ({ orderId }, fault) => {
      if (fault === 'lost-event') return
      await book(database, orderId)
      if (fault === 'ship-twice') setTimeout(() => book(database, orderId), BOOK_AGAIN_AFTER_MS)
    })
  },
  end: () => messages?.close()
})

import { randomUUID } from 'node:crypto'
import { startService } from '../lib/service.js'
import { inSpan } from '../lib/telemetry.js'

startService('shipping', database => ({
  'POST /shipments': ({ body: { orderId } }) => {
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
}))

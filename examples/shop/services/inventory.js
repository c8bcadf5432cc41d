import { hasFault } from '../lib/faults.js'
import { Refusal, startService } from '../lib/service.js'
import { inSpan } from '../lib/telemetry.js'

startService('inventory', database => {
  async function takeFromStock(sku, quantity) {
    const found = await database.query('SELECT quantity FROM stock WHERE sku = $1', [sku])
    if (found.rowCount === 0) throw new Refusal(404, `There is no "${sku}".`)
    const taken = await database.query(
      'UPDATE stock SET quantity = quantity - $2 WHERE sku = $1 AND quantity >= $2 RETURNING quantity',
      [sku, quantity]
    )
    if (taken.rowCount === 0) throw new Refusal(409, `Only ${found.rows[0].quantity} of "${sku}" are left.`)
    return taken.rows[0].quantity
  }

  async function writeAudit(orderId, sku, change) {
    const reason = hasFault('swallowed-error') ? null : `order ${orderId}`
    try {
      await database.query('INSERT INTO stock_audit (sku, change, reason) VALUES ($1, $2, $3)', [
        sku,
        change,
        reason
      ])
    } catch {
      // "Bookkeeping must not stop a sale": a sentence found above many an empty catch.
    }
  }

  return {
    'POST /reserve': ({ body: { orderId, sku, quantity } }) =>
      inSpan(
        'reserve stock',
        { 'order.id': orderId, 'stock.sku': sku, 'stock.taken': quantity },
        async span => {
          const left = await takeFromStock(sku, quantity)
          span.setAttribute('stock.left', left)
          await writeAudit(orderId, sku, -quantity)
          return { sku, left }
        }
      )
  }
})

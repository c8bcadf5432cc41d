import type { Trace } from '../../src/model/trace.ts'
import { triggeredTraceOf } from './trace-builder.ts'

/** A checkout in a shop of four services, in miniature. */
export function buildShopTrace(): Trace {
  const database = { 'db.system.name': 'postgresql' }
  return triggeredTraceOf(
    {
      id: 'checkout',
      parent: 'trigger',
      name: 'POST /checkout',
      service: 'gateway',
      kind: 'server',
      at: 1,
      ms: 100
    },
    {
      id: 'to-inventory',
      parent: 'checkout',
      name: 'POST',
      service: 'gateway',
      kind: 'client',
      at: 2,
      ms: 20
    },
    {
      id: 'reserve',
      parent: 'to-inventory',
      name: 'POST /reserve',
      service: 'inventory',
      kind: 'server',
      at: 3,
      ms: 18
    },
    { id: 'stock', parent: 'reserve', name: 'reserve stock', service: 'inventory', at: 4, ms: 15 },
    {
      id: 'update',
      parent: 'stock',
      name: 'UPDATE',
      service: 'inventory',
      kind: 'client',
      at: 5,
      ms: 5,
      attributes: database
    },
    {
      id: 'to-payment',
      parent: 'checkout',
      name: 'POST',
      service: 'gateway',
      kind: 'client',
      at: 30,
      ms: 40
    },
    {
      id: 'charge',
      parent: 'to-payment',
      name: 'POST /charge',
      service: 'payment',
      kind: 'server',
      at: 31,
      ms: 38
    },
    { id: 'card', parent: 'charge', name: 'charge card', service: 'payment', at: 32, ms: 20 },
    {
      id: 'insert',
      parent: 'charge',
      name: 'INSERT',
      service: 'payment',
      kind: 'client',
      at: 55,
      ms: 5,
      attributes: database
    },
    {
      id: 'quote',
      parent: 'checkout',
      name: 'GET /quote',
      service: 'pricing',
      kind: 'server',
      at: 72,
      ms: 5
    },
    {
      id: 'order',
      parent: 'checkout',
      name: 'create order',
      service: 'gateway',
      at: 80,
      ms: 10,
      attributes: { 'order.id': '4711', 'order.total': 99.99 }
    }
  )
}

import { once } from 'node:events'
import { startShop } from './shop.js'

// Runs the shop until Ctrl-C: the gateway on port 8080 and the others on free ports, unless GATEWAY_PORT,
// INVENTORY_PORT, PRICING_PORT, PAYMENT_PORT, SHIPPING_PORT, DATABASE_PORT say otherwise.

const { env } = process
const shop = await startShop({
  ports: {
    gateway: env.GATEWAY_PORT ?? 8080,
    inventory: env.INVENTORY_PORT,
    pricing: env.PRICING_PORT,
    payment: env.PAYMENT_PORT,
    shipping: env.SHIPPING_PORT,
    database: env.DATABASE_PORT
  },
  ...(env.OTEL_EXPORTER_OTLP_ENDPOINT && { otlpEndpoint: env.OTEL_EXPORTER_OTLP_ENDPOINT })
}).catch(error => {
  console.error(`The shop does not start: ${error.message}`)
  process.exit(1)
})
console.log(`The shop is up at ${shop.url}. Ctrl-C ends it.`)
await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')])
await shop.stop()

import { fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { FAULTS, isFaultName } from './lib/faults.js'

const NAMES = ['database', 'inventory', 'pricing', 'shipping', 'payment', 'gateway']
const START_TIMEOUT_MS = 45_000
const STOP_TIMEOUT_MS = 5000
const LOOK_AGAIN_AFTER_MS = 25

/**
 * Starts the database and the five services, each a process of its own, and waits until every service is healthy.
 *
 * - `ports`: `{ gateway, inventory, pricing, payment, shipping, database }`; a port left out is a free one
 * - `otlpEndpoint`: where the services send their spans
 * - `env`: further variables for all of them (SHOP_FAULT, OTEL_BSP_SCHEDULE_DELAY, …); undefined takes one away
 * - `envOf`: the same for single ones: `{ inventory: { OTEL_BSP_SCHEDULE_DELAY: '5000' } }`
 *
 * They end with this process, however it ends.
 */
export async function startShop({
  ports = {},
  otlpEndpoint = 'http://localhost:4318',
  env = {},
  envOf = {}
} = {}) {
  const variables = { ...process.env, ...env, OTEL_EXPORTER_OTLP_ENDPOINT: otlpEndpoint }
  requireFaultName(variables.SHOP_FAULT)
  const children = new Map(
    NAMES.map(name => [name, startChild(name, ports[name] ?? 0, { ...variables, ...envOf[name] })])
  )
  const stop = () => Promise.all([...children.values()].map(stopChild))
  try {
    const urls = Object.fromEntries(
      await Promise.all(
        [...children].map(async ([name, child]) => [name, `http://127.0.0.1:${await portOf(child, name)}`])
      )
    )
    const addresses = {
      DATABASE_URL: `${urls.database.replace('http://', 'postgresql://shop@')}/shop`,
      INVENTORY_URL: urls.inventory,
      PRICING_URL: urls.pricing,
      PAYMENT_URL: urls.payment,
      SHIPPING_URL: urls.shipping
    }
    for (const child of children.values()) child.send({ type: 'addresses', addresses })
    await Promise.all(NAMES.filter(name => name !== 'database').map(name => waitForHealth(urls[name])))
    return { url: urls.gateway, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

function requireFaultName(name = 'none') {
  if (!isFaultName(name)) {
    throw new Error(`There is no fault "${name}". There are: ${Object.keys(FAULTS).join(', ')}, none.`)
  }
}

function startChild(name, port, variables) {
  const path = fileURLToPath(new URL(`services/${name}.js`, import.meta.url))
  return fork(path, { env: { ...variables, PORT: String(port) }, execArgv: [] })
}

/** Rejects if the process ends before it listens: why, it has said on its standard error. */
function portOf(child, name) {
  return new Promise((resolve, reject) => {
    child.on('message', message => resolve(message.port))
    child.on('error', reject)
    child.on('exit', code =>
      reject(new Error(`The ${name} ended with exit code ${code} before it was ready.`))
    )
  })
}

async function waitForHealth(url) {
  const deadline = Date.now() + START_TIMEOUT_MS
  for (;;) {
    const isHealthy = await fetch(`${url}/health`).then(
      async response => {
        await response.arrayBuffer()
        return response.ok
      },
      () => false
    )
    if (isHealthy) return
    if (Date.now() > deadline)
      throw new Error(`${url}/health did not answer 200 within ${START_TIMEOUT_MS / 1000} s.`)
    await delay(LOOK_AGAIN_AFTER_MS)
  }
}

async function stopChild(child) {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  if (child.connected) child.send({ type: 'stop' })
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS)
  await exited
  clearTimeout(timer)
}

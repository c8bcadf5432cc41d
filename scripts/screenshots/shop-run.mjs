// Runs the built command line on the shop of examples/shop.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import { startShop } from '../../examples/shop/shop.js'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Starts the shop, runs `tracerun run` with these arguments against it, and stops it. A run may well fail. */
export async function runOnShop(args) {
  const port = await freePort()
  const address = `127.0.0.1:${port}`
  const shop = await startShop({
    otlpEndpoint: `http://${address}`,
    env: { ...process.env, OTEL_BSP_SCHEDULE_DELAY: '200' }
  })
  try {
    const run = spawn(
      process.execPath,
      [
        `${root}bin/tracerun.js`,
        'run',
        ...args,
        ...['--config', 'examples/shop/tracerun.yaml', '--otlp-listen', address]
      ],
      { cwd: root, stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, HOST: shop.url } }
    )
    const [code] = await once(run, 'exit')
    return code
  } finally {
    await shop.stop()
  }
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  return port
}

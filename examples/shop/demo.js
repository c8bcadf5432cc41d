import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { FAULTS, isFaultName } from './lib/faults.js'
import { startShop } from './shop.js'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const CLI = fileURLToPath(new URL('../../bin/tracerun.js', import.meta.url))

const USAGE = `Usage: npm run demo [-- --fault NAME]

Starts the shop, runs specs/checkout.yaml against it and ends with the exit code of tracerun.

Faults:
${faultList()}
`

process.exitCode = await main(process.argv.slice(2))

async function main(args) {
  const options = readOptions(args)
  if (options === undefined) return 2
  if (options.help) {
    console.log(USAGE)
    return 0
  }
  const fault = options.fault ?? 'none'
  const otlpPort = await freePort()
  console.log('Starting the shop: gateway, inventory, pricing, payment, shipping, and a Postgres …')
  if (fault !== 'none') console.log(`Its fault: ${fault}, that is, ${FAULTS[fault]}.`)

  const started = performance.now()
  const shop = await startShop({
    otlpEndpoint: `http://127.0.0.1:${otlpPort}`,
    env: { ...withoutTelemetrySettings(), OTEL_BSP_SCHEDULE_DELAY: '200' }
  }).catch(error => console.error(`The shop does not start: ${error.message}`))
  if (shop === undefined) return 3
  console.log(`It is up at ${shop.url}, after ${((performance.now() - started) / 1000).toFixed(1)} s.\n`)

  // Ctrl-C is for tracerun, which reports what it has; the shop is stopped afterwards.
  process.on('SIGINT', () => {})
  try {
    const command = ['run', '-f', 'specs/checkout.yaml', '--config', 'examples/shop/tracerun.yaml']
    console.log(
      `HOST=${shop.url} FAULT=${fault} tracerun ${command.join(' ')} --otlp-listen 127.0.0.1:${otlpPort}\n`
    )
    const tracerun = spawn(process.execPath, [CLI, ...command, '--otlp-listen', `127.0.0.1:${otlpPort}`], {
      cwd: ROOT,
      stdio: 'inherit',
      env: { ...process.env, HOST: shop.url, FAULT: fault }
    })
    const [code] = await once(tracerun, 'exit')
    if (code === 0 && fault === 'none') {
      console.log(`\nNow with a fault: npm run demo -- --fault ${Object.keys(FAULTS).join('|')}`)
    }
    return code ?? 130
  } finally {
    await shop.stop()
  }
}

function readOptions(args) {
  try {
    const { values } = parseArgs({
      args,
      options: { fault: { type: 'string' }, help: { type: 'boolean', short: 'h' } }
    })
    if (values.fault === undefined || isFaultName(values.fault)) return values
    console.error(`There is no fault "${values.fault}". There are:\n${faultList()}`)
  } catch (error) {
    console.error(`${error.message}\n\n${USAGE}`)
  }
}

function faultList() {
  return Object.entries(FAULTS)
    .map(([name, effect]) => `  ${name.padEnd(22)} ${effect}`)
    .join('\n')
}

/** Takes away what the environment says to the SDKs of other programs: the demo is to run the same everywhere. */
function withoutTelemetrySettings() {
  const names = Object.keys(process.env).filter(name => name.startsWith('OTEL_') || name === 'SHOP_FAULT')
  return Object.fromEntries(names.map(name => [name, undefined]))
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  await once(server, 'close')
  return port
}

// The pictures of the terminal: a failing run of the demo shop in two widths, and several tests that are under way.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { startShop } from '../../examples/shop/shop.js'
import { loadSources } from '../load-sources.mjs'
import { pageOf } from './ansi.mjs'

const root = fileURLToPath(new URL('../..', import.meta.url))
const COMMAND = 'tracerun run -f specs/checkout.yaml'

/** Takes them all. */
export async function takeTerminal(browser, folder) {
  for (const [columns, output] of await failingRuns([80, 200]))
    await take(browser, `${folder}terminal-failing-${columns}.png`, output, {
      columns: Math.min(columns, 120),
      command: COMMAND
    })
  await take(browser, `${folder}terminal-live.png`, await liveRun(80), {
    columns: 80,
    command: 'tracerun run'
  })
}

async function take(browser, path, output, { columns, command }) {
  const page = await browser.newPage({ viewport: { width: 600, height: 200 }, deviceScaleFactor: 1 })
  await page.setContent(pageOf(output, { columns, command }))
  await page.locator('pre').screenshot({ path })
  await page.close()
}

/** What the CLI writes of the shop that asks for each price by itself, by width. */
async function failingRuns(widths) {
  const port = await freePort()
  const shop = await startShop({
    otlpEndpoint: `http://127.0.0.1:${port}`,
    env: { OTEL_BSP_SCHEDULE_DELAY: '200' }
  })
  try {
    const outputs = new Map()
    // The first run of a shop is slow, and its trace no usual one.
    await failingRun({ columns: 80, port, url: shop.url })
    for (const columns of widths) outputs.set(columns, await failingRun({ columns, port, url: shop.url }))
    return outputs
  } finally {
    await shop.stop()
  }
}

async function failingRun({ columns, port, url }) {
  // A machine that has much else to do sends spans later than the shop declares: that would be warned of.
  const words = ['run', '-f', 'specs/checkout.yaml', '--flush-delay', '2s']
  const { CI: _, NO_COLOR: __, ...env } = process.env
  const run = spawn(process.execPath, ['bin/tracerun.js', ...words, '--otlp-listen', `127.0.0.1:${port}`], {
    cwd: root,
    env: {
      ...env,
      COLUMNS: String(columns),
      FORCE_COLOR: '2',
      LANG: 'C.UTF-8',
      HOST: url,
      FAULT: 'n-plus-one'
    },
    stdio: ['ignore', 'pipe', 'inherit']
  })
  const [output, [code]] = await Promise.all([text(run.stdout), once(run, 'exit')])
  if (code !== 1) throw new Error(`the run was to fail with exit code 1, and ended with ${code}:\n${output}`)
  return output
}

/** What is on the screen while several tests run. */
async function liveRun(width) {
  const { createPrettyReporter } = await loadSources(`export * from './src/report/terminal/pretty.ts'`)
  let nowMs = 0
  let tick = () => {}
  let output = ''
  const reporter = createPrettyReporter({
    screen: { width, rows: 24, colorLevel: 2, isInteractive: true, isCi: false, hasUnicode: true },
    write: written => {
      output += written
    },
    ticker: {
      nowMs: () => nowMs,
      every: (_, callback) => {
        tick = callback
        return () => {}
      }
    }
  })
  for (const [atMs, event] of liveEvents()) {
    nowMs = atMs
    tick()
    reporter.onEvent(event)
  }
  nowMs += 90
  tick()
  return output
}

function* liveEvents() {
  const location = { source: { name: 'shop.yaml', text: '' }, range: { start: 0, end: 0 } }
  const verdict = { outcome: 'passed', specs: [], outputs: [] }
  const facts = {
    location,
    tags: [],
    attempt: 1,
    verdict,
    warnings: [],
    runWarnings: [],
    variables: new Map(),
    holes: [],
    losses: []
  }
  const started = name => ({ type: 'test-started', id: name, name, attempt: 1 })
  const finished = (name, durationMs, more = {}) => ({
    type: 'test-finished',
    report: { ...facts, id: name, name, durationMs, ...more }
  })
  const progressed = (id, phase, spans) => ({ type: 'test-progressed', id, phase, spans })
  const names = [
    'the cart is empty at first',
    'a sold-out product is refused',
    'checkout reserves stock, then charges',
    'refund pays back',
    'the parcel is tracked until it is delivered',
    'an order without a card is kept for a day'
  ]
  yield [0, { type: 'run-started', schemaVersion: 1, tests: 14 }]
  for (const name of names.slice(0, 4)) yield [0, started(name)]
  yield [420, finished(names[0], 420)]
  yield [430, started(names[4])]
  yield [
    1310,
    finished(names[1], 1310, {
      attempt: 2,
      earlier: [{ ...facts, id: names[1], name: names[1], durationMs: 600 }]
    })
  ]
  yield [1320, started(names[5])]
  yield [1900, progressed(names[2], 'watching', 20)]
  yield [2100, progressed(names[3], 'waiting', 7)]
  yield [2300, progressed(names[4], 'waiting', 12)]
  yield [2610, progressed(names[5], 'triggering', 0)]
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  await once(server, 'close')
  return port
}

// What tracerun adds to the requests themselves: the same requests bare and as tests, at the same concurrency, in turns.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startShop } from '../examples/shop/shop.js'
import { sendBare, startSink } from './run/bare.mjs'
import { measureMemory } from './run/memory.mjs'

const TESTS = Number(process.env.TESTS ?? 200)
const JOBS = [1, 4, 16]
/** Longer than exporters rest after their first failure. */
const QUIET_MS = 2000
const PROMISED = { jobs: 16, factor: 1.5, plusSeconds: 1, rounds: 5 }
const CLI = fileURLToPath(new URL('../bin/tracerun.js', import.meta.url))
const BODY = '{"sku":"SKU-1","quantity":1}'

const KINDS = {
  existence: ['span[service.name="payment"]', 'count() >= 1'],
  'upper bound': ['span[service.name="payment"]:entry', 'count() <= 1']
}

const folder = await mkdtemp(join(tmpdir(), 'tracerun-bench-'))
const port = await freePort()
const shop = await startShop({
  otlpEndpoint: `http://127.0.0.1:${port}`,
  env: { ...process.env, OTEL_BSP_SCHEDULE_DELAY: '200' }
})
try {
  await runBare(16)
  console.log(`${TESTS} tests on the demo shop, batches of 200 ms declared\n`)
  console.log('  jobs   bare requests      existence     ratio    upper bound     ratio')
  for (const jobs of JOBS) await measure(jobs)
} finally {
  await shop.stop()
}
if (!(await measureMemory(CLI, folder))) process.exitCode = 1
await rm(folder, { recursive: true })

/** What is promised is measured several times, in turns: the speed of a machine changes from one moment to the next. */
async function measure(jobs) {
  const kinds = Object.keys(KINDS)
  const times = Object.fromEntries(['bare', ...kinds].map(kind => [kind, []]))
  for (let round = 0; round < (jobs === PROMISED.jobs ? PROMISED.rounds : 1); round++) {
    times.bare.push(await runBare(jobs))
    for (const kind of kinds) times[kind].push(await runTests(kind, jobs))
  }
  times.bare.push(await runBare(jobs))
  const seconds = median(times.bare)
  const columns = kinds.map(kind => {
    const value = median(times[kind])
    return `${value.toFixed(2).padStart(11)} s${(value / seconds).toFixed(2).padStart(8)} x`
  })
  console.log(`  ${String(jobs).padStart(4)}${seconds.toFixed(2).padStart(14)} s${columns.join('  ')}`)
  if (jobs !== PROMISED.jobs) return
  const limit = seconds * PROMISED.factor + PROMISED.plusSeconds
  const isMet = median(times.existence) <= limit
  const each = times.existence.map(value => value.toFixed(2)).join(', ')
  console.log(
    `  promised: existence at --jobs ${jobs} <= ${PROMISED.factor} x + ${PROMISED.plusSeconds} s, ${limit.toFixed(2)} s: ${isMet ? 'met' : 'MISSED'} (${each})`
  )
  if (!isMet) process.exitCode = 1
}

function median(values) {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/**
 * Somebody must take the spans, or the shop would be busy with what it cannot send. And all of them: exporters that find
 * nobody wait longer each time, and what comes late then is none of the run that follows.
 */
async function runBare(jobs, count = TESTS) {
  const sink = await startSink(port)
  const seconds = await sendBare(`${shop.url}/checkout`, { count, jobs, body: BODY })
  await sink.quiet(QUIET_MS)
  await sink.close()
  return seconds
}

async function runTests(kind, jobs) {
  await runBare(1, 1)
  const file = join(folder, 'checkout.yaml')
  await writeFile(file, Array.from({ length: TESTS }, (_, at) => testOf(at, KINDS[kind])).join('---\n'))
  const report = join(folder, 'report.json')
  const args = [
    'run',
    '-f',
    file,
    '--jobs',
    String(jobs),
    '--flush-delay',
    '200ms',
    '--otlp-listen',
    `127.0.0.1:${port}`
  ]
  const started = performance.now()
  const child = spawn(process.execPath, [CLI, ...args, '--reporter', `json=${report}`], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit']
  })
  const [code] = await once(child, 'exit')
  const seconds = (performance.now() - started) / 1000
  const { summary, tests } = JSON.parse(await readFile(report, 'utf8'))
  if (code !== 0 || summary.passed !== TESTS)
    throw new Error(
      `${kind} at ${jobs} jobs ended with ${code}: ${JSON.stringify(tests.find(test => test.outcome !== 'passed'))}`
    )
  return seconds
}

function testOf(at, [selector, assertion]) {
  return `type: Test
spec:
  name: checkout ${at}
  trigger:
    type: http
    httpRequest: { method: POST, url: "${shop.url}/checkout", body: '${BODY}', headers: [{ key: content-type, value: application/json }] }
  specs:
    - selector: ${selector}
      assertions: [${JSON.stringify(assertion)}]
    - selector: ':root'
      assertions: ["response:status = 200"]
`
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port: free } = server.address()
  server.close()
  await once(server, 'close')
  return free
}

// How much memory a run of many tests takes: a service of this process that sends twenty spans a request.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { request } from 'undici'

const SPANS = 20
const SIZES = [250, 1000, 2000]
/** V8 lets a heap grow to four times of what lives in it: what a run needs shows only where it may not. */
const HEAP_MB = 96
/** A test may take 10 KB before it runs (its plan) and leave 15 KB (its report, and its spans twice, packed), twice for the slack. */
const MOST_KB_A_TEST = 2 * (10 + 15)

/**
 * Prints the greatest resident size of runs of several lengths, for checks that are final and for such that are watched.
 * Answers with whether it grows no more than it may.
 */
export async function measureMemory(cli, folder) {
  console.log(`\nmemory of a run, ${SPANS} spans a test, --jobs 4, in a heap of ${HEAP_MB} MB\n`)
  console.log(`  tests${['existence', 'upper bound'].map(kind => kind.padStart(16)).join('')}`)
  const rows = []
  for (const size of SIZES) {
    const peaks = []
    for (const assertion of ['count() >= 1', 'count() <= 30'])
      peaks.push(await peakOf(cli, folder, size, assertion))
    rows.push(peaks)
    print(String(size), peaks, 'MB')
  }
  const tests = SIZES.at(-1) - SIZES[0]
  const growth = rows.at(-1).map((peak, kind) => ((peak - rows[0][kind]) * 1024) / tests)
  print('grown', growth, 'KB a test')
  const isMet = Math.max(...growth) <= MOST_KB_A_TEST
  console.log(
    `  promised: from ${SIZES[0]} to ${SIZES.at(-1)} tests <= ${MOST_KB_A_TEST} KB a test: ${isMet ? 'met' : 'MISSED'}`
  )
  return isMet
}

function print(label, figures, unit) {
  console.log(
    `  ${label.padStart(5)}${figures.map(figure => `${figure.toFixed(0)} ${unit}`.padStart(16)).join('')}`
  )
}

async function peakOf(cli, folder, size, assertion) {
  const service = await startService()
  const file = join(folder, 'many.yaml')
  await writeFile(
    file,
    Array.from({ length: size }, (_, at) => testOf(at, service.url, assertion)).join('---\n')
  )
  const args = [
    'run',
    '-f',
    file,
    '--jobs',
    '4',
    '--flush-delay',
    '200ms',
    '--otlp-listen',
    `127.0.0.1:${service.otlpPort}`
  ]
  const program = `process.argv.splice(1, 0, ${JSON.stringify(cli)})
process.on('exit', () => require('node:fs').writeSync(3, String(process.resourceUsage().maxRSS / 1024)))
import(require('node:url').pathToFileURL(${JSON.stringify(cli)}).href)`
  const child = spawn(process.execPath, [`--max-old-space-size=${HEAP_MB}`, '-e', program, '--', ...args], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit', 'pipe']
  })
  let peak = ''
  child.stdio[3].setEncoding('utf8').on('data', text => {
    peak += text
  })
  const [code] = await once(child, 'close')
  await service.close()
  if (code !== 0) throw new Error(`the run of ${size} tests ended with ${code}`)
  return Number(peak)
}

function testOf(at, url, assertion) {
  return `type: Test
spec:
  name: order ${at}
  trigger: { type: http, httpRequest: { url: "${url}" } }
  specs:
    - selector: span[service.name="orders"]
      assertions: [${JSON.stringify(assertion)}]
`
}

async function startService() {
  let otlpPort = 0
  const server = createServer(async (incoming, response) => {
    const [, traceId, parentId] = incoming.headers.traceparent.split('-')
    await sendSpans(otlpPort, traceId, parentId)
    response.end('{}')
  }).listen(0, '127.0.0.1')
  const other = createServer().listen(0, '127.0.0.1')
  await Promise.all([once(server, 'listening'), once(other, 'listening')])
  otlpPort = other.address().port
  other.close()
  await once(other, 'close')
  return {
    url: `http://127.0.0.1:${server.address().port}/orders`,
    otlpPort,
    async close() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    }
  }
}

async function sendSpans(port, traceId, parentSpanId) {
  const now = BigInt(Date.now()) * 1_000_000n
  const idOf = at => (BigInt(`0x${parentSpanId}`) ^ BigInt(at + 1)).toString(16).padStart(16, '0')
  const spans = Array.from({ length: SPANS }, (_, at) => ({
    traceId,
    spanId: idOf(at),
    parentSpanId: at === 0 ? parentSpanId : idOf(0),
    name: at === 0 ? 'GET /orders' : `SELECT line ${at}`,
    kind: at === 0 ? 2 : 1,
    startTimeUnixNano: String(now + BigInt(at) * 1000n),
    endTimeUnixNano: String(now + (at === 0 ? 100_000n : BigInt(at) * 1000n + 500n)),
    attributes: ['http.route', 'order.id', 'db.query.text', 'user.id'].map(key => ({
      key,
      value: { stringValue: `${key} of ${traceId} ${at}` }
    }))
  }))
  const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'orders' } }] }
  const answer = await request(`http://127.0.0.1:${port}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      resourceSpans: [{ resource, scopeSpans: [{ scope: { name: 'orders' }, spans }] }]
    })
  })
  await answer.body.dump()
}

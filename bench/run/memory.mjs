// How much memory a run of many tests takes: a service of this process that sends twenty spans a request.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { request } from 'undici'

const SPANS = 20
const SIZES = [250, 1000, 2000]
/** From then on as many tests wait at a time as ever will, and what is kept open of those that have ended is full. */
const SETTLED_AFTER = 1000
/** A test that has ended leaves its report, its document and, twice, its spans, all packed: some 5 KB, the rest is slack. */
const MOST_KB_A_TEST = 25
const SAMPLE_MS = 20

/**
 * Prints the greatest resident size of runs of several lengths, for checks that are final and for such that are watched, and
 * how it grows within the longest. Answers with whether it grows no more than it may.
 */
export async function measureMemory(cli, folder) {
  console.log(
    `\nmemory of a run, ${SPANS} spans a test, --jobs 4: at most, as its tests are read, run and reported\n`
  )
  console.log(`  tests${['existence', 'upper bound'].map(kind => kind.padStart(16)).join('')}`)
  let longest = []
  for (const size of SIZES) {
    longest = []
    for (const assertion of ['count() >= 1', 'count() <= 30'])
      longest.push(await measureRun(cli, folder, size, assertion))
    print(
      String(size),
      longest.map(({ peakMb }) => peakMb),
      'MB'
    )
  }
  const size = SIZES.at(-1)
  console.log(`\n  in the run of ${size} tests, as they are sent\n`)
  for (const at of [SETTLED_AFTER, size])
    print(
      String(at),
      longest.map(({ sentMb }) => sentMb.get(at)),
      'MB'
    )
  const growth = longest.map(
    ({ sentMb }) => ((sentMb.get(size) - sentMb.get(SETTLED_AFTER)) * 1024) / (size - SETTLED_AFTER)
  )
  print('grown', growth, 'KB a test')
  const isMet = Math.max(...growth) <= MOST_KB_A_TEST
  console.log(
    `  promised: from the ${SETTLED_AFTER}th test to the last <= ${MOST_KB_A_TEST} KB a test: ${isMet ? 'met' : 'MISSED'}`
  )
  return isMet
}

function print(label, figures, unit) {
  console.log(
    `  ${label.padStart(5)}${figures.map(figure => `${figure.toFixed(0)} ${unit}`.padStart(16)).join('')}`
  )
}

/** The greatest resident size of a run, and what it was when so many requests had come, both in MB. */
async function measureRun(cli, folder, size, assertion) {
  let residentMb = 0
  const sentMb = new Map()
  const service = await startService(requests => {
    if (requests === SETTLED_AFTER || requests === size) sentMb.set(requests, residentMb)
  })
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
const tell = bytes => require('node:fs').writeSync(3, \`\${bytes / 2 ** 20}\\n\`)
setInterval(() => tell(process.memoryUsage.rss()), ${SAMPLE_MS}).unref()
process.on('exit', () => tell(process.resourceUsage().maxRSS * 1024))
import(require('node:url').pathToFileURL(${JSON.stringify(cli)}).href)`
  const child = spawn(process.execPath, ['-e', program, '--', ...args], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit', 'pipe']
  })
  createInterface(child.stdio[3]).on('line', line => {
    residentMb = Number(line)
  })
  const [code] = await once(child, 'close')
  await service.close()
  if (code !== 0) throw new Error(`the run of ${size} tests ended with ${code}`)
  return { peakMb: residentMb, sentMb }
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

async function startService(onRequest) {
  let otlpPort = 0
  let requests = 0
  const server = createServer(async (incoming, response) => {
    const [, traceId, parentId] = incoming.headers.traceparent.split('-')
    await sendSpans(otlpPort, traceId, parentId)
    response.end('{}')
    onRequest(++requests)
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

import { appendFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { parseSpanId, parseTraceId } from '../../src/model/ids.ts'
import { encodeOtlpJson } from '../../src/otlp/encode.ts'
import { freePort } from '../support/free-port.ts'
import { openWorkspace } from '../support/run-inline.ts'
import type { SeenRequest } from '../support/system-under-test.ts'
import { sendSpans, startSystem } from '../support/system-under-test.ts'
import { buildSpan } from '../support/trace-builder.ts'

const cleanups: AsyncDisposable[] = []
afterEach(async () => {
  for (const resource of cleanups.splice(0)) await resource[Symbol.asyncDispose]()
})

const SPAN_ID = 'aaaaaaaaaaaaaaa1'

function checkoutFile(url: string): string {
  return `type: Test
spec:
  name: checkout
  timeout: 6s
  flushDelay: 100ms
  lag: 100ms
  absenceWindow: 0
  async: 300ms
  trigger:
    type: http
    httpRequest: { method: POST, url: "${url}/checkout" }
  specs:
    - selector: span[service.name="gateway"]
      assertions: ["count() = 1"]
`
}

/** The span of the gateway as the Collector writes it to its file. */
function lineFor({ traceId, parentSpanId }: SeenRequest): string {
  const now = BigInt(Math.round((performance.timeOrigin + performance.now()) * 1e6))
  const span = {
    ...buildSpan({ id: 'gateway', service: 'gateway', kind: 'server' }),
    traceId: parseTraceId(traceId)!,
    spanId: parseSpanId(SPAN_ID)!,
    parentSpanId: parseSpanId(parentSpanId)!,
    startUnixNano: now - 1_000_000n,
    endUnixNano: now
  }
  return `${JSON.stringify(encodeOtlpJson([span]))}\n`
}

test('a run reads its trace from the file of a Collector, which comes to be while it waits', async () => {
  await using workspace = await openWorkspace()
  const system = await startSystem(async request => {
    await appendFile(join(workspace.path, 'traces.jsonl'), lineFor(request))
    return { status: 200, body: '{}' }
  })
  cleanups.push(system)
  await workspace.write('checkout.yaml', checkoutFile(system.url))
  const { exitCode, stdout, stderr } = await workspace.run([
    ...['run', '-f', 'checkout.yaml', '--data-store', 'file=traces.jsonl']
  ])
  expect({ exitCode, stderr }, stdout).toEqual({ exitCode: 0, stderr: '' })
  expect(stdout).toContain('1 passed')
})

test('a file that never comes is 3, and the report names it', async () => {
  await using workspace = await openWorkspace()
  const system = await startSystem(async () => ({ status: 200, body: '{}' }))
  cleanups.push(system)
  await workspace.write('checkout.yaml', checkoutFile(system.url).replace('6s', '1s'))
  const { exitCode, stdout } = await workspace.run([
    ...['run', '-f', 'checkout.yaml', '--data-store', 'file=traces.jsonl']
  ])
  expect(exitCode).toBe(3)
  expect(stdout.replace(/\s+/g, ' ')).toContain('does not exist yet')
})

test('a run forwards what it receives', async () => {
  const paths: string[] = []
  const target = createServer((request, response) => {
    request.resume()
    paths.push(request.url ?? '')
    response.end()
  }).listen(0, '127.0.0.1')
  await new Promise(resolve => target.once('listening', resolve))
  const port = await freePort()
  const system = await startSystem(async request => {
    await sendSpans(port, [
      { traceId: request.traceId, spanId: SPAN_ID, parentSpanId: request.parentSpanId, service: 'gateway' }
    ])
    return { status: 200, body: '{}' }
  })
  cleanups.push(system)
  await using workspace = await openWorkspace({ 'checkout.yaml': checkoutFile(system.url) })
  const url = `http://127.0.0.1:${(target.address() as AddressInfo).port}`
  const args = ['run', '-f', 'checkout.yaml', '--otlp-listen', `127.0.0.1:${port}`, '--otlp-forward', url]
  const { exitCode, stderr } = await workspace.run(args)
  target.close()
  expect({ exitCode, stderr, paths }).toEqual({ exitCode: 0, stderr: '', paths: ['/v1/traces'] })
})

test('a run passes although nothing could be forwarded, and says so on standard error', async () => {
  const port = await freePort()
  const system = await startSystem(async request => {
    await sendSpans(port, [
      { traceId: request.traceId, spanId: SPAN_ID, parentSpanId: request.parentSpanId, service: 'gateway' }
    ])
    return { status: 200, body: '{}' }
  })
  cleanups.push(system)
  const url = `http://127.0.0.1:${await freePort()}`
  await using workspace = await openWorkspace({
    'checkout.yaml': checkoutFile(system.url),
    'tracerun.yaml': `otlpListen: ["127.0.0.1:${port}"]\notlpForward: ${url}\n`
  })
  const { exitCode, stderr } = await workspace.run(['run', '-f', 'checkout.yaml'])
  expect(exitCode).toBe(0)
  expect(stderr).toContain(
    `warning: 1 of 1 requests could not be forwarded to ${url}: nothing listens on ${url}`
  )
})

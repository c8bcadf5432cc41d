import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { METHODS, openGrpcSession, requestOf } from '../../src/backends/jaeger/grpc-session.ts'
import { createGrpcClient } from '../../src/grpc/client.ts'
import { parseTraceId } from '../../src/model/ids.ts'
import { contextOf } from '../contract/trigger.ts'
import { CANONICAL_SPANS, CANONICAL_TRACE_ID } from '../support/canonical-trace.ts'
import { pathOf } from './components.ts'
import { exportSpans, exportToZipkin } from './export-spans.ts'
import { startJaeger } from './servers/jaeger.ts'
import { startZipkin, type Zipkin } from './servers/zipkin.ts'

const jaeger = pathOf('jaeger')
const zipkin = pathOf('zipkin')
const SIGNAL = new AbortController().signal
const RECORDED = '../fixtures/recorded/canonical'

/** The answer to a question, once it holds every span. */
async function answerOf(url: string): Promise<string> {
  const answer = await expect
    .poll(async () => (await fetch(url)).text(), { timeout: 20_000, interval: 50 })
    .toSatisfy((text: string) => CANONICAL_SPANS.every(span => text.includes(span.spanId)))
    .then(() => fetch(url))
  return answer.text()
}

test.skipIf(jaeger === undefined)('Jaeger answers the canonical trace as it was recorded', async () => {
  await using server = await startJaeger(jaeger!)
  await exportSpans(server.otlpHttp, CANONICAL_SPANS)
  const v3 = await answerOf(`${server.query}/api/v3/traces/${CANONICAL_TRACE_ID}?raw_traces=true`)
  const v1 = await answerOf(`${server.query}/api/traces/${CANONICAL_TRACE_ID}?raw=true`)
  await expect(v3).toMatchFileSnapshot(`${RECORDED}/jaeger-v3.body`)
  await expect(v1).toMatchFileSnapshot(`${RECORDED}/jaeger-v1.body`)
})

test.skipIf(jaeger === undefined)('Jaeger answers over gRPC as it was recorded', async () => {
  await using server = await startJaeger(jaeger!)
  await exportSpans(server.otlpHttp, CANONICAL_SPANS)
  await answerOf(`${server.query}/api/v3/traces/${CANONICAL_TRACE_ID}?raw_traces=true`)
  await using client = createGrpcClient({ endpoint: server.grpcQuery, headers: [] })
  for (const version of ['v3', 'v2'] as const) {
    const answer = await client.call(METHODS[version], requestOf(version, CANONICAL_TRACE_ID), SIGNAL)
    if (answer.status === 'failed') throw new Error(answer.details)
    const recorded = readFileSync(`test/fixtures/recorded/canonical/jaeger-grpc-${version}.body`)
    expect(Buffer.concat(answer.messages).toString('hex')).toBe(recorded.toString('hex'))
  }
  await using session = await openGrpcSession({ endpoint: server.grpcQuery }, contextOf())
  expect(await session.fetch(parseTraceId('1'.repeat(32))!, SIGNAL)).toEqual({ status: 'absent' })
})

describe.skipIf(zipkin === undefined)('Zipkin answers the canonical trace as it was recorded', () => {
  let store: Zipkin
  beforeAll(async () => {
    store = await startZipkin(zipkin!)
  })
  afterAll(() => store[Symbol.asyncDispose]())

  // What version 0.140.1 of the Collector makes of it: the exporter is not among those compiled into Jaeger.
  test('sent by the Collector', async () => {
    const body = readFileSync('test/fixtures/canonical/zipkin-of-collector.json')
    const headers = { 'content-type': 'application/json' }
    const response = await fetch(`${store.url}/api/v2/spans`, { method: 'POST', headers, body })
    expect(response.status).toBe(202)
    const answer = await answerOf(`${store.url}/api/v2/trace/${CANONICAL_TRACE_ID}`)
    await expect(answer).toMatchFileSnapshot(`${RECORDED}/zipkin-of-collector.body`)
  })

  test('sent by the SDK for JavaScript', async () => {
    const traceId = 'c0ffee0123456789abcdef012345678a'
    await exportToZipkin(`${store.url}/api/v2/spans`, CANONICAL_SPANS, traceId)
    const answer = await answerOf(`${store.url}/api/v2/trace/${traceId}`)
    await expect(answer.replaceAll(traceId, CANONICAL_TRACE_ID)).toMatchFileSnapshot(
      `${RECORDED}/zipkin-of-sdk.body`
    )
  })
})

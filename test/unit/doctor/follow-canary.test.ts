import { expect, test } from 'vitest'
import { CANARY_SPANS } from '../../../src/doctor/canary.ts'
import { followCanary } from '../../../src/doctor/follow-canary.ts'
import type { HttpClient, HttpRequest } from '../../../src/http/client.ts'
import type { Finding } from '../../../src/model/finding.ts'
import { decodeOtlpJsonText } from '../../../src/otlp/decode.ts'
import { createFakeBackend, type FakeBackend } from '../../support/fake-backend.ts'
import { createManualClock, type ManualClock } from '../../support/manual-clock.ts'
import { spanIdOf, TRACE_ID } from '../../support/trace-builder.ts'

interface Setting {
  readonly clock: ManualClock
  readonly backend: FakeBackend
  readonly requests: HttpRequest[]
  follow(note?: string): Promise<readonly Finding[]>
}

/** An endpoint whose spans come to the store after a while, each span `stepMs` after the one before. */
function setUp(lagMs: number, stepMs = 0, answer = '{}'): Setting {
  const clock = createManualClock()
  const backend = createFakeBackend({ isPushed: false })
  const requests: HttpRequest[] = []
  const client: HttpClient = {
    async send(request) {
      requests.push(request)
      const text = new TextDecoder().decode(request.body)
      decodeOtlpJsonText(text).forEach((span, at) => {
        clock.at(lagMs + at * stepMs, () => backend.push(span))
      })
      return { status: 200, statusText: 'OK', headers: [], body: new TextEncoder().encode(answer) }
    },
    async [Symbol.asyncDispose]() {}
  }
  const follow = async (note?: string): Promise<readonly Finding[]> => {
    const findings: Finding[] = []
    const flight = followCanary({
      session: backend,
      caps: backend.caps,
      endpoint: {
        url: 'http://collector:4318/v1/traces',
        chosenBy: 'a test',
        headers: [],
        ...(note ? { note } : {})
      },
      client,
      traceId: TRACE_ID,
      spanIds: Array.from({ length: CANARY_SPANS }, (_, at) => spanIdOf(`canary-${at}`)),
      clock,
      signal: new AbortController().signal
    })
    for await (const finding of flight) findings.push(finding)
    return findings
  }
  return { clock, backend, requests, follow: note => clock.run(follow(note)) }
}

test('a canary is looked for until its last span is there', async () => {
  const { requests, follow } = setUp(1000, 500)
  const findings = await follow('by HTTP')
  expect(findings.map(({ status }) => status)).toEqual(['note', 'ok', 'ok'])
  expect(findings[1]?.text).toContain('after 3s')
  expect(findings[1]?.fix).toContain('lag: 4.5s')
  expect(requests).toMatchObject([{ origin: 'http://collector:4318', path: '/v1/traces', method: 'POST' }])
})

test('a canary of which a part never comes is a problem that names the part', async () => {
  const { follow } = setUp(1000, 9000)
  const findings = await follow()
  const problem = findings.find(({ status }) => status === 'problem')
  expect(problem?.details).toEqual(['the span "canary receive" did not come'])
})

test('a canary that never comes is a problem that names its trace and where it was asked', async () => {
  const { clock, follow } = setUp(60_000)
  const findings = await follow()
  expect(findings).toMatchObject([
    {
      status: 'problem',
      text: 'http://collector:4318/v1/traces took the canary, and it did not come to the store within 30 s',
      details: [`its trace: ${TRACE_ID}`, 'asked: a backend in memory']
    }
  ])
  expect(clock.nowMs).toBeLessThan(31_000)
})

test('spans that an endpoint refuses although it says 200 were not taken', async () => {
  const { follow } = setUp(0, 0, '{"partialSuccess":{"rejectedSpans":"2","errorMessage":"too old"}}')
  const [finding] = await follow()
  expect(finding?.status).toBe('problem')
  expect(finding?.text).toContain('refused 2 of 5 spans')
  expect(finding?.text).toContain('too old')
})

import { describe, test } from 'vitest'
import { gzipped } from '../support/backend-server.ts'
import type { Script, StoreForm } from '../support/fault-scene.ts'
import { GATEWAY, JAEGER, TEMPO, tellOf, ZIPKIN } from '../support/fault-scene.ts'
import { findFreePort, startHttpSystem } from '../support/http-system.ts'
import { runs } from '../support/runs.ts'

const SPANS = runs(10_000)
const HTML = {
  headers: { 'content-type': 'text/html' },
  body: '<!DOCTYPE html><html><head><title>Sign in</title></head><body>Who are you?</body></html>'
}
const PLAIN_404 = { status: 404, headers: { 'content-type': 'text/plain' }, body: '404 page not found\n' }
const found: Script = (form, asked) => [form.found(asked, [GATEWAY])]
const always =
  (...turns: ReturnType<Script>): Script =>
  () =>
    turns
const firstly =
  (...turns: ReturnType<Script>): Script =>
  (form, asked) => [...turns, form.found(asked, [GATEWAY])]

describe.concurrent('a store that refuses ends the test at once', () => {
  test('401', async ({ expect }) => {
    const { exitCode, text, requests } = await tellOf(always({ status: 401, body: 'who are you?' }))
    expect({ exitCode, looks: requests.length }).toEqual({ exitCode: 3, looks: 1 })
    expect(text).toMatchInlineSnapshot(`
      "errored
      BACKEND_UNAUTHORIZED: GET STORE/api/v3/traces/TRACE?raw_traces=true was refused: 401 Unauthorized: who are you?
      → No credentials were sent: set \`auth\` (basic, bearer or apiKey) or \`headers\` in the data store."
    `)
  })

  test('403', async ({ expect }) => {
    const { exitCode, text } = await tellOf(always({ status: 403, body: '{"message":"not for you"}' }))
    expect(exitCode).toBe(3)
    expect(text).toMatchInlineSnapshot(`
      "errored
      BACKEND_UNAUTHORIZED: GET STORE/api/v3/traces/TRACE?raw_traces=true was refused: 403 Forbidden: {"message":"not for you"}
      → No credentials were sent: set \`auth\` (basic, bearer or apiKey) or \`headers\` in the data store."
    `)
  })

  const forms: readonly StoreForm[] = [JAEGER, TEMPO, ZIPKIN]
  test('a web page where the API should be: every interface was tried', async ({ expect }) => {
    const told = await Promise.all(forms.map(form => tellOf(always({ ...HTML, status: 404 }), { form })))
    expect(told.map(({ exitCode }) => exitCode)).toEqual([3, 3, 3])
    expect(told.map(({ text }) => text).join('\n\n')).toMatchInlineSnapshot(`
      "errored
      BACKEND_BAD_RESPONSE: there is no API of Jaeger at STORE: GET STORE/api/v3/traces/TRACE?raw_traces=true and GET STORE/api/traces/TRACE?raw=true were answered with 404 Not Found: an HTML page titled "Sign in"
      → The base path may be wrong: \`url\` is where the web page of Jaeger is, such as http://localhost:16686, or http://localhost:16686/jaeger if Jaeger runs with the base path /jaeger.

      errored
      BACKEND_BAD_RESPONSE: there is no API of Tempo at STORE: GET STORE/api/v2/traces/TRACE?span_pruning=false and GET STORE/api/traces/TRACE were answered with 404 Not Found: an HTML page titled "Sign in"
      → The \`url\` must lead to Tempo itself, without /api: http://localhost:3200, or https://tempo-prod-….grafana.net/tempo. Grafana and a Collector are not it.

      errored
      BACKEND_BAD_RESPONSE: there is no API of Zipkin at STORE: GET STORE/api/v2/trace/TRACE was answered with 404 Not Found: an HTML page titled "Sign in"
      → The base path may be wrong: \`url\` is what stands before /zipkin or /api/v2, such as http://localhost:9411."
    `)
  })

  test('another 404 than its own: every interface was tried', async ({ expect }) => {
    const told = await Promise.all(forms.map(form => tellOf(always(PLAIN_404), { form })))
    expect(
      told.map(({ text, exitCode }) => `${text}\nexit code ${exitCode}`).join('\n\n')
    ).toMatchInlineSnapshot(`
      "errored
      BACKEND_BAD_RESPONSE: there is no API of Jaeger at STORE: GET STORE/api/v3/traces/TRACE?raw_traces=true and GET STORE/api/traces/TRACE?raw=true were answered with 404 Not Found: 404 page not found
      → The base path may be wrong: \`url\` is where the web page of Jaeger is, such as http://localhost:16686, or http://localhost:16686/jaeger if Jaeger runs with the base path /jaeger.
      exit code 3

      errored
      BACKEND_BAD_RESPONSE: there is no API of Tempo at STORE: GET STORE/api/v2/traces/TRACE?span_pruning=false and GET STORE/api/traces/TRACE were answered with 404 Not Found: 404 page not found
      → The \`url\` must lead to Tempo itself, without /api: http://localhost:3200, or https://tempo-prod-….grafana.net/tempo. Grafana and a Collector are not it.
      exit code 3

      errored
      BACKEND_BAD_RESPONSE: there is no API of Zipkin at STORE: GET STORE/api/v2/trace/TRACE was answered with 404 Not Found: 404 page not found
      → The base path may be wrong: \`url\` is what stands before /zipkin or /api/v2, such as http://localhost:9411.
      exit code 3"
    `)
  })

  test('a web page with 200', async ({ expect }) => {
    const { exitCode, text } = await tellOf(always(HTML))
    expect(exitCode).toBe(3)
    expect(text).toMatchInlineSnapshot(`
      "errored
      BACKEND_BAD_RESPONSE: there is no API of Jaeger at STORE: GET STORE/api/v3/traces/TRACE?raw_traces=true and GET STORE/api/traces/TRACE?raw=true were answered with 200 OK: an HTML page titled "Sign in"
      → The base path may be wrong: \`url\` is where the web page of Jaeger is, such as http://localhost:16686, or http://localhost:16686/jaeger if Jaeger runs with the base path /jaeger."
    `)
  })
})

describe.concurrent('a store that asks for a rest', () => {
  test('gets it, in seconds', async ({ expect }) => {
    const slowDown = { status: 429, headers: { 'retry-after': '1' }, body: 'slow down' }
    const { exitCode, requests, durationMs } = await tellOf(firstly(slowDown))
    expect(exitCode).toBe(0)
    expect(requests.length).toBeGreaterThan(1)
    expect(durationMs).toBeGreaterThanOrEqual(1000)
  })

  test('gets it, until a date of its own clock', async ({ expect }) => {
    const headers = {
      date: 'Sat, 21 Nov 2020 10:00:00 GMT',
      'retry-after': 'Sat, 21 Nov 2020 10:00:01 GMT'
    }
    const { exitCode, durationMs } = await tellOf(firstly({ status: 429, headers }))
    expect(exitCode).toBe(0)
    expect(durationMs).toBeGreaterThanOrEqual(1000)
  })

  test('for longer than the test may wait is said to', async ({ expect }) => {
    const { exitCode, text, requests } = await tellOf(
      always({ status: 429, headers: { 'retry-after': '60' }, body: 'slow down' })
    )
    expect({ exitCode, looks: requests.length }).toEqual({ exitCode: 3, looks: 1 })
    expect(text).toMatchInlineSnapshot(`
      "errored
      TRACE_UNAVAILABLE: no span of trace TRACE came within TIME after the answer
      the backend gave no answer in substance: GET STORE/api/v3/traces/TRACE?raw_traces=true was answered with 429 Too Many Requests: slow down; it asked for a rest of TIME
      likely cause: the backend is overloaded, not ready yet, or in trouble: its log may say which
      sent: traceparent: TRACEPARENT, tracestate: tracerun=1,tracetest=true,ot=th:0, baggage: tracerun.test=checkout,tracerun.run=RUN
      asked: Jaeger at STORE (HTTP, v3 API)
      the same id elsewhere: BASE64, XRAY
      in the backend: STORE/trace/TRACE
      → Once it answers again, run the test again; if it only needs more time, raise \`timeout\`.
      on the ground: not complete at the deadline, TIME after the answer"
    `)
  })
})

describe.concurrent('what breaks once is got over', () => {
  const cases: readonly (readonly [string, Script])[] = [
    ['a 500', firstly({ status: 500, body: 'oops' })],
    ['a connection that breaks', firstly('reset')],
    [
      'an answer that is cut',
      (form, asked) => [{ cut: form.found(asked, [GATEWAY]) }, ...found(form, asked)]
    ],
    ['a trace that is not there yet', (form, asked) => [form.absent(asked), ...found(form, asked)]],
    ['an answer that is compressed', (form, asked) => [gzipped(form.found(asked, [GATEWAY]))]],
    [
      'a wrong content type',
      (form, asked) => [{ ...form.found(asked, [GATEWAY]), headers: { 'content-type': 'image/png' } }]
    ],
    ['spans that come twice', (form, asked) => [form.found(asked, [GATEWAY, GATEWAY])]]
  ]
  test.for(cases)('%s', async ([_, script], { expect }) => {
    const { exitCode, text } = await tellOf(script)
    expect({ exitCode, text }).toEqual({ exitCode: 0, text: expect.stringMatching(/^passed/) })
  })

  test(`a trace of ${SPANS} spans`, async ({ expect }) => {
    const many = Array.from({ length: SPANS }, (_, index) => ({
      id: (index + 16).toString(16),
      service: index === 0 ? 'gateway' : 'database',
      ...(index === 0 ? {} : { parent: '10' })
    }))
    const selector = 'span[service.name="database"]'
    const script: Script = (form, asked) => [form.found(asked, many)]
    const options = { selector, timeout: '20s' }
    const told = await tellOf(script, { ...options, assertion: `count() = ${SPANS - 1}` })
    expect({ exitCode: told.exitCode, text: told.text }).toEqual({
      exitCode: 0,
      text: expect.stringMatching(/^passed/)
    })
  })
})

describe.concurrent('what stays broken is no trace', () => {
  test('500 for ever', async ({ expect }) => {
    const { exitCode, text } = await tellOf(always({ status: 500, body: 'the disk is full' }))
    expect(exitCode).toBe(3)
    expect(text).toMatchInlineSnapshot(`
      "errored
      TRACE_UNAVAILABLE: no span of trace TRACE came within TIME after the answer
      the backend gave no answer in substance: GET STORE/api/v3/traces/TRACE?raw_traces=true was answered with 500 Internal Server Error: the disk is full
      likely cause: the backend is overloaded, not ready yet, or in trouble: its log may say which
      sent: traceparent: TRACEPARENT, tracestate: tracerun=1,tracetest=true,ot=th:0, baggage: tracerun.test=checkout,tracerun.run=RUN
      asked: Jaeger at STORE (HTTP, v3 API)
      the same id elsewhere: BASE64, XRAY
      in the backend: STORE/trace/TRACE
      → Once it answers again, run the test again; if it only needs more time, raise \`timeout\`.
      on the ground: not complete at the deadline, TIME after the answer"
    `)
  })

  test('no answer at all', async ({ expect }) => {
    const { exitCode, text } = await tellOf(always('hang'))
    expect(exitCode).toBe(3)
    expect(text).toMatchInlineSnapshot(`
      "errored
      TRACE_UNAVAILABLE: no span of trace TRACE came within TIME after the answer
      the backend gave no answer in substance: it did not answer within TIME
      likely cause: the backend is overloaded, not ready yet, or in trouble: its log may say which
      sent: traceparent: TRACEPARENT, tracestate: tracerun=1,tracetest=true,ot=th:0, baggage: tracerun.test=checkout,tracerun.run=RUN
      asked: Jaeger at STORE (HTTP, v3 API)
      the same id elsewhere: BASE64, XRAY
      in the backend: STORE/trace/TRACE
      → Once it answers again, run the test again; if it only needs more time, raise \`timeout\`.
      on the ground: not complete at the deadline, TIME after the answer"
    `)
  })

  test('a connection that always breaks', async ({ expect }) => {
    const { exitCode, text } = await tellOf(always('reset'))
    expect(exitCode).toBe(3)
    expect(text).toMatchInlineSnapshot(`
      "errored
      BACKEND_UNREACHABLE: GET STORE/api/v3/traces/TRACE?raw_traces=true failed: STORE closed the connection before the answer was complete (UND_ERR_SOCKET)
      → Its log may say why: a crash, a restart, or a limit on the request. A port that speaks TLS does the same: the URL must start with https:// then."
    `)
  })

  test('an answer that is always cut', async ({ expect }) => {
    const { exitCode, text } = await tellOf((form, asked) => [{ cut: form.found(asked, [GATEWAY]) }])
    expect(exitCode).toBe(3)
    expect(text).toMatchInlineSnapshot(`
      "errored
      BACKEND_UNREACHABLE: GET STORE/api/v3/traces/TRACE?raw_traces=true failed: STORE closed the connection before the answer was complete (UND_ERR_SOCKET)
      → Its log may say why: a crash, a restart, or a limit on the request. A port that speaks TLS does the same: the URL must start with https:// then."
    `)
  })

  test('half a document that says it is whole', async ({ expect }) => {
    const script: Script = (form, asked) => {
      const { headers = {}, body = '' } = form.found({ ...asked, receivedUnixMs: 1e12 }, [GATEWAY])
      return [{ headers, body: String(body).slice(0, 60) }]
    }
    const { exitCode, text } = await tellOf(script)
    expect(exitCode).toBe(3)
    expect(text).toMatchInlineSnapshot(`
      "errored
      BACKEND_BAD_RESPONSE: GET STORE/api/v3/traces/TRACE?raw_traces=true was answered with what is no trace: not JSON: Unterminated string at character 60 (200 OK, application/json, 60 bytes: {"result":{"resourceSpans":[{"resource":{"attributes":[{"key)
      → See what comes with curl 'STORE/api/v3/traces/TRACE?raw_traces=true': does a proxy or a limit of size on the way cut or change it?"
    `)
  })

  test('an id that nobody ever knows: what it may be is said', async ({ expect }) => {
    const { exitCode, text } = await tellOf((form, asked) => [form.absent(asked)])
    expect(exitCode).toBe(3)
    expect(text).toMatchInlineSnapshot(`
      "errored
      TRACE_NOT_FOUND: no span of trace TRACE came within TIME after the answer
      likely cause: the services export to another place than this backend (or tenant, index, project), or do not sample
      sent: traceparent: TRACEPARENT, tracestate: tracerun=1,tracetest=true,ot=th:0, baggage: tracerun.test=checkout,tracerun.run=RUN
      asked: Jaeger at STORE (HTTP, v3 API)
      the same id elsewhere: BASE64, XRAY
      in the backend: STORE/trace/TRACE
      → Set OTEL_EXPORTER_OTLP_ENDPOINT (and OTEL_EXPORTER_OTLP_PROTOCOL) of the tested services to where spans are expected. In a container, localhost is the container itself. If spans of other requests are there, use a parent-based sampler: OTEL_TRACES_SAMPLER=parentbased_always_on.
      on the ground: not complete at the deadline, TIME after the answer"
    `)
  })

  test.for([TEMPO, ZIPKIN])('an id that $kind never knows', async (form, { expect }) => {
    const { exitCode, text } = await tellOf((_, asked) => [form.absent(asked)], { form })
    expect(exitCode).toBe(3)
    expect(text).toContain('TRACE_NOT_FOUND: no span of trace TRACE came within TIME after the answer')
    expect(text.toLowerCase()).toContain(`asked: ${form.kind} at store`)
  })

  test('a trace that shrinks never passes by what is gone', async ({ expect }) => {
    const script: Script = (form, asked) => [
      form.found(asked, [GATEWAY, { id: 'b2', service: 'payment', parent: 'a1' }]),
      form.found(asked, [GATEWAY])
    ]
    const selector = 'span[service.name="payment"]'
    const gone = await tellOf(script, { selector, assertion: 'count() = 0' })
    expect(gone.exitCode).toBe(1)
    const { exitCode, text } = await tellOf(script, { selector, assertion: 'count() = 1' })
    expect(exitCode).toBe(1)
    expect(text).toMatchInlineSnapshot(`
      "failed
      count() = 1: undetermined (more spans may come, and could change it)
      on the ground: not complete at the deadline, TIME after the answer: the last answer lacked spans that had been shown before
      warning: MANY answers of the backend lacked spans that had been shown before: what it shows is not reliable, and such an answer ends no wait"
    `)
  })
})

describe.concurrent('a store that is not reached', () => {
  test('nobody listens there', async ({ expect }) => {
    const address = `http://127.0.0.1:${await findFreePort()}`
    const { exitCode, text } = await tellOf(found, { address })
    expect(exitCode).toBe(3)
    expect(text).toMatchInlineSnapshot(`
      "errored
      BACKEND_UNREACHABLE: GET STORE/api/v3/traces/TRACE?raw_traces=true failed: nothing listens on STORE (ECONNREFUSED)
      → Is the service running, and on this port? Inside a container, localhost is the container itself: use host.docker.internal or the name of the service."
    `)
  })

  test('nobody knows its host', async ({ expect }) => {
    const { exitCode, text } = await tellOf(found, { address: 'http://jaeger.invalid:16686' })
    expect(exitCode).toBe(3)
    // Which of the two it is depends on the name server.
    expect(text).toMatch(/BACKEND_UNREACHABLE: .*STORE.* \((?:ENOTFOUND|EAI_AGAIN)\)\n→ Is /)
  })

  test('its certificate is its own', async ({ expect }) => {
    await using system = await startHttpSystem(undefined, { isTls: true })
    const { exitCode, text } = await tellOf(found, { address: system.origin })
    expect(exitCode).toBe(3)
    expect(text).toMatchInlineSnapshot(`
        "errored
        BACKEND_UNREACHABLE: GET STORE/api/v3/traces/TRACE?raw_traces=true failed: STORE cannot be trusted: its certificate is self-signed (DEPTH_ZERO_SELF_SIGNED_CERT)
        → Name the file of its certificate authority: \`tls: { caFile: ca.pem }\` in the data store. Or trust whatever it shows: \`tls: { insecureSkipVerify: true }\`."
      `)
  })
})

describe.concurrent('spans whose clock is five minutes off', () => {
  const clocks: readonly (readonly [string, number])[] = [
    ['behind', -300_000],
    ['ahead', 300_000]
  ]

  test.for(clocks)('%s: what is there is found, and the wait ends', async ([_, at], { expect }) => {
    const script: Script = (form, asked) => [form.found(asked, [{ ...GATEWAY, at }])]
    const { exitCode, text } = await tellOf(script)
    expect({ exitCode, text }).toMatchInlineSnapshot(`
      {
        "exitCode": 0,
        "text": "passed
      on the ground: complete: all parents and callees present, TIME after the last span ended, watched TIME more",
      }
    `)
  })

  test.for(clocks)(
    '%s: what comes late, but within its time, is not passed over',
    async ([_, at], { expect }) => {
      const call = { id: 'b2', service: 'database', parent: 'a1', at, ms: 1 }
      const script: Script = (form, asked) => {
        const early = form.found(asked, [{ ...GATEWAY, at, ms: 20 }])
        const late = form.found(asked, [{ ...GATEWAY, at, ms: 20 }, call])
        return [sinceMs => (sinceMs < 1300 ? early : late)]
      }
      const options = { selector: 'span[service.name="database"]', flushDelay: '1500ms', timeout: '6s' }
      const { exitCode, text } = await tellOf(script, { ...options, assertion: 'count() <= 0' })
      expect(exitCode).toBe(1)
      expect(text).toMatch(/^failed\ncount\(\) <= 0: violated/)
    }
  )
})

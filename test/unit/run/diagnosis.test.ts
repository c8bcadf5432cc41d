import { describe, expect, test } from 'vitest'
import { parseTraceId } from '../../../src/model/ids.ts'
import type { MissingTrace } from '../../../src/run/diagnosis.ts'
import { diagnoseMissingTrace } from '../../../src/run/diagnosis.ts'
import { TRACE_ID } from '../../support/trace-builder.ts'

const OTHER = parseTraceId('0123456789abcdef0123456789abcdef')!

const missing: MissingTrace = {
  traceId: TRACE_ID,
  waitedMs: 30_000,
  sentHeaders: [
    { key: 'Authorization', value: 'Bearer s3cret' },
    { key: 'traceparent', value: `00-${TRACE_ID}-00f067aa0ba902b7-01` }
  ],
  propagation: ['tracecontext', 'baggage'],
  response: { status: 200, headers: [] },
  foreign: [],
  backend: 'the receiver on 127.0.0.1:4317',
  isPushed: true,
  hasSeenSpans: false
}

describe('the likely cause of a missing trace', () => {
  const rows: readonly { title: string; evidence: Partial<MissingTrace>; cause: RegExp; fix: RegExp }[] = [
    {
      title: 'nothing came at all: the exporters',
      evidence: {},
      cause: /nothing came from any service\nlikely cause: the services export their spans to another place/,
      fix: /OTEL_EXPORTER_OTLP_ENDPOINT/
    },
    {
      title: 'spans came under another id: the propagator of that service',
      evidence: { foreign: [{ traceId: OTHER, services: ['gateway'], spans: 12 }] },
      cause: new RegExp(
        `12 spans of gateway came under 1 other trace id, the latest ${OTHER}\nlikely cause: gateway starts a trace of its own`
      ),
      fix: /OTEL_PROPAGATORS=tracecontext,baggage/
    },
    {
      title: 'what the services read may be another format: the line to write',
      evidence: { foreign: [{ traceId: OTHER, services: ['gateway'], spans: 12 }] },
      cause: /gateway starts a trace of its own/,
      fix: /Or send what it reads: `propagation: \[tracecontext, baggage, b3\]` under `trigger` or in tracerun\.yaml \(b3multi, jaeger, xray are there too\)\./
    },
    {
      title: 'what is sent already is not suggested',
      evidence: {
        propagation: ['b3', 'jaeger'],
        foreign: [{ traceId: OTHER, services: ['gateway'], spans: 12 }]
      },
      cause: /gateway starts a trace of its own/,
      fix: /^Let the first service read what is sent: OTEL_PROPAGATORS=b3,jaeger\. Or send what it reads: `propagation: \[b3, jaeger, tracecontext\]` under `trigger` or in tracerun\.yaml \(b3multi, xray are there too\)\./
    },
    {
      title: 'where all formats are sent, none is suggested',
      evidence: {
        propagation: ['tracecontext', 'baggage', 'b3', 'b3multi', 'jaeger', 'xray'],
        response: { headers: [{ key: 'X-Trace-Id', value: OTHER }] }
      },
      cause: /the service made a trace id/,
      fix: /^Let the first service read W3C traceparent: OTEL_PROPAGATORS=\S+ A gateway/
    },
    {
      title: 'a request that says nothing of its trace',
      evidence: { propagation: ['baggage'], foreign: [{ traceId: OTHER, services: ['gateway'], spans: 12 }] },
      cause:
        /the request said nothing of its trace: `propagation` is \[baggage\]\nlikely cause: the services began/,
      fix: /^Send a format that they read: `propagation: \[tracecontext, baggage\]`\.$/
    },
    {
      title: 'spans of several services came under other ids',
      evidence: {
        foreign: [
          { traceId: OTHER, services: ['gateway', ''], spans: 1 },
          { traceId: TRACE_ID, services: ['pricing'], spans: 2 }
        ]
      },
      cause: /3 spans of gateway, pricing came under 2 other trace ids.*\nlikely cause: the services start/,
      fix: /OTEL_PROPAGATORS/
    },
    {
      title: 'the answer names another trace',
      evidence: { response: { headers: [{ key: 'X-Trace-Id', value: OTHER }] } },
      cause: /the answer names trace 0123.*\(x-trace-id: 0123.*\)\nlikely cause: the service made a trace id/,
      fix: /OTEL_PROPAGATORS.*`traceId: \{ header: x-trace-id \}` under `trigger`/
    },
    {
      title: 'spans came under another id, which the answer names: the test can follow it',
      evidence: {
        foreign: [{ traceId: OTHER, services: ['gateway'], spans: 12 }],
        response: { headers: [{ key: 'X-Trace-Id', value: OTHER }] }
      },
      cause: /gateway starts a trace of its own/,
      fix: /`traceId: \{ header: x-trace-id \}` under `trigger`/
    },
    {
      title: 'the request was refused, perhaps before it reached anything that traces',
      evidence: { response: { status: 404, statusText: 'Not Found', headers: [] } },
      cause: /after the answer\nthe answer was 404 Not Found: did the request reach/,
      fix: /OTEL_EXPORTER_OTLP_ENDPOINT/
    },
    {
      title: 'the answer names our trace, not sampled',
      evidence: {
        response: { headers: [{ key: 'traceresponse', value: `00-${TRACE_ID}-00f067aa0ba902b7-00` }] }
      },
      cause: /did not sample it\nlikely cause: a sampler dropped the trace/,
      fix: /OTEL_TRACES_SAMPLER=parentbased_always_on/
    },
    {
      title: 'the answer names our trace, sampled',
      evidence: {
        response: {
          headers: [{ key: 'Server-Timing', value: `traceparent;desc="00-${TRACE_ID}-00f067aa0ba902b7-01"` }]
        }
      },
      cause: /it continued our trace\nlikely cause: its spans go elsewhere/,
      fix: /OTEL_EXPORTER_OTLP_ENDPOINT/
    },
    {
      title: 'other tests had spans: a sampler, or a service without instrumentation',
      evidence: { hasSeenSpans: true },
      cause: /other tests of this run had spans.*\nlikely cause: a sampler dropped this trace/,
      fix: /parentbased_always_on/
    },
    {
      title: 'a store was asked: another place, tenant or index',
      evidence: { isPushed: false, backend: 'Jaeger at http://localhost:16686' },
      cause: /likely cause: the services export to another place than this backend[\s\S]*asked: Jaeger/,
      fix: /OTEL_EXPORTER_OTLP_ENDPOINT/
    },
    {
      title: 'a header that only looks like an id proves nothing',
      evidence: { response: { headers: [{ key: 'x-trace-id', value: 'none' }] } },
      cause: /nothing came from any service/,
      fix: /OTEL_EXPORTER_OTLP_ENDPOINT/
    }
  ]
  for (const { title, evidence, cause, fix } of rows)
    test(title, () => {
      const error = diagnoseMissingTrace({ ...missing, ...evidence })
      expect(error.code).toBe('TRACE_NOT_FOUND')
      expect(error.message).toMatch(cause)
      expect(error.hint).toMatch(fix)
    })

  test('a backend that never answered makes the trace unavailable, not absent', () => {
    const error = diagnoseMissingTrace({ ...missing, isPushed: false, busyReason: 'too many requests' })
    expect(error.code).toBe('TRACE_UNAVAILABLE')
    expect(error.message).toContain('the backend gave no answer in substance: too many requests')
  })
})

test('a diagnosis says how long, what was sent, where spans are expected, and how the id is spelt elsewhere', () => {
  const { message } = diagnoseMissingTrace({ ...missing, traceUrl: 'http://jaeger/trace/4bf9' })
  expect(message.split('\n')).toEqual([
    `no span of trace ${TRACE_ID} came within 30.0 s after the answer`,
    'nothing came from any service',
    'likely cause: the services export their spans to another place, or not at all',
    `sent: traceparent: 00-${TRACE_ID}-00f067aa0ba902b7-01`,
    'spans are expected at: the receiver on 127.0.0.1:4317',
    'the same id elsewhere: S/kvNXezTaajzpKdDg5HNg==, 1-4bf92f35-77b34da6a3ce929d0e0e4736',
    'in the backend: http://jaeger/trace/4bf9'
  ])
})

import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A request as the tested system got it. */
export interface SeenRequest {
  readonly method: string
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
  /** From `traceparent`; empty where there is none. */
  readonly traceId: string
  readonly parentSpanId: string
}

export interface Answer {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** A small HTTP service on a loopback port of its own. */
export interface SystemUnderTest extends AsyncDisposable {
  readonly url: string
  readonly port: number
  readonly requests: readonly SeenRequest[]
}

/** `handle` may answer late, or never: an answer that never comes is cut when the system is disposed of. */
export async function startSystem(
  handle: (request: SeenRequest) => Answer | Promise<Answer>
): Promise<SystemUnderTest> {
  const requests: SeenRequest[] = []
  const server = createServer((incoming, outgoing) => {
    void answer(incoming, outgoing, request => {
      requests.push(request)
      return handle(request)
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    requests,
    [Symbol.asyncDispose]: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      })
  }
}

async function answer(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  handle: (request: SeenRequest) => Answer | Promise<Answer>
): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk as Buffer)
  const [, traceId = '', parentSpanId = ''] = String(incoming.headers['traceparent'] ?? '').split('-')
  const {
    status = 200,
    headers = {},
    body = ''
  } = await handle({
    method: incoming.method ?? '',
    path: incoming.url ?? '',
    headers: incoming.headers,
    body: Buffer.concat(chunks).toString('utf8'),
    traceId,
    parentSpanId
  })
  outgoing.writeHead(status, headers).end(body)
}

export interface SentSpan {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly service?: string
  readonly name?: string
  readonly kind?: number
  /** Milliseconds before now at which it started. */
  readonly durationMs?: number
  readonly attributes?: Readonly<Record<string, string | number | boolean>>
}

/** Sends spans that end now to an OTLP endpoint, as an exporter for HTTP with JSON does. */
export async function sendSpans(port: number, spans: readonly SentSpan[]): Promise<void> {
  const endNano = BigInt(Math.round((performance.timeOrigin + performance.now()) * 1000)) * 1000n
  const resourceSpans = spans.map(span => ({
    resource: { attributes: [attribute('service.name', span.service ?? 'gateway')] },
    scopeSpans: [
      {
        scope: { name: 'shop' },
        spans: [
          {
            traceId: span.traceId,
            spanId: span.spanId,
            ...(span.parentSpanId === undefined ? {} : { parentSpanId: span.parentSpanId }),
            name: span.name ?? 'POST /checkout',
            kind: span.kind ?? 2,
            startTimeUnixNano: String(endNano - BigInt(span.durationMs ?? 5) * 1_000_000n),
            endTimeUnixNano: String(endNano),
            attributes: Object.entries(span.attributes ?? {}).map(([key, value]) => attribute(key, value)),
            status: {}
          }
        ]
      }
    ]
  }))
  const response = await fetch(`http://127.0.0.1:${port}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ resourceSpans })
  })
  if (!response.ok) throw new Error(`the receiver answered ${response.status}: ${await response.text()}`)
}

function attribute(key: string, value: string | number | boolean): unknown {
  if (typeof value === 'string') return { key, value: { stringValue: value } }
  if (typeof value === 'boolean') return { key, value: { boolValue: value } }
  return { key, value: Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value } }
}

import type { BackendServer, Reply, Turn } from './backend-server.ts'
import { startBackendServer } from './backend-server.ts'
import { runInline } from './run-within.ts'
import { startSystem } from './system-under-test.ts'
import { tempoV2Json } from './tempo-forms.ts'
import { buildSpan } from './trace-builder.ts'

/** A span of the tested system, its times in milliseconds after the request came. */
export interface StoredSpan {
  readonly id: string
  readonly service: string
  readonly parent?: string
  readonly at?: number
  readonly ms?: number
}

/** The trace as a store would hold it: its id, the span of the request, and when that came. */
export interface Asked {
  readonly traceId: string
  readonly parentSpanId: string
  readonly receivedUnixMs: number
}

/** How a store says that a trace is there, or is not. */
export interface StoreForm {
  readonly kind: string
  found(asked: Asked, spans: readonly StoredSpan[]): Reply
  absent(asked: Asked): Reply
}

export const GATEWAY: StoredSpan = { id: 'a1', service: 'gateway' }
const JSON_TYPE = { 'content-type': 'application/json' }

const nanosOf = ({ receivedUnixMs }: Asked, { at = 0, ms = 5 }: StoredSpan) => {
  const start = BigInt(Math.round(receivedUnixMs + at)) * 1_000_000n
  return { start, end: start + BigInt(ms) * 1_000_000n }
}
const idOf = (id: string): string => id.padStart(16, '0')
const parentOf = ({ parentSpanId }: Asked, { parent }: StoredSpan): string =>
  parent === undefined ? parentSpanId : idOf(parent)

export const JAEGER: StoreForm = {
  kind: 'jaeger',
  found: (asked, spans) => ({
    headers: JSON_TYPE,
    body: JSON.stringify({
      result: {
        resourceSpans: spans.map(span => {
          const { start, end } = nanosOf(asked, span)
          return {
            resource: { attributes: [{ key: 'service.name', value: { stringValue: span.service } }] },
            scopeSpans: [
              {
                spans: [
                  {
                    traceId: asked.traceId,
                    spanId: idOf(span.id),
                    parentSpanId: parentOf(asked, span),
                    name: `step ${span.id}`,
                    kind: 2,
                    startTimeUnixNano: String(start),
                    endTimeUnixNano: String(end)
                  }
                ]
              }
            ]
          }
        })
      }
    })
  }),
  absent: () => ({
    status: 404,
    headers: JSON_TYPE,
    body: '{"error":{"httpCode":404,"message":"No traces found"}}'
  })
}

export const TEMPO: StoreForm = {
  kind: 'tempo',
  found: (asked, spans) => ({
    headers: JSON_TYPE,
    body: tempoV2Json(
      spans.map(span => {
        const { start, end } = nanosOf(asked, span)
        const built = buildSpan({ id: 'any', service: span.service, kind: 'server' })
        return {
          ...built,
          traceId: asked.traceId as typeof built.traceId,
          spanId: idOf(span.id) as typeof built.spanId,
          parentSpanId: parentOf(asked, span) as typeof built.spanId,
          startUnixNano: start,
          endUnixNano: end
        }
      })
    )
  }),
  absent: () => ({ headers: JSON_TYPE, body: tempoV2Json([]) })
}

export const ZIPKIN: StoreForm = {
  kind: 'zipkin',
  found: (asked, spans) => ({
    headers: JSON_TYPE,
    body: JSON.stringify(
      spans.map(span => {
        const { start, end } = nanosOf(asked, span)
        return {
          traceId: asked.traceId,
          id: idOf(span.id),
          parentId: parentOf(asked, span),
          name: `step ${span.id}`,
          kind: 'SERVER',
          timestamp: Number(start / 1000n),
          duration: Number((end - start) / 1000n),
          localEndpoint: { serviceName: span.service },
          tags: {}
        }
      })
    )
  }),
  absent: ({ traceId }) => ({
    status: 404,
    headers: { 'content-type': 'text/*' },
    body: `${traceId} not found`
  })
}

/** What the store does with each look, the last for ever; it may depend on the trace and on the time since the request. */
export type Script = (form: StoreForm, asked: Asked) => readonly (Turn | ((sinceMs: number) => Turn))[]

export interface FaultOptions {
  readonly form?: StoreForm
  /** Where the store is said to be, if not where it is. */
  readonly address?: string
  readonly assertion?: string
  readonly selector?: string
  readonly timeout?: string
  readonly flushDelay?: string
}

/** How the run ended, as one reads it; addresses, ids and measured times are left out. */
export interface Told {
  readonly exitCode: number | null
  readonly text: string
  readonly durationMs: number
  readonly requests: readonly string[]
}

interface SavedTest {
  readonly outcome: string
  readonly error?: { readonly code: string; readonly message: string; readonly hint?: string }
  readonly warnings: readonly string[]
  readonly completeness: { readonly text?: string }
  readonly specs: readonly {
    readonly assertions: readonly {
      readonly text: string
      readonly outcome: string
      readonly reason?: { readonly text: string }
    }[]
  }[]
}

/** Runs one test against a store that plays a script. */
export async function tellOf(script: Script, options: FaultOptions = {}): Promise<Told> {
  const { form = JAEGER, selector = 'span[service.name="gateway"]', assertion = 'count() = 1' } = options
  await using store: BackendServer = await startBackendServer()
  await using system = await startSystem(({ traceId, parentSpanId }) => {
    const asked = { traceId, parentSpanId, receivedUnixMs: Date.now() }
    const turns = script(form, asked)
    store.play(
      ...turns.map(turn =>
        typeof turn === 'function' ? () => turn(Date.now() - asked.receivedUnixMs) : turn
      )
    )
    return {}
  })
  const file = `type: Test
spec:
  name: checkout
  timeout: ${options.timeout ?? '3s'}
  flushDelay: ${options.flushDelay ?? '100ms'}
  lag: 0ms
  async: 100ms
  absenceWindow: 100ms
  trigger: { type: http, httpRequest: { method: POST, url: "${system.url}/checkout" } }
  specs:
    - { selector: '${selector}', assertions: ['${assertion}'] }
`
  const address = options.address ?? store.url
  const args = ['run', 'a.yaml', '--data-store', `${form.kind}=${address}`, '-o', 'json']
  const { exitCode, stdout, stderr, durationMs } = await runInline({ 'a.yaml': file }, args)
  const [test] = (JSON.parse(stdout) as { readonly tests: readonly SavedTest[] }).tests
  const text = stderr + linesOf(test!).join('\n')
  const traceId = /[0-9a-f]{32}/.exec(text)?.[0]
  return {
    exitCode,
    durationMs,
    requests: store.requests,
    text: withoutTimes(traceId === undefined ? text : withoutIds(text, traceId))
      .replaceAll(address, 'STORE')
      .replaceAll(system.url, 'SYSTEM')
  }
}

function linesOf({ outcome, error, warnings, completeness, specs }: SavedTest): readonly string[] {
  const assertions = outcome === 'failed' ? specs.flatMap(spec => spec.assertions) : []
  return [
    outcome,
    ...(error === undefined ? [] : [`${error.code}: ${error.message}`, `→ ${error.hint ?? '(nothing)'}`]),
    ...assertions.map(
      ({ text, outcome: how, reason }) => `${text}: ${how}${reason ? ` (${reason.text})` : ''}`
    ),
    ...(completeness.text === undefined ? [] : [`on the ground: ${completeness.text}`]),
    ...warnings.map(warning => `warning: ${warning}`)
  ]
}

function withoutIds(text: string, traceId: string): string {
  return text
    .replaceAll(traceId, 'TRACE')
    .replaceAll(Buffer.from(traceId, 'hex').toString('base64'), 'BASE64')
    .replaceAll(`1-${traceId.slice(0, 8)}-${traceId.slice(8)}`, 'XRAY')
    .replace(/00-TRACE-[0-9a-f]{16}-01/, 'TRACEPARENT')
    .replace(/(tracerun\.run=)[0-9a-f]+/, '$1RUN')
}

function withoutTimes(text: string): string {
  return text.replace(/\d+(?:\.\d+)? m?s\b/g, 'TIME').replace(/\d+ answers/, 'MANY answers')
}

import { BackendError } from '../errors/errors.ts'
import type { HttpClient } from '../http/client.ts'
import type { Finding } from '../model/finding.ts'
import type { SpanId, TraceId } from '../model/ids.ts'
import type { Loss } from '../model/run-event.ts'
import type { Span } from '../model/span.ts'
import type { Clock } from '../plugin/context.ts'
import type { BackendCaps, TraceSession } from '../plugin/trace-backend.ts'
import { lookOnce } from '../run/look-once.ts'
import { buildCanary } from './canary.ts'
import { judgeCanary } from './canary-findings.ts'
import { compareCanary } from './compare-canary.ts'
import { problemOf } from './examine-store.ts'
import type { OtlpEndpoint } from './otlp-endpoint.ts'
import { sendSpans } from './send-canary.ts'

export interface CanaryFlight {
  readonly session: TraceSession
  readonly caps: BackendCaps
  readonly endpoint: OtlpEndpoint
  readonly client: HttpClient
  readonly traceId: TraceId
  readonly spanIds: readonly SpanId[]
  readonly clock: Clock
  readonly signal: AbortSignal
}

/** Sends a canary and finds it again in the store: what that takes, and what it loses on the way. */
export async function* followCanary(flight: CanaryFlight): AsyncGenerator<Finding> {
  const { endpoint, client, clock, signal, caps } = flight
  const sent = buildCanary(flight.traceId, flight.spanIds, clock.now())
  if (endpoint.note !== undefined)
    yield { topic: 'canary', status: 'note', text: `${endpoint.chosenBy}: ${endpoint.note}` }
  try {
    await sendSpans(sent, endpoint, client, signal)
  } catch (error) {
    if (!(error instanceof BackendError)) throw error
    yield unsent(error, endpoint)
    return
  }
  const sentUnixNano = clock.now()
  try {
    const found = await findCanary(sent, flight)
    yield* found.spans.length === 0
      ? [lost(flight, found.lastReason)]
      : judgeCanary({
          latencyMs: Number(found.seenUnixNano - sentUnixNano) / 1e6,
          isPushed: caps.isPushed,
          differences: compareCanary(sent, found.spans),
          declared: [...caps.losses, ...found.losses]
        })
  } catch (error) {
    if (!(error instanceof BackendError)) throw error
    yield problemOf('canary', error)
  }
}

interface FoundCanary {
  readonly spans: readonly Span[]
  readonly losses: readonly Loss[]
  readonly seenUnixNano: bigint
  readonly lastReason: string | undefined
}

/** Looks until every span is there, or the time of the store is over. */
async function findCanary(
  sent: readonly Span[],
  { session, caps, traceId, clock, signal }: CanaryFlight
): Promise<FoundCanary> {
  const startedUnixNano = clock.now()
  const stepMs = Math.max(caps.isPushed ? 20 : caps.stepMs.first, 1000 / (caps.looksPerSecond ?? 1000))
  let spans: readonly Span[] = []
  const losses = new Set<Loss>()
  for (;;) {
    const result = await lookOnce(session, traceId, { clock, signal, lookTimeoutMs: caps.lookTimeoutMs })
    const seenUnixNano = clock.now()
    if (result.status === 'found') {
      spans = result.spans
      for (const loss of result.losses ?? []) losses.add(loss)
    }
    const ids = new Set(spans.map(span => span.spanId))
    const isOver = Number(seenUnixNano - startedUnixNano) / 1e6 >= caps.deadlineMs
    if (isOver || sent.every(span => ids.has(span.spanId)))
      return {
        spans,
        losses: [...losses],
        seenUnixNano,
        lastReason: result.status === 'busy' ? result.reason : undefined
      }
    const askedMs = result.status === 'busy' ? (result.retryAfterMs ?? 0) : 0
    await clock.sleep(Math.max(stepMs, askedMs), signal)
  }
}

function unsent(error: BackendError, { chosenBy }: OtlpEndpoint): Finding {
  const problem = problemOf('canary', error)
  const named =
    chosenBy === '--otlp-endpoint'
      ? []
      : ['Name the endpoint that the tested services send to: --otlp-endpoint URL']
  return {
    ...problem,
    text: `no canary could be sent: ${problem.text}`,
    details: [...(problem.details ?? []), `the endpoint is of ${chosenBy}`],
    fix: [...(problem.fix === undefined ? [] : [problem.fix]), ...named].join('\n')
  }
}

function lost({ endpoint, session, caps, traceId }: CanaryFlight, reason: string | undefined): Finding {
  return {
    topic: 'canary',
    status: 'problem',
    text: `${endpoint.url} took the canary, and it did not come to the store within ${caps.deadlineMs / 1000} s`,
    details: [
      `its trace: ${traceId}`,
      `asked: ${session.describe}`,
      ...(reason === undefined ? [] : [`the last answer: ${reason}`])
    ],
    fix:
      'does that endpoint feed this store (tenant, index, project)? Look at the exporters and samplers of the Collector in between; ' +
      'a store that is merely slow needs `lag` and `timeout` in tracerun.yaml'
  }
}

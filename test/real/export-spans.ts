import { ZipkinExporter } from '@opentelemetry/exporter-zipkin'
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base'
import type { Attributes } from '../../src/model/attributes.ts'
import type { Span } from '../../src/model/span.ts'
import { encodeOtlpJson } from '../../src/otlp/encode.ts'
import { KINDS, STATUS_CODES } from '../../src/otlp/span-draft.ts'

const SUCCESS = 0

/** Sends spans to an OTLP receiver, as they are. */
export async function exportSpans(otlpHttp: string, spans: readonly Span[]): Promise<void> {
  const response = await fetch(`${otlpHttp}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(encodeOtlpJson(spans))
  })
  const answer = await response.text()
  if (response.status !== 200) throw new Error(`${otlpHttp} answered ${response.status}: ${answer}`)
}

/** Sends spans to Zipkin as the SDK for JavaScript does, under another trace id. */
export async function exportToZipkin(url: string, spans: readonly Span[], traceId: string): Promise<void> {
  const exporter = new ZipkinExporter({ url })
  await new Promise<void>((resolve, reject) =>
    exporter.export(
      spans.map(span => readable(span, traceId)),
      ({ code, error }) => (code === SUCCESS ? resolve() : reject(error))
    )
  )
  await exporter.shutdown()
}

/** A span as the SDK holds it. It counts kinds from `internal`, and knows no `unspecified`. */
function readable(span: Span, traceId: string): ReadableSpan {
  const { status, parentSpanId, dropped, startUnixNano, endUnixNano = startUnixNano } = span
  const { message } = status
  return {
    name: span.name,
    kind: Math.max(0, KINDS.indexOf(span.kind) - 1),
    spanContext: () => ({ traceId, spanId: span.spanId, traceFlags: 1 }),
    ...(parentSpanId === undefined
      ? {}
      : { parentSpanContext: { traceId, spanId: parentSpanId, traceFlags: 1 } }),
    startTime: hrTime(startUnixNano),
    endTime: hrTime(endUnixNano),
    duration: hrTime(endUnixNano - startUnixNano),
    status: { code: STATUS_CODES.indexOf(status.code), ...(message === undefined ? {} : { message }) },
    attributes: plain(span.attributes),
    links: [],
    events: span.events.map(({ name, timeUnixNano, attributes }) => ({
      name,
      time: hrTime(timeUnixNano),
      attributes: plain(attributes)
    })),
    ended: true,
    resource: { attributes: plain(span.resource), merge: () => undefined, getRawAttributes: () => [] },
    instrumentationScope: { name: span.scope.name },
    droppedAttributesCount: dropped?.attributes ?? 0,
    droppedEventsCount: dropped?.events ?? 0,
    droppedLinksCount: dropped?.links ?? 0
  } as unknown as ReadableSpan
}

function hrTime(nanos: bigint): [number, number] {
  return [Number(nanos / 1_000_000_000n), Number(nanos % 1_000_000_000n)]
}

function plain(attributes: Attributes): Record<string, unknown> {
  return Object.fromEntries(attributes)
}

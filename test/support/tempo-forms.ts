import protobuf from 'protobufjs'
import type { Span } from '../../src/model/span.ts'
import { encodeOtlpJson } from '../../src/otlp/encode.ts'
import { encodeMessage } from './otlp-proto.ts'

type Json = { [key: string]: unknown }

/** What version 2 says beside the trace. */
export interface TempoExtras {
  readonly metrics?: { readonly inspectedBytes?: string }
  /** Makes the answer PARTIAL. */
  readonly partial?: string
}

const KINDS = ['UNSPECIFIED', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER']
const CODES = ['UNSET', 'OK', 'ERROR']

/** As Tempo's jsonpb writes them: ids in base64, enumerations by name, zero values left out. */
function resourceSpansOf(spans: readonly Span[]): unknown[] {
  const rewrite = (key: string, value: unknown): unknown => {
    if (/^(?:traceId|spanId|parentSpanId)$/.test(key))
      return Buffer.from(String(value), 'hex').toString('base64')
    if (key === 'kind') return value === 0 ? undefined : `SPAN_KIND_${KINDS[Number(value)]}`
    if (key === 'code') return `STATUS_CODE_${CODES[Number(value)]}`
    if (/TimeUnixNano$/i.test(key) && value === '0') return undefined
    return key === 'name' && value === '' ? undefined : value
  }
  return (JSON.parse(JSON.stringify(encodeOtlpJson(spans), rewrite)) as { resourceSpans: unknown[] })
    .resourceSpans
}

/** The answer of `/api/v2/traces/{id}` in JSON. */
export function tempoV2Json(spans: readonly Span[], { metrics = {}, partial }: TempoExtras = {}): string {
  const trace = spans.length === 0 ? {} : { resourceSpans: resourceSpansOf(spans) }
  const status = partial === undefined ? {} : { status: 'PARTIAL', message: partial }
  return JSON.stringify({ trace, metrics, ...status })
}

/** The answer of `/api/traces/{id}` in JSON. */
export function tempoV1Json(spans: readonly Span[]): string {
  return JSON.stringify({ batches: resourceSpansOf(spans) })
}

/** The answer of `/api/traces/{id}` in protobuf. */
export function tempoV1Protobuf(spans: readonly Span[]): Uint8Array {
  // What protobufjs takes: bytes in base64, but enumerations by number.
  const rewrite = (key: string, value: unknown): unknown => {
    if (key === 'kind') return KINDS.indexOf(String(value).slice('SPAN_KIND_'.length))
    if (key === 'code') return CODES.indexOf(String(value).slice('STATUS_CODE_'.length))
    return value
  }
  const resourceSpans: unknown = JSON.parse(JSON.stringify(resourceSpansOf(spans)), rewrite)
  return encodeMessage('ExportTraceServiceRequest', { resourceSpans } satisfies Json)
}

/** The answer of `/api/v2/traces/{id}` in protobuf: `TraceByIDResponse`. */
export function tempoV2Protobuf(
  spans: readonly Span[],
  { metrics = {}, partial }: TempoExtras = {}
): Uint8Array {
  const writer = protobuf.Writer.create()
  writer.uint32(0x0a).bytes(tempoV1Protobuf(spans))
  writer.uint32(0x12).fork()
  if (metrics.inspectedBytes !== undefined) writer.uint32(0x08).uint64(metrics.inspectedBytes)
  writer.ldelim()
  if (partial !== undefined) writer.uint32(0x18).int32(1).uint32(0x22).string(partial)
  return writer.finish()
}

/** What span pruning leaves: one summary under each parent in the place of its leaves. */
export function pruneLeaves(spans: readonly Span[]): readonly Span[] {
  const parents = new Set(spans.map(span => span.parentSpanId))
  const summarised = new Set<string>()
  return spans.flatMap(span => {
    if (span.parentSpanId === undefined || parents.has(span.spanId)) return [span]
    if (summarised.has(span.parentSpanId)) return []
    summarised.add(span.parentSpanId)
    return [{ ...span, attributes: new Map([...span.attributes, ['tempo.pruned', true]]) }]
  })
}

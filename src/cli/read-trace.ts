import { isUtf8 } from 'node:buffer'
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { isUtf16, reasonOf } from '../definition/read.ts'
import { DecodeError } from '../errors/decode-error.ts'
import { UsageError } from '../errors/errors.ts'
import { suggest } from '../errors/suggest.ts'
import type { TraceId } from '../model/ids.ts'
import { parseTraceId } from '../model/ids.ts'
import type { Loss } from '../model/run-event.ts'
import type { Span } from '../model/span.ts'
import type { Trace } from '../model/trace.ts'
import { buildTrace } from '../model/trace.ts'
import { decodeOtlpJson } from '../otlp/decode.ts'
import { parseOtlpJsonText } from '../otlp/json-text.ts'
import type { SavedRecord } from './saved-record.ts'
import { decodeSavedRecord } from './saved-record.ts'

export type TraceFormat = 'saved run' | 'OTLP JSON' | 'Jaeger JSON' | 'Zipkin JSON'

/** A trace that stands in a file, and what is known of it. */
export interface StoredTrace {
  readonly format: TraceFormat
  readonly trace: Trace
  /** The trace with those of the file that link to it, for a test that follows links; of a saved run, as it was judged. */
  linked(): Trace
  /** Only of a saved run. */
  readonly record?: SavedRecord
  /** What its format loses of every trace. */
  readonly losses: readonly Loss[]
}

/** Reads a trace from a file, whatever its format. Every failure is a `UsageError` that names the file and the place. */
export async function readTrace(
  path: string,
  options: {
    readonly cwd: string
    readonly traceId?: string | undefined
    /** How messages call the file; `--trace FILE` if absent. */
    readonly label?: string
  }
): Promise<StoredTrace> {
  const { label = `--trace ${path}` } = options
  if (path === '-')
    throw new UsageError('--trace -: a trace is not read from standard input', { hint: 'save it in a file' })
  const bytes = await readFile(resolve(options.cwd, path)).catch((cause: unknown) => {
    throw new UsageError(`${label}: ${reasonOf(cause)}`, {
      hint: 'name a file; the traces of the last run are in .tracerun/last',
      cause
    })
  })
  if (isUtf16(bytes))
    throw new UsageError(`${label}: the file is UTF-16, not UTF-8`, {
      hint: 'save it as UTF-8; PowerShell writes UTF-16 on `>`, unlike `| Out-File -Encoding utf8`'
    })
  if (bytes[0] === 0x1f && bytes[1] === 0x8b)
    throw new UsageError(`${label}: the file is compressed with gzip`, {
      hint: 'unpack it with gunzip first'
    })
  if (bytes.includes(0) || !isUtf8(bytes))
    throw new UsageError(`${label}: the file holds no text`, { hint: FORMATS_HINT })
  const text = bytes.toString('utf8')
  try {
    return await decodeTrace(text, label, options.traceId)
  } catch (error) {
    if (error instanceof DecodeError || error instanceof RangeError)
      throw new UsageError(`${label}: ${error.message}`, { hint: FORMATS_HINT, cause: error })
    throw error
  }
}

const FORMATS_HINT = 'it must be a saved run, OTLP JSON, Jaeger JSON or Zipkin JSON'

async function decodeTrace(text: string, label: string, wanted: string | undefined): Promise<StoredTrace> {
  if (text.trim() === '') throw new UsageError(`${label}: the file is empty`, { hint: FORMATS_HINT })
  const document = parseOtlpJsonText(text)
  const format = detectFormat(document)
  if (isRunLog(document))
    throw new UsageError(`${label}: this tells how a run went, and holds no spans`, {
      hint: 'of a saved run, the trace of each test is in a .json file beside it'
    })
  if (format === undefined && isEmptyAnswer(document)) throw noSpan(label)
  if (format === undefined)
    throw new UsageError(`${label}: this is JSON, but not of a trace`, { hint: FORMATS_HINT })
  const record = format === 'saved run' ? decodeSavedRecord(document) : undefined
  const { spans, losses } = await decodeSpans(document, format)
  const traceId = chooseTraceId(spans, label, wanted ?? record?.traceId)
  const own = spans.filter(span => span.traceId === traceId)
  const found = own.find(span => span.spanId === record?.triggerSpanId)
  const trigger = found ? { trigger: found } : {}
  const linked = (): Trace => buildTrace(traceId, spans, { ...trigger, followsLinks: true })
  const hasJoined = record !== undefined && record.joinedTraceIds.length > 0
  const trace = hasJoined ? linked() : buildTrace(traceId, own, trigger)
  return {
    format,
    trace,
    linked: record === undefined ? linked : () => trace,
    ...(record ? { record } : {}),
    losses: record?.losses ?? losses
  }
}

/** By what is in it: names of files say little. */
function detectFormat(document: unknown): TraceFormat | undefined {
  if (isObject(document)) {
    if ('tracerun' in document) return 'saved run'
    if (isJaegerTrace(document) || isListOf(document['data'], isJaegerTrace)) return 'Jaeger JSON'
    return isOtlp(document) ? 'OTLP JSON' : undefined
  }
  if (isListOf(document, isZipkinSpan) || isListOf(document, item => isListOf(item, isZipkinSpan)))
    return 'Zipkin JSON'
  if (isListOf(document, isJaegerTrace)) return 'Jaeger JSON'
  return isListOf(document, isOtlp) ? 'OTLP JSON' : undefined
}

/** What `--reporter ndjson` writes, events of a run, a line each, or its report. */
function isRunLog(document: unknown): boolean {
  if (isObject(document)) return 'summary' in document && Array.isArray(document['tests'])
  return isListOf(document, item => isObject(item) && item['type'] === 'run-started')
}

/** What Jaeger and Zipkin answer where they know of no trace. */
function isEmptyAnswer(document: unknown): boolean {
  const list = isObject(document) ? document['data'] : document
  return Array.isArray(list) && list.length === 0
}

function noSpan(label: string): UsageError {
  return new UsageError(`${label}: there is no span in it`, {
    hint: 'was the trace saved before its spans had come?'
  })
}

const OTLP_KEYS = ['resourceSpans', 'resource_spans', 'batches', 'result', 'trace']

function isOtlp(value: unknown): boolean {
  return isObject(value) && OTLP_KEYS.some(key => key in value)
}

function isJaegerTrace(value: unknown): boolean {
  return isObject(value) && 'traceID' in value && Array.isArray(value['spans'])
}

function isZipkinSpan(value: unknown): boolean {
  return isObject(value) && 'traceId' in value && 'id' in value && !('spans' in value)
}

function isListOf(value: unknown, isItem: (item: unknown) => boolean): boolean {
  return Array.isArray(value) && value.length > 0 && isItem(value[0])
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

async function decodeSpans(
  document: unknown,
  format: TraceFormat
): Promise<{ readonly spans: readonly Span[]; readonly losses: readonly Loss[] }> {
  switch (format) {
    case 'saved run':
    case 'OTLP JSON':
      return { spans: decodeOtlpJson(document), losses: [] }
    case 'Jaeger JSON': {
      const { decodeJaegerJson } = await import('../backends/jaeger/decode.ts')
      const { JAEGER_JSON_LOSSES } = await import('../backends/jaeger/losses.ts')
      return { spans: decodeJaegerJson(document), losses: JAEGER_JSON_LOSSES }
    }
    case 'Zipkin JSON': {
      const { decodeZipkinJson } = await import('../backends/zipkin/decode.ts')
      const { ZIPKIN_LOSSES } = await import('../backends/zipkin/losses.ts')
      return { spans: decodeZipkinJson(document), losses: ZIPKIN_LOSSES }
    }
  }
}

/** The one that was asked for, or the only one there is. */
function chooseTraceId(spans: readonly Span[], label: string, wanted: string | undefined): TraceId {
  const ids = [...new Set(spans.map(span => span.traceId))]
  if (wanted !== undefined) {
    const id = parseTraceId(wanted)
    if (id === undefined) throw new UsageError(`--trace-id ${wanted}: a trace id has 32 hexadecimal digits`)
    // A test that got no span has a saved run without any: its record names the trace.
    if (ids.includes(id) || ids.length === 0) return id
    const near = suggest(id, ids)
    throw new UsageError(`${label}: there is no trace ${id} in it`, {
      hint: near ? `did you mean ${near}?` : `there are ${listed(spans, ids)}`
    })
  }
  const [only] = ids
  if (only === undefined) throw noSpan(label)
  if (ids.length > 1)
    throw new UsageError(`${label}: there are ${ids.length} traces in it`, {
      hint: `name one with --trace-id: ${listed(spans, ids)}`
    })
  return only
}

const MAX_LISTED = 10

function listed(spans: readonly Span[], ids: readonly TraceId[]): string {
  const shown = ids.slice(0, MAX_LISTED).map(id => {
    const own = spans.filter(span => span.traceId === id)
    return `${id} (${own.length} span${own.length === 1 ? '' : 's'}, "${rootName(own)}")`
  })
  return ids.length > MAX_LISTED
    ? `${shown.join(', ')} and ${ids.length - MAX_LISTED} more`
    : shown.join(', ')
}

function rootName(spans: readonly Span[]): string {
  return (spans.find(span => span.parentSpanId === undefined) ?? spans[0])?.name ?? ''
}

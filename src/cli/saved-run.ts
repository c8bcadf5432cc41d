import type { AttributeValue } from '../model/attributes.ts'
import type { Response } from '../model/response.ts'
import type { Loss, TestReport } from '../model/run-event.ts'
import type { Span } from '../model/span.ts'
import type { Ground, Hole } from '../model/verdict.ts'
import { encodeOtlpJson } from '../otlp/encode.ts'
import { VERSION } from './version.ts'

/** Grows when a key of the record changes its meaning; additions do not count. */
const SAVED_RUN_VERSION = 1

/** What a saved run knows beside its spans: all that a judgement depends on. */
export interface SavedRecord {
  readonly testId: string
  readonly testName: string
  /** As messages show it. */
  readonly file: string
  readonly attempt: number
  readonly outcome: string
  readonly startedUnixNano: bigint
  readonly durationMs: number
  readonly traceId?: string
  /** The id of our own span among the saved ones. */
  readonly triggerSpanId?: string
  readonly response?: Response
  readonly responseDurationNanos?: bigint
  readonly variables: ReadonlyMap<string, string>
  readonly generated: ReadonlyMap<string, string>
  readonly ground?: Ground
  readonly holes: readonly Hole[]
  readonly losses: readonly Loss[]
  readonly error?: { readonly code: string; readonly message: string; readonly hint?: string }
  /** Something was hidden: a check that reads a hidden value cannot be repeated. */
  readonly isMasked: boolean
}

/** OTLP JSON that any tool reads, with our record beside the spans. */
export function renderSavedRun(report: TestReport, isMasked: boolean): string {
  const { trace, verdict } = report
  const trigger = trace && trace.trigger >= 0 ? trace.spans[trace.trigger] : undefined
  const outputs = verdict.outcome === 'skipped' ? [] : verdict.outputs
  const record = {
    schemaVersion: SAVED_RUN_VERSION,
    tracerunVersion: VERSION,
    test: { id: report.id, name: report.name, file: report.location.source.name },
    attempt: report.attempt,
    outcome: verdict.outcome,
    startedUnixNano: String(report.startedUnixNano),
    durationMs: report.durationMs,
    traceId: report.traceId,
    triggerSpanId: trigger?.spanId,
    response: report.response,
    responseDurationNanos: report.responseDurationNanos?.toString(),
    variables: Object.fromEntries([...report.variables].map(([name, value]) => [name, textOf(value)])),
    generated: Object.fromEntries(report.generated ?? []),
    outputs: Object.fromEntries(
      outputs.flatMap(output => (output.outcome === 'held' ? [[output.name, output.text]] : []))
    ),
    ground: report.ground,
    holes: report.holes,
    losses: report.losses,
    error:
      verdict.outcome === 'errored'
        ? { code: verdict.error.code, message: verdict.error.message, hint: verdict.error.hint }
        : undefined,
    isMasked
  }
  const spans: readonly Span[] = trace?.spans ?? []
  return `${JSON.stringify({ ...encodeOtlpJson(spans), tracerun: record }, undefined, 1)}\n`
}

/** The record of a saved run; undefined where a document holds none. A record of a later version is refused. */
export function parseSavedRecord(document: unknown): SavedRecord | undefined {
  const record = field(document, 'tracerun')
  if (typeof record !== 'object' || record === null) return undefined
  const version = field(record, 'schemaVersion')
  if (version !== SAVED_RUN_VERSION)
    throw new RangeError(
      `its record has version ${String(version)}, and tracerun ${VERSION} reads version ${SAVED_RUN_VERSION}`
    )
  const duration = textField(record, 'responseDurationNanos')
  const response = field(record, 'response')
  const ground = field(record, 'ground')
  const error = field(record, 'error')
  const traceId = textField(record, 'traceId')
  const triggerSpanId = textField(record, 'triggerSpanId')
  return {
    testId: textField(field(record, 'test'), 'id') ?? '',
    testName: textField(field(record, 'test'), 'name') ?? '',
    file: textField(field(record, 'test'), 'file') ?? '',
    attempt: Number(field(record, 'attempt') ?? 1),
    outcome: textField(record, 'outcome') ?? '',
    startedUnixNano: integer(textField(record, 'startedUnixNano')) ?? 0n,
    durationMs: Number(field(record, 'durationMs') ?? 0),
    ...(traceId === undefined ? {} : { traceId }),
    ...(triggerSpanId === undefined ? {} : { triggerSpanId }),
    ...(isObject(response) ? { response: response as unknown as Response } : {}),
    ...(duration === undefined ? {} : { responseDurationNanos: integer(duration) ?? 0n }),
    variables: textMap(field(record, 'variables')),
    generated: textMap(field(record, 'generated')),
    ...(isObject(ground) ? { ground: ground as unknown as Ground } : {}),
    holes: listField(record, 'holes') as readonly Hole[],
    losses: listField(record, 'losses') as readonly Loss[],
    ...(isObject(error) ? { error: error as { code: string; message: string } } : {}),
    isMasked: field(record, 'isMasked') === true
  }
}

function textOf(value: AttributeValue): string {
  if (typeof value === 'string') return value
  if (typeof value === 'bigint') return String(value)
  return JSON.stringify(value, (_, item: unknown) => (typeof item === 'bigint' ? String(item) : item))
}

function field(value: unknown, key: string): unknown {
  return isObject(value) ? value[key] : undefined
}

function textField(value: unknown, key: string): string | undefined {
  const text = field(value, key)
  return typeof text === 'string' ? text : undefined
}

function listField(value: unknown, key: string): readonly unknown[] {
  const list = field(value, key)
  return Array.isArray(list) ? list : []
}

function textMap(value: unknown): ReadonlyMap<string, string> {
  if (!isObject(value)) return new Map()
  return new Map(
    Object.entries(value).flatMap(([key, text]) => (typeof text === 'string' ? [[key, text]] : []))
  )
}

function integer(text: string | undefined): bigint | undefined {
  return text !== undefined && /^-?\d+$/.test(text) ? BigInt(text) : undefined
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

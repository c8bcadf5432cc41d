import type { SpanId, TraceId } from '../model/ids.ts'
import { parseSpanId, parseTraceId } from '../model/ids.ts'
import { GROUNDS, LOSSES } from '../model/own-words.ts'
import type { Header, Response } from '../model/response.ts'
import type { Loss } from '../model/run-event.ts'
import type { VariableText } from '../model/variable.ts'
import type { Ground, Hole } from '../model/verdict.ts'
import type { JsonObject } from '../otlp/json-cursor.ts'
import { describeJson, isPresent, JsonCursor } from '../otlp/json-cursor.ts'
import { SAVED_RUN_VERSION } from './saved-run.ts'
import { VERSION } from './version.ts'

/** What a saved run knows beside its spans: all that a judgement depends on. */
export interface SavedRecord {
  readonly testId: string
  readonly testName: string
  readonly attempt: number
  readonly startedUnixNano: bigint
  readonly durationMs: number
  readonly traceId?: TraceId
  /** The id of our own span among the saved ones. */
  readonly triggerSpanId?: SpanId
  /** The traces that belong to it because they link to it. */
  readonly joinedTraceIds: readonly TraceId[]
  readonly response?: Response
  readonly responseDurationNanos?: bigint
  readonly variables: ReadonlyMap<string, VariableText>
  readonly generated: ReadonlyMap<string, string>
  readonly ground?: Ground
  readonly holes: readonly Hole[]
  readonly losses: readonly Loss[]
  /** Of the run itself. */
  readonly warnings: readonly string[]
  /** Why there was no verdict. */
  readonly error?: { readonly message: string; readonly hint?: string }
  /** Something was hidden: a check that reads a hidden value cannot be repeated. */
  readonly isMasked: boolean
}

const HOLES: Readonly<Record<Hole['kind'], true>> = {
  orphan: true,
  unfinished: true,
  'missing-callee': true,
  'missing-consumer': true,
  'late-span': true,
  dropped: true
}

/**
 * The record of a saved run; undefined where a document holds none. Throws `DecodeError` for one of another version, and for
 * one that is damaged: what is read over may be what a verdict depends on.
 */
export function decodeSavedRecord(document: unknown): SavedRecord | undefined {
  const cursor = new JsonCursor()
  const run = cursor.object(document)
  if (!('tracerun' in run)) return undefined
  return cursor.within('tracerun', () => readRecord(cursor, cursor.object(run['tracerun'])))
}

function readRecord(cursor: JsonCursor, record: JsonObject): SavedRecord {
  const { schemaVersion } = record
  if (schemaVersion !== SAVED_RUN_VERSION)
    throw cursor.error(
      `its record has version ${String(schemaVersion)}, and tracerun ${VERSION} reads version ${SAVED_RUN_VERSION}`
    )
  const test = cursor.child(record, 'test', item => ({
    id: cursor.text(item, 'id'),
    name: cursor.text(item, 'name')
  }))
  const traceId = readId(cursor, record, 'traceId', parseTraceId)
  const triggerSpanId = readId(cursor, record, 'triggerSpanId', parseSpanId)
  const response = cursor.child(record, 'response', item => readResponse(cursor, item))
  const ground = cursor.child(record, 'ground', item => readGround(cursor, item))
  const error = cursor.child(record, 'error', item => readError(cursor, item))
  return {
    testId: test?.id ?? '',
    testName: test?.name ?? '',
    attempt: Number(cursor.integer(record, 'attempt')),
    startedUnixNano: cursor.integer(record, 'startedUnixNano'),
    durationMs: cursor.double(record['durationMs'], 'durationMs'),
    ...(traceId === undefined ? {} : { traceId }),
    ...(triggerSpanId === undefined ? {} : { triggerSpanId }),
    joinedTraceIds: cursor.items(record, 'joinedTraceIds', item => {
      const id = parseTraceId(readText(cursor, item))
      if (id === undefined) throw cursor.error(`${describeJson(item)} where an id must be`)
      return id
    }),
    ...(response ? { response } : {}),
    ...(isPresent(record['responseDurationNanos'])
      ? { responseDurationNanos: cursor.integer(record, 'responseDurationNanos') }
      : {}),
    variables: readVariables(cursor, record),
    generated: readTexts(cursor, record, 'generated'),
    ...(ground ? { ground } : {}),
    holes: cursor.items(record, 'holes', item => readHole(cursor, cursor.object(item))),
    losses: cursor.items(record, 'losses', item => readWord(cursor, item, LOSSES)),
    warnings: cursor.items(record, 'warnings', item => readText(cursor, item)),
    ...(error ? { error } : {}),
    isMasked: cursor.boolean(record['isMasked'], 'isMasked')
  }
}

function readResponse(cursor: JsonCursor, response: JsonObject): Response {
  const { status, statusText, body, trailers, messages, stderr } = response
  return {
    ...(isPresent(status) ? { status: cursor.double(status, 'status') } : {}),
    ...(isPresent(statusText) ? { statusText: cursor.text(response, 'statusText') } : {}),
    headers: readHeaders(cursor, response, 'headers'),
    ...(isPresent(body) ? { body: cursor.text(response, 'body') } : {}),
    ...(isPresent(trailers) ? { trailers: readHeaders(cursor, response, 'trailers') } : {}),
    ...(isPresent(messages)
      ? { messages: cursor.items(response, 'messages', item => readText(cursor, item)) }
      : {}),
    ...(isPresent(stderr) ? { stderr: cursor.text(response, 'stderr') } : {})
  }
}

function readHeaders(cursor: JsonCursor, value: JsonObject, name: string): readonly Header[] {
  return cursor.items(value, name, item => {
    const header = cursor.object(item)
    return { key: cursor.text(header, 'key'), value: cursor.text(header, 'value') }
  })
}

function readGround(cursor: JsonCursor, ground: JsonObject): Ground {
  const { kind, settledMs, watchedMs, mayRevise } = ground
  const doubts = cursor.items(ground, 'doubts', item => readText(cursor, item))
  return {
    kind: cursor.within('kind', () => readWord(cursor, kind, GROUNDS)),
    waitedMs: cursor.double(ground['waitedMs'], 'waitedMs'),
    ...(isPresent(settledMs) ? { settledMs: cursor.double(settledMs, 'settledMs') } : {}),
    ...(isPresent(watchedMs) ? { watchedMs: cursor.double(watchedMs, 'watchedMs') } : {}),
    ...(doubts.length === 0 ? {} : { doubts }),
    ...(isPresent(mayRevise) && cursor.boolean(mayRevise, 'mayRevise') ? { mayRevise: true } : {}),
    text: cursor.text(ground, 'text')
  }
}

function readHole(cursor: JsonCursor, hole: JsonObject): Hole {
  const spanId = readId(cursor, hole, 'spanId', parseSpanId)
  return {
    kind: cursor.within('kind', () => readWord(cursor, hole['kind'], HOLES)),
    ...(spanId === undefined ? {} : { spanId }),
    text: cursor.text(hole, 'text')
  }
}

function readError(cursor: JsonCursor, error: JsonObject): { message: string; hint?: string } {
  const message = cursor.text(error, 'message')
  return isPresent(error['hint']) ? { message, hint: cursor.text(error, 'hint') } : { message }
}

function readId<Id>(
  cursor: JsonCursor,
  value: JsonObject,
  name: string,
  parse: (text: string) => Id | undefined
): Id | undefined {
  if (!isPresent(value[name])) return undefined
  const id = parse(cursor.text(value, name))
  if (id === undefined) throw cursor.error(`${describeJson(value[name])} where an id must be`, name)
  return id
}

/** One of the words that this version knows: what another means for the verdict, it cannot tell. */
function readWord<Word extends string>(
  cursor: JsonCursor,
  value: unknown,
  words: Readonly<Record<Word, true>>
): Word {
  if (typeof value === 'string' && Object.hasOwn(words, value)) return value as Word
  throw cursor.error(`${describeJson(value)} where one of ${Object.keys(words).join(', ')} must be`)
}

function readText(cursor: JsonCursor, value: unknown): string {
  if (typeof value === 'string') return value
  throw cursor.error(`${describeJson(value)} where a string must be`)
}

function readVariables(cursor: JsonCursor, record: JsonObject): ReadonlyMap<string, VariableText> {
  const variables = cursor.child(record, 'variables', item =>
    Object.keys(item).map(key => {
      const isList = Array.isArray(item[key])
      return [
        key,
        isList ? cursor.items(item, key, one => readText(cursor, one)) : cursor.text(item, key)
      ] as const
    })
  )
  return new Map(variables)
}

function readTexts(cursor: JsonCursor, value: JsonObject, name: string): ReadonlyMap<string, string> {
  const texts = cursor.child(value, name, item =>
    Object.keys(item).map(key => [key, cursor.text(item, key)] as const)
  )
  return new Map(texts)
}

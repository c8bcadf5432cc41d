import { DecodeError } from '../../errors/decode-error.ts'
import { BackendError } from '../../errors/errors.ts'
import type { HttpAnswer } from '../../http/client.ts'
import { isHtml } from '../../http/look-refusal.ts'
import type { Loss } from '../../model/run-event.ts'
import type { Span } from '../../model/span.ts'
import { decodeOtlpJson } from '../../otlp/decode.ts'
import { parseOtlpJsonText } from '../../otlp/json-text.ts'
import type { FetchResult } from '../../plugin/trace-backend.ts'
import type { Answered } from '../http-answer.ts'
import { answerText, bodyText, unreadable } from '../http-answer.ts'
import { decodeJaegerSpans } from './decode.ts'
import { JAEGER_JSON_LOSSES } from './losses.ts'
import { JAEGER_SHARED_IDS, withoutOwnTags } from './span-from-jaeger.ts'

/** What to do where something else than Jaeger's API answers. */
export const WHERE_IS_JAEGER =
  'The base path may be wrong: `url` is where the web page of Jaeger is, such as http://localhost:16686, or http://localhost:16686/jaeger if Jaeger runs with the base path /jaeger.'

const NOT_FOUND = 404

type Read = FetchResult | 'unknown-route'

/** Reads an answer of the v3 API; its JSON comes as plain text. Throws `BackendError`. */
export function readV3(look: Answered): Read {
  const { answer } = look
  if (answer.status === NOT_FOUND)
    return isAbsence(answer, isV3Absence) ? { status: 'absent' } : 'unknown-route'
  if (isHtml(answer)) return 'unknown-route'
  return read(look, () => {
    const document = parseOtlpJsonText(bodyText(answer))
    const chunks: readonly unknown[] = Array.isArray(document) ? document : [document]
    const error = chunks.map(errorOf).find(text => text !== undefined)
    // A stream that ends in an error holds a part of the trace and says so only here.
    if (error !== undefined) return { status: 'busy', reason: `${look.request}: Jaeger gave up: ${error}` }
    if (!chunks.every(chunk => isObject(chunk) && ('result' in chunk || 'resourceSpans' in chunk)))
      return 'unknown-route'
    return found(decodeOtlpJson(document).map(withoutOwnTags))
  })
}

/** Reads an answer of the v1 API, which is the one of Jaeger's web page. Throws `BackendError`. */
export function readV1(look: Answered): Read {
  const { answer } = look
  if (answer.status === NOT_FOUND)
    return isAbsence(answer, isV1Absence) ? { status: 'absent' } : 'unknown-route'
  if (isHtml(answer)) return 'unknown-route'
  return read(look, () => {
    const document: unknown = parseOtlpJsonText(bodyText(answer))
    if (isV1Absence(document)) return { status: 'absent' }
    const [error] = isObject(document) && Array.isArray(document['errors']) ? document['errors'] : []
    if (error !== undefined)
      return { status: 'busy', reason: `${look.request}: Jaeger gave up: ${JSON.stringify(error)}` }
    if (!isObject(document) || !('data' in document)) return 'unknown-route'
    return found(decodeJaegerSpans(document), JAEGER_JSON_LOSSES)
  })
}

function found(spans: readonly Span[], losses?: readonly Loss[]): FetchResult {
  if (spans.length === 0) return { status: 'absent' }
  const answer = { status: 'found', spans, completeness: 'unknown', sharedIds: JAEGER_SHARED_IDS } as const
  return losses === undefined ? answer : { ...answer, losses }
}

function read(look: Answered, decode: () => Read): Read {
  if (look.answer.status >= 400)
    throw new BackendError({
      code: 'BACKEND_REJECTED',
      message: `${look.request} was rejected: ${answerText(look.answer)}`,
      hint: WHERE_IS_JAEGER
    })
  try {
    return decode()
  } catch (error) {
    if (error instanceof DecodeError) throw unreadable(look, error)
    throw error
  }
}

/** The 404 of Jaeger, not of a proxy or of another program. */
function isAbsence(answer: HttpAnswer, isOurs: (value: unknown) => boolean): boolean {
  try {
    return isOurs(JSON.parse(bodyText(answer)))
  } catch {
    return false
  }
}

/** `{"error":{"httpCode":404,"message":"No traces found"}}`; older ones have `grpcCode` 5 as well. */
function isV3Absence(value: unknown): boolean {
  if (!isObject(value) || !isObject(value['error'])) return false
  const { httpCode, grpcCode } = value['error']
  return httpCode === NOT_FOUND || grpcCode === 5
}

/** `{"data":null,"errors":[{"code":404,"msg":"trace not found"}]}` */
function isV1Absence(value: unknown): boolean {
  if (!isObject(value) || !Array.isArray(value['errors'])) return false
  return (
    value['errors'].length > 0 &&
    value['errors'].every(error => isObject(error) && error['code'] === NOT_FOUND)
  )
}

function errorOf(value: unknown): string | undefined {
  if (!isObject(value) || value['error'] === undefined) return undefined
  const { error } = value
  return isObject(error) && typeof error['message'] === 'string' ? error['message'] : JSON.stringify(error)
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

import type { DecodeError } from '../errors/decode-error.ts'
import { BackendError } from '../errors/errors.ts'
import type { HttpAnswer } from '../http/client.ts'
import { headerOf } from '../http/headers.ts'
import type { LookAnswer } from '../http/look-client.ts'
import { excerptOf, statusOf } from '../http/look-refusal.ts'
import type { FetchResult } from '../plugin/trace-backend.ts'

/** A look that a store answered, in substance or not. */
export type Answered = Extract<LookAnswer, { status: 'answered' }>

/** A look as an adapter read it, and the answer it read; none where the store was busy. */
export interface ReadLook {
  readonly result: FetchResult
  readonly by?: Answered
}

/** The answer of a look, for whoever asks who answers. Throws a `BackendError` where there was none in substance. */
export function substanceOf({ result, by }: ReadLook, store: string): Answered {
  if (by !== undefined && result.status !== 'busy') return by
  throw new BackendError({
    code: 'BACKEND_UNREACHABLE',
    message: result.status === 'busy' ? result.reason : `${store} did not answer`,
    hint: 'Its log may say why.'
  })
}

/** `404 Not Found: no such page` */
export function answerText(answer: HttpAnswer): string {
  const excerpt = excerptOf(answer)
  return `${statusOf(answer)}${excerpt === '' ? ' and an empty body' : `: ${excerpt}`}`
}

/** The body as text, which is UTF-8 whatever the headers say. */
export function bodyText({ body }: HttpAnswer): string {
  return Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8')
}

/** The clock of whoever answered. */
export function clockOf({ headers }: HttpAnswer): bigint | undefined {
  const ms = Date.parse(headerOf(headers, 'date') ?? '')
  return Number.isNaN(ms) ? undefined : BigInt(ms) * 1_000_000n
}

/** The error for a body that a decoder could not read. */
export function unreadable({ answer, request }: Answered, error: DecodeError): BackendError {
  const type = headerOf(answer.headers, 'content-type') ?? 'no content type'
  const excerpt = excerptOf(answer)
  return new BackendError({
    code: 'BACKEND_BAD_RESPONSE',
    message: `${request} was answered with what is no trace: ${error.message} (${statusOf(answer)}, ${type}, ${answer.body.byteLength} bytes${excerpt === '' ? '' : `: ${excerpt}`})`,
    hint: `See what comes with curl '${urlOf(request)}': does a proxy or a limit of size on the way cut or change it?`,
    cause: error
  })
}

/** The error where something else answers than the API of a store; each look with what it was answered. */
export function noApi(store: string, url: string, looks: readonly Answered[], hint: string): BackendError {
  const answers = new Set(looks.map(({ answer }) => answerText(answer)))
  const requests = looks.map(({ request }) => request)
  const [only = ''] = answers
  const said =
    answers.size === 1
      ? `${requests.join(' and ')} ${requests.length === 1 ? 'was' : 'were'} answered with ${only}`
      : looks.map(({ answer, request }) => `${request} was answered with ${answerText(answer)}`).join('; ')
  return new BackendError({
    code: 'BACKEND_BAD_RESPONSE',
    message: `there is no API of ${store} at ${url}: ${said}`,
    hint
  })
}

function urlOf(request: string): string {
  return request.slice(request.indexOf(' ') + 1)
}

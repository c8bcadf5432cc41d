import { BackendError } from '../errors/errors.ts'
import type { HttpAnswer, HttpClient } from '../http/client.ts'
import { toBackendError } from '../http/http-error.ts'
import { parseTarget } from '../http/target.ts'
import type { Span } from '../model/span.ts'
import { encodeOtlpJson } from '../otlp/encode.ts'
import type { OtlpEndpoint } from './otlp-endpoint.ts'

const LONGEST_EXCERPT = 300

/** Sends spans as an exporter does, by OTLP/HTTP in JSON. Rejects with `BackendError` where they are not taken. */
export async function sendSpans(
  spans: readonly Span[],
  endpoint: OtlpEndpoint,
  client: HttpClient,
  signal: AbortSignal
): Promise<void> {
  const { url, headers } = endpoint
  const body = new TextEncoder().encode(JSON.stringify(encodeOtlpJson(spans)))
  const request = `POST ${url}`
  let answer: HttpAnswer
  let origin = url
  try {
    const target = parseTarget(url)
    origin = target.origin
    answer = await client.send(
      {
        origin,
        path: target.path,
        method: 'POST',
        headers: [['content-type', 'application/json'], ...headers],
        body
      },
      signal
    )
  } catch (error) {
    if (signal.aborted) throw error
    throw toBackendError(error, request, origin)
  }
  const whole = new TextDecoder().decode(answer.body)
  const text = whole.length > LONGEST_EXCERPT ? `${whole.slice(0, LONGEST_EXCERPT)}…` : whole
  if (answer.status !== 200 && answer.status !== 202) throw refusal(request, answer, text)
  const rejected = /"rejectedSpans"\s*:\s*"?([1-9]\d*)/.exec(text)?.[1]
  if (rejected === undefined) return
  throw new BackendError({
    code: 'BACKEND_REJECTED',
    message: `${request} took the request, and refused ${rejected} of ${spans.length} spans: ${text}`,
    hint: 'the log of what answers there says why'
  })
}

function refusal(request: string, { status, statusText }: HttpAnswer, text: string): BackendError {
  const isDenied = status === 401 || status === 403
  return new BackendError({
    code: isDenied ? 'BACKEND_UNAUTHORIZED' : 'BACKEND_REJECTED',
    message: `${request} was answered ${`${status} ${statusText}`.trim()}${text === '' ? '' : `: ${text}`}`,
    hint: isDenied
      ? 'give the header that exporters send: OTEL_EXPORTER_OTLP_HEADERS="authorization=Bearer%20TOKEN"'
      : status === 404 || status === 405
        ? 'is it the endpoint for OTLP over HTTP? By custom it is port 4318, path /v1/traces'
        : 'look at the log of what answers there; 415 means that it takes no OTLP in JSON'
  })
}

import { UsageError } from '../errors/errors.ts'
import { UnsendableRequest } from '../http/http-error.ts'
import { parseTarget } from '../http/target.ts'
import { readCurl } from './read-curl.ts'
import type { SketchedRequest } from './request.ts'
import { requestOf } from './request.ts'
import { literalText, splitCommand } from './split-command.ts'

const CURL = /^(?:.*[\\/])?curl(?:\.exe)?$/i
const CURL_TEXT = /^\s*(?:[$>]\s+)?(?=(?:\S*[\\/])?curl(?:\.exe)?\s)/i

/** Reads what somebody gave as the request: a URL, a curl command in one text, or the words of one. */
export function readRequest(words: readonly string[]): SketchedRequest {
  const request = withoutBrowserHeaders(readWords(words))
  // A variable stands in the place of something that is not known yet.
  checkUrl(request.url.replace(/\$\{[^}]*\}/g, 'x'), request.url)
  return request
}

function readWords(words: readonly string[]): SketchedRequest {
  const [first = '', ...rest] = words
  if (CURL.test(first.trim())) return readCurl(rest.map(literalText))
  if (rest.length === 0 && CURL_TEXT.test(first)) {
    const [, ...more] = splitCommand(first.replace(CURL_TEXT, ''))
    return readCurl(more)
  }
  if (/^\s*(?:Invoke-WebRequest|Invoke-RestMethod|iwr|irm|\$session)\b/i.test(first))
    throw new UsageError('this is a command of PowerShell, not of curl', {
      hint: 'copy it "as cURL" (bash or cmd) instead'
    })
  if (/^\s*(?:wget|http|https|fetch\()(?:\s|$|["'])/i.test(first))
    throw new UsageError(`"${first.trim().split(/\s/)[0]}" is not read: give a URL or a curl command`)
  if (rest.length > 0)
    throw new UsageError(
      `expected one URL, or a curl command, found ${words.length} words: ${words.join(' ')}`,
      {
        hint: `tracerun init 'curl -X POST http://localhost:8080/checkout', or: tracerun init -- curl -X POST …`
      }
    )
  if (/^[a-z][\w-]*$/i.test(first.trim()) && first.trim().toLowerCase() !== 'localhost')
    throw new UsageError(`"${first.trim()}" is no URL`, {
      hint: `such as http://localhost:8080/checkout; a host alone is written http://${first.trim()}`
    })
  return requestOf(literalText(first.trim()))
}

function checkUrl(url: string, written: string): void {
  try {
    parseTarget(url)
  } catch (error) {
    if (!(error instanceof UnsendableRequest)) throw error
    throw new UsageError(error.message.replace(url, written), {
      hint: 'such as http://localhost:8080/checkout, or a whole curl command in quotes'
    })
  }
}

/** What a client says of itself or of its connection, and what carries the trace context: tracerun says its own. */
const NOISE =
  /^(?:sec-.*|accept-encoding|connection|content-length|transfer-encoding|priority|dnt|upgrade-insecure-requests|te|traceparent|tracestate|baggage|b3|x-b3-.*|uber-trace-id|:.*)$/i

function withoutBrowserHeaders(request: SketchedRequest): SketchedRequest {
  const noise = request.headers.filter(({ key }) => NOISE.test(key))
  if (noise.length === 0) return request
  return {
    ...request,
    headers: request.headers.filter(header => !noise.includes(header)),
    leftOut: noise.map(({ key }) => key.toLowerCase())
  }
}

import { BackendError } from '../errors/errors.ts'
import type { HttpAnswer } from './client.ts'
import { headerOf } from './headers.ts'
import { withoutUserInfo } from './target.ts'

const EXCERPT = 200
const SEPARATOR = /[\s"'<>,;]/

/** `503 Service Unavailable` */
export function statusOf({ status, statusText }: HttpAnswer): string {
  return statusText === '' ? String(status) : `${status} ${statusText}`
}

/** Whether an answer is a page for people, whatever it says of itself. */
export function isHtml(answer: HttpAnswer): boolean {
  const type = headerOf(answer.headers, 'content-type') ?? ''
  return /\bhtml\b/i.test(type) || /^\s*<(?:!doctype html|html)\b/i.test(startOf(answer))
}

/** The beginning of a body, on one line; the title of a page. */
export function excerptOf(answer: HttpAnswer): string {
  const text = startOf(answer)
  if (isHtml(answer)) {
    const title = /<title[^>]*>([^<]*)/i.exec(text)?.[1]
    return title === undefined || title.trim() === ''
      ? 'an HTML page'
      : `an HTML page titled "${onOneLine(title)}"`
  }
  const line = onOneLine(text)
  return line.length > EXCERPT ? `${beginningOf(line)}…` : line
}

/** Without the word that is cut in two: half of a secret that a store repeats would be known by nobody as one. */
function beginningOf(line: string): string {
  const isWhole = SEPARATOR.test(line[EXCERPT]!)
  const words = line.slice(0, EXCERPT)
  return isWhole ? words : words.replace(/[^\s"'<>,;]+$/, '')
}

/** Why a store does not let us read. */
export function refusalOf(answer: HttpAnswer, request: string, hasHeaders: boolean): BackendError {
  const { status } = answer
  const excerpt = excerptOf(answer)
  const said = `${statusOf(answer)}${excerpt === '' ? '' : `: ${excerpt}`}`
  if (status === 401 || status === 403)
    return new BackendError({
      code: 'BACKEND_UNAUTHORIZED',
      message: `${request} was refused: ${said}`,
      hint: accessHint(status, hasHeaders)
    })
  if (status === 407)
    return new BackendError({
      code: 'BACKEND_REJECTED',
      message: `the proxy on the way to ${request.slice(request.indexOf(' ') + 1)} wants credentials: ${said}`,
      hint: 'Write them into HTTPS_PROXY or HTTP_PROXY: http://user:password@proxy.example.com:3128.'
    })
  const location = headerOf(answer.headers, 'location')
  if (status >= 300 && status < 400 && location !== undefined)
    return new BackendError({
      code: 'BACKEND_REJECTED',
      message: `${request} was redirected to ${withoutUserInfo(location)} (${statusOf(answer)}), which is not followed`,
      hint: redirectHint(location, request)
    })
  return new BackendError({
    code: 'BACKEND_REJECTED',
    message: `${request} was rejected: ${said}`,
    hint: 'Does the `url` of the data store lead to its API, with the base path if there is one?'
  })
}

function accessHint(status: number, hasHeaders: boolean): string {
  if (!hasHeaders)
    return 'No credentials were sent: set `auth` (basic, bearer or apiKey) or `headers` in the data store.'
  return status === 401
    ? 'The `auth` or `headers` of the data store were sent: are they the right ones, and not expired?'
    : 'The `auth` or `headers` of the data store were sent: may they read traces there, and is it the right tenant?'
}

function redirectHint(location: string, request: string): string {
  const from = request.slice(request.indexOf(' ') + 1)
  const target = URL.canParse(location, from) ? new URL(location, from) : undefined
  if (target !== undefined && target.pathname === new URL(from).pathname)
    return `Write that address as the \`url\` of the data store: it starts with ${target.origin}.`
  return 'Is that a page to log in? Then set `auth` or `headers` in the data store. If the store has moved, write its new address as `url`.'
}

function startOf({ body }: HttpAnswer): string {
  return Buffer.from(body.subarray(0, 4096)).toString('utf8')
}

function onOneLine(text: string): string {
  return text.replace(/[\s\p{Cc}]+/gu, ' ').trim()
}

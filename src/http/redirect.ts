import type { HeaderPair, HttpAnswer, HttpRequest } from './client.ts'

export const MAX_REDIRECTS = 10

const REDIRECTS = new Set([301, 302, 303, 307, 308])
/** Never sent to another origin than the one they were written for. */
const PRIVATE_HEADERS = new Set(['baggage', 'host'])
const CREDENTIAL_HEADERS = new Set(['authorization', 'cookie', 'proxy-authorization'])
/** Names under which keys and tokens are sent: `X-Api-Key`, `Private-Token`, `X-Amz-Security-Token`. */
const CREDENTIAL_NAME =
  /(?:^|[-_])(?:api[-_]?key|access[-_]?key|auth|token|secret|password|credentials?|session(?:[-_]?id)?)(?:$|[-_])/
const BODY_HEADERS = /^(content-.*|transfer-encoding)$/

/**
 * The request that an answer asks for, or nothing where it asks for none that HTTP can send.
 * `secretHeaders` are further names, in lower case, that stay with the first origin.
 */
export function nextRequest(
  request: HttpRequest,
  answer: Pick<HttpAnswer, 'status' | 'headers'>,
  secretHeaders: ReadonlySet<string>
): HttpRequest | undefined {
  if (!REDIRECTS.has(answer.status)) return undefined
  const location = answer.headers.find(([name]) => name.toLowerCase() === 'location')?.[1]
  const here = `${request.origin}${request.path}`
  if (location === undefined || !URL.canParse(location, here)) return undefined
  const url = new URL(location, here)
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return undefined

  const keepsMethod = answer.status >= 307 || request.method === 'GET' || request.method === 'HEAD'
  const isSameOrigin = url.origin === request.origin
  const headers = request.headers.filter(([name]) =>
    staysIn(name.toLowerCase(), keepsMethod, isSameOrigin, secretHeaders)
  )
  return {
    origin: url.origin,
    path: `${url.pathname}${url.search}`,
    method: keepsMethod ? request.method : 'GET',
    headers: headers satisfies readonly HeaderPair[],
    ...(keepsMethod && request.body !== undefined ? { body: request.body } : {})
  }
}

function staysIn(
  name: string,
  keepsBody: boolean,
  isSameOrigin: boolean,
  secretHeaders: ReadonlySet<string>
): boolean {
  if (!keepsBody && BODY_HEADERS.test(name)) return false
  return isSameOrigin || !(PRIVATE_HEADERS.has(name) || secretHeaders.has(name) || isCredentialHeader(name))
}

/** Whether a header of this name carries credentials, as far as its name tells. */
export function isCredentialHeader(name: string): boolean {
  const lower = name.toLowerCase()
  return CREDENTIAL_HEADERS.has(lower) || CREDENTIAL_NAME.test(lower)
}

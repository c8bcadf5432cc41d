import type { RequestHead } from './route.ts'

type Headers = Readonly<Record<string, string>>

/** Which web pages may send spans: browsers say with each request where its page comes from. */
export type OriginRule = (origin: string) => boolean

/** Pages of this machine: nobody else can serve one under these names. */
const LOOPBACK =
  /^https?:\/\/(?:localhost|[a-z0-9-]+(?:\.[a-z0-9-]+)*\.localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?$/i

/** Pages of this machine, and those that are named, with `*` for any part of an origin. */
export function originRule(named: readonly string[]): OriginRule {
  const patterns = named.map(
    origin =>
      new RegExp(`^${origin.replace(/[\\^$.|?+()[\]{}]/g, '\\$&').replaceAll('*', isAny(origin))}$`, 'i')
  )
  return origin => LOOPBACK.test(origin) || patterns.some(pattern => pattern.test(origin))
}

/** `*` alone is every origin; as a part of one it does not reach beyond it. */
function isAny(origin: string): string {
  return origin === '*' ? '.*' : '[^/]*'
}

/** The origin of the page that a request comes from, if it may not send spans. */
export function refusedOrigin(head: RequestHead, isAllowed: OriginRule): string | undefined {
  const origin = head.header('origin')
  return origin === undefined || isAllowed(origin) ? undefined : origin
}

/** What lets the page read the answer, its errors included. Beacons are sent with credentials, which rules `*` out. */
export function corsHeaders(head: RequestHead, isAllowed: OriginRule): Headers {
  const origin = head.header('origin')
  if (origin === undefined) return {}
  if (!isAllowed(origin)) return { vary: 'Origin' }
  return {
    'access-control-allow-origin': origin,
    'access-control-allow-credentials': 'true',
    'access-control-expose-headers': 'Retry-After',
    vary: 'Origin'
  }
}

/** The answer to a browser that asks beforehand. */
export function preflightHeaders(head: RequestHead): Headers {
  const isToPrivateNetwork = head.header('access-control-request-private-network') === 'true'
  return {
    'access-control-allow-methods': 'POST',
    'access-control-allow-headers': head.header('access-control-request-headers') ?? 'content-type',
    ...(isToPrivateNetwork ? { 'access-control-allow-private-network': 'true' } : {}),
    'access-control-max-age': '7200',
    vary: 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers, Access-Control-Request-Private-Network',
    allow: 'POST, OPTIONS'
  }
}

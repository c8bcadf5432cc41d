import { UnsendableRequest } from './http-error.ts'

/** Where a request goes: what `new URL` would normalise in a path stays as it was written. */
export interface Target {
  readonly origin: string
  /** Path and query. */
  readonly path: string
  /** `user:password` of the URL, decoded. */
  readonly userInfo?: string
}

/** Reads a URL whose scheme may be left out. */
export function parseTarget(text: string): Target {
  const trimmed = text.trim()
  if (trimmed.startsWith('/') && !trimmed.startsWith('//'))
    throw new UnsendableRequest(`the URL "${text}" names no host`)
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(trimmed)?.[1]?.toLowerCase()
  if (scheme !== undefined && scheme !== 'http' && scheme !== 'https')
    throw new UnsendableRequest(`"${scheme}://" is not HTTP: the URL must start with http:// or https://`)
  const full = scheme === undefined ? `http://${trimmed.replace(/^\/\//, '')}` : trimmed
  if (!URL.canParse(full)) throw new UnsendableRequest(`"${withoutUserInfo(text)}" is not a URL`)
  const url = new URL(full)
  const userInfo = url.username === '' ? undefined : decodeUserInfo(url)
  return {
    origin: url.origin,
    path: rawPath(full),
    ...(userInfo === undefined ? {} : { userInfo })
  }
}

/** A URL as messages may show it. */
export function withoutUserInfo(url: string): string {
  return url.replace(/^((?:[a-z][a-z0-9+.-]*:)?\/\/)[^/?#@]*@/i, '$1')
}

function decodeUserInfo(url: URL): string {
  return `${decoded(url.username)}:${decoded(url.password)}`
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** Path and query as they were written; only what HTTP cannot carry is encoded. */
function rawPath(url: string): string {
  const afterHost = url.slice(url.indexOf('://') + 3).replace(/^[^/?#\\]*/, '')
  const path = afterHost.replace(/#.*$/s, '')
  const rooted = path.startsWith('/') ? path : `/${path}`
  return rooted.replace(/[^\x21-\x7e]+|["<>\\^`{|}]/gu, encodeURIComponent)
}

/** A `key=value` more in the query. */
export function withQuery(path: string, key: string, value: string): string {
  const joint = path.includes('?') ? (/[?&]$/.test(path) ? '' : '&') : '?'
  return `${path}${joint}${encodeURIComponent(key)}=${encodeURIComponent(value)}`
}

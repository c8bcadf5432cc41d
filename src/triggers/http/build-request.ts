import { UnsendableRequest } from '../../http/http-error.ts'
import type { Header } from '../../model/response.ts'
import type { HttpAuth, HttpOptions } from './options.ts'

/** The connection makes these itself. */
const MANAGED_HEADERS = new Set(['transfer-encoding', 'keep-alive', 'upgrade', 'expect'])

/** Answers the name of a header that may be sent. */
export function checkHeaderName(name: string): string {
  if (MANAGED_HEADERS.has(name.toLowerCase()))
    throw new UnsendableRequest(`the header ${name} cannot be set: the connection makes it itself`)
  if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name))
    throw new UnsendableRequest(`"${name}" cannot be the name of a header`)
  return name
}

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
  return `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`
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

/** What an auth block adds to a request. */
export interface Credentials {
  readonly header?: Header
  readonly query?: Header
}

/** Reads `auth` or its older spelling, and what stands in the URL where there is neither. */
export function buildCredentials(options: HttpOptions, target: Target): Credentials {
  const auth = options.auth ?? options.authentication
  if (auth !== undefined) return credentialsOf(auth)
  if (target.userInfo !== undefined) return { header: basicHeader(target.userInfo) }
  return {}
}

function credentialsOf(auth: HttpAuth): Credentials {
  switch (auth.type) {
    case 'basic': {
      const { username, user, password = '' } = auth.basic ?? {}
      return { header: basicHeader(`${username ?? user ?? ''}:${password}`) }
    }
    case 'bearer':
      return { header: { key: 'authorization', value: bearerValue(auth.bearer?.token ?? '') } }
    case 'apiKey': {
      const { key = '', value = '', in: place = 'header' } = auth.apiKey ?? {}
      return place === 'query' ? { query: { key, value } } : { header: { key, value } }
    }
  }
}

function basicHeader(userInfo: string): Header {
  return { key: 'authorization', value: `Basic ${Buffer.from(userInfo, 'utf8').toString('base64')}` }
}

/** Suites written for Tracetest carry the scheme in the token, since there it is sent as it is. */
function bearerValue(token: string): string {
  return /^[!#$%&'*+.^_`|~0-9A-Za-z-]+ +\S/.test(token) ? token : `Bearer ${token}`
}

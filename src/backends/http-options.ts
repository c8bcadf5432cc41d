import { BackendError } from '../errors/errors.ts'
import type { Credentials, HttpAuth } from '../http/auth.ts'
import { AUTH_SCHEMA, basicHeader, credentialsOf } from '../http/auth.ts'
import type { HeaderPair } from '../http/client.ts'
import { checkHeaderName } from '../http/headers.ts'
import type { LookClient } from '../http/look-client.ts'
import { isCredentialHeader } from '../http/redirect.ts'
import type { Target } from '../http/target.ts'
import { parseTarget } from '../http/target.ts'
import type { TlsOptions } from '../http/tls-options.ts'
import { TLS_PATHS, TLS_SCHEMA } from '../http/tls-options.ts'
import type { JsonSchema, PluginContext } from '../plugin/context.ts'
import { readStoreTls } from './store-tls.ts'

/** Headers as Tracetest writes them, by name, or as a trigger has them, in a list. */
export type HeadersOption =
  | Readonly<Record<string, string>>
  | readonly { readonly key: string; readonly value: string }[]

/** What every store that is read over HTTP can be told. */
export interface HttpStoreOptions {
  /** Scheme and credentials may be left out; a path goes before every other. */
  readonly url?: string
  readonly headers?: HeadersOption
  readonly auth?: HttpAuth
  readonly tls?: TlsOptions
}

/** The properties of the schema of such a store. */
export const HTTP_STORE_PROPERTIES: Readonly<Record<'url' | 'headers' | 'auth' | 'tls', JsonSchema>> = {
  url: {
    type: 'string',
    minLength: 1,
    description: 'Where its API is, with the base path if there is one; `http://` may be left out.'
  },
  headers: {
    title: 'a mapping of names to values',
    type: ['object', 'array'],
    description: 'Sent with every request: a tenant, a token.',
    additionalProperties: { type: 'string' },
    items: {
      type: 'object',
      additionalProperties: false,
      required: ['key', 'value'],
      properties: {
        key: { type: 'string', minLength: 1, description: 'The name of the header.' },
        value: { type: 'string', description: 'Its value.' }
      }
    }
  },
  auth: { ...AUTH_SCHEMA, description: 'Credentials for the store, or for the proxy before it.' },
  tls: TLS_SCHEMA
}

/** Which of its strings are paths of files. */
export const HTTP_STORE_FILES: readonly (readonly string[])[] = TLS_PATHS

/** Everything in the options that must appear in no output. */
export function httpSecretsOf(options: HttpStoreOptions): readonly string[] {
  const { header, query } = options.auth === undefined ? {} : credentialsOf(options.auth)
  const { userInfo } = targetOf(options.url) ?? {}
  const ofUrl = userInfo === undefined ? [] : [afterColon(userInfo), ...ofHeader(basicHeader(userInfo).value)]
  return [
    ...[options.auth?.basic?.password, options.auth?.bearer?.token, options.auth?.apiKey?.value],
    ...(header === undefined ? [] : ofHeader(header.value)),
    query?.value,
    ...ofUrl,
    ...headerPairs(options.headers)
      .filter(([name]) => isCredentialHeader(name))
      .flatMap(([, value]) => ofHeader(value))
  ].filter((text): text is string => text !== undefined && text !== '')
}

/** The URL without credentials, query and trailing slash; undefined where it is none. */
export function baseUrlOf(url: string): string | undefined {
  const target = targetOf(url)
  return target && `${target.origin}${pathOf(target).replace(/\/+$/, '')}`
}

/** The URL that `kind=ADDRESS` stands for, or why it stands for none. */
export function parseHttpAddress(address: string, fallback: string): { readonly url: string } | string {
  if (address.trim() === '') return { url: fallback }
  try {
    parseTarget(address)
    return { url: address.trim() }
  } catch (error) {
    return messageOf(error)
  }
}

/** Connects nothing yet, but reads the files. Rejects with `BackendError` where the options cannot work. */
export async function openLookClient(
  options: HttpStoreOptions & { readonly url: string },
  context: PluginContext
): Promise<LookClient> {
  const tls = options.tls && (await readStoreTls(options.tls, context))
  const target = readOption('url', () => parseTarget(options.url))
  const credentials = credentialsFor(options, target)
  // Clients are loaded when one is needed: most commands need none.
  const { createLookClient } = await import('../http/look-client.ts')
  return createLookClient({
    baseUrl: `${target.origin}${pathOf(target)}`,
    headers: readOption('headers', () => headersFor(options, credentials)),
    query: [...queryOf(target), ...(credentials.query ? [pairOf(credentials.query)] : [])],
    nowUnixMs: () => Number(context.clock.now() / 1_000_000n),
    ...(tls === undefined ? {} : { tls })
  })
}

function credentialsFor({ auth, headers }: HttpStoreOptions, { userInfo }: Target): Credentials {
  if (auth !== undefined) return credentialsOf(auth)
  const isGiven = headerPairs(headers).some(([name]) => name.toLowerCase() === 'authorization')
  return userInfo === undefined || isGiven ? {} : { header: basicHeader(userInfo) }
}

function headersFor({ headers }: HttpStoreOptions, { header }: Credentials): readonly HeaderPair[] {
  const own = headerPairs(headers).map(([name, value]): HeaderPair => [checkHeaderName(name), value])
  if (header === undefined) return own
  checkHeaderName(header.key)
  return [...own.filter(([name]) => name.toLowerCase() !== header.key.toLowerCase()), pairOf(header)]
}

function headerPairs(headers: HeadersOption = {}): readonly HeaderPair[] {
  if (Array.isArray(headers)) return headers.map(pairOf)
  return Object.entries(headers).map(([name, value]) => [name, String(value)])
}

function pairOf({ key, value }: { readonly key: string; readonly value: string }): HeaderPair {
  return [key, value]
}

function pathOf({ path }: Target): string {
  return path.replace(/\?.*$/s, '')
}

function queryOf({ path }: Target): readonly HeaderPair[] {
  return [...new URLSearchParams(path.includes('?') ? path.slice(path.indexOf('?')) : '')]
}

function targetOf(url: string | undefined): Target | undefined {
  try {
    return url === undefined ? undefined : parseTarget(url)
  } catch {
    return undefined
  }
}

/** The value as it is sent, and what stands in it after the scheme. */
function ofHeader(value: string): readonly string[] {
  const credentials = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+ +(\S.*)$/s.exec(value)?.[1]
  return credentials === undefined ? [value] : [value, credentials]
}

function afterColon(userInfo: string): string {
  return userInfo.slice(userInfo.indexOf(':') + 1)
}

function readOption<T>(name: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw new BackendError({
      code: 'BACKEND_REJECTED',
      message: `\`${name}\` of the data store: ${messageOf(error)}`,
      hint:
        name === 'url'
          ? 'Write it like http://localhost:16686, with a base path if there is one.'
          : undefined,
      cause: error
    })
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

import { BackendError } from '../errors/errors.ts'
import type { GrpcClient } from '../grpc/client.ts'
import type { HttpAuth } from '../http/auth.ts'
import { credentialsOf } from '../http/auth.ts'
import type { HeaderPair } from '../http/client.ts'
import type { TlsOptions } from '../http/tls-options.ts'
import type { JsonSchema, PluginContext } from '../plugin/context.ts'
import type { HeadersOption } from './http-options.ts'
import { HTTP_STORE_FILES, HTTP_STORE_PROPERTIES, httpSecretsOf } from './http-options.ts'
import { readStoreTls } from './store-tls.ts'

/** Tracetest's gRPC settings: what every store that is read over gRPC can be told. */
export interface GrpcStoreOptions {
  /** `host:port` */
  readonly endpoint?: string
  readonly headers?: HeadersOption
  readonly auth?: HttpAuth
  /** Absent, or `insecure`: plaintext. */
  readonly tls?: TlsOptions
  /** Those that gRPC does not have here are accepted for Tracetest's files, and change nothing. */
  readonly compression?: '' | 'none' | 'gzip' | 'deflate' | 'zlib' | 'snappy' | 'zstd'
  readonly waitForReady?: boolean
  readonly readBufferSize?: number
  readonly writeBufferSize?: number
  readonly balancerName?: string
}

const { url: _, ...SHARED } = HTTP_STORE_PROPERTIES

/** The properties of the schema of such a store. */
export const GRPC_STORE_PROPERTIES: Readonly<Record<string, JsonSchema>> = {
  endpoint: {
    title: 'HOST:PORT',
    type: 'string',
    pattern: '^(?:dns:/{2,3})?(?:\\[[0-9A-Fa-f:.]+\\]|[^\\s:/\\[\\]]+):\\d{1,5}$',
    description: 'Its gRPC interface for queries, without a scheme.',
    examples: ['localhost:16685']
  },
  ...SHARED,
  compression: {
    title: 'none, gzip, deflate, zlib, snappy or zstd',
    enum: ['', 'none', 'gzip', 'deflate', 'zlib', 'snappy', 'zstd'],
    description: 'Of what is sent, which is a trace id; answers are read however they are compressed.'
  },
  waitForReady: {
    type: 'boolean',
    description: 'Wait for a connection until the deadline instead of failing where nobody listens.'
  },
  readBufferSize: { type: 'integer', description: 'Has no effect here.' },
  writeBufferSize: { type: 'integer', description: 'Has no effect here.' },
  balancerName: { type: 'string', description: 'Has no effect here.' }
}

/** Which of its strings are paths of files. */
export const GRPC_STORE_FILES: readonly (readonly string[])[] = HTTP_STORE_FILES

/** Everything in the options that must appear in no output. */
export function grpcSecretsOf({ headers, auth }: GrpcStoreOptions): readonly string[] {
  return httpSecretsOf({ ...(headers && { headers }), ...(auth && { auth }) })
}

/** Connects nothing yet, but reads the files. Rejects with `BackendError` where the options cannot work. */
export async function openGrpcClient(
  options: GrpcStoreOptions & { readonly endpoint: string },
  context: PluginContext
): Promise<GrpcClient> {
  const { tls, compression } = options
  const isPlaintext = tls === undefined || tls.insecure === true
  // Clients are loaded when one is needed: most commands need none.
  const { createGrpcClient } = await import('../grpc/client.ts')
  return createGrpcClient({
    endpoint: options.endpoint,
    headers: metadataFor(options),
    ...(isPlaintext ? {} : { tls: await readStoreTls(tls, context) }),
    ...(compression === 'gzip' || compression === 'deflate' ? { compression } : {}),
    waitsForReady: options.waitForReady ?? false
  })
}

function metadataFor({ headers = {}, auth }: GrpcStoreOptions): readonly HeaderPair[] {
  const pairs: readonly HeaderPair[] = Array.isArray(headers)
    ? headers.map(({ key, value }: { key: string; value: string }): HeaderPair => [key, value])
    : Object.entries(headers).map(([name, value]) => [name, String(value)])
  if (auth === undefined) return pairs
  const { header } = credentialsOf(auth)
  if (header === undefined)
    throw new BackendError({
      code: 'BACKEND_REJECTED',
      message: '`auth` of the data store: gRPC has no query that an apiKey could stand in',
      hint: 'Write `in: header`.'
    })
  const name = header.key.toLowerCase()
  return [...pairs.filter(([key]) => key.toLowerCase() !== name), [name, header.value]]
}

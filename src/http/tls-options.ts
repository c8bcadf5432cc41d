import type { TlsSettings, TlsVersion } from './client.ts'

interface JsonSchema {
  readonly [keyword: string]: unknown
}

interface TlsFiles {
  readonly cAFile?: string
  readonly certFile?: string
  readonly keyFile?: string
}

/** Tracetest's `tls` block; files may also stand directly in it. */
export interface TlsOptions {
  /** No TLS, where the address does not say it by its scheme. */
  readonly insecure?: boolean
  readonly insecureSkipVerify?: boolean
  readonly serverName?: string
  readonly caFile?: string
  readonly certFile?: string
  readonly keyFile?: string
  readonly settings?: TlsFiles & { readonly minVersion?: string; readonly maxVersion?: string }
}

const VERSIONS: Readonly<Record<string, TlsVersion>> = {
  '1.0': 'TLSv1',
  '1.1': 'TLSv1.1',
  '1.2': 'TLSv1.2',
  '1.3': 'TLSv1.3'
}

const VERSION: JsonSchema = {
  type: 'string',
  title: '1.0, 1.1, 1.2 or 1.3',
  pattern: '^(?:1\\.[0-3]|1)?$',
  examples: ['1.2', '1.3']
}

const PROPERTIES: JsonSchema = {
  insecureSkipVerify: { type: 'boolean', description: 'Accept any certificate.' },
  serverName: { type: 'string', description: 'The name that the certificate must be for.' },
  caFile: { type: 'string', description: 'Trust these certificate authorities: a PEM file.' },
  certFile: { type: 'string', description: 'Our certificate: a PEM file.' },
  keyFile: { type: 'string', description: 'The key of our certificate: a PEM file.' },
  settings: {
    type: 'object',
    description: 'As Tracetest writes them.',
    additionalProperties: false,
    properties: {
      cAFile: { type: 'string', description: 'The same as caFile.' },
      certFile: { type: 'string', description: 'The same as certFile above.' },
      keyFile: { type: 'string', description: 'The same as keyFile above.' },
      minVersion: { ...VERSION, description: 'The lowest version of TLS.' },
      maxVersion: { ...VERSION, description: 'The highest version of TLS.' }
    }
  }
}

/** The schema of `tls`. */
export const TLS_SCHEMA: JsonSchema = {
  type: 'object',
  description: 'How the connection is secured, as in Tracetest.',
  additionalProperties: false,
  properties: {
    insecure: {
      type: 'boolean',
      description: 'Without TLS, where the address has no scheme that says so.'
    },
    ...PROPERTIES
  }
}

/** The schema of `tls` where the scheme of a URL says whether there is TLS. */
export const HTTP_TLS_SCHEMA: JsonSchema = {
  type: 'object',
  description: 'How a connection by https:// is secured.',
  additionalProperties: false,
  properties: PROPERTIES
}

/** Which of the strings of `tls` are paths of files. */
export const TLS_FILES: readonly (readonly string[])[] = [
  ['caFile'],
  ['certFile'],
  ['keyFile'],
  ['settings', 'cAFile'],
  ['settings', 'certFile'],
  ['settings', 'keyFile']
]

/** The same, as paths of options that have `tls`. */
export const TLS_PATHS: readonly (readonly string[])[] = TLS_FILES.map(path => ['tls', ...path])

/** Settings with which no connection can be made; the message starts after "`tls`". */
export class UnusableTls extends Error {
  readonly hint: string
  constructor(problem: string, hint: string, cause?: unknown) {
    super(problem, cause === undefined ? undefined : { cause })
    this.hint = hint
  }
}

interface FileReader {
  readFile(path: string): Promise<Uint8Array>
}

/** Reads the files and checks that they are what they should be. Rejects with `UnusableTls`. */
export async function readTls(
  options: TlsOptions,
  context: FileReader
): Promise<TlsSettings & { readonly verifies: boolean }> {
  const { settings = {}, serverName } = options
  const caFile = options.caFile ?? settings.cAFile
  const certFile = options.certFile ?? settings.certFile
  const keyFile = options.keyFile ?? settings.keyFile
  const ca = await readPem(caFile, 'caFile', context)
  const cert = await readPem(certFile, 'certFile', context)
  const key = await readPem(keyFile, 'keyFile', context)
  if ((cert === undefined) !== (key === undefined))
    throw new UnusableTls(
      cert === undefined ? 'keyFile is given without certFile' : 'certFile is given without keyFile',
      'A client certificate needs both.'
    )
  const minVersion = VERSIONS[settings.minVersion ?? '']
  const maxVersion = VERSIONS[settings.maxVersion ?? '']
  const tls: TlsSettings = {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(serverName ? { serverName } : {}),
    ...(minVersion === undefined ? {} : { minVersion }),
    ...(maxVersion === undefined ? {} : { maxVersion })
  }
  await checkTls(tls, certFile, keyFile)
  return { ...tls, verifies: !(options.insecureSkipVerify ?? false) }
}

async function readPem(
  path: string | undefined,
  name: string,
  context: FileReader
): Promise<Uint8Array | undefined> {
  if (path === undefined || path === '') return undefined
  let bytes: Uint8Array
  try {
    bytes = await context.readFile(path)
  } catch (error) {
    throw new UnusableTls(
      `${name} cannot be read from ${path}: ${reasonOf(error)}`,
      'A relative path starts where the file stands that names it.',
      error
    )
  }
  // Node takes an authority's file in silence whatever is in it.
  if (!Buffer.from(bytes).includes('-----BEGIN '))
    throw new UnusableTls(`${path} (${name}) is not a PEM file`, 'It starts with "-----BEGIN …-----".')
  return bytes
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return 'code' in error && error.code === 'ENOENT' ? 'there is no such file' : error.message
}

async function checkTls(
  tls: TlsSettings,
  certFile: string | undefined,
  keyFile: string | undefined
): Promise<void> {
  // Not loaded by those that connect to nothing: it takes as long as half of a start.
  const { createSecureContext } = await import('node:tls')
  const { ca, cert, key, minVersion, maxVersion } = tls as {
    ca?: Buffer
    cert?: Buffer
    key?: Buffer
  } & TlsSettings
  try {
    createSecureContext({
      ...(ca && { ca }),
      ...(cert && { cert }),
      ...(key && { key }),
      ...(minVersion && { minVersion }),
      ...(maxVersion && { maxVersion })
    })
  } catch (error) {
    const files = certFile === undefined ? '' : ` with ${certFile} and ${keyFile ?? ''}`
    throw new UnusableTls(
      `no TLS is possible${files}: ${error instanceof Error ? error.message : String(error)}`,
      'Do certificate and key belong together, and is the key without a passphrase?',
      error
    )
  }
}

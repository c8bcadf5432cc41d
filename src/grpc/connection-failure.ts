import { describeHttpFailure } from '../http/http-error.ts'

/** Why there is no connection, or none any more. */
export interface ConnectionFailure {
  readonly kind: 'refused' | 'unknown-host' | 'tls' | 'protocol' | 'reset' | 'other'
  readonly message: string
  readonly hint?: string | undefined
  /** The same call may be answered if it is made again at once. */
  readonly isTransient: boolean
}

/** What grpc-js says of certificates, in OpenSSL's words, and the codes that it leaves out. */
const CERTIFICATE_CODES: readonly (readonly [RegExp, string])[] = [
  [/self-signed certificate in certificate chain/, 'SELF_SIGNED_CERT_IN_CHAIN'],
  [/self-signed certificate/, 'DEPTH_ZERO_SELF_SIGNED_CERT'],
  [/unable to verify the first certificate/, 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
  [/unable to get local issuer certificate/, 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY'],
  [/unable to get issuer certificate/, 'UNABLE_TO_GET_ISSUER_CERT'],
  [/certificate has expired/, 'CERT_HAS_EXPIRED'],
  [/certificate is not yet valid/, 'CERT_NOT_YET_VALID'],
  [/certificate revoked/, 'CERT_REVOKED'],
  [/ERR_TLS_CERT_ALTNAME_INVALID|does not match certificate's altnames/, 'ERR_TLS_CERT_ALTNAME_INVALID']
]

const NO_CONNECTION = /^No connection established\. Last error: (.*?)(?:\. Resolution note:.*)?$/s

/** Reads the details of a call that failed as unavailable; undefined where the server itself said so. */
export function connectionFailureOf(
  details: string,
  endpoint: string,
  isPlaintext: boolean
): ConnectionFailure | undefined {
  if (details.startsWith('Name resolution failed'))
    return {
      kind: 'unknown-host',
      message: `no name server knows the host of ${endpoint}`,
      hint: describeHttpFailure(coded('ENOTFOUND', details), endpoint).hint,
      isTransient: true
    }
  const cause = NO_CONNECTION.exec(details)?.[1]
  if (cause !== undefined) return connectFailure(cause, endpoint, isPlaintext)
  if (/^Connection dropped|^Stream refused|ECONNRESET|ETIMEDOUT|EPIPE/.test(details))
    return {
      kind: 'reset',
      message: `${endpoint} closed the connection before the answer was complete (${details})`,
      hint: 'Its log may say why: a crash, a restart, or a limit on the request.',
      isTransient: true
    }
  return undefined
}

function connectFailure(cause: string, endpoint: string, isPlaintext: boolean): ConnectionFailure {
  const certificate = CERTIFICATE_CODES.find(([pattern]) => pattern.test(cause))?.[1]
  if (certificate !== undefined) return certificateFailure(certificate, cause, endpoint)
  if (/SSL routines|EPROTO|before secure TLS connection/.test(cause)) {
    const reason = /SSL routines:[^:]*:([^:]+)/.exec(cause)?.[1] ?? 'the connection was closed'
    return {
      kind: 'tls',
      message: `the TLS handshake with ${endpoint} failed: ${reason}`,
      hint: handshakeHint(reason),
      isTransient: false
    }
  }
  if (/Protocol error|Parse Error/.test(cause))
    return {
      kind: 'protocol',
      message: `${endpoint} does not speak gRPC (${withoutDate(cause)})`,
      hint: 'Does this port speak HTTP/1.1? gRPC has often another one.',
      isTransient: false
    }
  const code = /\bE[A-Z]{4,}\b/.exec(cause)?.[0]
  if (code === undefined)
    return {
      kind: 'other',
      message: `${endpoint} closed the connection before it said anything (${withoutDate(cause)})`,
      hint: isPlaintext
        ? 'Does this port speak TLS? Then give `tls` and leave `insecure` out of it.'
        : 'Does this port speak gRPC?',
      isTransient: true
    }
  if (code === 'ENOENT')
    return {
      kind: 'refused',
      message: `there is no socket at ${endpoint}`,
      hint: 'Is the service running, and is this its path?',
      isTransient: true
    }
  const { kind, message, hint, isTransient } = describeHttpFailure(coded(code, cause), endpoint)
  return { kind: kind === 'refused' || kind === 'reset' ? kind : 'other', message, hint, isTransient }
}

function certificateFailure(code: string, cause: string, endpoint: string): ConnectionFailure {
  return {
    kind: 'tls',
    message: describeHttpFailure(coded(code, cause), endpoint).message,
    hint:
      code === 'ERR_TLS_CERT_ALTNAME_INVALID'
        ? 'Write the name that the certificate is for as `tls.serverName`.'
        : 'Name the file of its certificate authority as `tls.settings.cAFile`, or in NODE_EXTRA_CA_CERTS.',
    isTransient: false
  }
}

function handshakeHint(reason: string): string {
  if (/wrong version number|packet length too long/.test(reason))
    return 'Does this port speak plaintext? Then set `tls.insecure: true`.'
  if (/application protocol/.test(reason))
    return 'This port speaks TLS, and no HTTP/2, which gRPC needs: is it the one for HTTP? Stores and services often have another one for gRPC.'
  if (/protocol version|no protocols available/.test(reason))
    return 'Its versions of TLS and ours have none in common: see `tls.settings.minVersion` and `maxVersion`.'
  if (/certificate/.test(reason))
    return 'Does it want a certificate of ours? Name one as `tls.settings.certFile` and `keyFile`.'
  return 'Does this port speak TLS, and want a certificate of ours?'
}

function coded(code: string, message: string): Error {
  return Object.assign(new Error(message), { code })
}

/** grpc-js adds the moment of the failure to some texts. */
function withoutDate(text: string): string {
  return text.replace(/ \(\d{4}-[^)]*Z\)/, '').replace(/^Error: /, '')
}

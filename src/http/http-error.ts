import type { BackendErrorCode, TriggerErrorCode } from '../errors/errors.ts'
import { BackendError, TriggerError } from '../errors/errors.ts'

/** Where and why no answer came, by the innermost cause that says something. */
export interface HttpFailure {
  readonly kind:
    | 'refused'
    | 'unknown-host'
    | 'unreachable'
    | 'connect-timeout'
    | 'tls'
    | 'reset'
    | 'request'
    | 'protocol'
    | 'broken'
    | 'proxy'
    | 'too-large'
    | 'other'
  /** The code of Node or undici. */
  readonly code: string
  readonly message: string
  readonly hint?: string
  /** The same request may be answered if it is sent again at once. */
  readonly isTransient: boolean
}

type Explanation = Omit<HttpFailure, 'code'>

/** The answer was cut off here, because keeping all of it is not safe. */
export class AnswerTooLarge extends Error {
  readonly code = 'TOO_LARGE'
  readonly limitBytes: number
  constructor(limitBytes: number) {
    super(`the answer is larger than ${limitBytes / 1024 / 1024} MiB`)
    this.limitBytes = limitBytes
  }
}

/** The request itself cannot be sent as it is written. */
export class UnsendableRequest extends Error {
  readonly code = 'UNSENDABLE'
}

/** Reads the cause chain of whatever undici threw on the way to `origin`. */
export function describeHttpFailure(error: unknown, origin: string): HttpFailure {
  const { code, message } = rootCause(error)
  return { code, ...explain(code, message, origin) }
}

/**
 * The failure of a trigger; `request` names it in the message, as in `POST http://localhost:8080/checkout`,
 * and `optionsKey` is where its options stand.
 */
export function toTriggerError(
  error: unknown,
  request: string,
  origin: string,
  optionsKey: string
): TriggerError {
  const failure = describeHttpFailure(error, origin)
  return new TriggerError({
    code: triggerCode(failure),
    message: `${request} got no answer: ${failure.message}`,
    hint:
      failure.kind === 'tls' && isCertificateCode(failure.code)
        ? `Name the file of its certificate authority: \`tls: { caFile: ca.pem }\` in ${optionsKey}, or in NODE_EXTRA_CA_CERTS. Or trust whatever it shows: \`sslVerification: false\`.`
        : failure.hint,
    cause: error
  })
}

/** The failure of a look at a backend; `request` names it in the message. */
export function toBackendError(error: unknown, request: string, origin: string): BackendError {
  const failure = describeHttpFailure(error, origin)
  return new BackendError({
    code: backendCode(failure),
    message: `${request} failed: ${failure.message}`,
    hint: isCertificateCode(failure.code)
      ? 'Name the file of its certificate authority: `tls: { caFile: ca.pem }` in the data store. Or trust whatever it shows: `tls: { insecureSkipVerify: true }`.'
      : failure.hint,
    cause: error
  })
}

function triggerCode(failure: HttpFailure): TriggerErrorCode {
  switch (failure.kind) {
    case 'request':
    case 'protocol':
    case 'broken':
    case 'too-large':
    case 'other':
      return 'TRIGGER_CRASHED'
    case 'refused':
    case 'unknown-host':
    case 'unreachable':
    case 'connect-timeout':
    case 'tls':
    case 'proxy':
    case 'reset':
      return 'TRIGGER_UNREACHABLE'
  }
}

function backendCode(failure: HttpFailure): BackendErrorCode {
  switch (failure.kind) {
    case 'protocol':
    case 'broken':
    case 'too-large':
      return 'BACKEND_BAD_RESPONSE'
    case 'request':
      return 'BACKEND_REJECTED'
    case 'refused':
    case 'unknown-host':
    case 'unreachable':
    case 'connect-timeout':
    case 'tls':
    case 'proxy':
    case 'reset':
    case 'other':
      return 'BACKEND_UNREACHABLE'
  }
}

interface RootCause {
  readonly code: string
  readonly message: string
}

/** Several attempts on several addresses fail as one `AggregateError`: the first of them speaks for all. */
function rootCause(error: unknown): RootCause {
  let found: RootCause | undefined
  let current: unknown = error
  for (let depth = 0; depth < 8 && current instanceof Error; depth++) {
    const code = codeOf(current)
    if (code !== undefined) found = { code, message: current.message }
    const errors: unknown = current instanceof AggregateError ? current.errors[0] : undefined
    current = errors ?? current.cause
  }
  return found ?? { code: 'UNKNOWN', message: error instanceof Error ? error.message : String(error) }
}

function codeOf(error: Error): string | undefined {
  const code: unknown = 'code' in error ? error.code : undefined
  if (typeof code === 'string' && code !== '') return code
  // undici leaves the code of its parser out where an answer does not begin like one.
  return error.name === 'HTTPParserError' ? 'HPE_INVALID' : undefined
}

const CERTIFICATE_TEXTS: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate chain ends in a self-signed certificate',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate is signed by an authority that is not known here',
  UNABLE_TO_GET_ISSUER_CERT: 'its certificate is signed by an authority that is not known here',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate is signed by an authority that is not known here',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet',
  CERT_REVOKED: 'its certificate was revoked',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host name'
}

function isCertificateCode(code: string): boolean {
  return code in CERTIFICATE_TEXTS
}

function explain(code: string, message: string, origin: string): Explanation {
  const byProxy = /^Proxy (?:response|Authentication Required) \((\d+)\)/.exec(message)?.[1]
  if (byProxy !== undefined) return refusedByProxy(byProxy, origin)
  const proxy = otherPeerOf(message, origin)
  if (proxy !== undefined) return unreachableProxy(proxy, code, origin)
  const certificate = CERTIFICATE_TEXTS[code]
  if (certificate !== undefined)
    return {
      kind: 'tls',
      isTransient: false,
      message: `${origin} cannot be trusted: ${certificate} (${code})`,
      hint: 'Name the file of its certificate authority in NODE_EXTRA_CA_CERTS.'
    }
  if (code.startsWith('ERR_SSL_') || code === 'EPROTO' || code === 'ERR_TLS_HANDSHAKE_TIMEOUT')
    return {
      kind: 'tls',
      isTransient: false,
      message: `the TLS handshake with ${origin} failed (${code})`,
      hint: 'Does this port speak plain HTTP? Then the URL must start with http://.'
    }
  if (code.startsWith('HPE_'))
    return {
      kind: 'protocol',
      isTransient: false,
      message: `${origin} did not answer in HTTP/1.1 (${message})`,
      hint: 'Does this port speak TLS, gRPC or something else?'
    }
  return explainByCode(code, message, origin)
}

function explainByCode(code: string, message: string, origin: string): Explanation {
  switch (code) {
    case 'ECONNREFUSED':
      return {
        kind: 'refused',
        isTransient: true,
        message: `nothing listens on ${origin} (ECONNREFUSED)`,
        hint: refusedHint(origin)
      }
    case 'ENOTFOUND':
      return {
        kind: 'unknown-host',
        isTransient: false,
        message: `the host of ${origin} is not known (ENOTFOUND)`,
        hint: 'Is it spelt right? Names of containers and of Kubernetes services are known only inside their network.'
      }
    case 'EAI_AGAIN':
      return {
        kind: 'unknown-host',
        isTransient: true,
        message: `the name server did not answer for the host of ${origin} (EAI_AGAIN)`,
        hint: 'Is there a network, and a name server that knows this host?'
      }
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'EADDRNOTAVAIL':
    case 'EACCES':
    case 'EPERM':
      return {
        kind: 'unreachable',
        isTransient: false,
        message: `there is no way to ${origin} (${code})`,
        hint: 'Is a VPN, a firewall or a proxy in the way?'
      }
    case 'UND_ERR_CONNECT_TIMEOUT':
    case 'ETIMEDOUT':
      return {
        kind: 'connect-timeout',
        isTransient: true,
        message: `no connection to ${origin} in time (${code})`,
        hint: 'A firewall that drops packets, or a host that is down, shows like this.'
      }
    case 'ECONNRESET':
    case 'EPIPE':
    case 'UND_ERR_SOCKET':
      return {
        kind: 'reset',
        isTransient: true,
        message: `${origin} closed the connection before the answer was complete (${code})`,
        hint: resetHint(origin)
      }
    case 'TOO_LARGE':
    case 'UND_ERR_RES_EXCEEDED_MAX_SIZE':
    case 'ERR_BUFFER_TOO_LARGE':
      return {
        kind: 'too-large',
        isTransient: false,
        message,
        hint: 'Ask for less of it: a page, a filter, a smaller example.'
      }
    case 'UNSENDABLE':
    case 'UND_ERR_INVALID_ARG':
    case 'UND_ERR_NOT_SUPPORTED':
    case 'UND_ERR_REQ_CONTENT_LENGTH_MISMATCH':
    case 'ERR_INVALID_URL':
      return { kind: 'request', isTransient: false, message: `the request cannot be sent: ${message}` }
    case 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH':
      return brokenAnswer('it ends before its content-length', origin)
    case 'UND_ERR_HEADERS_OVERFLOW':
    case 'Z_DATA_ERROR':
    case 'Z_BUF_ERROR':
      return brokenAnswer(message, origin)
    default:
      return explainBroken(code, message, origin)
  }
}

function explainBroken(code: string, message: string, origin: string): Explanation {
  if (code.startsWith('ERR__ERROR_FORMAT') || code.startsWith('ERR_BROTLI') || code.startsWith('Z_'))
    return brokenAnswer(message, origin)
  return { kind: 'other', isTransient: false, message: `${message} (${code}, ${origin})` }
}

function brokenAnswer(message: string, origin: string): Explanation {
  return { kind: 'broken', isTransient: false, message: `the answer of ${origin} is broken: ${message}` }
}

function refusedByProxy(status: string, origin: string): Explanation {
  return {
    kind: 'proxy',
    isTransient: false,
    message: `the proxy on the way to ${origin} refused with ${status}`,
    hint:
      status === '407'
        ? 'It wants credentials: HTTPS_PROXY=http://user:password@proxy.example.com:3128.'
        : 'May it reach this host? NO_PROXY lists hosts to reach without it.'
  }
}

/** Whom Node could not reach, where that is not the origin itself: only a proxy stands in between. */
function otherPeerOf(message: string, origin: string): string | undefined {
  if (!URL.canParse(origin)) return undefined
  const { hostname, port, protocol } = new URL(origin)
  if (protocol !== 'http:' && protocol !== 'https:') return undefined
  const [, peer, peerPort] = /^connect [A-Z]+ (.*):(\d+)$/.exec(message) ?? []
  const ownPort = port === '' ? (protocol === 'http:' ? '80' : '443') : port
  if (peer !== undefined && peerPort !== ownPort) return `${peer}:${peerPort}`
  const unknown = /^getaddrinfo [A-Z_]+ (\S+)$/.exec(message)?.[1]
  return unknown === hostname ? undefined : unknown
}

function unreachableProxy(proxy: string, code: string, origin: string): Explanation {
  return {
    kind: 'proxy',
    isTransient: code !== 'ENOTFOUND',
    message: `the proxy on the way to ${origin} cannot be reached at ${proxy} (${code})`,
    hint: 'HTTPS_PROXY and HTTP_PROXY name it; NO_PROXY lists hosts to reach without one.'
  }
}

function resetHint(origin: string): string {
  const log = 'Its log may say why: a crash, a restart, or a limit on the request.'
  return origin.startsWith('http://')
    ? `${log} A port that speaks TLS does the same: the URL must start with https:// then.`
    : log
}

function refusedHint(origin: string): string {
  const isLocal = /^https?:\/\/(localhost|127\.|\[::1\]|0\.0\.0\.0)/.test(origin)
  return isLocal
    ? 'Is the service running, and on this port? Inside a container, localhost is the container itself: use host.docker.internal or the name of the service.'
    : 'Is the service running, and on this port?'
}

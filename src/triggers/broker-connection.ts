import type { ConnectionOptions } from 'node:tls'
import { TriggerError } from '../errors/errors.ts'
import { describeHttpFailure } from '../http/http-error.ts'
import type { TlsOptions } from '../http/tls-options.ts'
import { readTls, UnusableTls } from '../http/tls-options.ts'
import type { PluginContext } from '../plugin/context.ts'
import { UnsendableMessage } from './message.ts'
import { abortedError } from './outcome.ts'

/** Who is there, and what to write to meet him in another way. */
export interface BrokerPort {
  /** `host:port` */
  readonly address: string
  readonly isTls: boolean
  readonly withTls: string
  readonly withoutTls: string
}

/** Why there is no connection to a broker, or none any more. */
export interface BrokerFailure {
  readonly message: string
  readonly hint?: string | undefined
}

/** Reads what a socket said at its end. */
export function describeBrokerFailure(error: unknown, port: BrokerPort): BrokerFailure {
  const { kind, code, message, hint } = describeHttpFailure(error, port.address)
  switch (kind) {
    case 'refused':
      return {
        message,
        hint: 'Is the broker running, and on this port? Inside a container, localhost is the container itself.'
      }
    case 'tls':
      return { message, hint: tlsHint(code, error instanceof Error ? error.message : '', port) }
    case 'reset':
      return { message: `${port.address} closed the connection (${code})`, hint: closedHint(port) }
    default:
      return { message, hint }
  }
}

/** What to think of where a broker ends a connection without a word. */
export function closedHint({ isTls, withTls, withoutTls }: BrokerPort): string {
  return isTls ? `Does this port speak plaintext? ${withoutTls}` : `Does this port speak TLS? ${withTls}`
}

function tlsHint(code: string, said: string, { withoutTls }: BrokerPort): string {
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return 'Write the name that the certificate is for as `tls.serverName`.'
  if (!/^(?:ERR_SSL|EPROTO|ERR_TLS)/.test(code))
    return 'Name the file of its certificate authority as `tls.caFile`. Or trust whatever it shows: `tls.insecureSkipVerify: true`.'
  if (/version.number|packet.length/i.test(`${code} ${said}`))
    return `Does this port speak plaintext? ${withoutTls}`
  if (/protocol.version|unsupported.protocol|no.protocols/i.test(`${code} ${said}`))
    return 'Its versions of TLS and ours have none in common: see `tls.settings.minVersion` and `maxVersion`.'
  return 'Does it want a certificate of ours? Name one as `tls.certFile` and `tls.keyFile`.'
}

/** What Node needs for a TLS connection. Rejects with `UnusableTls`. */
export async function connectionTls(
  tls: TlsOptions | undefined,
  context: PluginContext
): Promise<ConnectionOptions> {
  const { ca, cert, key, serverName, minVersion, maxVersion, verifies } = await readTls(tls ?? {}, context)
  return {
    rejectUnauthorized: verifies,
    ...(ca && { ca: Buffer.from(ca) }),
    ...(cert && { cert: Buffer.from(cert) }),
    ...(key && { key: Buffer.from(key) }),
    ...(serverName === undefined ? {} : { servername: serverName }),
    ...(minVersion && { minVersion }),
    ...(maxVersion && { maxVersion })
  }
}

/** What became of the work, or the reason for which it was to stop, whichever is first. */
export async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const settled = new AbortController()
  try {
    return await Promise.race([
      work,
      new Promise<never>((_, reject) => {
        const give = (): void => reject(signal.reason as Error)
        if (signal.aborted) give()
        signal.addEventListener('abort', give, { once: true, signal: settled.signal })
      })
    ])
  } finally {
    settled.abort()
  }
}

/** The error of a message that was not handed over; what is no failure of the world is handed on. */
export function messageError(error: unknown, name: string, signal: AbortSignal): unknown {
  if (signal.aborted) return abortedError(name, signal.reason)
  if (error instanceof TriggerError) return error
  const isTls = error instanceof UnusableTls
  if (!isTls && !(error instanceof UnsendableMessage)) return error
  return new TriggerError({
    code: 'TRIGGER_CRASHED',
    message: `${name}: the message cannot be sent: ${isTls ? '`tls`: ' : ''}${error.message}`,
    hint: error.hint,
    cause: error
  })
}

import type { TlsOptions } from '../../http/tls-options.ts'
import type { Header } from '../../model/response.ts'
import type { FileText } from '../../plugin/trigger.ts'

/** The properties of a message that AMQP has. */
export interface MessageProperties {
  readonly contentType?: string
  readonly contentEncoding?: string
  readonly messageId?: string
  readonly correlationId?: string
  readonly replyTo?: string
  readonly type?: string
  readonly appId?: string
  readonly userId?: string
  /** Milliseconds, as text. */
  readonly expiration?: string
  readonly priority?: number
  /** Seconds since 1970. */
  readonly timestamp?: number
  readonly persistent?: boolean
}

/** What stands under `trigger.rabbitmq`, with its templates and paths resolved. */
export interface RabbitMqOptions {
  /** `amqp://user:password@host:port/vhost`, `amqps://` for TLS. */
  readonly url: string
  /** Where to; or `queue`. */
  readonly exchange?: string
  readonly queue?: string
  readonly routingKey?: string
  readonly headers?: readonly Header[]
  readonly properties?: MessageProperties
  readonly message?: string | FileText
  /** Instead of the credentials in the URL. */
  readonly auth?: {
    readonly type: 'basic'
    readonly basic?: { readonly username: string; readonly password: string }
  }
  readonly tls?: TlsOptions
  /** Whether a message that no queue takes is an error; it is, if absent. */
  readonly mandatory?: boolean
}

/** What a URL of AMQP says. */
export interface AmqpUrl {
  readonly hostname: string
  readonly port: number
  readonly isTls: boolean
  readonly vhost: string
  readonly username?: string
  readonly password?: string
  /** `host:port` */
  readonly address: string
}

/** Reads a URL, or says what is wrong with it. */
export function readUrl(written: string): AmqpUrl | { readonly refusal: string } {
  const text = written.trim()
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[1]?.toLowerCase()
  if (scheme === undefined)
    return { refusal: 'the URL has no scheme: write amqp://HOST:PORT or amqps://HOST:PORT' }
  if (scheme !== 'amqp' && scheme !== 'amqps')
    return { refusal: `"${scheme}://" is not AMQP: the URL must start with amqp:// or amqps://` }
  if (!URL.canParse(text))
    return { refusal: 'this is not a URL: is a character in the password not encoded?' }
  const url = new URL(text)
  if (url.hostname === '') return { refusal: 'the URL names no host' }
  const [, vhost = '', ...deeper] = url.pathname.split('/')
  if (deeper.length > 0)
    return { refusal: 'a virtual host with `/` in it is written with %2F: amqp://HOST:PORT/%2Fshop' }
  try {
    const isTls = scheme === 'amqps'
    const port = url.port === '' ? (isTls ? 5671 : 5672) : Number(url.port)
    return {
      hostname: url.hostname.replace(/^\[(.*)\]$/, '$1'),
      port,
      isTls,
      vhost: vhost === '' ? '/' : decodeURIComponent(vhost),
      ...(url.username === '' ? {} : { username: decodeURIComponent(url.username) }),
      ...(url.password === '' ? {} : { password: decodeURIComponent(url.password) }),
      address: `${url.hostname}:${port}`
    }
  } catch {
    return { refusal: 'the URL has a % that encodes nothing: a % itself is written %25' }
  }
}

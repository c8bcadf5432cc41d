import { createSecureContext } from 'node:tls'
import type { ClientOptions } from '@grpc/grpc-js'
import { ChannelCredentials, Client, logVerbosity, setLogVerbosity } from '@grpc/grpc-js'
import type { TlsSettings } from '../http/client.ts'

/** Whom to call, and how securely. */
export interface ChannelOptions {
  /** `host:port` */
  readonly endpoint: string
  /** Absent: plaintext. */
  readonly tls?: TlsSettings & { readonly verifies: boolean }
  readonly maxAnswerBytes: number
}

// It would write to standard error what servers send, secrets too.
setLogVerbosity(logVerbosity.NONE)

/** A channel of its own, shared with nobody. Throws what Node says of TLS settings that cannot be used. */
export function createChannel(
  { endpoint, tls, maxAnswerBytes }: ChannelOptions,
  more: ClientOptions = {}
): Client {
  return new Client(endpoint, credentialsOf(tls), {
    'grpc.primary_user_agent': 'tracerun',
    'grpc.max_receive_message_length': maxAnswerBytes,
    'grpc.enable_http_proxy': isLoopback(endpoint) ? 0 : 1,
    'grpc.use_local_subchannel_pool': 1,
    'grpc.service_config_disable_resolution': 1,
    ...(tls?.serverName === undefined
      ? {}
      : {
          'grpc.ssl_target_name_override': tls.serverName,
          'grpc.default_authority': tls.serverName
        }),
    ...more
  })
}

function credentialsOf(tls: ChannelOptions['tls']): ChannelCredentials {
  if (tls === undefined) return ChannelCredentials.createInsecure()
  const { verifies, serverName: _, ...settings } = tls
  const context = createSecureContext(settings as Parameters<typeof createSecureContext>[0])
  return ChannelCredentials.createFromSecureContext(context, { rejectUnauthorized: verifies })
}

function isLoopback(endpoint: string): boolean {
  return /^(?:dns:\/*)?(?:(?:[^:/]+\.)?localhost(?::|$)|127\.|\[::1\]|unix:)/i.test(endpoint)
}

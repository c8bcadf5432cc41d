import type { Header } from '../../model/response.ts'
import type { FileText } from '../../plugin/trigger.ts'

export interface BasicAuth {
  readonly username?: string
  /** As the documentation of Tracetest has it. */
  readonly user?: string
  readonly password: string
}

export interface ApiKeyAuth {
  readonly key: string
  readonly value: string
  readonly in?: 'header' | 'query'
}

export interface BearerAuth {
  /** Sent as it is where it starts with a scheme, after `Bearer ` otherwise. */
  readonly token: string
}

export interface HttpAuth {
  readonly type: 'basic' | 'apiKey' | 'bearer'
  readonly basic?: BasicAuth
  readonly apiKey?: ApiKeyAuth
  readonly bearer?: BearerAuth
}

/** What stands under `trigger.httpRequest`, with its templates resolved. */
export interface HttpOptions {
  readonly url: string
  readonly method?: string
  readonly headers?: readonly Header[]
  readonly body?: string | FileText
  readonly auth?: HttpAuth
  /** The older spelling of `auth`. */
  readonly authentication?: HttpAuth
  readonly sslVerification?: boolean
}

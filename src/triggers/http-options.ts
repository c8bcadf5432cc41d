import { AUTH_SCHEMA, AUTH_SECRETS, AUTH_TEMPLATES, type HttpAuth } from '../http/auth.ts'
import { checkHeaderName } from '../http/headers.ts'
import { UnsendableRequest } from '../http/http-error.ts'
import { parseTarget } from '../http/target.ts'
import { HTTP_TLS_SCHEMA, TLS_PATHS, type TlsOptions } from '../http/tls-options.ts'
import type { Header } from '../model/response.ts'
import type { JsonSchema } from '../plugin/context.ts'
import type { Trigger } from '../plugin/trigger.ts'

/** What every trigger that speaks HTTP takes: where to, as whom, how the connection is secured. */
export interface HttpTargetOptions {
  readonly url: string
  readonly headers?: readonly Header[]
  readonly auth?: HttpAuth
  /** The older spelling of `auth`. */
  readonly authentication?: HttpAuth
  readonly sslVerification?: boolean
  readonly tls?: TlsOptions
}

/** Their place in a schema. */
export const HTTP_TARGET_PROPERTIES: Readonly<Record<keyof HttpTargetOptions, JsonSchema>> = {
  url: { type: 'string', minLength: 1, description: 'Where to send to; `http://` may be left out.' },
  headers: {
    type: 'array',
    description: 'In this order; names may repeat.',
    items: {
      type: 'object',
      additionalProperties: false,
      required: ['key', 'value'],
      properties: { key: { type: 'string', minLength: 1 }, value: { type: 'string' } }
    }
  },
  auth: AUTH_SCHEMA,
  authentication: { ...AUTH_SCHEMA, description: 'Older spelling of auth.' },
  sslVerification: {
    type: 'boolean',
    default: true,
    description: 'Set to false to accept any certificate.'
  },
  tls: HTTP_TLS_SCHEMA
}

/** What a trigger that has these options says of them. */
export const HTTP_TARGET: Pick<
  Required<Trigger<HttpTargetOptions>>,
  'templates' | 'secrets' | 'relativeUrls' | 'paths' | 'refuseText'
> = {
  templates: [['url'], ['headers', '*', 'key'], ['headers', '*', 'value'], ...AUTH_TEMPLATES],
  secrets: AUTH_SECRETS,
  relativeUrls: [['url']],
  paths: TLS_PATHS,
  refuseText(path, text) {
    try {
      if (path[0] === 'url') parseTarget(text)
      if (path[0] === 'headers' && path.at(-1) === 'key') checkHeaderName(text)
      return undefined
    } catch (error) {
      if (error instanceof UnsendableRequest) return error.message
      throw error
    }
  }
}

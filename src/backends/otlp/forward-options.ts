import { BackendError } from '../../errors/errors.ts'
import { basicHeader } from '../../http/auth.ts'
import type { HeaderPair } from '../../http/client.ts'
import { checkHeaderName } from '../../http/headers.ts'
import { parseTarget, withoutUserInfo } from '../../http/target.ts'
import type { JsonSchema } from '../../plugin/context.ts'
import { httpSecretsOf } from '../http-options.ts'

/** Where the requests that are received go as well: a URL, or one with headers of its own. */
export type ForwardOption =
  | string
  | { readonly url: string; readonly headers?: Readonly<Record<string, string>> }

export const FORWARD_SCHEMA: JsonSchema = {
  title: 'a URL, or a mapping of url and headers',
  type: ['string', 'object'],
  pattern: '^https?://[^/\\s]+',
  description:
    'Where everything that is received is sent as well, over HTTP: a Collector, whose OTLP port is 4318.',
  examples: ['http://localhost:14318'],
  properties: {
    url: { type: 'string', pattern: '^https?://[^/\\s]+', description: 'Without /v1/traces at its end.' },
    headers: {
      type: 'object',
      additionalProperties: { type: 'string' },
      description: 'Sent with every request, instead of those of the same name that came with it.'
    }
  },
  required: ['url'],
  additionalProperties: false
}

/** Where requests are passed on to. */
export interface ForwardTarget {
  readonly origin: string
  /** The path before `/v1/traces`; may be empty. */
  readonly basePath: string
  readonly headers: readonly HeaderPair[]
  /** As messages name it. */
  readonly name: string
}

/** Reads the option. Throws a `BackendError` where nothing can be sent there. */
export function forwardTargetOf(option: ForwardOption): ForwardTarget {
  const { url, headers = {} } = typeof option === 'string' ? { url: option } : option
  try {
    const { origin, path, userInfo } = parseTarget(url)
    const own = Object.entries(headers).map(
      ([name, value]): HeaderPair => [checkHeaderName(name).toLowerCase(), String(value)]
    )
    const basePath = path.replace(/[?].*$/s, '').replace(/(?:\/v1\/(?:traces|metrics|logs))?\/*$/, '')
    const credentials = userInfo === undefined ? [] : [basicHeader(userInfo).value]
    return {
      origin,
      basePath,
      headers: [...credentials.map((value): HeaderPair => ['authorization', value]), ...own],
      name: `${origin}${basePath}`
    }
  } catch (error) {
    throw new BackendError({
      code: 'BACKEND_REJECTED',
      message: `the OTLP receiver cannot forward to ${withoutUserInfo(url)}: ${(error as Error).message}`,
      hint: 'write the URL like http://localhost:14318',
      cause: error
    })
  }
}

/** What of the option must appear in no output. */
export function forwardSecretsOf(option: ForwardOption): readonly string[] {
  return httpSecretsOf(typeof option === 'string' ? { url: option } : option)
}

import { AUTH_SCHEMA } from '../../http/auth.ts'
import type { JsonSchema } from '../../plugin/context.ts'

/** The schema of `trigger.httpRequest`. */
export const HTTP_SCHEMA: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['url'],
  properties: {
    url: { type: 'string', minLength: 1, description: 'Where to send to; `http://` may be left out.' },
    method: {
      title: 'an HTTP method',
      type: 'string',
      default: 'GET',
      pattern: '^(?!(?:[Cc][Oo][Nn][Nn][Ee][Cc][Tt]|[Tt][Rr][Aa][Cc][Ee])$)[!#$%&*+.^_|~0-9A-Za-z-]+$',
      description: 'Any HTTP method but CONNECT and TRACE; GET if it is left out.'
    },
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
    body: {
      type: 'string',
      description: 'Text, or the path of a file that starts with `./`, `../` or `/`.'
    },
    auth: AUTH_SCHEMA,
    authentication: { ...AUTH_SCHEMA, description: 'Older spelling of auth.' },
    sslVerification: {
      type: 'boolean',
      default: true,
      description: 'Set to false to accept any certificate.'
    }
  }
}

import type { JsonSchema } from '../../plugin/context.ts'

/** A key that is spelt out makes a linter take the schema for a promise. */
const THEN = 'then'

const AUTH: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['type'],
  properties: {
    type: { enum: ['basic', 'apiKey', 'bearer'], description: 'Which of the blocks below is used.' },
    basic: {
      type: 'object',
      additionalProperties: false,
      required: ['password'],
      properties: {
        username: { type: 'string' },
        user: { type: 'string', description: 'Older spelling of username.' },
        password: { type: 'string' }
      }
    },
    apiKey: {
      type: 'object',
      additionalProperties: false,
      required: ['key', 'value'],
      properties: {
        key: { type: 'string', description: 'The name of the header or of the query parameter.' },
        value: { type: 'string' },
        in: { enum: ['header', 'query'], default: 'header' }
      }
    },
    bearer: {
      type: 'object',
      additionalProperties: false,
      required: ['token'],
      properties: {
        token: {
          type: 'string',
          description: 'Sent after `Bearer `, or as it is where it already starts with a scheme.'
        }
      }
    }
  },
  allOf: ['basic', 'apiKey', 'bearer'].map(type => ({
    if: { properties: { type: { const: type } }, required: ['type'] },
    [THEN]: { required: [type] }
  }))
}

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
    auth: AUTH,
    authentication: { ...AUTH, description: 'Older spelling of auth.' },
    sslVerification: {
      type: 'boolean',
      default: true,
      description: 'Set to false to accept any certificate.'
    }
  }
}

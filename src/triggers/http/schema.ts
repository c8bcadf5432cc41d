import type { JsonSchema } from '../../plugin/context.ts'
import { HTTP_TARGET_PROPERTIES } from '../http-options.ts'

const { url, headers, ...others } = HTTP_TARGET_PROPERTIES

/** The schema of `trigger.httpRequest`. */
export const HTTP_SCHEMA: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['url'],
  properties: {
    url,
    method: {
      title: 'an HTTP method',
      type: 'string',
      default: 'GET',
      pattern: '^(?!(?:[Cc][Oo][Nn][Nn][Ee][Cc][Tt]|[Tt][Rr][Aa][Cc][Ee])$)[!#$%&*+.^_|~0-9A-Za-z-]+$',
      description: 'Any HTTP method but CONNECT and TRACE; GET if it is left out.'
    },
    headers,
    body: {
      type: 'string',
      description: 'Text, or the path of a file that starts with `./`, `../` or `/`.'
    },
    ...others
  }
}

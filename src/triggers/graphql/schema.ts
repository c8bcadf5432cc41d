import type { JsonSchema } from '../../plugin/context.ts'
import { HTTP_TARGET_PROPERTIES } from '../http-options.ts'

const { url, headers, auth, authentication, ...connection } = HTTP_TARGET_PROPERTIES

/** The schema of `trigger.graphql`. */
export const GRAPHQL_SCHEMA: JsonSchema = {
  type: 'object',
  description: 'One GraphQL query or mutation.',
  additionalProperties: false,
  required: ['url', 'body'],
  properties: {
    url,
    headers,
    body: {
      type: 'object',
      title: 'a mapping with the key query',
      description: 'What is asked.',
      additionalProperties: false,
      required: ['query'],
      properties: {
        query: {
          type: 'string',
          minLength: 1,
          description: 'A query or a mutation, or the path of a file that starts with `./`, `../` or `/`.'
        },
        variables: {
          type: 'object',
          title: 'a mapping of names to values',
          description:
            'The values of its variables. Numbers, truth values, lists and mappings are sent as they are; texts may be templates.',
          additionalProperties: true,
          examples: [{ id: 'SKU-1', quantity: 2 }]
        },
        operationName: {
          type: 'string',
          description: 'Which operation of the query is meant; needed where there are several.'
        }
      }
    },
    auth,
    authentication,
    ...connection,
    schema: {
      type: 'string',
      minLength: 1,
      description: 'What the query is checked against: the path of a file, or SDL, or introspection JSON.'
    }
  }
}

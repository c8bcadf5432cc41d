import { TLS_SCHEMA } from '../../http/tls-options.ts'
import type { JsonSchema } from '../../plugin/context.ts'
import { BROKER_CREDENTIALS_SCHEMA, MESSAGE_HEADERS_SCHEMA } from '../message.ts'
import { MECHANISMS } from './options.ts'

/** A key that is spelt out makes a linter take the schema for a promise. */
const THEN = 'then'

const AUTHENTICATION: JsonSchema = {
  type: 'object',
  description: 'Who we are, by SASL.',
  additionalProperties: false,
  required: ['type'],
  properties: {
    type: { enum: MECHANISMS, description: 'The mechanism, and which of the blocks below is used.' },
    plain: {
      ...BROKER_CREDENTIALS_SCHEMA,
      description: 'PLAIN: the password goes over the wire, so use TLS.'
    },
    'scram-sha-256': { ...BROKER_CREDENTIALS_SCHEMA, description: 'SCRAM-SHA-256.' },
    'scram-sha-512': { ...BROKER_CREDENTIALS_SCHEMA, description: 'SCRAM-SHA-512.' }
  },
  allOf: MECHANISMS.map(type => ({
    if: { properties: { type: { const: type } }, required: ['type'] },
    [THEN]: { required: [type] }
  }))
}

/** The schema of `trigger.kafka`. */
export const KAFKA_SCHEMA: JsonSchema = {
  type: 'object',
  description: 'One message to a topic of Kafka, confirmed by all its replicas.',
  additionalProperties: false,
  required: ['brokerUrls', 'topic'],
  properties: {
    brokerUrls: {
      type: 'array',
      minItems: 1,
      description: 'Whom to ask first: the first one that answers names the others.',
      items: { title: 'HOST:PORT', type: 'string', minLength: 1, examples: ['localhost:9092'] }
    },
    topic: {
      type: 'string',
      minLength: 1,
      description: 'Where to; it has to be there, none is created.',
      examples: ['orders']
    },
    partition: {
      title: 'a whole number from 0',
      type: 'integer',
      minimum: 0,
      description: 'Which partition of it; by the key, as other clients do it, if it is left out.'
    },
    messageKey: { type: 'string', description: 'The key of the message; none if it is left out or empty.' },
    messageValue: {
      type: 'string',
      description: 'The message, or the path of a file that starts with `./`, `../` or `/`.',
      examples: ['{ "orderId": "order-1" }', './messages/order.json']
    },
    headers: MESSAGE_HEADERS_SCHEMA,
    authentication: AUTHENTICATION,
    authetication: { ...AUTHENTICATION, description: 'The same, as the server of Tracetest spells it.' },
    sslVerification: {
      type: 'boolean',
      default: false,
      description: 'Set to true to connect by TLS, as in Tracetest; the certificate is checked.'
    },
    tls: { ...TLS_SCHEMA, description: 'With it, the connection is secured; `{}` is enough.' },
    clientId: {
      type: 'string',
      minLength: 1,
      default: 'tracerun',
      description: 'Who we are in the logs and quotas of the broker.'
    }
  }
}

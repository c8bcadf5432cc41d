import { TLS_SCHEMA } from '../../http/tls-options.ts'
import type { JsonSchema } from '../../plugin/context.ts'
import { BROKER_CREDENTIALS_SCHEMA, MESSAGE_HEADERS_SCHEMA } from '../message.ts'

const PROPERTIES: JsonSchema = {
  type: 'object',
  description: 'The properties of the message that AMQP knows.',
  additionalProperties: false,
  properties: {
    contentType: {
      type: 'string',
      description: 'What the message is.',
      examples: ['application/json']
    },
    contentEncoding: { type: 'string', description: 'How it is encoded.', examples: ['gzip'] },
    messageId: { type: 'string', description: 'Its id.' },
    correlationId: { type: 'string', description: 'The id of what it belongs to.' },
    replyTo: { type: 'string', description: 'The queue that answers are awaited on; none is read.' },
    type: { type: 'string', description: 'The name of its type.' },
    appId: { type: 'string', description: 'Who sent it.' },
    userId: { type: 'string', description: 'The user who sent it: RabbitMQ takes only who is logged in.' },
    expiration: {
      type: 'string',
      description: 'After how many milliseconds it is dropped from a queue.',
      examples: ['60000']
    },
    priority: {
      title: 'a whole number from 0 to 255',
      type: 'integer',
      minimum: 0,
      maximum: 255,
      description: 'Its priority, in queues that have some.'
    },
    timestamp: {
      title: 'whole seconds since 1970',
      type: 'integer',
      minimum: 0,
      description: 'When it was sent, in seconds since 1970; now, if it is left out.'
    },
    persistent: {
      type: 'boolean',
      default: false,
      description: 'Whether it outlives a restart of the broker, in a durable queue.'
    }
  }
}

/** The schema of `trigger.rabbitmq`. */
export const RABBITMQ_SCHEMA: JsonSchema = {
  type: 'object',
  description: 'One message to an exchange or a queue of RabbitMQ, confirmed by the broker.',
  additionalProperties: false,
  required: ['url'],
  properties: {
    url: {
      title: 'amqp://HOST:PORT/VHOST',
      type: 'string',
      minLength: 1,
      description:
        'Whom to connect to, amqps:// for TLS. Without credentials in it or in `auth`: guest, guest.',
      examples: ['amqp://localhost:5672', 'amqps://broker.example.com/shop']
    },
    exchange: {
      type: 'string',
      description: 'Where to; it has to be there, none is created.',
      examples: ['orders']
    },
    queue: {
      type: 'string',
      minLength: 1,
      description: 'Where to, instead of an exchange; it has to be there, none is created.',
      examples: ['orders.shipping']
    },
    routingKey: {
      type: 'string',
      default: '',
      description: 'What the exchange chooses the queues by.',
      examples: ['order.created']
    },
    message: {
      type: 'string',
      description: 'The message, or the path of a file that starts with `./`, `../` or `/`.',
      examples: ['{ "orderId": "order-1" }', './messages/order.json']
    },
    headers: MESSAGE_HEADERS_SCHEMA,
    properties: PROPERTIES,
    auth: {
      type: 'object',
      description: 'A user and a password, instead of those in the URL.',
      additionalProperties: false,
      required: ['type', 'basic'],
      properties: {
        type: { enum: ['basic'], description: 'A user and a password.' },
        basic: { ...BROKER_CREDENTIALS_SCHEMA, description: 'A user and a password.' }
      }
    },
    tls: { ...TLS_SCHEMA, description: 'How the connection of amqps:// is secured.' },
    mandatory: {
      type: 'boolean',
      default: true,
      description: 'Set to false to let a message pass that no queue takes.'
    }
  }
}

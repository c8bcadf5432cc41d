import type { ReturnedMessage } from 'rabbitmq-client'
import { TriggerError } from '../../errors/errors.ts'
import type { TriggerContext } from '../../plugin/trigger.ts'
import {
  type BrokerFailure,
  type BrokerPort,
  closedHint,
  describeBrokerFailure
} from '../broker-connection.ts'
import type { AmqpUrl, RabbitMqOptions } from './options.ts'

/** What came has a length that nothing of AMQP has. */
export class NotAmqp extends Error {
  readonly code = 'NOT_AMQP'
  constructor() {
    super('what it says is no frame')
  }
}

/** One message on its way. */
export interface Publication {
  /** The message, in the words of errors. */
  readonly name: string
  readonly url: AmqpUrl
  readonly options: RabbitMqOptions
  readonly context: TriggerContext
  /** From then on it may have been taken, whatever is heard of it. */
  isSent: boolean
}

type Explained = BrokerFailure & { readonly isOfConnection: boolean }

/** The error of a message that was not confirmed. */
export function explainRabbitMq(error: unknown, publication: Publication): unknown {
  if (error instanceof TriggerError || publication.context.signal.aborted) return error
  if (!(error instanceof Error)) return error
  const { name, isSent } = publication
  const { message, hint, isOfConnection } = explain(codeOf(error), error, publication)
  return new TriggerError({
    code: isOfConnection ? 'TRIGGER_UNREACHABLE' : 'TRIGGER_CRASHED',
    message: `${name} ${isSent && isOfConnection ? 'confirmed' : 'took'} no message: ${message}`,
    hint,
    cause: error
  })
}

/** The error of a message that no queue has taken. */
export function unroutableError(
  { replyText }: ReturnedMessage,
  { name, options, url }: Publication
): TriggerError {
  const { queue, exchange = '', routingKey = '' } = options
  const isDefault = queue !== undefined || exchange === ''
  return new TriggerError({
    code: 'TRIGGER_CRASHED',
    message: isDefault
      ? `${name} took no message: there is no queue \`${queue ?? routingKey}\` in the virtual host \`${url.vhost}\` (${replyText})`
      : `${name} took no message: no queue is bound to it for the routing key \`${routingKey}\` (${replyText})`,
    hint: isDefault
      ? 'A test creates none: start the service that declares it, or declare it before.'
      : 'Is the consumer running that binds its queue? `mandatory: false` lets the message pass.'
  })
}

/** The error of a broker that takes no messages for now. */
export function blockedError(reason: string, { name }: Publication): TriggerError {
  return new TriggerError({
    code: 'TRIGGER_CRASHED',
    message: `${name} took no message: the broker takes none for now (${reason})`,
    hint: 'It is short of memory or disk: `rabbitmqctl status` says what of.'
  })
}

function explain(code: string, error: Error, { url, options, isSent }: Publication): Explained {
  const said = saidBy(error)
  const port: BrokerPort = {
    address: url.address,
    isTls: url.isTls,
    withTls: 'Then the URL must start with amqps://.',
    withoutTls: 'Then the URL must start with amqp://.'
  }
  const refused = (message: string, hint?: string): Explained => ({ message, hint, isOfConnection: false })
  switch (code) {
    case 'ACCESS_REFUSED':
      return /login|credentials|PLAIN/i.test(said)
        ? refused(
            `the user ${options.auth?.basic?.username ?? url.username ?? 'guest'} was refused: ${said}`,
            'Are name and password right? RabbitMQ lets guest in only from its own machine.'
          )
        : refused(
            said,
            /internal/.test(said)
              ? 'Clients cannot write there: name another exchange.'
              : 'The permissions of the user in this virtual host say where it may write.'
          )
    case 'NOT_ALLOWED':
      return refused(said, `The path of the URL names the virtual host: here \`${url.vhost}\`.`)
    case 'NOT_FOUND':
      return refused(said, 'A test creates none: start the service that declares it, or declare it before.')
    case 'NACK':
      return refused(
        'the broker did not confirm it',
        'A queue that is full and rejects (`x-overflow: reject-publish`) shows like this.'
      )
    case 'PRECONDITION_FAILED':
      return refused(said, preconditionHint(said))
    case 'CONNECTION_TIMEOUT':
      return {
        message: `${url.address} was silent for 10 s`,
        hint: `A firewall that drops packets shows like this. ${closedHint(port)}`,
        isOfConnection: true
      }
    case 'CONN_CLOSE':
      return {
        message: `${url.address} closed the connection`,
        hint: isSent
          ? 'Its log may say why: a crash, a restart, or a limit on the message.'
          : closedHint(port),
        isOfConnection: true
      }
    case 'NOT_AMQP':
    case 'ERR_OUT_OF_RANGE':
    case 'ERR_BUFFER_OUT_OF_BOUNDS':
    case 'VERSION_MISMATCH':
    case 'COMMAND_INVALID':
    case 'UNEXPECTED_FRAME':
    case 'CODEC':
    case 'FRAME_ERROR':
      return {
        message: `${url.address} does not speak AMQP 0-9-1 (${said})`,
        hint: 'RabbitMQ has 5672 for it, and 5671 with TLS.',
        isOfConnection: true
      }
    default:
      return 'name' in error && /^AMQP/.test(error.name)
        ? refused(`${said} (${code})`)
        : { ...describeBrokerFailure(error, port), isOfConnection: true }
  }
}

function preconditionHint(said: string): string | undefined {
  if (/message size/.test(said)) return '`max_message_size` of the broker sets the limit.'
  return /user_id/.test(said) ? 'Leave out `properties.userId`, or log in as this user.' : undefined
}

/** Without the name of the method that it answers. */
function saidBy({ message }: Error): string {
  return message.replace(/^(?:[A-Z][A-Za-z]+|undefined): /, '').replace(/^[A-Z_]+ - /, '')
}

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : ''
}

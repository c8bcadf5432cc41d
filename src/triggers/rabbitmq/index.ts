import { TLS_PATHS } from '../../http/tls-options.ts'
import type {
  ExamineContext,
  OptionProblem,
  TraceParent,
  Trigger,
  TriggerContext,
  TriggerResult
} from '../../plugin/trigger.ts'
import { namelessHeaders } from '../message.ts'
import { type RabbitMqOptions, readUrl } from './options.ts'
import { RABBITMQ_SCHEMA } from './schema.ts'

const TEXT_PROPERTIES = [
  'contentType',
  'contentEncoding',
  'messageId',
  'correlationId',
  'replyTo',
  'type',
  'appId',
  'userId',
  'expiration'
]

/** AMQP has one byte for the length of these. */
const SHORT_TEXTS = new Set(['exchange', 'queue', 'routingKey', 'properties'])
const MAX_SHORT_BYTES = 255

/** Hands one message to RabbitMQ. */
export const rabbitMqTrigger: Trigger<RabbitMqOptions> = {
  kind: 'rabbitmq',
  isMessage: true,
  optionsKey: 'rabbitmq',
  schema: RABBITMQ_SCHEMA,
  templates: [
    ['url'],
    ['exchange'],
    ['queue'],
    ['routingKey'],
    ['message'],
    ['headers', '*', 'key'],
    ['headers', '*', 'value'],
    ...TEXT_PROPERTIES.map(name => ['properties', name]),
    ['auth', 'basic', 'username'],
    ['auth', 'basic', 'password']
  ],
  secrets: [['auth', 'basic', 'password']],
  files: [['message']],
  paths: TLS_PATHS,
  refuseText(path, text) {
    if (path[0] === 'url') {
      const url = readUrl(text)
      return 'refusal' in url ? url.refusal : undefined
    }
    if (path.at(-1) === 'expiration' && !/^\d+$/.test(text)) return `\`${text}\` is no number of milliseconds`
    const isLong = SHORT_TEXTS.has(path[0]!) || path.at(-1) === 'key'
    return isLong && new TextEncoder().encode(text).length > MAX_SHORT_BYTES
      ? `this is longer than the ${MAX_SHORT_BYTES} bytes that AMQP has room for`
      : undefined
  },
  examine(options: RabbitMqOptions, context: ExamineContext): Promise<readonly OptionProblem[]> {
    return Promise.resolve(examineRabbitMq(options, context))
  },
  // The client is loaded when something is sent: most commands send nothing.
  async run(options: RabbitMqOptions, parent: TraceParent, context: TriggerContext): Promise<TriggerResult> {
    const { sendRabbitMq } = await import('./send.ts')
    return await sendRabbitMq(options, parent, context)
  }
}

function examineRabbitMq(options: RabbitMqOptions, context: ExamineContext): readonly OptionProblem[] {
  const { tls, headers } = options
  const { isOpen } = context
  const problems: OptionProblem[] = []
  const isGiven = (key: 'exchange' | 'queue' | 'routingKey'): boolean =>
    options[key] !== undefined || isOpen([key])
  if (!isGiven('exchange') && !isGiven('queue'))
    problems.push({
      path: [],
      message: 'neither `exchange` nor `queue` says where to',
      hint: 'name one of them'
    })
  if (isGiven('queue') && isGiven('exchange'))
    problems.push({
      path: ['queue'],
      message: '`queue` and `exchange` exclude each other',
      hint: 'a message to a queue goes by no exchange of its own: leave one of them out'
    })
  else if (isGiven('queue') && isGiven('routingKey'))
    problems.push({
      path: ['routingKey'],
      message: '`routingKey` has no place beside `queue`: a queue is found by its name',
      hint: 'leave it out, or name an `exchange`'
    })
  problems.push(...namelessHeaders(headers, context))
  const url = isOpen(['url']) ? undefined : readUrl(options.url)
  if (tls === undefined || url === undefined || 'refusal' in url) return problems
  if (url.isTls === (tls.insecure === true))
    problems.push({
      path: ['tls'],
      message: url.isTls
        ? 'the URL starts with amqps://, and `tls.insecure` turns TLS off'
        : 'the URL starts with amqp://, which is without TLS',
      hint: url.isTls ? 'leave one of them out' : 'write amqps://, or leave `tls` out'
    })
  return problems
}

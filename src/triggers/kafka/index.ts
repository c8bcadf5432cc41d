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
import { type KafkaOptions, MECHANISMS, refuseBrokers, refuseTopic } from './options.ts'
import { KAFKA_SCHEMA } from './schema.ts'

const AUTH_KEYS = ['authentication', 'authetication']

/** Hands one message to a topic of Kafka. */
export const kafkaTrigger: Trigger<KafkaOptions> = {
  kind: 'kafka',
  isMessage: true,
  optionsKey: 'kafka',
  schema: KAFKA_SCHEMA,
  templates: [
    ['brokerUrls', '*'],
    ['topic'],
    ['messageKey'],
    ['messageValue'],
    ['headers', '*', 'key'],
    ['headers', '*', 'value'],
    ['clientId'],
    ...credentials('username'),
    ...credentials('password')
  ],
  secrets: credentials('password'),
  files: [['messageValue']],
  paths: TLS_PATHS,
  refuseText(path, text) {
    if (path[0] === 'brokerUrls') return refuseBrokers(text)
    return path[0] === 'topic' ? refuseTopic(text) : undefined
  },
  examine(options: KafkaOptions, context: ExamineContext): Promise<readonly OptionProblem[]> {
    return Promise.resolve(examineKafka(options, context))
  },
  // The client is loaded when something is sent: most commands send nothing.
  async run(options: KafkaOptions, parent: TraceParent, context: TriggerContext): Promise<TriggerResult> {
    const { sendKafka } = await import('./send.ts')
    return await sendKafka(options, parent, context)
  }
}

function credentials(field: 'username' | 'password'): readonly (readonly string[])[] {
  return AUTH_KEYS.flatMap(key => MECHANISMS.map(mechanism => [key, mechanism, field]))
}

function examineKafka(options: KafkaOptions, context: ExamineContext): readonly OptionProblem[] {
  const { sslVerification, tls, authentication, authetication, headers } = options
  const problems: OptionProblem[] = [...namelessHeaders(headers, context)]
  if (tls !== undefined && sslVerification !== undefined && sslVerification === (tls.insecure ?? false))
    problems.push({
      path: ['sslVerification'],
      message: sslVerification
        ? '`sslVerification: true` turns TLS on, and `tls.insecure` turns it off'
        : '`sslVerification: false` turns TLS off, and `tls` turns it on',
      hint: sslVerification
        ? 'leave one of them out'
        : 'leave it out; to accept any certificate, write `tls: { insecureSkipVerify: true }`'
    })
  if (authentication !== undefined && authetication !== undefined)
    problems.push({
      path: ['authetication'],
      message: '`authetication` is another spelling of `authentication`, which stands here as well',
      hint: 'leave it out'
    })
  return problems
}

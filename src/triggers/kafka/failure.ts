import type { Kafka } from 'kafkajs'
import { TriggerError } from '../../errors/errors.ts'
import { suggest } from '../../errors/suggest.ts'
import type { TriggerContext } from '../../plugin/trigger.ts'
import {
  type BrokerFailure,
  type BrokerPort,
  closedHint,
  describeBrokerFailure,
  untilAborted
} from '../broker-connection.ts'
import { type Connections, NotKafka, type Seen } from './connections.ts'
import { type KafkaOptions, speaksTls } from './options.ts'
import { explainProtocol } from './protocol-errors.ts'

/** One attempt to hand over a message, by one of the brokers that the test names. */
export interface Exchange {
  readonly options: KafkaOptions
  /** The message, in the words of errors. */
  readonly name: string
  /** The broker, as the test names it. */
  readonly address: string
  /** The same, as the client names it. */
  readonly seed: string
  readonly connections: Connections
  readonly client: Kafka
  readonly context: TriggerContext
}

/** Why a broker could not be talked to; another may be there. */
export type BrokerTrouble = BrokerFailure & {
  readonly cause: unknown
  /** It had answered: a message that was sent may have been taken all the same. */
  readonly hadAnswered: boolean
}

/** What is wrong with the connection; undefined where the broker itself has refused something. */
export function troubleOf(error: unknown, exchange: Exchange): BrokerTrouble | undefined {
  const causes = causesOf(error)
  if (causes.some(cause => typeOf(cause) !== undefined)) return undefined
  const broker = causes.map(brokerOf).find(text => text !== undefined)
  if (broker === undefined) return undefined
  const { address, seed, connections, options } = exchange
  const isSeed = broker === seed
  const seen = connections.at(broker)
  const hadAnswered = seen?.head !== undefined
  const failure = describeEnd(
    seen,
    {
      address: isSeed ? address : broker,
      isTls: speaksTls(options),
      withTls: 'Then set `sslVerification: true`, or give `tls`.',
      withoutTls: 'Then leave out `sslVerification` and `tls`.'
    },
    options
  )
  if (isSeed) return { ...failure, hadAnswered, cause: error }
  return {
    message: `${address} sends us on to ${broker}, and ${failure.message}`,
    hint: 'Brokers tell their clients where to go by `advertised.listeners`: can this address be reached from here?',
    hadAnswered,
    cause: error
  }
}

const OTHER_PORT = 'Kafka has another port, often 9092.'

function describeEnd(seen: Seen | undefined, port: BrokerPort, options: KafkaOptions): BrokerFailure {
  const { address } = port
  const head = seen?.head?.toString('latin1') ?? ''
  if (!port.isTls && head.startsWith('\x15\x03'))
    return { message: `${address} speaks TLS, and we spoke plaintext`, hint: port.withTls }
  if (head.startsWith('HTTP/')) return { message: `${address} speaks HTTP`, hint: OTHER_PORT }
  if (seen?.error instanceof NotKafka) return { message: `${address} does not speak Kafka`, hint: OTHER_PORT }
  if (seen?.error !== undefined) return describeBrokerFailure(seen.error, port)
  if (seen?.isConnected !== true)
    return {
      message: `no connection to ${address} in time`,
      hint: 'A firewall that drops packets, or a host that is down, shows like this.'
    }
  if (!seen.isClosed)
    return { message: `${address} took the connection and said nothing`, hint: closedHint(port) }
  const hasAuth = (options.authentication ?? options.authetication) !== undefined
  return {
    message: `${address} closed the connection`,
    hint:
      head === ''
        ? closedHint(port)
        : hasAuth
          ? 'Its log may say why: a crash, a restart, or a limit on the request.'
          : 'Does it want credentials? Give `authentication`. Otherwise its log may say why.'
  }
}

/** The error where no broker could be talked to. */
export function noBroker(
  troubles: readonly BrokerTrouble[],
  name: string,
  verb: 'took' | 'confirmed' = 'took'
): TriggerError {
  const [first] = troubles
  return new TriggerError({
    code: 'TRIGGER_UNREACHABLE',
    message: `${name} ${verb} no message: ${troubles.map(({ message }) => message).join('; ')}`,
    hint: first?.hint,
    cause: first?.cause
  })
}

/** The error of a message that was not taken; `undefined` stands for a partition that is not there. */
export async function notTaken(error: unknown, exchange: Exchange): Promise<unknown> {
  const { name, options } = exchange
  const crashed = ({ message, hint }: BrokerFailure): TriggerError =>
    new TriggerError({
      code: 'TRIGGER_CRASHED',
      message: `${name} took no message: ${message}`,
      hint,
      cause: error
    })
  if (error === undefined) return crashed(await missingPartition(exchange))
  const trouble = troubleOf(error, exchange)
  if (trouble !== undefined) return noBroker([trouble], name, trouble.hadAnswered ? 'confirmed' : 'took')
  const causes = causesOf(error)
  const type = causes.map(typeOf).find(text => text !== undefined)
  if (type === 'UNKNOWN_TOPIC_OR_PARTITION') return crashed(await missingTopic(exchange))
  const root = causes.at(-1)
  if (root instanceof RangeError)
    return crashed({
      message: `${exchange.address} does not speak Kafka (${root.message})`,
      hint: OTHER_PORT
    })
  if (root === undefined || !causes.some(one => one.name.startsWith('KafkaJS'))) return error
  return crashed(explainProtocol(type, root.message, options))
}

async function missingTopic(exchange: Exchange): Promise<BrokerFailure> {
  const { topic } = exchange.options
  const topics = await ask(exchange, admin => admin.listTopics())
  const names = topics?.filter(one => !one.startsWith('__')).toSorted() ?? []
  const near = suggest(topic, names)
  const few = names.slice(0, 8).map(one => `\`${one}\``)
  const known =
    near !== undefined
      ? `Did you mean \`${near}\`?`
      : few.length === 0
        ? ''
        : `There is ${few.join(', ')}${few.length < names.length ? ', …' : ''}.`
  return {
    message: `there is no topic \`${topic}\``,
    hint: `${known} A test creates none: create it before.`.trim()
  }
}

async function missingPartition(exchange: Exchange): Promise<BrokerFailure> {
  const { topic, partition } = exchange.options
  const metadata = await ask(exchange, admin => admin.fetchTopicMetadata({ topics: [topic] }))
  const count = metadata?.topics[0]?.partitions.length
  return {
    message: `the topic \`${topic}\` has no partition ${partition ?? 'that takes messages'}`,
    hint: count === undefined ? undefined : count === 1 ? 'It has one: 0.' : `It has 0 to ${count - 1}.`
  }
}

/** What only helps to explain a failure; undefined where it cannot be had either. */
async function ask<T>(
  { client, context }: Exchange,
  question: (admin: ReturnType<Kafka['admin']>) => Promise<T>
): Promise<T | undefined> {
  const admin = client.admin()
  try {
    await untilAborted(admin.connect(), context.signal)
    return await untilAborted(question(admin), context.signal)
  } catch {
    return undefined
  } finally {
    void admin.disconnect().catch(() => undefined)
  }
}

function causesOf(error: unknown): readonly Error[] {
  const causes: Error[] = []
  for (let one = error; one instanceof Error && causes.length < 8; one = one.cause)
    if (!causes.includes(one)) causes.push(one)
    else break
  return causes
}

/** The name that Kafka's protocol has for an error. */
function typeOf(error: Error): string | undefined {
  if ('type' in error && typeof error.type === 'string') return error.type
  return error.name === 'KafkaJSSASLAuthenticationError' ? 'SASL_AUTHENTICATION_FAILED' : undefined
}

function brokerOf(error: Error): string | undefined {
  return 'broker' in error && typeof error.broker === 'string' ? error.broker : undefined
}

import {
  Kafka,
  type Message,
  Partitioners,
  type Producer,
  type RecordMetadata,
  type SASLOptions
} from 'kafkajs'
import type { Header } from '../../model/response.ts'
import type { TraceParent, TriggerContext, TriggerResult } from '../../plugin/trigger.ts'
import { connectionTls, messageError, untilAborted } from '../broker-connection.ts'
import { buildMessageHeaders, readMessage, UnsendableMessage } from '../message.ts'
import { Connections, IPV6_BROKER } from './connections.ts'
import { type BrokerTrouble, type Exchange, noBroker, notTaken, troubleOf } from './failure.ts'
import {
  brokersOf,
  type KafkaOptions,
  refuseBrokers,
  refuseTopic,
  speaksTls,
  splitAddress
} from './options.ts'

const CONNECT_WITHIN_MS = 10_000
const DEFAULT_TIMEOUT_MS = 30_000

/** Hands over the message once, and hands on where it went. */
export async function sendKafka(
  options: KafkaOptions,
  parent: TraceParent,
  context: TriggerContext
): Promise<TriggerResult> {
  const { topic } = options
  const name = `topic ${topic} at ${brokersOf(options).join(', ')}`
  try {
    context.signal.throwIfAborted()
    refuse(options)
    const { sent, warnings } = buildMessageHeaders(options.headers, parent)
    const message = await buildMessage(options, sent, context)
    await using session = await connect(options, name, context)
    const sentUnixNano = context.clock.now()
    const written = await session.send(message)
    const { partition, offset } = written
    return {
      response: { headers: [], body: JSON.stringify({ partition, offset, topic }) },
      sentUnixNano,
      answeredUnixNano: context.clock.now(),
      sentHeaders: sent,
      warnings
    }
  } catch (error) {
    throw messageError(error, name, context.signal)
  }
}

function refuse({ brokerUrls, topic }: KafkaOptions): void {
  const refusal = brokerUrls.map(refuseBrokers).find(text => text !== undefined) ?? refuseTopic(topic)
  if (refusal !== undefined) throw new UnsendableMessage(refusal)
}

async function buildMessage(
  { messageKey, messageValue, partition }: KafkaOptions,
  headers: readonly Header[],
  context: TriggerContext
): Promise<Message> {
  const values = new Map<string, string[]>()
  for (const { key, value } of headers) values.set(key, [...(values.get(key) ?? []), value])
  return {
    value: await readMessage(messageValue, context),
    ...(messageKey ? { key: messageKey } : {}),
    ...(partition === undefined ? {} : { partition }),
    headers: Object.fromEntries(
      [...values].map(([key, texts]) => [key, texts.length === 1 ? texts[0]! : texts])
    )
  }
}

interface Session extends AsyncDisposable {
  send(message: Message): Promise<{ readonly partition: number; readonly offset: string }>
}

/** Connects to the first broker that is there. */
async function connect(options: KafkaOptions, name: string, context: TriggerContext): Promise<Session> {
  const tls = speaksTls(options) ? await connectionTls(options.tls, context) : undefined
  const troubles: BrokerTrouble[] = []
  for (const address of brokersOf(options)) {
    const { host, port } = splitAddress(address)!
    const isIpv6 = host.includes(':')
    const seed = `${isIpv6 ? IPV6_BROKER : host}:${port}`
    const connections = new Connections(isIpv6 ? host : undefined)
    const timeoutMs = context.timeoutMs ?? DEFAULT_TIMEOUT_MS
    const sasl = saslOf(options)
    const client = new Kafka({
      brokers: [seed],
      clientId: options.clientId ?? 'tracerun',
      connectionTimeout: CONNECT_WITHIN_MS,
      authenticationTimeout: CONNECT_WITHIN_MS,
      // The run gives up before, and says so in its own words.
      requestTimeout: timeoutMs + 1000,
      retry: { retries: 0 },
      socketFactory: connections.open,
      logCreator: () => entry => context.debug(`kafka: ${entry.log.message}`),
      ...(tls && { ssl: tls }),
      ...(sasl && { sasl })
    })
    const producer = client.producer({
      allowAutoTopicCreation: false,
      createPartitioner: Partitioners.DefaultPartitioner,
      retry: { retries: 0 }
    })
    const told: Exchange = { options, name, address, seed, connections, client, context }
    try {
      await connectWithin(producer, connections, context)
      return sessionOf(producer, timeoutMs, told)
    } catch (error) {
      await leave(producer, connections)
      if (context.signal.aborted) throw error
      const trouble = troubleOf(error, told)
      if (trouble === undefined) throw await notTaken(error, told)
      troubles.push(trouble)
    }
  }
  throw noBroker(troubles, name)
}

function saslOf({ authentication, authetication }: KafkaOptions): SASLOptions | undefined {
  const given = authentication ?? authetication
  if (given === undefined) return undefined
  const { username = '', password = '' } = given[given.type] ?? {}
  return { mechanism: given.type, username, password }
}

/** The client waits for a port that says nothing as long as for any answer. */
async function connectWithin(
  producer: Producer,
  connections: Connections,
  { clock, signal }: TriggerContext
): Promise<void> {
  const settled = new AbortController()
  const tooLong = clock.sleep(CONNECT_WITHIN_MS, settled.signal).then(
    () => connections.end(),
    () => undefined
  )
  const work = producer.connect()
  try {
    await untilAborted(Promise.race([work, tooLong.then(() => work)]), signal)
  } finally {
    settled.abort()
  }
}

function sessionOf(producer: Producer, timeoutMs: number, told: Exchange): Session {
  const { options, connections, context } = told
  let isIdle = false
  return {
    async send(message) {
      let records: readonly RecordMetadata[]
      try {
        const work = producer.send({
          topic: options.topic,
          acks: -1,
          timeout: timeoutMs,
          messages: [message]
        })
        records = await untilAborted(work, context.signal)
      } catch (error) {
        if (context.signal.aborted) throw error
        throw await notTaken(error, told)
      }
      const [record] = records
      // A partition that is not there has no leader, and the client sends nothing without a word.
      if (record?.baseOffset === undefined) throw await notTaken(undefined, told)
      isIdle = true
      return { partition: record.partition, offset: record.baseOffset }
    },
    async [Symbol.asyncDispose]() {
      if (!isIdle) return await leave(producer, connections)
      await producer.disconnect()
      connections.close()
    }
  }
}

/** The client waits for answers that are still open, unless their connections end. */
async function leave(producer: Producer, connections: Connections): Promise<void> {
  connections.end()
  await producer.disconnect().catch(() => undefined)
}

import { Readable } from 'node:stream'
import { Connection, type Envelope, type ReturnedMessage } from 'rabbitmq-client'
import type { Header } from '../../model/response.ts'
import type { TraceParent, TriggerContext, TriggerResult } from '../../plugin/trigger.ts'
import { connectionTls, messageError, untilAborted } from '../broker-connection.ts'
import { buildMessageHeaders, readMessage, UnsendableMessage } from '../message.ts'
import { blockedError, explainRabbitMq, NotAmqp, type Publication, unroutableError } from './failure.ts'
import { type AmqpUrl, type RabbitMqOptions, readUrl } from './options.ts'

const CONNECT_WITHIN_MS = 10_000
/** The run gives up before. */
const NEVER_MS = 2 ** 31 - 1
/** Far more than is agreed on. */
const LARGEST_FRAME = 1024 * 1024

/** Hands over the message once, and waits until the broker has confirmed it. */
export async function sendRabbitMq(
  options: RabbitMqOptions,
  parent: TraceParent,
  context: TriggerContext
): Promise<TriggerResult> {
  const url = readUrl(options.url)
  const { exchange = '', routingKey = options.queue ?? '' } = options
  const place = options.queue === undefined ? `exchange ${exchange}` : `queue ${options.queue}`
  const name = `${place} at ${'refusal' in url ? 'RabbitMQ' : url.address}`
  try {
    context.signal.throwIfAborted()
    if ('refusal' in url) throw new UnsendableMessage(url.refusal)
    const { sent, warnings } = buildMessageHeaders(options.headers, parent)
    const body = await readMessage(options.message, context)
    const { headers, repeated } = tableOf(sent)
    const { persistent = false, ...properties } = options.properties ?? {}
    const envelope: Envelope = {
      ...properties,
      durable: persistent,
      headers,
      exchange,
      routingKey,
      mandatory: options.mandatory ?? true
    }
    const connection = await connect(options, url, context)
    const sentUnixNano = context.clock.now()
    await publish(connection, envelope, body, { name, url, options, context, isSent: false })
    return {
      response: { headers: [], body: JSON.stringify({ exchange, routingKey, confirmed: true }) },
      sentUnixNano,
      answeredUnixNano: context.clock.now(),
      sentHeaders: sent,
      warnings: [...warnings, ...repeated]
    }
  } catch (error) {
    throw messageError(error, name, context.signal)
  }
}

/** Names are not repeated in a table of AMQP. */
function tableOf(sent: readonly Header[]): {
  readonly headers: Readonly<Record<string, string>>
  readonly repeated: readonly string[]
} {
  const table = new Map<string, string>()
  const repeated = new Set<string>()
  for (const { key, value } of sent) {
    if (table.has(key)) repeated.add(key)
    table.set(key, value)
  }
  return {
    headers: Object.fromEntries(table),
    repeated: [...repeated].map(
      key => `the header ${key} stands in the test more than once: the last one was sent`
    )
  }
}

/** A client that has begun to connect; it would go on forever. */
async function connect(
  { auth, tls }: RabbitMqOptions,
  url: AmqpUrl,
  context: TriggerContext
): Promise<Connection> {
  const secured = url.isTls ? await connectionTls(tls, context) : undefined
  context.signal.throwIfAborted()
  const connection = new Connection({
    hostname: url.hostname,
    port: url.port,
    vhost: url.vhost,
    username: auth?.basic?.username ?? url.username ?? 'guest',
    password: auth?.basic?.password ?? url.password ?? (url.username === undefined ? 'guest' : ''),
    connectionName: 'tracerun',
    connectionTimeout: CONNECT_WITHIN_MS,
    acquireTimeout: NEVER_MS,
    noDelay: true,
    ...(secured && { tls: secured })
  })
  refuseOtherProtocols(connection)
  return connection
}

/** The client believes every length that it reads, and throws where nobody catches it if it is too large for Node. */
function refuseOtherProtocols(connection: Connection): void {
  const socket: unknown = Reflect.get(connection, '_socket')
  if (!(socket instanceof Readable)) return
  const read = socket.read.bind(socket)
  socket.read = size => {
    if (size === undefined || size <= LARGEST_FRAME) return read(size) as unknown
    socket.destroy(new NotAmqp())
    return null
  }
}

async function publish(
  connection: Connection,
  envelope: Envelope,
  body: Buffer,
  publication: Publication
): Promise<void> {
  const { context } = publication
  let returned: ReturnedMessage | undefined
  const failed = new Promise<never>((_, reject) => {
    // It connects again after each error, unless it is told not to.
    connection.on('error', (error: Error) => {
      connection.unsafeDestroy()
      reject(error)
    })
    connection.on('connection.blocked', reason => reject(blockedError(reason, publication)))
  })
  const work = async (): Promise<void> => {
    const channel = await connection.acquire()
    channel.on('basic.return', message => {
      returned = message
    })
    await channel.confirmSelect()
    publication.isSent = true
    await channel.basicPublish(envelope, body)
    // What was returned is said before the confirmation, and told a turn later.
    await new Promise(resolve => setImmediate(resolve))
    if (returned !== undefined) throw unroutableError(returned, publication)
    await channel.close()
    await connection.close()
  }
  try {
    await untilAborted(Promise.race([work(), failed]), context.signal)
  } catch (error) {
    throw explainRabbitMq(error, publication)
  } finally {
    connection.unsafeDestroy()
  }
}

import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import type { AsyncMessage, Connection } from 'rabbitmq-client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { TriggerContext, TriggerResult } from '../../src/plugin/trigger.ts'
import { rabbitMqTrigger } from '../../src/triggers/rabbitmq/index.ts'
import type { RabbitMqOptions } from '../../src/triggers/rabbitmq/options.ts'
import { contextOf, describeTrigger, PARENT } from '../contract/trigger.ts'
import type { Carrier } from '../support/extract-context.ts'
import { freePort } from '../support/free-port.ts'
import { pathOf } from './components.ts'
import { TEST_CA } from './servers/kafka.ts'
import { openRabbitMq, type RabbitMq, startRabbitMq } from './servers/rabbitmq.ts'
import { startTap } from './tap.ts'

const root = pathOf('rabbitmq')

describe.skipIf(root === undefined)('RabbitMQ', () => {
  let rabbit: RabbitMq
  let connection: Connection
  const consumed: AsyncMessage[] = []

  beforeAll(async () => {
    rabbit = await startRabbitMq(root!)
    connection = await openRabbitMq(rabbit.url)
    await connection.exchangeDeclare({ exchange: 'shop', type: 'topic' })
    await connection.queueDeclare({
      queue: 'full',
      arguments: { 'x-max-length': 0, 'x-overflow': 'reject-publish' }
    })
    const consumer = connection.createConsumer(
      {
        queue: 'orders',
        queueOptions: { exclusive: true },
        queueBindings: [{ exchange: 'shop', routingKey: 'order.*' }]
      },
      message => void consumed.push(message)
    )
    await once(consumer, 'ready')
  })
  afterAll(async () => {
    connection.unsafeDestroy()
    await rabbit[Symbol.asyncDispose]()
  })

  const rabbitAndBack: typeof rabbitMqTrigger = {
    ...rabbitMqTrigger,
    async run(...given) {
      const before = consumed.length
      const result = await rabbitMqTrigger.run(...given)
      await expect.poll(() => consumed.length, { timeout: 20_000 }).toBe(before + 1)
      return result
    }
  }

  /** Sends, and waits until the message was read again. */
  async function send(
    options: RabbitMqOptions,
    context: Partial<TriggerContext> = {}
  ): Promise<TriggerResult> {
    return await rabbitAndBack.run(options, PARENT, { ...contextOf(), ...context })
  }

  describeTrigger<RabbitMqOptions>({
    trigger: rabbitAndBack,
    without: { refusing: 'a broker takes a message or does not: what it refuses is an error' },
    withHeaders: (options, headers) => ({
      ...options,
      headers: Object.entries(headers).map(([key, value]) => ({ key, value }))
    }),
    async start(situation) {
      const options = { url: rabbit.url, exchange: 'shop', routingKey: 'order.created', message: 'an order' }
      if (situation === 'absent')
        return {
          options: { ...options, url: `amqp://127.0.0.1:${await freePort()}` },
          received: [],
          [Symbol.asyncDispose]: () => Promise.resolve()
        }
      if (situation === 'welcoming') {
        const before = consumed.length
        return {
          options,
          get received() {
            return consumed.slice(before).map(({ headers }) => headers as Carrier)
          },
          [Symbol.asyncDispose]: () => Promise.resolve()
        }
      }
      const port = await freePort()
      const tap = await startTap({
        port,
        to: rabbit.address,
        isMessage: written => written.includes(BASIC_PUBLISH),
        does: situation === 'silent' ? 'swallow' : 'break'
      })
      return {
        options: { ...options, url: `amqp://127.0.0.1:${port}` },
        get received() {
          return Array.from({ length: tap.seen }, () => ({}))
        },
        [Symbol.asyncDispose]: () => tap[Symbol.asyncDispose]()
      }
    }
  })

  test('takes a message with its properties, and confirms it', async () => {
    const { response } = await send({
      url: rabbit.url,
      exchange: 'shop',
      routingKey: 'order.created',
      message: '{"sku":"SKU-1"}',
      headers: [{ key: 'Shop', value: 'corner' }],
      properties: {
        contentType: 'application/json',
        messageId: 'message-1',
        correlationId: 'order-1',
        replyTo: 'answers',
        type: 'order',
        appId: 'tests',
        userId: 'guest',
        expiration: '60000',
        priority: 3,
        timestamp: 1_767_225_600,
        persistent: true
      }
    })
    expect(response).toEqual({
      headers: [],
      body: '{"exchange":"shop","routingKey":"order.created","confirmed":true}'
    })
    expect(consumed.at(-1)).toMatchObject({
      exchange: 'shop',
      routingKey: 'order.created',
      body: { sku: 'SKU-1' },
      headers: { Shop: 'corner' },
      contentType: 'application/json',
      messageId: 'message-1',
      correlationId: 'order-1',
      replyTo: 'answers',
      type: 'order',
      appId: 'tests',
      userId: 'guest',
      expiration: '60000',
      priority: 3,
      timestamp: 1_767_225_600,
      deliveryMode: 2
    })
  })

  test('takes a message for a queue by its name, with the bytes of a file', async () => {
    const bytes = Buffer.from([0, 255, 128])
    const { response, warnings } = await send(
      {
        url: rabbit.url,
        queue: 'orders',
        message: { file: '/order.bin' },
        headers: [
          { key: 'shop', value: 'corner' },
          { key: 'shop', value: 'market' }
        ]
      },
      { readFile: () => Promise.resolve(bytes) }
    )
    expect(consumed.at(-1)).toMatchObject({
      exchange: '',
      routingKey: 'orders',
      body: bytes,
      deliveryMode: 1
    })
    expect(consumed.at(-1)?.headers?.['shop']).toBe('market')
    expect(warnings).toEqual(['the header shop stands in the test more than once: the last one was sent'])
    expect(JSON.parse(response.body!)).toMatchObject({ exchange: '', routingKey: 'orders' })
  })

  test('lets a message pass that no queue takes, where the test says so', async () => {
    const options = { url: rabbit.url, exchange: 'shop', routingKey: 'refund', mandatory: false }
    const { response } = await rabbitMqTrigger.run(options, PARENT, contextOf())
    expect(JSON.parse(response.body!)).toMatchObject({ confirmed: true })
  })

  test('knows us by `auth`, whoever stands in the URL, and its virtual host by %2F', async () => {
    const auth = { type: 'basic' as const, basic: { username: 'guest', password: 'guest' } }
    const url = `amqp://nobody:wrong@${rabbit.address}/%2F`
    await send({ url, auth, exchange: 'shop', routingKey: 'order.created' })
  })

  test('is reached by TLS: by its authority, by its name, or by anything', async () => {
    const url = `amqps://guest:guest@${rabbit.tlsAddress}`
    for (const tls of [
      { caFile: TEST_CA },
      { settings: { cAFile: TEST_CA }, serverName: 'localhost' },
      { insecureSkipVerify: true }
    ])
      await send({ url, exchange: 'shop', routingKey: 'order.created', tls }, files)
  })

  const refused: readonly (readonly [string, () => Partial<RabbitMqOptions>, string, RegExp, RegExp])[] = [
    [
      'an exchange that is not there',
      () => ({ exchange: 'shpo' }),
      'TRIGGER_CRASHED',
      /^exchange shpo at 127\.0\.0\.1:\d+ took no message: no exchange 'shpo' in vhost '\/'$/,
      /A test creates none/
    ],
    [
      'an exchange that is not there, also where messages need no queue',
      () => ({ exchange: 'shpo', mandatory: false }),
      'TRIGGER_CRASHED',
      /no exchange 'shpo' in vhost '\/'$/,
      /A test creates none/
    ],
    [
      'a message that no queue takes',
      () => ({ routingKey: 'refund' }),
      'TRIGGER_CRASHED',
      /no queue is bound to it for the routing key `refund` \(NO_ROUTE\)$/,
      /`mandatory: false` lets the message pass/
    ],
    [
      'a queue that is not there',
      () => ({ exchange: '', routingKey: 'ordres', queue: 'ordres' }),
      'TRIGGER_CRASHED',
      /there is no queue `ordres` in the virtual host `\/` \(NO_ROUTE\)$/,
      /A test creates none/
    ],
    [
      'a queue that is full',
      () => ({ exchange: '', routingKey: 'full', queue: 'full' }),
      'TRIGGER_CRASHED',
      /the broker did not confirm it$/,
      /reject-publish/
    ],
    [
      'an exchange that is not for clients',
      () => ({ exchange: 'amq.rabbitmq.trace' }),
      'TRIGGER_CRASHED',
      /cannot publish to internal exchange/,
      /name another exchange/
    ],
    [
      'a message that is too large',
      () => ({ message: 'x'.repeat(1_200_000) }),
      'TRIGGER_CRASHED',
      /message size 1200000 is larger than configured max size/,
      /max_message_size/
    ],
    [
      'a wrong password',
      () => ({ url: rabbit.url.replace(':guest@', ':hunter2hunter2@') }),
      'TRIGGER_CRASHED',
      /the user guest was refused: Login was refused using authentication mechanism PLAIN/,
      /Are name and password right\?/
    ],
    [
      'a virtual host that is not there',
      () => ({ url: `${rabbit.url}/shop` }),
      'TRIGGER_CRASHED',
      /vhost shop not found$/,
      /The path of the URL names the virtual host: here `shop`/
    ],
    [
      'a user that is not the one who is logged in',
      () => ({ properties: { userId: 'bob' } }),
      'TRIGGER_CRASHED',
      /user_id property set to 'bob' but authenticated user was 'guest'$/,
      /`properties\.userId`/
    ],
    [
      'plaintext where it speaks TLS',
      () => ({ url: `amqp://${rabbit.tlsAddress}` }),
      'TRIGGER_UNREACHABLE',
      /closed the connection/,
      /Does this port speak TLS\? Then the URL must start with amqps:/
    ],
    [
      'TLS where it speaks plaintext',
      () => ({ url: `amqps://${rabbit.address}` }),
      'TRIGGER_UNREACHABLE',
      /the TLS handshake with 127\.0\.0\.1:\d+ failed/,
      /Does this port speak plaintext\? Then the URL must start with amqp:/
    ],
    [
      'a certificate that nobody vouches for',
      () => ({ url: `amqps://${rabbit.tlsAddress}` }),
      'TRIGGER_UNREACHABLE',
      /its certificate is self-signed \(DEPTH_ZERO_SELF_SIGNED_CERT\)$/,
      /tls\.caFile.*insecureSkipVerify/
    ]
  ]

  test.each(refused)('says so of %s', async (_, options, code, message, hint) => {
    const given = { url: rabbit.url, exchange: 'shop', routingKey: 'order.created', ...options() }
    const running = rabbitMqTrigger.run(given, PARENT, contextOf(files))
    await expect(running).rejects.toMatchObject({
      name: 'TriggerError',
      code,
      message: expect.stringMatching(message),
      hint: expect.stringMatching(hint)
    })
    await expect(running).rejects.not.toMatchObject({ message: expect.stringContaining('hunter2') })
  })
})

/** Class 60, method 40. */
const BASIC_PUBLISH = Buffer.from([0, 60, 0, 40])
const files = { readFile: (path: string): Promise<Uint8Array> => readFile(path) }
